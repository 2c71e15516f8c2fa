"""Half-written proposals, kept until they are sent."""

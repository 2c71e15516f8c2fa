"""A proposal as people read it, and what they are promised."""

"""Which body takes a proposal in, and where it goes from there."""

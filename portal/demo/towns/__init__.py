"""Who lives and works in the demo municipalities."""

"""What happens in the demo municipalities in a year."""

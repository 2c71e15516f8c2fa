"""What is filled in about cases and opinions."""

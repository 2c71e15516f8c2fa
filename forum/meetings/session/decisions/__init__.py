"""What is decided in an item, what stops it, and carrying it into its case when the meeting has ended."""

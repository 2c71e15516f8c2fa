"""What comes from outside as a file or a message: its letters, its columns, its JSON."""

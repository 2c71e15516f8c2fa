"""What people write and paste, cleaned and set."""

"""What somebody types into a search: the numbers it may be, and how the database is asked for words."""

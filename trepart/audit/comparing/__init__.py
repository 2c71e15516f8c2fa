"""What is in the database held against what must be there: the guards, and everything that is stored."""

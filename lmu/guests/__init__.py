"""Guests: representatives of the users, who read a case, and say what they think of it themselves."""

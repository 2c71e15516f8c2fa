"""Reads about cases and opinions."""

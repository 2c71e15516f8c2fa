"""All papers of a meeting in one file."""

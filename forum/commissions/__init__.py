"""Work that is asked for from above, and the reports on it."""

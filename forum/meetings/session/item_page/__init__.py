"""The page of one item in a meeting in session, and the acts reached from it."""

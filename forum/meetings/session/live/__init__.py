"""Following a meeting while it lasts (følg møtet)."""

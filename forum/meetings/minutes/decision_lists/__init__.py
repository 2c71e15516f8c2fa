"""The decision list: what was decided, published the same day, before the minutes."""

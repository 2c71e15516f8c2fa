"""Pages that draw on several of the rooms of the forum."""

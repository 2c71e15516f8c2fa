"""What a unit's local group does: consensus, the quick log, user representatives."""

"""Whoever would deal with their own proposal says first whether they are partial in it (fvl § 6; R12)."""

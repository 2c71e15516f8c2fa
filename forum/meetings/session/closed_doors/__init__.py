"""Closing the doors of a meeting for one item, and opening them again (R8)."""

"""What the minutes say of one case, as a document of its own (saksprotokoll)."""

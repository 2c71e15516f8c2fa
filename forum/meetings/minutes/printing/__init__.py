"""Minutes, extracts and decision lists as PDF, kept with their digests and checked against the seals."""

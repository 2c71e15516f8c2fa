"""The municipal council's case list, the views a committee gives on it, and what the council decides."""

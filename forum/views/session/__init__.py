"""The meeting in session: one item at a time, what may be done in it each on a page of its own, and the meeting as a whole."""

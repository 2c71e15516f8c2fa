"""Every write of the room that is not a step in a lifecycle."""

"""Every write about cases that is no step in a lifecycle."""

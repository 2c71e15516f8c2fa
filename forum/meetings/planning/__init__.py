"""Year plans, days without meetings, calendars and their feeds."""

"""The administrator's pages: units, bodies, people, and who sits where from when to when."""

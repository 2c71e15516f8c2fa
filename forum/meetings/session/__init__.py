"""The meeting in session: votes, decisions, elections, comings and goings, closed doors."""

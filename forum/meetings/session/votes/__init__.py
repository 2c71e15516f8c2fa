"""Votes: motions, ballots, votes put right, several items by one vote (R11)."""

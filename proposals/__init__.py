"""A proposal, its road, the feedback it owes, its follow-up."""

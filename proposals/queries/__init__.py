"""Reads of the room, one function for each page and each choice."""

from proposals.queries.choices import bodies_back, bodies_beside, may_be_merged_into

__all__ = ["bodies_back", "bodies_beside", "may_be_merged_into"]

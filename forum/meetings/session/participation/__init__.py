"""Who takes part in an item: comings and goings, recusals, those without a seat (R4, R5, R12)."""

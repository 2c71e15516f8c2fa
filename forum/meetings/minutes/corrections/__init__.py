"""What was recorded wrongly at a meeting that has ended, put right with a reason and a trace (R29)."""

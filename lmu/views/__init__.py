"""The pages of an LMU: its own, its quick log, its user representatives."""

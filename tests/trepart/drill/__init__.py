"""docs/operations.md followed to the letter, from an empty database to a first meeting, and a restore."""

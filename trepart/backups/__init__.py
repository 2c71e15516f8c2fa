"""Backup and restore: everything the portal keeps, in one file that can be checked (docs/decisions/0020)."""

"""Backup and restore: everything the portal keeps, in one file that can be checked before it is believed
(docs/decisions/0020)."""

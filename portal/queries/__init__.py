"""Reads that draw on several rooms; each page has one module here."""

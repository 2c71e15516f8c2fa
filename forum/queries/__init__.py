"""Reads that join several models; each list page has one function here."""

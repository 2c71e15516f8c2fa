"""Reads of the organisation that join several models."""

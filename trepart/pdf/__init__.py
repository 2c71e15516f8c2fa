"""Printed documents: the only place that calls WeasyPrint."""

"""The project's own tools: what `make` runs. Nothing here is part of the portal."""

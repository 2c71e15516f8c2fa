"""Pages of documents and opinions."""

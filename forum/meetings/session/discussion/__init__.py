"""What was said of an item (Behandling), and the drafts kept while it is written."""

"""What is filled in about the organisation."""

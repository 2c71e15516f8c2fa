"""Every write in the organisation."""

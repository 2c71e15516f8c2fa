"""The demo municipality: invented people and places, a year of life lived through the portal's own services with a clock of its own."""

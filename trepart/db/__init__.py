"""What the rooms need of the database beside Django's ORM."""

"""The pages that draw on all rooms: front page, My page, search, help and settings."""

"""What draws on all the rooms: front page, my page, the demo's way in."""

"""Search across the rooms: what was typed, where it is looked for, and how what is found is narrowed and shown."""

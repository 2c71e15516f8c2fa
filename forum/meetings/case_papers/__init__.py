"""Case papers in versions, and the notes members write for themselves."""

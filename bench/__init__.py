"""What the portal costs, held against a bare Django page on the same machine, server and database (`make bench`)."""

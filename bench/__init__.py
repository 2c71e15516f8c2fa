"""What the portal costs, held against what a bare Django page costs on the same machine, server and
database: `make bench`."""

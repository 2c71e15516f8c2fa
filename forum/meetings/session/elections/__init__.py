"""Elections and appointments in a meeting: candidates, rounds, the lot (koml §§ 7-8, 8-1)."""

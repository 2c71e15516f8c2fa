"""Cases that cannot wait for the next ordinary meeting (koml § 11-8, R10)."""

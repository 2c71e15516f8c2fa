"""Where a leader stands alone, union and safety representative are heard before an employee's proposal ends (R16)."""

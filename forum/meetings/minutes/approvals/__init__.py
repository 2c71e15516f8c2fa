"""Who is asked to approve a version of the minutes, and what each answered."""

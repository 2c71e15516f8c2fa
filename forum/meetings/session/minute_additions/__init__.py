"""What goes into the minutes at somebody's request, and requests to record (R13, R14)."""

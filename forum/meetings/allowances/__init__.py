"""What a member is paid by: who met for whom, and for how long."""

"""What is treated: the agenda, the queue it is filled from, demands, questions, late cases."""

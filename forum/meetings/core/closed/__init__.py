"""What is kept of a meeting, case by case: who reads it, and who has stepped aside."""

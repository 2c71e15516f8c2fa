"""What is written down: minutes, their approval, decision lists and extracts."""

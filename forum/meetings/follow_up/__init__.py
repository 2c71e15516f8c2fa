"""What becomes of decisions: who carries them out, and reviews of their legality."""

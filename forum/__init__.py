"""The cooperation itself: who takes part in it, their cases, their meetings, and what comes of them."""

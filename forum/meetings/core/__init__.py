"""What every part of a meeting builds on: the meeting itself, who takes part, who sees what, how votes are counted."""

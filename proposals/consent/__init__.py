"""How a body that agrees concludes: written by one, *provisional* until those who must have said yes (R24)."""

"""Proposals that come on paper, and the letters their senders are answered with."""

"""Signing in: accounts, passwords, a second step, sessions and invitations, on top of allauth."""

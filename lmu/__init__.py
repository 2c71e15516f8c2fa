"""What a unit's local group does: its page, the quick log, user representatives. (Consensus: proposals/forms.)"""

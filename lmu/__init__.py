"""What a unit's local group does: its page, the quick log, user representatives.

Conclusions by consensus, who must say yes and by when: `proposals/consent`; what is filled in: `proposals/forms`.
"""

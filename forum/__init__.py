"""The organisation: units, bodies, members, cases, referrals, meetings, votes, minutes."""

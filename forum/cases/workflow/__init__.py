"""The lifecycles of a referral and an opinion."""

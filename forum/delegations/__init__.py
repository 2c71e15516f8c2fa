"""What a body may decide: the delegations kommunestyret has given it, each with its decision (koml § 5-3; R34-R37)."""

"""Counting votes, held against a small independent model and against the words people read (koml §§ 8-1, 11-9; R11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.meetings.core import voting
from forum.meetings.core.voting import Cast, Tally
from forum.meetings.enums import Choice

PARTIES = ("Ap", "Sp", "H", "tillitsvalgte")


def ballots() -> st.SearchStrategy[tuple[list[Cast], int]]:
    """Return strategies for a vote of 1-15 people and the one of them who presides."""

    def build(rows: list[tuple[str, bool]]) -> list[Cast]:
        return [
            Cast(pk, f"Medlem {pk}", party, Choice.FOR if yes else Choice.AGAINST)
            for pk, (party, yes) in enumerate(rows, start=1)
        ]

    rows = st.lists(st.tuples(st.sampled_from(PARTIES), st.booleans()), min_size=1, max_size=15).map(build)
    return rows.flatmap(lambda cast: st.tuples(st.just(cast), st.sampled_from([vote.member for vote in cast])))


def model(cast: list[Cast], presiding: int) -> bool:
    """Decide as a person would: the presiding member's vote weighs a shade more than one,
    everybody else's exactly one."""
    weight = sum((1.5 if vote.member == presiding else 1.0) * (1 if vote.choice == "for" else -1) for vote in cast)
    return weight > 0


class TestCounting:
    @given(ballots())
    def test_agrees_with_the_model(self, ballot: tuple[list[Cast], int]) -> None:
        cast, presiding = ballot
        tally = voting.count(cast, presiding)
        assert tally.adopted == model(cast, presiding)
        assert tally.for_ + tally.against == len(cast)
        assert tally.by_casting_vote == (tally.for_ * 2 == len(cast))
        assert sum(len(g.for_) for g in tally.by_party) == tally.for_
        assert sum(len(g.against) for g in tally.by_party) == tally.against

    @given(ballots())
    def test_the_order_of_the_votes_does_not_matter(self, ballot: tuple[list[Cast], int]) -> None:
        cast, presiding = ballot
        one, other = voting.count(cast, presiding), voting.count(cast[::-1], presiding)
        assert (one.for_, one.against, one.adopted) == (other.for_, other.against, other.adopted)

    @given(ballots())
    def test_turning_every_vote_turns_the_result(self, ballot: tuple[list[Cast], int]) -> None:
        cast, presiding = ballot
        turn = {"for": Choice.AGAINST, "against": Choice.FOR}
        turned = [Cast(v.member, v.name, v.group, turn[v.choice]) for v in cast]
        assert voting.count(turned, presiding).adopted is not voting.count(cast, presiding).adopted

    def test_nothing_to_count_and_voting_twice_are_errors(self) -> None:
        with pytest.raises(ValueError, match="no votes"):
            voting.count([], 1)
        with pytest.raises(ValueError, match="twice"):
            voting.count([Cast(1, "A", "Ap", "for"), Cast(1, "A", "Ap", "against")], 1)

    def test_a_tie_without_the_presiding_vote_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="tie"):
            voting.count([Cast(1, "A", "Ap", "for"), Cast(2, "B", "H", "against")], 3)


class TestQuorum:
    @given(st.integers(0, 60), st.integers(1, 60))
    def test_at_least_half_of_the_members(self, voters: int, seats: int) -> None:
        assert voting.quorum(voters, seats) == (voters >= 1 and voters >= seats / 2)
        assert voting.quorum(voting.needed(seats), seats)
        assert not voting.quorum(voting.needed(seats) - 1, seats)

    def test_nine_members_take_five(self) -> None:
        assert voting.needed(9) == 5
        assert not voting.quorum(4, 9)


class TestWords:
    def tally(self, *votes: tuple[str, str, str], presiding: int = 1) -> Tally:
        return voting.count([Cast(pk, n, g, c) for pk, (n, g, c) in enumerate(votes, start=1)], presiding)

    def test_the_losing_side_is_named_by_party_with_a_number(self) -> None:
        tally = self.tally(*[(f"M{n}", "Ap", "for") for n in range(7)], ("Øyvind", "H", "against"))
        with_words = voting.words(tally)
        assert "H (1)" in with_words
        assert "Øyvind" not in with_words
        assert "Ap" not in with_words

    def test_where_a_party_splits_people_are_named(self) -> None:
        tally = self.tally(("Anne", "Ap", "for"), ("Bo", "Ap", "for"), ("Carl", "Ap", "against"))
        assert "Ap (1: Carl)" in voting.words(tally)

    def test_a_casting_vote_is_said(self) -> None:
        tally = self.tally(("Anne", "Ap", "against"), ("Bo", "H", "for"))
        assert not tally.adopted
        assert "11-9" in voting.words(tally)
        assert "H (1)" in voting.words(tally)

    def test_unanimous_has_no_losing_side(self) -> None:
        tally = self.tally(("Anne", "Ap", "for"), ("Bo", "H", "for"))
        assert tally.unanimous
        assert "Ap" not in voting.words(tally)

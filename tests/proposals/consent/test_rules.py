"""When a conclusion stands (R24): seats, answers and days in any order, held against the rule said another way."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.organisation.enums import Part, Role
from proposals.consent.rules import Said, Seat, Terms, judge, working_days_after

LEADER = Seat(1, Role.LEADER, Part.ADMINISTRATION)
UNION = Seat(2, Role.UNION_REPRESENTATIVE, Part.UNION)
SAFETY = Seat(3, Role.SAFETY_REPRESENTATIVE)
LMU = (LEADER, UNION, SAFETY)
MONDAY = date(2026, 11, 2)


def verdict(said: dict[int, bool], *, day: date = MONDAY, seats: tuple[Seat, ...] = LMU, **more: object):
    given = {pk: Said(pk * 10, agrees) for pk, agrees in said.items()}
    told = {seat.pk: MONDAY for seat in seats}
    return judge(seats, given, told, concluded_on=MONDAY, today=day, **more)  # type: ignore[arg-type]


def test_all_yes_stands_at_once() -> None:
    assert verdict({1: True, 2: True, 3: True}).stands


@pytest.mark.parametrize("said", [{1: True}, {2: True}, {3: True}, {1: True, 3: True}, {2: True, 3: True}, {}])
def test_silence_of_leader_or_union_is_never_a_yes(said: dict[int, bool]) -> None:
    for days in (0, 8, 15, 400):
        assert not verdict(said, day=MONDAY + timedelta(days=days)).stands
    assert not verdict(said, day=MONDAY + timedelta(days=14)).disputed
    assert verdict(said, day=MONDAY + timedelta(days=15)).disputed


def test_the_others_have_five_working_days() -> None:
    said = {1: True, 2: True}
    assert not verdict(said, day=date(2026, 11, 9)).stands  # the fifth working day: still time
    assert verdict(said, day=date(2026, 11, 10)).stands
    assert verdict(said).lapses_on == date(2026, 11, 9)
    assert verdict(said, day=date(2026, 11, 10)).silent == (3,)
    assert not verdict(said, day=date(2026, 11, 10), terms=Terms(objection_days=6)).stands


def test_holidays_are_no_working_days() -> None:
    assert working_days_after(date(2026, 12, 22), 5) == date(2027, 1, 4)  # Christmas, two eves, New Year's Day
    assert working_days_after(date(2026, 3, 31), 1) == date(2026, 4, 1)
    assert working_days_after(date(2026, 4, 1), 1) == date(2026, 4, 7)  # Easter


@pytest.mark.parametrize("who", [1, 2, 3])
def test_one_objection_is_disagreement(who: int) -> None:
    said = {1: True, 2: True, 3: True} | {who: False}
    for day in (MONDAY, date(2026, 12, 1)):
        found = verdict(said, day=day)
        assert (found.stands, found.disputed, found.objections) == (False, True, (who,))


def test_the_safety_representative_answers_where_no_union_seat_is_filled() -> None:
    assert not verdict({1: True, 3: True}, day=date(2026, 12, 1)).stands
    assert verdict({1: True, 3: True}, seats=(LEADER, SAFETY)).stands
    assert not verdict({1: True}, seats=(LEADER,), day=date(2027, 1, 1)).stands


def test_and_in_matters_of_the_working_environment() -> None:
    found = verdict({1: True, 3: True}, day=date(2026, 11, 10), environment=True)
    assert (found.stands, found.silent) == (True, (2,))
    assert not verdict({1: True, 3: True, 2: False}, day=date(2026, 11, 10), environment=True).stands


def test_one_person_does_not_agree_with_themselves() -> None:
    said = {1: Said(7, True), 2: Said(7, True), 3: Said(7, True)}
    told = {seat.pk: MONDAY for seat in LMU}
    assert not judge(LMU, said, told, concluded_on=MONDAY, today=date(2027, 1, 1)).stands
    assert judge(LMU, said | {2: Said(8, True)}, told, concluded_on=MONDAY, today=MONDAY).stands


def test_a_deputy_leader_answers_only_where_nobody_leads() -> None:
    second = Seat(4, Role.DEPUTY_LEADER)
    assert not verdict({4: True, 2: True, 3: True}, seats=(*LMU, second), day=date(2027, 1, 1)).stands
    assert verdict({4: True, 2: True, 3: True}, seats=(second, UNION, SAFETY)).stands


def test_whoever_has_not_been_told_holds_it_up() -> None:
    told = {1: MONDAY, 2: MONDAY}
    said = {1: Said(10, True), 2: Said(20, True)}
    found = judge(LMU, said, told, concluded_on=MONDAY, today=date(2027, 1, 1))
    assert (found.stands, found.lapses_on) == (False, None)


ROLES = st.sampled_from(
    [(Role.LEADER, Part.ADMINISTRATION), (Role.DEPUTY_LEADER, ""), (Role.MEMBER, Part.UNION), (Role.MEMBER, ""),
     (Role.UNION_REPRESENTATIVE, Part.UNION), (Role.SAFETY_REPRESENTATIVE, "")]
)  # fmt: skip
#: For a seat: what was said (None: nothing), by which of three people, and when it was told (None: not yet).
ANSWERS = st.tuples(st.sampled_from([True, True, True, False, None]), st.integers(0, 3), st.none() | st.integers(0, 20))


@given(
    table=st.lists(st.tuples(ROLES, ANSWERS), max_size=6),
    gone=st.lists(st.booleans(), max_size=3),
    days=st.integers(0, 40),
    environment=st.booleans(),
)
def test_the_rule_said_another_way(
    table: list[tuple[tuple[Role, str], tuple[bool | None, int, int | None]]],
    gone: list[bool],
    days: int,
    environment: bool,
) -> None:
    seats = [Seat(pk, role, str(part)) for pk, ((role, part), _answer) in enumerate(table)]
    # What was said for seats that are not there any more is in what is given, and counts for nothing.
    said = {900 + n: Said(99, agrees) for n, agrees in enumerate(gone)}
    said |= {pk: Said(who, agrees) for pk, (_role, (agrees, who, _told)) in enumerate(table) if agrees is not None}
    told = {pk: MONDAY + timedelta(days=when) for pk, (_r, (_a, _w, when)) in enumerate(table) if when is not None}
    today = MONDAY + timedelta(days=days)
    found = judge(seats, said, told, concluded_on=MONDAY, today=today, environment=environment)

    has_leader = any(seat.role == Role.LEADER for seat in seats)
    lead = Role.LEADER if has_leader else Role.DEPUTY_LEADER
    staff = [s for s in seats if s.role != lead and (s.part == Part.UNION or s.role == Role.UNION_REPRESENTATIVE)]
    if environment or not staff:
        staff += [s for s in seats if s.role == Role.SAFETY_REPRESENTATIVE]
    yes = {seat.pk: said[seat.pk].person for seat in seats if seat.pk in said and said[seat.pk].agrees}
    pairs = [
        (a, b)
        for a in seats if a.role == lead and a.pk in yes
        for b in staff if b.pk in yes and yes[a.pk] != yes[b.pk]
    ]  # fmt: skip
    no = [seat.pk for seat in seats if seat.pk in said and not said[seat.pk].agrees]
    silent = [seat.pk for seat in seats if seat.pk not in said]
    patient = [pk for pk in silent if pk not in told or today <= working_days_after(told[pk], 5)]
    assert found.stands == (bool(pairs) and not no and not patient)
    assert list(found.objections) == no
    assert list(found.silent) == silent
    assert found.disputed == (bool(no) or (not pairs and days > 14))
    # Nothing stands and is disputed at once, and silence alone never makes anything stand.
    assert not (found.stands and found.disputed)
    assert not found.stands or len(yes) >= 2

"""Who reads what of an agenda, and when: role, access of the case, doors and time, all of them together (R8, R25).

One meeting of an open body with an item of every kind is walked from planned to minuted, and every question there is
about its items is held to one rule written out here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core.models import AgendaItem, Decision, Meeting, Recusal
from forum.meetings.core.queries import item_lines
from forum.meetings.core.readable_items import decided_for, decisions_are_out, may_read, own_items, readable_items
from forum.meetings.enums import Doors
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.organisation.models import Body
from portal.search.facets import Wanted
from portal.search.queries import search
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import plan
from trepart import clock
from trepart.access import policy
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

WORD = "matrisesak"
BASIS = "koml. § 11-5 (3) a"
ACCESS = (None, CaseAccess.PUBLIC, CaseAccess.EMPLOYEES, CaseAccess.RECEIVER)
TIMES = ("planned", "called", "in session", "ended", "published")
#: Those who take part: members, whoever was called for the whole meeting, and the secretary.
INSIDE = {"member", "called deputy", "secretary"}


@dataclass(frozen=True)
class Kind:
    """What an item is: the access of its case (None without one), its doors, whether a deputy was called for it."""

    access: CaseAccess | None
    doors: Doors
    own: bool = False

    @property
    def title(self) -> str:
        return f"{WORD} {self.access or 'uten sak'} {self.doors.value} {'egen' if self.own else ''}".strip()

    @property
    def withheld(self) -> bool:
        return self.doors != Doors.OPEN or self.access == CaseAccess.RECEIVER


KINDS = [Kind(access, doors) for access, doors in product(ACCESS, Doors)] + [Kind(None, Doors.CLOSED, own=True)]


def reads(role: str, kind: Kind, time: str) -> bool:
    """Say whether somebody reads the words of an item: the rule."""
    if time == "planned":
        return False
    return not kind.withheld or role in INSIDE or (role == "deputy for one item" and kind.own)


def knows_decision(role: str, kind: Kind, time: str) -> bool:
    """Say whether somebody may know what was decided in it: the rule."""
    if time not in ("ended", "published") or not reads(role, kind, time):
        return False
    return time == "published" or role in INSIDE or (role == "deputy for one item" and kind.own)


def meeting_of_every_kind(town: Municipality) -> Meeting:
    meeting = plan(town)
    for kind in KINDS:
        case: Case | None = None
        if kind.access is not None:
            case = cases.open_case(title=kind.title, actor=town.secretary, access=kind.access)
            Case.objects.filter(pk=case.pk, access=CaseAccess.RECEIVER).update(access_basis="offl. § 13")
        item = agenda.add_item(meeting, title=kind.title, recommendation="Ja.", case=case, actor=town.secretary)
        shut = {"closed_basis": BASIS, "public_title": "Utad"} if kind.doors != Doors.OPEN else {}
        AgendaItem.objects.filter(pk=item.pk).update(doors=kind.doors, **shut)
        if kind.own:
            Recusal.objects.create(
                item=item, membership=town.membership(town.union[1]), basis="fvl. § 6",
                deputy=town.membership(town.deputies["employees"][1]),
            )  # fmt: skip
    return meeting


def walked(meeting: Meeting, town: Municipality) -> Iterator[str]:
    """Take the meeting through every time there is, and stop at each."""
    yield "planned"
    perform(meeting, "call", actor=town.secretary)
    yield "called"
    deputy = town.membership(town.deputies["employees"][0])
    absent = Row(town.membership(town.union[2]), present=False, reason="Forfall", deputy=deputy)
    rows = [row for row in roll_call.all_met(meeting) if row.membership.person != town.union[2]]
    roll_call.set_attendance(meeting, rows=[*rows, absent], actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", data={"other_day": "on"}, actor=town.secretary)
    yield "in session"
    for item in meeting.items.all():
        Decision.objects.create(item=item, text=f"{WORD} avgjort", resolution=Resolution.NOTED)
    perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
    yield "ended"
    closed = meeting.items.filter(doors=Doors.PROPOSED)
    closed.update(doors=Doors.CLOSED)  # the body answered: nothing else is published
    for item in meeting.items.filter(doors=Doors.CLOSED):
        item.door_periods.create(basis=BASIS, settled="agreed", opened_at=clock.now() + timedelta(minutes=1))
    decision_lists.publish(Meeting.objects.get(pk=meeting.pk), actor=town.secretary)
    yield "published"


def test_every_question_about_every_item_at_every_time_has_one_answer(town: Municipality) -> None:
    people: dict[str, Any] = {
        "public": AnonymousUser(), "outsider": town.outsider, "employee": town.employee(0),
        "member": town.elected[3], "called deputy": town.deputies["employees"][0],
        "deputy for one item": town.deputies["employees"][1], "secretary": town.secretary,
    }  # fmt: skip
    meeting = meeting_of_every_kind(town)
    kinds = {kind.title: kind for kind in KINDS}
    wrong: list[tuple[str, ...]] = []
    seen_times = []
    for time in walked(meeting, town):
        seen_times.append(time)
        fresh = Meeting.objects.select_related("body").get(pk=meeting.pk)
        rows = list(
            AgendaItem.objects.filter(meeting=meeting).select_related("meeting__body", "case", "referral__case")
        )
        listed = set(AgendaItem.objects.filter(meeting=meeting).not_withheld().values_list("pk", flat=True))
        assert listed == {row.pk for row in rows if not row.is_withheld}
        assert decisions_are_out(fresh) == (time == "published")
        for role, person in people.items():
            if role == "called deputy" and TIMES.index(time) < 2:
                continue  # not called yet
            read = dict(
                readable_items(person)
                .filter(meeting=meeting)
                .annotate(known=decided_for(person))
                .values_list("title", "known")
            )
            inside = policy.can(person, "forum.view_closed", fresh)
            lines = {
                line.item.title: line for line in item_lines(fresh, sees_closed=inside, own=own_items(person, fresh))
            }
            found = search(person, Wanted(words=WORD)).found
            searched = {one.title: one.extract for one in found if one.title in kinds}
            for row in rows:
                kind = kinds[row.title]
                expected = (reads(role, kind, time), knows_decision(role, kind, time))
                answers = {"list": (row.title in read, bool(read.get(row.title)))}
                if time != "planned":
                    line = lines[row.title]
                    answers["agenda"] = (not line.hidden, line.decided is not None)
                    answers["one item"] = (may_read(row, person), expected[1])
                    answers["search"] = (row.title in searched, bool(searched.get(row.title)))
                wrong += [(time, role, row.title, name) for name, said in answers.items() if said != expected]
    assert tuple(seen_times) == TIMES
    assert wrong == []


def test_in_a_body_that_keeps_to_itself_the_public_reads_nothing_at_any_time(town: Municipality) -> None:
    Body.objects.filter(pk=town.committee.pk).update(meetings_open=False)
    meeting = meeting_of_every_kind(town)
    for _time in walked(meeting, town):
        for person in (AnonymousUser(), town.outsider):
            assert not readable_items(person).filter(Q(meeting=meeting)).exists()
            assert search(person, Wanted(words=WORD)).total == 0

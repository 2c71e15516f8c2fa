"""Who may read what was closed, and when: role x seat x case x time, asked at every door (R8, R12, R25).

One meeting with three closed cases and one open, held through the services: somebody is found partial, somebody leaves,
a deputy comes for the last case, another for a single one, somebody never came. Every door is held to one rule written
out here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.roll_call import Row
from forum.meetings.case_papers import queries as papers
from forum.meetings.case_papers.permissions import VIEW, WHOLE, WRITE
from forum.meetings.core import participants
from forum.meetings.core.closed import access as closed_access
from forum.meetings.core.models import AgendaItem, Meeting, Recusal
from forum.meetings.core.queries import item_lines
from forum.meetings.core.readable_items import may_read, own_items, readable_items
from forum.meetings.enums import MinutesStatus, RecusalKind
from forum.meetings.minutes.models import Minutes
from forum.meetings.minutes.printing.responses import audience_of
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots
from forum.organisation.enums import MinutesApproval
from forum.organisation.models import Body
from portal.search.facets import Wanted
from portal.search.queries import search
from tests.factories.meetings import close
from tests.factories.organisation import Municipality
from tests.factories.papers import finish
from tests.forum.meetings.test_lifecycle import plan
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]

BASIS = "koml. § 11-5 (2)"
FIRST, PARTIAL, LAST = "Lukketførst", "Lukkethabilitet", "Lukketsist"
CLOSED = (FIRST, PARTIAL, LAST)
TIMES = ("called", "in session", "ended", "minuted")


@dataclass
class Held:
    """The meeting, and who is what in it."""

    meeting: Meeting
    people: dict[str, Any]


def reads(role: str, title: str, time: str) -> bool:
    """Say whether somebody reads a closed case: the rule."""
    if role in ("public", "outsider", "employee"):
        return False
    if role in ("secretary", "member", "chair"):
        return True
    if role == "partial":
        return title != PARTIAL or time == "called"
    if role == "leaver":
        return title != LAST or time == "called"
    if role == "absent":
        return time == "called"
    wanted = {"late deputy": LAST, "deputy for one": PARTIAL}[role]
    return title == wanted and time in ("in session", "ended")


def _people(town: Municipality) -> dict[str, Any]:
    return {
        "public": AnonymousUser(), "outsider": town.outsider, "employee": town.employee(0), "secretary": town.secretary,
        "chair": town.chair, "member": town.elected[3], "partial": town.union[1], "leaver": town.elected[2],
        "absent": town.union[2], "late deputy": town.deputies["municipality"][0],
        "deputy for one": town.deputies["employees"][0],
    }  # fmt: skip


def _item(meeting: Meeting, title: str) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting__body", "case", "referral__case").get(
        meeting=meeting, title=title
    )


def walked(town: Municipality) -> Iterator[tuple[str, Held]]:
    """Hold the meeting, and stop at each time."""
    secretary, meeting = town.secretary, plan(town)
    for title in CLOSED:
        case = cases.open_case(title=title, actor=secretary, access=CaseAccess.PUBLIC)
        Case.objects.filter(pk=case.pk).update(access=CaseAccess.RECEIVER, access_basis="offl. § 13")
        agenda.add_item(
            meeting, title=title, recommendation=f"{title} ja", case=Case.objects.get(pk=case.pk),
            closed_basis=BASIS, public_title="Personalsak", actor=secretary,
        )  # fmt: skip
    folder = _item(meeting, PARTIAL).folder
    assert folder is not None
    facts = "<p>Står åpent.</p><p><mark>hemmelig</mark></p>"
    finish(folder, secretary, facts=facts, public_form="redacted", exempt_basis="offl. § 13")
    held = Held(perform(meeting, "call", actor=secretary), _people(town))
    yield "called", held
    rows = roll_call.all_met(meeting)
    absent = next(i for i, row in enumerate(rows) if row.membership.person == held.people["absent"])
    rows[absent] = Row(rows[absent].membership, present=False, reason="Forfall")
    roll_call.set_attendance(meeting, rows=rows, actor=secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", data={"other_day": "on"}, actor=secretary)
    _treat(meeting, FIRST, secretary)
    recusals.recuse(
        _item(meeting, PARTIAL), membership=town.membership(held.people["partial"]), kind=RecusalKind.PARTIALITY,
        basis="fvl. § 6 første ledd bokstav a", deputy=town.membership(held.people["deputy for one"]), actor=secretary,
    )  # fmt: skip
    _treat(meeting, PARTIAL, secretary)
    movements.leave(
        _item(meeting, LAST), membership=town.membership(held.people["leaver"]),
        deputy=town.membership(held.people["late deputy"]), actor=secretary,
    )  # fmt: skip
    close(_item(meeting, LAST), secretary)
    yield "in session", held
    _decide(meeting, LAST, secretary)
    with clock.at(clock.now() + timedelta(hours=2)):
        perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)
    yield "ended", held
    perform(Minutes.objects.get(meeting=meeting), "publish", actor=secretary)
    yield "minuted", held


def _treat(meeting: Meeting, title: str, secretary: User) -> None:
    close(_item(meeting, title), secretary)
    _decide(meeting, title, secretary)


def _decide(meeting: Meeting, title: str, secretary: User) -> None:
    ballots.record_ballot(_item(meeting, title), actor=secretary)
    item = _item(meeting, title)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.NOTED, actor=secretary)


def test_every_door_gives_one_answer_for_every_role_seat_case_and_time(town: Municipality) -> None:
    wrong: list[tuple[str, ...]] = []
    times = []
    for time, held in walked(town):
        times.append(time)
        for role, person in held.people.items():
            fresh = Meeting.objects.select_related("body").get(pk=held.meeting.pk)
            lines = item_lines(
                fresh, sees_closed=policy.can(person, "forum.view_closed", fresh), own=own_items(person, fresh)
            )
            listed = set(readable_items(person).filter(meeting=fresh).values_list("title", flat=True))
            found = {one.title for one in search(person, Wanted(words="Lukket")).found}
            expected = {title: reads(role, title, time) for title in CLOSED}
            whole = policy.can(person, "forum.view_closed", fresh)
            if whole != all(expected.values()):
                wrong.append((time, role, "all of it"))
            visible = policy.visible_to(person, "forum.view_closed", Meeting.objects.filter(pk=fresh.pk)).exists()
            if visible != whole:
                wrong.append((time, role, "the list of meetings"))
            for title in CLOSED:
                item = _item(fresh, title)
                answers = {
                    "list": title in listed,
                    "one item": may_read(item, person),
                    "agenda": next(not line.hidden for line in lines if line.item.pk == item.pk),
                    "people": isinstance(person, User)
                    and policy.people_who_can("forum.view_closed", item).filter(pk=person.pk).exists(),
                    "search": any(title in one for one in found),
                }
                wrong += [(time, role, title, door) for door, said in answers.items() if said != expected[title]]
            case = _item(fresh, PARTIAL).folder
            assert case is not None
            if policy.can(person, WHOLE, case) != expected[PARTIAL]:
                wrong.append((time, role, "the whole paper"))
            if policy.visible_to(person, WHOLE, Case.objects.filter(pk=case.pk)).exists() != expected[PARTIAL]:
                wrong.append((time, role, "the list of papers"))
            reading = papers.readings_of([_item(fresh, PARTIAL)], person).get(_item(fresh, PARTIAL).pk)
            if (reading is not None and any("hemmelig" in str(one.html) for one in reading.sections)) != expected[
                PARTIAL
            ]:
                wrong.append((time, role, "the paper's words"))
    assert tuple(times) == TIMES
    assert wrong == []


def test_no_page_or_file_says_more(town: Municipality, rf: Any) -> None:
    """Pages, live following, packets, printed files, minutes, extracts: the words of a case one does not read are on
    none of them."""
    roles = ("partial", "late deputy", "deputy for one", "absent", "leaver", "member")
    wrong: list[tuple[str, ...]] = []
    for time, held in walked(town):
        meeting = Meeting.objects.get(pk=held.meeting.pk)
        pages = {
            name: reverse(f"forum:{name}", args=[meeting.pk])
            for name in (
                "meeting_detail", "meeting_follow", "meeting_follow_part", "packet_read", "packet", "minutes_detail",
                "decision_list", "roll_call",
            )
        }  # fmt: skip
        for role in roles:
            client, person = Client(), held.people[role]
            client.force_login(person)
            for name, url in pages.items():
                said = client.get(url, follow=True).content.decode()
                wrong += [
                    (time, role, name, title) for title in CLOSED if title in said and not reads(role, title, time)
                ]
            for title in CLOSED:
                item = _item(meeting, title)
                paper = client.get(reverse("forum:paper", args=[meeting.pk, item.pk])).status_code
                if (paper == 200) != reads(role, title, time):
                    wrong.append((time, role, "paper", title))
                extract = client.get(reverse("forum:extract", args=[meeting.pk, item.pk]))
                if extract.status_code == 200 and not reads(role, title, time):
                    assert title not in extract.content.decode()
            request = rf.get("/")
            request.user = person
            printed = audience_of(request, meeting) == Audience.INTERNAL
            if printed != all(reads(role, title, time) for title in CLOSED):
                wrong.append((time, role, "printed files"))
        if time == "in session":
            follows = Client()
            follows.force_login(held.people["member"])
            assert FIRST in follows.get(pages["meeting_follow"]).content.decode()
    assert wrong == []


def test_a_chair_who_steps_aside_neither_leads_nor_prepares_the_case(town: Municipality) -> None:
    for time, held in walked(town):
        if time != "in session":
            continue
        item = _item(held.meeting, FIRST)
        chair = Client()
        chair.force_login(town.chair)
        where = reverse("forum:meeting_run_item", args=[held.meeting.pk, item.pk])
        assert chair.get(where).status_code == 200
        Recusal.objects.create(
            item=item, membership=town.membership(town.chair), basis="fvl. § 6 første ledd bokstav a"
        )
        draft = reverse("forum:meeting_draft", args=[held.meeting.pk, item.pk])
        act = reverse("forum:meeting_act", args=[held.meeting.pk, item.pk, "orientering"])
        assert chair.get(where).status_code == 404
        assert chair.post(where, {"do": "vote"}).status_code == 404
        assert chair.post(draft, {"text": "x"}).status_code == 404
        assert chair.get(act).status_code == 404
        assert item.folder is not None
        assert not policy.can(town.chair, WRITE, item.folder)
        assert policy.can(town.secretary, WRITE, item.folder)
        return


def test_a_chair_who_stepped_aside_writes_nothing_of_it_in_the_minutes_nor_corrects_it(town: Municipality) -> None:
    for time, held in walked(town):
        if time != "ended":
            continue
        item = _item(held.meeting, FIRST)
        Recusal.objects.create(item=item, membership=town.membership(town.chair), basis="fvl. § 6 andre ledd")
        for person, reads_it in ((town.chair, False), (town.secretary, True)):
            client = Client()
            client.force_login(person)
            for name in ("minutes_edit", "minutes_record"):
                said = client.get(reverse(f"forum:{name}", args=[held.meeting.pk])).content.decode()
                assert (FIRST in said) is reads_it, (name, person)
                assert LAST in said, (name, person)
            one = reverse("forum:minutes_record_decision", args=[held.meeting.pk, item.pk])
            assert client.get(one).status_code == (200 if reads_it else 404)
            sent = client.get(reverse("forum:minutes_edit", args=[held.meeting.pk])).context["form"]
            assert (f"discussion_{item.pk}" in sent.fields) is reads_it
        return


def test_the_party_reads_the_open_part_of_the_paper_where_the_municipality_has_said_so(
    town: Municipality, settings: Any
) -> None:
    for time, held in walked(town):
        if time != "in session":
            continue
        case, person = _item(held.meeting, PARTIAL).folder, held.people["partial"]
        assert case is not None
        assert not policy.can(person, VIEW, case)
        settings.PARTY_READS_PAPERS = True
        assert policy.can(person, VIEW, case)
        assert policy.visible_to(person, VIEW, Case.objects.filter(pk=case.pk)).exists()
        assert policy.people_who_can(VIEW, case).filter(pk=person.pk).exists()
        assert not policy.can(person, WHOLE, case)
        Recusal.objects.update(basis="fvl. § 6 andre ledd")
        assert not policy.can(person, VIEW, case)
        return


def test_whoever_is_asked_to_approve_the_minutes_reads_until_they_are_approved(town: Municipality) -> None:
    from forum.meetings.minutes.approvals.models import MinutesSigner

    for time, held in walked(town):
        if time != "minuted":
            continue
        person, item = held.people["late deputy"], _item(held.meeting, LAST)
        assert not policy.can(person, "forum.view_closed", item)
        minutes = Minutes.objects.get(meeting=held.meeting)
        MinutesSigner.objects.create(minutes=minutes, membership=town.membership(person))
        assert policy.can(person, "forum.view_closed", item)
        assert not policy.can(person, "forum.view_closed", _item(held.meeting, FIRST))
        Body.objects.filter(pk=town.committee.pk).update(minutes_approval=MinutesApproval.CHAIR)
        approved = perform(Minutes.objects.get(pk=minutes.pk), "approve", actor=town.chair)
        assert approved.status == MinutesStatus.APPROVED
        assert not policy.can(person, "forum.view_closed", item)


def test_what_is_asked_costs_the_same_for_one_closed_case_and_for_many(
    town: Municipality, django_assert_max_num_queries: Any
) -> None:
    for _time, held in walked(town):
        with django_assert_max_num_queries(12):
            own_items(User.objects.get(pk=held.people["late deputy"].pk), held.meeting)


def test_whoever_is_out_of_a_case_does_not_read_it_for_having_come_in_another(town: Municipality) -> None:
    """Out of one case, then gone for good, and back in a third: at the vote in the first, not at the table there."""
    secretary, away = town.secretary, town.elected[2]
    place = town.membership(away)
    for time, held in walked(town):
        if time != "called":
            continue
        meeting = held.meeting
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=secretary)
        perform(Meeting.objects.get(pk=meeting.pk), "open", data={"other_day": "on"}, actor=secretary)
        movements.leave(_item(meeting, FIRST), membership=place, only=True, actor=secretary)
        movements.leave(_item(meeting, PARTIAL), membership=place, actor=secretary)
        movements.come(_item(meeting, LAST), membership=place, actor=secretary)
        for title in CLOSED:
            _treat(meeting, title, secretary)
        there = {
            title: away.pk in {voter.membership.person_id for voter in participants.at_the_table(meeting, item)}
            for title in CLOSED
            for item in [_item(meeting, title)]
        }
        assert there == {FIRST: False, PARTIAL: True, LAST: True}
        kept = set(readable_items(away).filter(meeting=meeting).values_list("title", flat=True)) & set(CLOSED)
        assert kept == {title for title, was in there.items() if was}
        assert [away.pk in closed_access.readers_of_item(_item(meeting, title)) for title in CLOSED] == [
            *there.values()
        ]
        return

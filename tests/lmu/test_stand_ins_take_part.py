"""A stand-in takes the leader's place in what a group agrees on, and is written down as who it was (R24)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.enums import MeetingStatus
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.organisation.enums import Part, Role
from forum.organisation.models import StandIn
from forum.organisation.services import memberships, stand_ins
from lmu.models import LogSheet
from proposals.models import Position, Proposal
from tests.factories.consent import disagree, take
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.refusals import InvalidInput, NotPermitted
from trepart.workflow import perform

Propose = Callable[..., Proposal]


def lend(town: Municipality, person: User | None = None, *, begins: int = -3, days: int = 7) -> StandIn:
    leader = town.lmu_leader(0)
    day = clock.today() + timedelta(days=begins)
    return stand_ins.start_stand_in(
        place=town.membership(leader, town.lmus[0]), person=person or town.employee(0, 1), valid_from=day,
        valid_to=day + timedelta(days=days), actor=leader,
    )  # fmt: skip


def seat(town: Municipality, number: int) -> int:
    return town.membership(town.lmu_members[0][number], town.lmus[0]).pk


def begun(town: Municipality, propose: Propose) -> Proposal:
    proposal = propose()
    return perform(proposal, "begin", actor=town.lmu_leader(0), data={"access": "employees"})


def agree(proposal: Proposal, actor: User, name: str = "turn_down", **data: Any) -> Proposal:
    given = {"held_on": clock.today(), "answer": "Ikke nå."} | data
    return take(Proposal.objects.get(pk=proposal.pk), name, actor=actor, data=given)


def refused(proposal: Proposal, actor: User, **data: Any) -> dict[str, Any]:
    with pytest.raises(InvalidInput) as refusal:
        agree(proposal, actor, **data)
    return {
        name: [error.code or "" for error in errors.as_data()] for name, errors in refusal.value.form.errors.items()
    }


def test_the_stand_in_counts_as_the_leader_and_is_written_down_as_who_it_was(
    town: Municipality, propose: Propose
) -> None:
    stand_in = lend(town)
    proposal = begun(town, propose)
    done = agree(proposal, stand_in.person, participants=[seat(town, 1), seat(town, 2)], stand_ins=[stand_in.pk])
    assert done.status == "declined"
    meeting = Meeting.objects.get(status=MeetingStatus.ENDED)
    leaders = town.membership(town.lmu_leader(0), town.lmus[0])
    row = Attendance.objects.get(meeting=meeting, membership=leaders)
    assert (row.present, row.stand_in, row.who) == (True, stand_in, stand_in.person)
    assert meeting.presiding == leaders
    document = build(meeting, Audience.INTERNAL)
    names = {line.name: line.note for line in document.present}
    assert town.lmu_leader(0).name not in names
    assert names[stand_in.person.name] == f"leader, standing in for {town.lmu_leader(0).name}"
    assert document.presiding == ""  # a log says who took part, not who chaired: nobody has written that
    event = Event.objects.get(action="proposals.declined")
    assert event.data["stand_ins"] == [stand_in.pk]
    assert event.data["participants"] == [leaders.pk, seat(town, 1), seat(town, 2)]
    # Carried out by the portal for the LMU; who wrote it, and in whose place, stands where it was written.
    assert (event.actor, event.acting_label) == (None, town.lmus[0].name)
    written = Event.objects.get(action="proposals.concluded")
    assert (written.actor, "for" in written.acting_label) == (stand_in.person, True)


def test_somebody_has_met(town: Municipality, propose: Propose) -> None:
    stand_in = lend(town)
    assert refused(begun(town, propose), stand_in.person) == {"participants": ["required"]}


def test_one_place_is_taken_once(town: Municipality, propose: Propose) -> None:
    stand_in = lend(town)
    proposal = begun(town, propose)
    both = [seat(town, 0), seat(town, 1)]
    assert list(refused(proposal, stand_in.person, participants=both, stand_ins=[stand_in.pk])) == ["stand_ins"]


def test_nobody_agrees_with_oneself(town: Municipality, propose: Propose) -> None:
    """Whoever stands in for the leader is chosen as union representative meanwhile: then somebody else must
    speak for the employees."""
    stand_in = lend(town)
    own = memberships.start_membership(
        person=stand_in.person, body=town.lmus[0], role=Role.UNION_REPRESENTATIVE, part=Part.UNION, actor=None
    )
    proposal = begun(town, propose)
    alone = refused(proposal, stand_in.person, participants=[own.pk], stand_ins=[stand_in.pk])
    assert "stand_ins" in alone
    done = agree(proposal, stand_in.person, participants=[seat(town, 2)], stand_ins=[stand_in.pk])
    assert done.status == "declined"


@pytest.mark.parametrize(("begins", "days", "held"), [(-10, 3, 0), (-2, 4, -5)])
def test_on_a_day_outside_the_agreement_the_stand_in_takes_no_place(
    town: Municipality, propose: Propose, begins: int, days: int, held: int
) -> None:
    stand_in = _past(town, begins, days)
    proposal = begun(town, propose)
    with clock.at(clock.now() + timedelta(seconds=1)):
        got = refused(
            proposal, town.lmu_leader(0), participants=[seat(town, 1)], stand_ins=[stand_in.pk],
            held_on=clock.today() + timedelta(days=held),
        )  # fmt: skip
    assert "stand_ins" in got


def _past(town: Municipality, begins: int, days: int) -> StandIn:
    with clock.at(clock.now() + timedelta(days=begins)):
        return lend(town, begins=0, days=days)


def test_what_was_agreed_with_a_stand_in_is_written_down_afterwards_by_the_leader(
    town: Municipality, propose: Propose
) -> None:
    stand_in = _past(town, -10, 3)
    proposal = begun(town, propose)
    day = clock.today() - timedelta(days=8)
    done = agree(
        proposal, town.lmu_leader(0), participants=[seat(town, 1)], stand_ins=[stand_in.pk], held_on=day
    )  # fmt: skip
    assert done.status == "declined"
    with pytest.raises(NotPermitted):
        agree(begun(town, propose), stand_in.person, participants=[seat(town, 1)], stand_ins=[stand_in.pk])


def test_somebody_elses_stand_in_is_no_choice(town: Municipality, propose: Propose) -> None:
    lend(town)
    leader = town.lmu_leader(1)
    other = stand_ins.start_stand_in(
        place=town.membership(leader, town.lmus[1]), person=town.employee(1), valid_from=clock.today(),
        valid_to=clock.today() + timedelta(days=3), actor=leader,
    )  # fmt: skip
    proposal = begun(town, propose)
    got = refused(proposal, town.lmu_leader(0), participants=[seat(town, 1)], stand_ins=[other.pk])
    assert got["stand_ins"] == ["invalid_choice"]


def test_positions_say_who_held_them(town: Municipality, propose: Propose) -> None:
    stand_in = lend(town)
    proposal = begun(town, propose)
    leaders = town.membership(town.lmu_leader(0), town.lmus[0])
    union, safety = town.lmu_members[0][1:]
    disagree(
        Proposal.objects.get(pk=proposal.pk), writer=union, objections={stand_in.person: "Vi har ikke folk."},
        answer="Vi ble ikke enige.", participants=[seat(town, 1)], stand_ins=[stand_in.pk], held_on=clock.today(),
    )  # fmt: skip
    held = {position.who: (position.membership_id, position.text) for position in Position.objects.all()}
    assert held == {
        stand_in.person.name: (leaders.pk, "Vi har ikke folk."),
        union.name: (seat(town, 1), "Enig i den foreløpige konklusjonen."),
        safety.name: (seat(town, 2), "Har ikke svart."),
    }
    client = Client()
    client.force_login(town.coordination_secretary)
    html = client.get(proposal.get_absolute_url()).content.decode()
    assert f"stedfortreder for {town.lmu_leader(0).name}" in html


def test_the_quick_log_opens_with_the_stand_in_in_the_leaders_place(town: Municipality, client: Client) -> None:
    stand_in = lend(town)
    client.force_login(stand_in.person)
    url = reverse("lmu:log", args=[town.lmus[0].slug])
    form = client.get(url).context["form"]
    assert form["stand_ins"].value() == [stand_in.pk]
    assert set(form["present"].value()) == {seat(town, 1), seat(town, 2)}
    data = {
        "key": str(uuid.uuid4()), "rows": 1, "held_on": clock.today().isoformat(), "present": [seat(town, 1)],
        "stand_ins": [stand_in.pk], "title_1": "Vaktlista", "agreed_1": "Vi bytter.",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    meeting = Meeting.objects.get()
    assert sorted(row.who.name for row in meeting.attendances.filter(present=True)) == sorted(
        [stand_in.person.name, town.lmu_members[0][1].name]
    )
    page = client.get(reverse("lmu:detail", args=[town.lmus[0].slug])).content.decode()
    assert stand_in.person.name in page
    shown = client.get(meeting.get_absolute_url()).content.decode()
    assert f"stedfortreder for {town.lmu_leader(0).name}" in shown


def test_what_was_agreed_with_a_stand_in_is_handed_along_to_the_answer(
    town: Municipality, propose: Propose, client: Client
) -> None:
    stand_in = lend(town)
    proposal = begun(town, propose)
    client.force_login(stand_in.person)
    data = {
        "key": str(uuid.uuid4()),
        "rows": 1,
        "held_on": clock.today().isoformat(),
        "present": [seat(town, 1)],
        "stand_ins": [stand_in.pk],
        "title_1": "",
        "proposal_1": proposal.referral.pk,
        "agreed_1": "Nei.",
        "step_1": "turn_down",
    }
    answer = client.post(reverse("lmu:log", args=[town.lmus[0].slug]), data, follow=True)
    sheet = LogSheet.objects.get()
    assert sheet.stand_ins == [stand_in.pk]
    form = answer.context["form"]
    assert [int(pk) for pk in form["stand_ins"].value()] == [stand_in.pk]
    assert [int(pk) for pk in form["participants"].value()] == [seat(town, 1)]


def test_where_nobody_stands_in_nobody_is_asked(town: Municipality, client: Client) -> None:
    client.force_login(town.lmu_leader(0))
    form = client.get(reverse("lmu:log", args=[town.lmus[0].slug])).context["form"]
    assert "stand_ins" not in form.fields
    with pytest.raises(ValidationError):
        # Whom others have chosen has no stand-in to begin with.
        stand_ins.start_stand_in(
            place=town.membership(town.lmu_members[0][1], town.lmus[0]),
            person=town.employee(),
            valid_from=clock.today(),
            valid_to=clock.today(),
            actor=town.administrator,
        )

"""What a group does not agree on goes up, and stands in its log as the disagreement it was (R24)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience
from proposals.consent import services
from proposals.consent.models import Conclusion
from proposals.models import Position
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access.models import User
from trepart.refusals import GuardRefused
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def say(conclusion: Conclusion, who: User, agrees: bool = True, text: str = "") -> Conclusion:
    return services.take_position(conclusion, agrees=agrees, text=text, actor=who)


@pytest.fixture
def people(road: Road) -> list[User]:
    road.begin()
    return road.town.lmu_members[0]


def test_a_disagreement_stands_in_the_log_as_one(road: Road, people: list[User], client: Client) -> None:
    """Who met is those who were ticked, what each held is what they wrote themselves: for the group alone."""
    leader, union, safety = people
    there = [road.town.membership(person, road.lmu).pk for person in (leader, union)]
    data = {"participants": there, "held_on": clock.today(), "answer": "Vi har ikke plass."}
    conclusion = services.conclude(road.fresh(), "turn_down", actor=leader, data=data)
    say(conclusion, union, False, "Vi kan flytte lageret.")
    perform(conclusion, "send_up", actor=safety, data={"answer": "Vi ble ikke enige."})
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.body) == (MeetingKind.LOG, road.lmu)
    assert {a.who: a.present for a in meeting.attendances.all()} == {leader: True, union: True, safety: False}
    inside, outside = (building.build(meeting, audience).items[0] for audience in (Audience.INTERNAL, Audience.PUBLIC))
    assert (inside.heading, inside.decision, inside.title) == ("Uenighet", "Vi ble ikke enige.", road.proposal.title)
    assert inside.positions == (
        (leader.name, "Enig i den foreløpige konklusjonen."),
        (union.name, "Vi kan flytte lageret."),
        (safety.name, "Har ikke svart."),
    )
    # What they were to agree on stands with what each held: without it "agrees" says nothing.
    assert inside.disagreed_about == ("Avslå", "Vi har ikke plass.")
    assert (outside.heading, outside.positions, outside.disagreed_about) == ("Uenighet", (), ())
    client.force_login(safety)
    assert "Uenighet" in client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    for who, reads in ((leader, True), (road.town.employee(0, 1), False)):
        client.force_login(who)
        page = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
        assert ("Vi kan flytte lageret." in page) == reads
    assert "kke enige" in client.get(reverse("lmu:detail", args=[road.lmu.slug])).content.decode()


@pytest.mark.parametrize(("name", "data"), [("elsewhere", {"belongs_to": "Fylket"}), ("pass_on", {"unit": None})])
def test_what_came_of_no_meeting_writes_none(road: Road, people: list[User], name: str, data: dict[str, Any]) -> None:
    filled = {key: value or road.town.units[1].pk for key, value in data.items()}
    conclusion = services.conclude(road.fresh(), name, actor=people[0], data={"answer": "Svar.", **filled})
    say(conclusion, people[1], False, "Det er vårt.")
    perform(conclusion, "send_up", actor=people[1], data={"answer": "Vi ble ikke enige."})
    assert road.body == road.town.coordination
    assert Position.objects.count() == 3
    assert not Meeting.objects.exists()


def test_what_nobody_has_read_through_is_not_sent_up(road: Road) -> None:
    leader, union, _safety = road.town.lmu_members[0]
    conclusion = services.conclude(
        road.fresh(), "elsewhere", actor=leader, data={"answer": "Svar.", "belongs_to": "Fylket"}
    )
    say(conclusion, union, False, "Det er vårt.")
    with pytest.raises(GuardRefused, match="Begynn"):
        perform(conclusion, "send_up", actor=union, data={"answer": "Vi ble ikke enige."})
    road.begin()
    perform(conclusion, "send_up", actor=union, data={"answer": "Vi ble ikke enige."})
    assert road.body == road.town.coordination


def test_the_body_above_reads_what_was_disagreed_about(road: Road, people: list[User], client: Client) -> None:
    """The conclusion, its words, and what each seat held: to those who have the proposal, and to nobody else."""
    leader, union, safety = people
    data = {"participants": road.table(), "held_on": clock.today(), "answer": "Vi har ikke plass til flere."}
    conclusion = services.conclude(road.fresh(), "turn_down", actor=leader, data=data)
    say(conclusion, union, False, "Vi kan flytte lageret.")
    # Another conclusion that was taken back is not what they disagreed about.
    perform(conclusion, "take_back", actor=leader, data={"reason": "Vi skriver den om."})
    again = services.conclude(road.fresh(), "turn_down", actor=leader, data={**data, "answer": "Det blir for trangt."})
    say(again, union, False, "Vi kan flytte lageret.")
    perform(again, "send_up", actor=safety, data={"answer": "Vi ble ikke enige."})
    step = reverse("proposals:step", args=[road.proposal.case_id, "recommend"])
    for address in (road.proposal.get_absolute_url(), step):
        client.force_login(road.town.coordination_leader)
        page = client.get(address).content.decode()
        for words in ("Det blir for trangt.", "Avslå", "Vi kan flytte lageret.", "Har ikke svart.", leader.name):
            assert words in page, (address, words)
        assert "Vi har ikke plass til flere." not in page
    for who in (road.proposer, road.town.employee(0, 1), road.town.employee(1)):
        client.force_login(who)
        page = client.get(road.proposal.get_absolute_url()).content.decode()
        assert "Det blir for trangt." not in page


def test_what_was_written_to_the_body_above_reaches_it(road: Road, people: list[User], client: Client) -> None:
    leader, union, safety = people
    said = {"answer": "Vi sender det videre.", "note": "Husk brannkravene."}
    conclusion = services.conclude(
        road.fresh(), "forward", actor=leader, data={"participants": road.table(), "held_on": clock.today(), **said}
    )
    say(conclusion, union, False, "Vi kan flytte lageret.")
    perform(conclusion, "send_up", actor=safety, data={"answer": "Vi ble ikke enige."})
    address = road.proposal.get_absolute_url()
    client.force_login(road.town.coordination_leader)
    assert "Husk brannkravene." in client.get(address).content.decode()
    client.force_login(road.proposer)
    assert "Husk brannkravene." not in client.get(address).content.decode()

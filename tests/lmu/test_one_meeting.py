"""One meeting is one meeting: all its points on one page, and what was concluded written into it as it stands (R24)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience
from forum.organisation.models import Membership
from lmu import services
from proposals.consent import services as consent
from proposals.models import Conclusion, Proposal
from tests.factories.at_once import together
from tests.factories.consent import everybody_agrees
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.workflow import perform

Propose = Callable[..., Proposal]


def seats(town: Municipality, *who: int) -> list[Membership]:
    return [town.membership(town.lmu_members[0][n], town.lmus[0]) for n in who or (0, 1, 2)]


def begun(town: Municipality, propose: Propose, title: str) -> Proposal:
    proposal: Proposal = perform(propose(0, title), "begin", actor=town.lmu_leader(), data={"access": "employees"})
    return proposal


def conclude(
    town: Municipality, proposal: Proposal, *, who: tuple[int, ...] = (), days: int = 0, **more: Any
) -> Conclusion:
    data = {
        "participants": [seat.pk for seat in seats(town, *who)], "held_on": clock.today() - timedelta(days=days),
        "answer": f"Svar: {proposal.title}", **more,
    }  # fmt: skip
    fresh = Proposal.objects.select_related("case").get(pk=proposal.pk)
    return consent.conclude(fresh, "turn_down", actor=town.lmu_leader(), data=data)


def logged(town: Municipality, *proposals: Proposal) -> Meeting:
    """A screen with something else first, and then a conclusion on each of ``proposals``."""
    rows = [services.Taken("Vaktlista", "Vi bytter på torsdag.")]
    rows += [services.Taken(p.title, "Vi gjør det ikke.", p.case.referrals.get(), "turn_down") for p in proposals]
    sheet = services.write_log(
        key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(), present=seats(town), taken=rows,
        actor=town.lmu_leader(),
    )  # fmt: skip
    assert sheet.meeting is not None
    return sheet.meeting


def printed(meeting: Meeting) -> list[tuple[str, str, str]]:
    document = building.build(Meeting.objects.get(pk=meeting.pk), Audience.INTERNAL)
    return [(item.title, item.heading, item.decision) for item in document.items]


NOTHING = ("No conclusion yet", "What is concluded is written here when it stands.")


def test_what_was_concluded_is_written_into_the_meeting_as_it_stands(town: Municipality, propose: Propose) -> None:
    one, two = begun(town, propose, "Sykkelstativ"), begun(town, propose, "Kaffetrakter")
    meeting = logged(town, one, two)
    first = ("Vaktlista", "Summary", "Vi bytter på torsdag.")
    assert printed(meeting) == [first, ("Sykkelstativ", *NOTHING), ("Kaffetrakter", *NOTHING)]
    waiting = conclude(town, two)
    assert printed(meeting) == [first, ("Sykkelstativ", *NOTHING), ("Kaffetrakter", *NOTHING)]
    everybody_agrees(waiting)
    everybody_agrees(conclude(town, one))
    assert printed(meeting) == [
        first, ("Sykkelstativ", "Agreed", "Svar: Sykkelstativ"), ("Kaffetrakter", "Agreed", "Svar: Kaffetrakter"),
    ]  # fmt: skip
    assert list(Meeting.objects.all()) == [meeting]
    told = Event.objects.about(meeting).filter(action="forum.log_completed")
    assert [event.actor for event in told] == [town.lmu_leader()] * 2


def test_a_disagreement_is_written_into_it_too(town: Municipality, propose: Propose) -> None:
    proposal = begun(town, propose, "Sykkelstativ")
    meeting = logged(town, proposal)
    conclusion = conclude(town, proposal)
    union = town.lmu_members[0][1]
    consent.take_position(conclusion, agrees=False, text="Vi kan flytte lageret.", actor=union)
    perform(conclusion, "send_up", actor=union, data={"answer": "Vi ble ikke enige."})
    assert printed(meeting)[1] == ("Sykkelstativ", "Disagreement", "Vi ble ikke enige.")
    assert Meeting.objects.count() == 1


def test_without_a_log_those_of_one_day_and_the_same_people_are_one_meeting(
    town: Municipality, propose: Propose
) -> None:
    titles = ("Sykkelstativ", "Kaffetrakter", "Ledlys", "Gapahuk")
    for title, more in zip(titles, ({}, {}, {"who": (0, 1)}, {"days": 1}), strict=True):
        everybody_agrees(conclude(town, begun(town, propose, title), **more))
    found = [[item.title for item in meeting.items.order_by("position")] for meeting in Meeting.objects.order_by("pk")]
    assert found == [["Sykkelstativ", "Kaffetrakter"], ["Ledlys"], ["Gapahuk"]]


def test_what_is_provisional_is_not_read_in_the_log(town: Municipality, propose: Propose, client: Client) -> None:
    """Neither by colleagues nor by the proposer: nothing has happened yet."""
    proposal = begun(town, propose, "Sykkelstativ")
    meeting = logged(town, proposal)
    conclusion = conclude(town, proposal)
    pages = (
        reverse("forum:minutes_detail", args=[meeting.pk]), reverse("lmu:detail", args=[town.lmus[0].slug]),
        meeting.get_absolute_url(), reverse("portal:search") + "?q=ikke",
    )  # fmt: skip
    client.force_login(proposal.proposer)
    for page in pages:
        shown = client.get(page).content.decode()
        assert "Vi gjør det ikke." not in shown
        assert conclusion.answer not in shown
    assert "Ingen konklusjon ennå" in client.get(pages[0]).content.decode()
    assert "Ingen konklusjon ennå" in client.get(pages[1]).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_that_stand_at_the_same_moment_are_one_meeting(town: Municipality, propose: Propose) -> None:
    waiting = [conclude(town, begun(town, propose, title)) for title in ("Sykkelstativ", "Kaffetrakter")]
    union, safety = town.lmu_members[0][1:]
    for conclusion in waiting:
        consent.take_position(conclusion, agrees=True, actor=union)

    def last_yes(conclusion: Conclusion) -> Callable[[], str]:
        return lambda: consent.take_position(conclusion, agrees=True, actor=User.objects.get(pk=safety.pk)).status

    assert together(*map(last_yes, waiting)) == ["stands", "stands"]
    assert Meeting.objects.get().items.count() == 2


def said(meeting: Meeting, audience: Audience) -> list[tuple[str, str]]:
    document = building.build(Meeting.objects.get(pk=meeting.pk), audience)
    return [(item.discussion, item.decision) for item in document.items[1:]]


def test_what_the_log_said_stands_beside_the_answer(town: Municipality, propose: Propose) -> None:
    """The words of the log were replaced by the answer to the proposer, and read nowhere any more."""
    one, two = begun(town, propose, "Sykkelstativ"), begun(town, propose, "Kaffetrakter")
    meeting = logged(town, one, two)
    everybody_agrees(conclude(town, one))
    everybody_agrees(conclude(town, two, answer="Vi gjør det ikke."))
    for audience in Audience:
        assert said(meeting, audience) == [("Vi gjør det ikke.", "Svar: Sykkelstativ"), ("", "Vi gjør det ikke.")]


def test_what_is_not_agreed_on_is_the_bodys_own(town: Municipality, propose: Propose) -> None:
    """Neither while it waits, nor where they did not agree; and what was passed on without a word of it keeps it."""
    one, two = begun(town, propose, "Sykkelstativ"), begun(town, propose, "Kaffetrakter")
    meeting = logged(town, one, two)
    conclusion, union = conclude(town, one), town.lmu_members[0][1]
    words = "Vi gjør det ikke."
    assert [text for text, _answer in said(meeting, Audience.INTERNAL)] == [words, words]
    assert [text for text, _answer in said(meeting, Audience.PUBLIC)] == ["", ""]
    consent.take_position(conclusion, agrees=False, text="Vi kan flytte lageret.", actor=union)
    perform(conclusion, "send_up", actor=union, data={"answer": "Vi ble ikke enige."})
    assert said(meeting, Audience.INTERNAL)[0] == (words, "Vi ble ikke enige.")
    assert said(meeting, Audience.PUBLIC)[0] == ("", "Vi ble ikke enige.")


def test_a_group_that_agrees_is_not_told_of_as_a_committee(
    town: Municipality, propose: Propose, client: Client
) -> None:
    """Its pages said "PS 1/26", "Decisions", who presided, and that what was talked about was taken note of."""
    proposal = begun(town, propose, "Sykkelstativ")
    meeting = logged(town, proposal)
    everybody_agrees(conclude(town, proposal))
    client.force_login(town.lmu_leader())
    year = f"{clock.today():%y}"
    document = building.build(Meeting.objects.get(pk=meeting.pk), Audience.INTERNAL)
    assert [(item.label, item.heading, item.outcome) for item in document.items] == [
        (f"LMU 1/{year}", "Summary", ""), (f"LMU 2/{year}", "Agreed", "declined"),
    ]  # fmt: skip
    for page in (meeting.get_absolute_url(), reverse("forum:minutes_detail", args=[meeting.pk])):
        shown = client.get(page).content.decode()
        assert f"LMU 2/{year}" in shown
        for word in ("PS ", "Vedtak<", "øteleder", "til orientering"):
            assert word not in shown, (page, word)
    found = client.get(reverse("portal:search"), {"q": f"LMU 2/{year}"}).content.decode()
    assert meeting.get_absolute_url() in found

"""Ahead of the municipal council: its list is taken in, and treated item by item."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Referral
from forum.council import services as council_lists
from forum.council import sheet_document
from forum.council.models import CouncilCase, CouncilList
from forum.council.services import Row
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import ItemKind
from forum.meetings.minutes.structure import Audience
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions import settlement
from forum.meetings.session.decisions.forms import DecisionForm, PostponeItemForm
from forum.meetings.session.votes import en_bloc
from forum.organisation.services import body_functions
from tests.factories.council_lists import (
    RAW,
    ROWS,
    day,
    hold,
    take,
    treat_all,
)
from tests.factories.organisation import Municipality
from trepart import clock, languages
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

# Taking in ------------------------------------------------------------------------------------------------------------


def test_every_case_gets_a_folder_a_stay_and_a_place_on_the_agenda(town: Municipality, meeting: Meeting) -> None:
    hat = body_functions.add_function(body=town.committee, name="Planutvalg", actor=town.administrator)
    taken = take(town, meeting, function=hat)
    assert [(c.number, c.title, c.archive_number, c.status) for c in taken.case_list.cases.all()] == [
        ("PS 45/26", "Reguleringsplan for Sagatunet", "26/1234", "received"),
        ("PS 46/26", "Budsjett 2027", "", "received"),
        ("RS 7/26", "Orientering om skolene", "", "received"),
    ]
    items = list(meeting.items.order_by("position"))
    assert [(i.kind, i.title, i.recommendation, i.function) for i in items] == [
        ("PS", "Reguleringsplan for Sagatunet", "Utvalget har ingen merknader.", hat),
        ("PS", "Budsjett 2027", "Utvalget har ingen merknader.", hat),
        ("RS", "Orientering om skolene", "", hat),
    ]
    for item in items:
        assert item.referral is not None
        assert item.case is not None
        assert (item.referral.body, item.referral.due_on, item.referral.status) == (
            town.committee, day(meeting), "open",
        )  # fmt: skip
        assert item.case.access == CaseAccess.PUBLIC
    event = Event.objects.get(action="forum.council_list_taken_in")
    assert (event.actor, event.data["added"], event.root_id) == (town.secretary, 3, meeting.pk)
    assert taken.case_list.raw == RAW


def test_once_more_changes_nothing_and_a_new_title_is_taken_everywhere(town: Municipality, meeting: Meeting) -> None:
    first = take(town, meeting)
    again = take(town, meeting)
    assert (len(again.added), len(again.renamed), len(again.already)) == (0, 0, 3)
    assert again.case_list == first.case_list
    assert meeting.items.count() == 3
    third = take(town, meeting, [Row("45/26", "PS 45/26", "Reguleringsplan for Sagatunet, andre gang"), *ROWS[1:]])
    assert [c.number for c in third.renamed] == ["PS 45/26"]
    one = CouncilCase.objects.select_related("case").get(key="PS 45/26")
    assert one.title == one.case.title == "Reguleringsplan for Sagatunet, andre gang"
    assert meeting.items.get(case=one.case).title == "Reguleringsplan for Sagatunet, andre gang"
    assert one.archive_number == "26/1234"  # what the new list does not say is kept
    assert CouncilList.objects.count() == 1


def test_a_title_of_more_than_200_characters_is_refused_and_never_cut(town: Municipality, meeting: Meeting) -> None:
    title = "Oppvekstplan " * 15 + "2026b"
    assert len(title) == 200
    take(town, meeting, [Row("1/26", "PS 1/26", title)])
    assert CouncilCase.objects.get().title == title
    assert meeting.items.get().title.endswith(title)
    with pytest.raises(GuardRefused, match=r"1/26: .*200"):
        take(town, meeting, [Row("1/26", "PS 1/26", f"{title}c")])
    assert CouncilCase.objects.get().title == title


def test_what_is_refused(town: Municipality, meeting: Meeting) -> None:
    with pytest.raises(NotPermitted):
        take(town, meeting, actor=town.elected[3])
    with pytest.raises(GuardRefused):
        take(town, meeting, [ROWS[0], Row("45/26", "PS 45/26", "Noe annet")])
    with pytest.raises(GuardRefused):
        take(town, meeting, held_on=clock.today() + timedelta(days=3))
    with pytest.raises(GuardRefused):
        take(town, meeting, council=town.coordination)
    with pytest.raises(GuardRefused):
        council_lists.take_in(
            meeting, council=town.council, held_on=day(meeting), rows=[], raw="", source="text", actor=town.secretary
        )
    perform(Meeting.objects.get(pk=meeting.pk), "cancel", actor=town.secretary, data={"reason": "Nei"})
    with pytest.raises(WrongState):
        take(town, meeting)
    assert not CouncilCase.objects.exists()
    assert not CouncilList.objects.exists()
    assert not Referral.objects.exists()


def test_after_the_notice_the_cases_are_late(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting, ROWS[:1])
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
    take(town, meeting, ROWS[:2])
    assert [(i.title, i.late, i.number) for i in meeting.items.order_by("position")] == [
        ("Reguleringsplan for Sagatunet", False, 1),
        ("Budsjett 2027", True, 2),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_at_once_take_each_case_in_once(town: Municipality, meeting: Meeting) -> None:
    def one(_n: int) -> tuple[int, int]:
        try:
            taken = take(town, Meeting.objects.get(pk=meeting.pk))
            return len(taken.added), len(taken.already)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(one, range(4)))
    assert results == [(0, 3), (0, 3), (0, 3), (3, 0)]
    assert CouncilCase.objects.count() == AgendaItem.objects.filter(meeting=meeting).count() == 3


# Treating -------------------------------------------------------------------------------------------------------------


def test_what_is_decided_is_the_view_and_the_stay_is_over(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting)
    treat_all(town, meeting)
    cases = list(CouncilCase.objects.select_related("item").order_by("position"))
    assert [(c.status, c.view) for c in cases] == [
        ("treated", "Uttalelse: Reguleringsplan for Sagatunet."),
        ("treated", "Uttalelse: Budsjett 2027."),
        ("treated", "Tatt til orientering."),
    ]
    assert [(r.status, r.outcome, r.answer) for r in Referral.objects.order_by("pk")] == [
        ("closed", "to_council", "Uttalelse: Reguleringsplan for Sagatunet."),
        ("closed", "to_council", "Uttalelse: Budsjett 2027."),
        ("closed", "noted", "Tatt til orientering."),
    ]
    # Settling again does nothing.
    before = Event.objects.count()
    assert settlement.settle_items(Meeting.objects.get(pk=meeting.pk), town.secretary) == []
    assert Event.objects.count() == before


def test_cases_without_remarks_are_treated_by_one_vote(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting)
    items = []
    for item in hold(town, meeting):
        if item.kind == ItemKind.RS:
            decisions.decide(item, text="Tatt til orientering.", resolution=Resolution.NOTED, actor=town.secretary)
            en_bloc.treat_together(items, actor=town.secretary)
        else:
            items.append(item)
    assert (
        list(CouncilCase.objects.order_by("position").values_list("view", flat=True)[:2])
        == ["Utvalget har ingen merknader."] * 2
    )


def test_a_postponed_case_waits_in_the_queue_and_can_stand_on_the_next_agenda(
    town: Municipality, meeting: Meeting
) -> None:
    take(town, meeting, ROWS[:1])
    for item in hold(town, meeting):
        decisions.decide(item, text="Utsettes.", resolution=Resolution.POSTPONE, actor=town.secretary)
    one = CouncilCase.objects.get()
    assert (one.status, one.view) == ("received", "")
    assert Event.objects.filter(action="forum.case_postponed").count() == 1
    stay = Referral.objects.get()
    assert stay.status == "open"
    with clock.at(clock.now() + timedelta(hours=1)):
        later = services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=25), place="Salen", actor=town.secretary
        )
        assert agenda_services.add_item(later, referral=stay, actor=town.secretary).title == one.title
    sheet = sheet_document.build(one.case_list, Audience.INTERNAL)
    assert sheet.items[0].without == "Ikke behandlet ennå."


def test_nobody_waits_for_a_word_about_a_postponed_case_of_the_councils(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting, ROWS[:1])
    item = next(iter(hold(town, meeting)))
    voters = participants.entitled(item)
    assert "answer" not in PostponeItemForm(item=item, voters=voters).fields
    assert "answer" not in DecisionForm(item=item, resolution=Resolution.POSTPONE, text="").fields
    with languages.municipal():
        assert sheet_document.build(CouncilList.objects.get(), Audience.PUBLIC).title.startswith(
            "Uttalelser til kommunestyret, "
        )
        told = [entry.sentence + entry.bold for entry in timeline.entries(item.case, town.secretary)]
    assert any(" fra kommunestyret, " in sentence for sentence in told), told


def test_the_council_takes_a_case_off_its_list(town: Municipality, meeting: Meeting, client: Client) -> None:
    take(town, meeting)
    one = CouncilCase.objects.get(key="PS 46/26")
    url = reverse("forum:council_case_step", args=[one.pk, "withdraw"])
    client.force_login(town.elected[3])
    assert client.get(url).status_code == 404
    assert client.post(url, {"reason": "x"}).status_code == 404
    client.force_login(town.secretary)
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Trukket av ordføreren."}).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.withdrawn_reason) == ("withdrawn", "Trukket av ordføreren.")
    assert "Budsjett 2027" not in meeting.items.values_list("title", flat=True)
    assert Referral.objects.get(case=one.case).outcome == "withdrawn"
    # Only meetings give a view.
    for name in ("treat", "take_in", "nonsense"):
        assert client.post(reverse("forum:council_case_step", args=[one.pk, name])).status_code == 404

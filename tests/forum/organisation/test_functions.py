"""The functions of a body, as what a case is treated, and equality of the parts (R2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from forum.meetings.agenda import functions
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import building, structure
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.planning import services
from forum.meetings.session.votes import ballots
from forum.organisation import parity
from forum.organisation.enums import LegalBasis, Part, Role
from forum.organisation.models import Body, BodyFunction, Membership
from forum.organisation.services import body_functions
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform


@pytest.fixture
def hat(town: Municipality) -> BodyFunction:
    return body_functions.add_function(
        body=town.committee, name=" Planutvalg ", basis="Vedtak 24/61", actor=town.administrator
    )


@pytest.fixture
def item(town: Municipality) -> AgendaItem:
    planned = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Salen", actor=town.secretary
    )
    return agenda.add_item(planned, title="Kommunedelplan", recommendation="Planen vedtas.", actor=town.secretary)


def test_an_item_is_treated_under_one_of_the_bodys_functions(
    town: Municipality, hat: BodyFunction, item: AgendaItem, client: Client
) -> None:
    functions.treat_under(item, function=hat, actor=town.secretary)
    assert AgendaItem.objects.get(pk=item.pk).function == hat
    event = Event.objects.filter(action="forum.item_function").latest("pk")
    assert (event.subject_id, event.data["function"]) == (item.pk, "Planutvalg")
    perform(Meeting.objects.get(pk=item.meeting_id), "call", actor=town.secretary)
    page = client.get(reverse("forum:meeting_detail", args=[item.meeting_id])).content.decode()
    assert "Planutvalg" in page
    block = building.build(Meeting.objects.get(pk=item.meeting_id), structure.Audience.PUBLIC).items[0]
    assert block.function == "Planutvalg"
    assert "Planutvalg" in client.get(town.committee.get_absolute_url()).content.decode()
    functions.treat_under(item, function=None, actor=town.secretary)
    assert AgendaItem.objects.get(pk=item.pk).function is None


def test_only_a_function_the_body_has_that_day(town: Municipality, hat: BodyFunction, item: AgendaItem) -> None:
    others = body_functions.add_function(body=town.coordination, name="Styringsgruppe", actor=town.administrator)
    with pytest.raises(GuardRefused):
        functions.treat_under(item, function=others, actor=town.secretary)
    body_functions.end_function(hat, on=clock.today() + timedelta(days=3), actor=town.administrator)
    with pytest.raises(GuardRefused):
        functions.treat_under(item, function=BodyFunction.objects.get(pk=hat.pk), actor=town.secretary)
    with pytest.raises(NotPermitted):
        functions.treat_under(item, function=None, actor=town.outsider)
    with pytest.raises(WrongState):
        functions.treat_under(item, function=None, actor=town.secretary, seen=1)
    assert AgendaItem.objects.get(pk=item.pk).function is None


def test_a_function_has_one_name_and_ends_once(town: Municipality, hat: BodyFunction) -> None:
    assert hat.name == "Planutvalg"
    with pytest.raises(ValidationError):
        body_functions.add_function(body=town.committee, name="planutvalg", actor=town.administrator)
    with pytest.raises(ValidationError):
        body_functions.end_function(hat, on=clock.today() - timedelta(days=1), actor=town.administrator)
    body_functions.end_function(hat, on=clock.today(), actor=town.administrator)
    assert body_functions.of_day(town.committee, clock.today() + timedelta(days=1)) == []
    assert body_functions.of_day(town.committee, clock.today()) == [hat]


def test_the_administrator_does_it_in_the_browser(town: Municipality, item: AgendaItem, client: Client) -> None:
    url = reverse("forum:functions", args=[town.committee.slug])
    client.force_login(town.secretary)
    assert client.get(url).status_code == 404
    client.force_login(town.administrator)
    empty = client.post(url, {"name": "", "basis": "IA-avtalen", "valid_from": clock.today().isoformat()})
    assert empty.status_code == 422
    assert "IA-avtalen" in empty.content.decode()
    done = client.post(url, {"name": "Styringsgruppe <b>IA</b>", "basis": "", "valid_from": clock.today().isoformat()})
    assert done["Location"] == url
    page = client.get(url).content.decode()
    assert "Styringsgruppe &lt;b&gt;IA&lt;/b&gt;" in page
    function = BodyFunction.objects.get()
    # The secretary chooses it for a case.
    client.force_login(town.secretary)
    there = reverse("forum:meeting_agenda_item", args=[item.meeting_id, item.pk])
    assert client.post(there, {"do": "function", "function": "999999"}).status_code == 422
    assert client.post(there, {"do": "function", "function": function.pk}).status_code == 302
    assert AgendaItem.objects.get(pk=item.pk).function == function
    client.force_login(town.administrator)
    end = reverse("forum:function_end", args=[town.committee.slug, function.pk])
    assert client.post(end, {"on": (clock.today() + timedelta(days=40)).isoformat()}).status_code == 302
    assert client.get(reverse("forum:function_end", args=[town.coordination.slug, function.pk])).status_code == 404


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([Part.ELECTED, Part.ADMINISTRATION, Part.UNION], False),
        ([Part.ELECTED] * 3 + [Part.ADMINISTRATION] * 3 + [Part.UNION] * 3, False),
        ([Part.ELECTED] * 3 + [Part.ADMINISTRATION] * 2 + [Part.UNION] * 3, True),
        ([Part.ELECTED, Part.ADMINISTRATION], True),
        ([], False),
    ],
)
def test_equality_is_seen(parts: list[str], said: bool) -> None:
    equal = Body(name="x", legal_basis=LegalBasis.KOML_5_11_OTHER)
    assert bool(parity.unequal(equal, parts)) is said
    assert parity.unequal(Body(name="y", legal_basis=LegalBasis.KOML_5_11), parts) == ""


def test_the_minutes_say_where_the_parts_were_not_equal(town: Municipality, item: AgendaItem, settings: Any) -> None:
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    meeting = perform(Meeting.objects.get(pk=item.meeting_id), "call", actor=town.secretary)
    with clock.at(meeting.starts_at):
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        there = AgendaItem.objects.get(pk=item.pk)
        ballots.record_ballot(there, motion=there.motions.get(), actor=town.secretary)
    document = building.build(Meeting.objects.get(pk=meeting.pk), structure.Audience.PUBLIC)
    assert "§ 5-11" in document.quorum
    assert "§ 5-11" in document.items[0].ballots[0].parts


def test_the_page_of_the_meeting_and_of_the_vote_say_it_too(
    town: Municipality, item: AgendaItem, client: Client
) -> None:
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER, evidence="412 av 497 ja.")
    meeting = perform(Meeting.objects.get(pk=item.meeting_id), "call", actor=town.secretary)
    client.force_login(town.secretary)
    with clock.at(meeting.starts_at):
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        here = reverse("forum:meeting_run_item", args=[meeting.pk, item.pk])
        said = parity.unequal(Body.objects.get(pk=town.committee.pk), [Part.ELECTED] * 5 + [Part.UNION] * 4)
        assert client.get(here).content.decode().count(said) == 1
        there = AgendaItem.objects.get(pk=item.pk)
        ballots.record_ballot(there, motion=there.motions.get(), actor=town.secretary)
        assert client.get(here).content.decode().count(said) == 1
    # Those of every part who met may be asked to approve the minutes, not the elected alone.
    asked = approvals.candidates(Meeting.objects.get(pk=meeting.pk))
    assert {membership.person for membership in asked} == {*town.elected[1:], *town.union}


def test_a_deputy_counts_in_the_part_whose_seat_it_is(town: Municipality, item: AgendaItem, client: Client) -> None:
    """On the page before the vote, beside its result, in the minutes: the same figures, whatever the deputy's own place
    is entered under since."""
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER, evidence="412 av 497 ja.")
    meeting = perform(Meeting.objects.get(pk=item.meeting_id), "call", actor=town.secretary)
    absent = town.membership(town.union[0])
    deputy = town.committee.memberships.filter(role=Role.DEPUTY, part=absent.part).order_by("deputy_number")[0]
    rows = [
        replace(row, present=False, reason="Syk", deputy=deputy) if row.membership == absent else row
        for row in roll_call.all_met(meeting)
    ]  # fmt: skip
    said = parity.unequal(Body.objects.get(pk=town.committee.pk), [Part.ELECTED] * 5 + [Part.UNION] * 4)
    client.force_login(town.secretary)
    with clock.at(meeting.starts_at):
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        Membership.objects.filter(pk=deputy.pk).update(part=Part.ELECTED)
        perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        here = reverse("forum:meeting_run_item", args=[meeting.pk, item.pk])
        assert said in client.get(here).content.decode()
        there = AgendaItem.objects.get(pk=item.pk)
        ballots.record_ballot(there, motion=there.motions.get(), actor=town.secretary)
        assert said in client.get(here).content.decode()
    document = building.build(Meeting.objects.get(pk=meeting.pk), structure.Audience.PUBLIC)
    assert said in document.quorum


def test_the_page_of_such_a_body_says_what_it_rests_on(town: Municipality, client: Client) -> None:
    Body.objects.filter(pk=town.committee.pk).update(evidence="412 av 497 <b>ja</b>.")
    assert "412 av 497" not in client.get(town.committee.get_absolute_url()).content.decode()
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    page = client.get(town.committee.get_absolute_url()).content.decode()
    assert "412 av 497 &lt;b&gt;ja&lt;/b&gt;." in page
    assert "like mange fra hver part" in page

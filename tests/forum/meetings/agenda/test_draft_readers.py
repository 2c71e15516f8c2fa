"""Whoever prepares a body's cases reads its draft agenda and the cases they prepared, and nothing more."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from forum.meetings.agenda.draft_readers import READ_DRAFT, draft_for
from forum.meetings.agenda.services import add_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.organisation.models import Body
from proposals.models import Proposal
from proposals.services import submit
from tests.factories.line import workplace_without_lmu
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import plan
from trepart.access import policy
from trepart.access.models import User
from trepart.workflow import perform

pytestmark = pytest.mark.django_db
SHUT: dict[str, Any] = {"closed_basis": "koml. § 11-5 (3) a", "public_title": "Saken utad"}
WORDS = {"title": "Sykkelstativ", "what": "Et stativ.", "why": "Syklene velter.", "expected_effect": "Orden."}


@pytest.fixture
def prepared(town: Municipality) -> Any:
    """A meeting that is planned, with a case the chief executive has prepared, and two that others put on."""
    granli = workplace_without_lmu(town)
    granli.proposal = submit(
        proposer=granli.employee,
        data={**WORDS, "unit": granli.unit.pk, "several_workplaces": "yes", "needs_grant": "no", "affects_users": "no"},
    )
    perform(granli.proposal, "begin", actor=granli.leader, data={"access": "employees"})
    for actor in (granli.leader, granli.director):
        up = {"answer": "Den går videre.", "recommendation": "Stativet kjøpes."}
        perform(Proposal.objects.get(pk=granli.proposal.pk), "recommend", actor=actor, data=up)
    referral = Proposal.objects.get(pk=granli.proposal.pk).referral
    assert referral is not None
    granli.meeting = plan(town)
    add_item(granli.meeting, referral=referral, actor=town.secretary, **SHUT)
    add_item(granli.meeting, title="Kantina", actor=town.secretary)
    add_item(granli.meeting, title="Lønna til Kari", actor=town.secretary, **SHUT)
    return granli


def drafted(granli: Any, reader: Any) -> list[tuple[str, bool]]:
    return [(each.line.title, each.prepared) for each in draft_for(granli.meeting, reader)]


def test_the_leader_and_the_secretary_of_those_who_prepare_read_the_draft(prepared: Any, client: Client) -> None:
    assert set(policy.people_who_can(READ_DRAFT, prepared.meeting)) == {prepared.director, prepared.clerk}
    for reader in (prepared.director, prepared.clerk):
        assert drafted(prepared, reader) == [("Sykkelstativ", True), ("Kantina", False), ("Saken utad", False)]
        client.force_login(User.objects.get(pk=reader.pk))
        page = client.get(prepared.meeting.get_absolute_url()).content.decode()
        assert "Utkast til saksliste" in page
        assert reverse("proposals:detail", args=[prepared.proposal.case_id]) in page
        assert "Lønna til Kari" not in page


def test_nobody_else_and_nothing_more(prepared: Any, client: Client) -> None:
    town = prepared.town
    for reader in (AnonymousUser(), prepared.leader, prepared.employee, town.union[0], town.coordination_leader):
        assert drafted(prepared, reader) == []
        if isinstance(reader, User):
            client.force_login(User.objects.get(pk=reader.pk))
            assert "Kantina" not in client.get(prepared.meeting.get_absolute_url()).content.decode()
    # The draft is read, not touched: no agenda to edit, no item's own page, no queue, no demand of the members.
    client.force_login(prepared.director)
    item = AgendaItem.objects.get(meeting=prepared.meeting, title="Kantina")
    for address in (
        reverse("forum:meeting_agenda", args=[prepared.meeting.pk]),
        reverse("forum:paper", args=[prepared.meeting.pk, item.pk]),
        reverse("forum:demands", args=[town.committee.slug]),
        reverse("forum:body_queue", args=[town.committee.slug]),
    ):
        assert client.get(address).status_code == 404, address


def test_it_ends_with_the_notice_and_with_the_body_they_prepare_for(prepared: Any) -> None:
    other = plan(prepared.town)
    Meeting.objects.filter(pk=other.pk).update(body=prepared.town.coordination)
    assert not policy.can(prepared.director, READ_DRAFT, Meeting.objects.get(pk=other.pk))
    called = perform(Meeting.objects.get(pk=prepared.meeting.pk), "call", actor=prepared.town.secretary)
    assert draft_for(called, prepared.director) == []
    assert not policy.visible_to(prepared.director, READ_DRAFT, Meeting.objects.all()).exists()


def test_where_the_meetings_are_not_open_the_draft_is(prepared: Any, client: Client) -> None:
    Body.objects.filter(pk=prepared.town.committee.pk).update(meetings_open=False, chapter_11=False)
    for reader, status in ((prepared.director, 200), (prepared.leader, 404), (prepared.employee, 404)):
        client.force_login(User.objects.get(pk=reader.pk))
        assert client.get(prepared.meeting.get_absolute_url()).status_code == status
    perform(Meeting.objects.get(pk=prepared.meeting.pk), "call", actor=prepared.town.secretary)
    client.force_login(prepared.director)
    assert client.get(prepared.meeting.get_absolute_url()).status_code == 404

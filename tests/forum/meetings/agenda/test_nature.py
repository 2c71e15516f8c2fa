"""What no three-party body treats: one employee's matters and negotiations stand on no agenda (koml § 13-1; R35)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.cases.matters import Nature
from forum.cases.models import Case
from forum.meetings.agenda import nature
from forum.meetings.agenda import services as agenda
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session, plan
from tests.proposals.conftest import Road
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted

pytestmark = pytest.mark.django_db
NOT_TREATED = [Nature.INDIVIDUAL, Nature.NEGOTIATION]


@pytest.mark.parametrize("kind", NOT_TREATED)
def test_a_new_case_of_that_kind_is_refused(client: Client, town: Municipality, kind: Nature) -> None:
    meeting = plan(town)
    with pytest.raises(GuardRefused, match="13-"):
        agenda.add_item(meeting, title="Oppsigelse av en ansatt", nature=kind, actor=town.secretary)
    client.force_login(town.secretary)
    sent = {"do": "new", "kind": "PS", "title": "Oppsigelse av en ansatt", "recommendation": "", "nature": kind.value}
    page = client.post(reverse("forum:meeting_agenda", args=[meeting.pk]), sent)
    assert page.status_code == 422
    assert not AgendaItem.objects.filter(meeting=meeting).exists()


@pytest.mark.parametrize("kind", NOT_TREATED)
def test_a_marked_case_stays_off_every_agenda(town: Municipality, kind: Nature) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    nature.mark(road.proposal.case, nature=kind, reason="Det gjelder én person.", actor=town.secretary)
    event = Event.objects.filter(action="forum.case_nature_set").get()
    assert event.data == {"nature": kind}
    meeting = plan(town)
    with pytest.raises(GuardRefused, match="13-"):
        agenda.add_item(meeting, referral=road.referral, actor=town.secretary)
    nature.mark(road.proposal.case, nature=Nature.ORDINARY, reason="Det var feil.", actor=town.secretary)
    assert agenda.add_item(meeting, referral=road.referral, actor=town.secretary).pk


def test_marking_takes_a_reason_a_right_and_an_empty_agenda(town: Municipality) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    case = road.proposal.case
    with pytest.raises(NotPermitted):
        nature.mark(case, nature=Nature.INDIVIDUAL, reason="x", actor=town.union[0])
    with pytest.raises(GuardRefused):
        nature.mark(case, nature=Nature.INDIVIDUAL, reason=" ", actor=town.secretary)
    agenda.add_item(plan(town), referral=road.referral, actor=town.secretary)
    with pytest.raises(GuardRefused, match="saksliste"):
        nature.mark(case, nature=Nature.INDIVIDUAL, reason="x", actor=town.secretary)
    case.refresh_from_db()
    assert case.nature == Nature.ORDINARY


def test_what_was_marked_all_the_same_is_not_decided(town: Municipality) -> None:
    road = Road(town).to_committee()
    item = road.on_agenda()
    Case.objects.filter(pk=road.proposal.case_id).update(nature=Nature.NEGOTIATION)
    fresh = AgendaItem.objects.select_related("case", "referral__case", "meeting__body").get(pk=item.pk)
    with pytest.raises(GuardRefused, match="13-4"):
        decisions._check_resolution(fresh, Resolution.ADOPT)


def test_the_page_is_for_those_who_prepare_the_case(client: Client, town: Municipality) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    url = reverse("forum:case_nature", args=[road.proposal.case_id])
    client.force_login(town.union[0])
    assert client.get(url).status_code == 404
    assert client.post(url, {"nature": "individual", "reason": "x"}).status_code == 404
    client.force_login(town.secretary)
    assert client.get(url).status_code == 200
    assert client.post(url, {"nature": "bogus", "reason": "x"}).status_code == 422
    assert client.post(url, {"nature": "individual", "reason": ""}).status_code == 422
    assert client.post(url, {"nature": "individual", "reason": "<b>x</b>"}).status_code == 302
    queue = client.get(reverse("forum:body_queue", args=[town.committee.slug])).content.decode()
    assert url in queue


def test_an_ordinary_case_is_decided(town: Municipality) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, actor=town.secretary)
    assert decisions.decide(item, text="Felles vaktmester: ja.", resolution=Resolution.ADOPT, actor=town.secretary).pk

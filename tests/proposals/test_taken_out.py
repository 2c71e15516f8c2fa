"""What was taken out of a proposal's title goes out with no agenda."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import services as minutes_services
from proposals import screening
from proposals.enums import ProposalStatus
from tests.proposals.conftest import Road
from trepart.outdated_pages import version
from trepart.refusals import WrongState
from trepart.workflow import perform

OLD = "Felles vaktmester for tre skoler"
NEW = "Felles vaktmester"
WORDS = {"title": NEW, "what": "Én vaktmester.", "why": "Dyrt i dag.", "expected_effect": "", "reason": "Et navn."}


@pytest.mark.parametrize("called", [False, True])
def test_a_title_taken_out_leaves_the_agenda_too(road: Road, called: bool) -> None:
    road.to_committee()
    item = road.on_agenda(days=20)
    seen = version(item)
    if called:
        perform(Meeting.objects.get(pk=item.meeting_id), "call", actor=road.town.secretary)
    screening.redact(road.fresh(), data=WORDS, actor=road.town.secretary)
    assert AgendaItem.objects.get(pk=item.pk).title == NEW
    client = Client()
    client.force_login(road.town.chair)
    assert OLD not in client.get(reverse("forum:meeting_detail", args=[item.meeting_id])).content.decode()
    # Whoever had the agenda open from before cannot put it back without having seen what happened.
    with pytest.raises(WrongState):
        agenda_services.change_item(item, title=OLD, recommendation="", actor=road.town.secretary, seen=seen)


def test_a_title_the_secretary_chose_stays(road: Road) -> None:
    road.to_committee()
    item = road.on_agenda(days=20)
    agenda_services.change_item(item, title="Vaktmesterordningen", recommendation="", actor=road.town.secretary)
    screening.redact(road.fresh(), data=WORDS, actor=road.town.secretary)
    assert AgendaItem.objects.get(pk=item.pk).title == "Vaktmesterordningen"


def test_published_minutes_stand(road: Road) -> None:
    road.to_committee()
    item = road.decided(Resolution.POSTPONE)
    perform(minutes_services.begin(Meeting.objects.get(pk=item.meeting_id)), "publish", actor=road.town.secretary)
    assert road.fresh().status == ProposalStatus.IN_TREATMENT
    screening.redact(road.fresh(), data=WORDS, actor=road.town.secretary)
    assert AgendaItem.objects.get(pk=item.pk).title == OLD

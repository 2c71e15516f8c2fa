"""What was taken out of a proposal's title goes out with no agenda."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.agenda.models import Demand, ItemDraft
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import queries as packets
from forum.meetings.packets.models import Packet
from proposals import screening
from proposals.enums import ProposalStatus
from tests.proposals.conftest import Road
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.notices import choosing
from trepart.notices.gathering import gather
from trepart.notices.models import Cadence, Mail, Notice
from trepart.outdated_pages import version
from trepart.refusals import InvalidInput, WrongState
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


def test_it_leaves_what_was_told_what_waits_to_be_told_and_what_is_prepared(road: Road) -> None:
    """A name that stood in a title stood in notices, in the mail that gathers a day's, in packets and in drafts."""
    road.to_committee()
    town = road.town
    choosing.choose(town.chair, Cadence.DAILY)
    item = road.on_agenda(days=20)
    draft = ItemDraft.objects.create(meeting=item.meeting, title=OLD, referral=road.fresh().referral)
    demand = Demand.objects.create(
        body=item.meeting.body, kind="case", title=OLD, why="x", case=item.folder,
        raised_by=town.membership(town.union[0]),
    )  # fmt: skip
    event = Event.objects.about(road.fresh().case).latest("pk")
    about_meeting = Event.objects.about(item.meeting).latest("pk")
    for number, one in enumerate((event, about_meeting)):
        Notice.objects.create(
            event=one, person=town.chair, kind=f"x{number}", subject=f"Nytt i {OLD}", body=f"Om «{OLD}».", url="/",
            to_be_gathered=True,
        )  # fmt: skip
    packet = Packet(pieces=list(packets.build(item.meeting, Audience.PUBLIC).pieces))
    assert packets.may_be_given(packet, packets.build(item.meeting, Audience.PUBLIC))
    screening.redact(road.fresh(), data=WORDS, actor=town.secretary)
    draft.refresh_from_db()
    demand.refresh_from_db()
    assert (draft.title, demand.title) == (NEW, NEW)
    meeting = Meeting.objects.get(pk=item.meeting_id)
    assert not packets.may_be_given(packet, packets.build(meeting, Audience.PUBLIC))
    client = Client()
    client.force_login(town.chair)
    pages = [reverse("portal:my_page"), reverse("portal:notices")]
    pages += [reverse("portal:notice", args=[notice.pk]) for notice in Notice.objects.filter(person=town.chair)]
    for page in pages:
        shown = client.get(page).content.decode()
        assert OLD not in shown
        assert NEW in shown
    gather()
    mail = Mail.objects.get(kind="notices.gathered", person=town.chair)
    assert OLD not in mail.text
    assert f"Nytt i {NEW}" in mail.text


def test_no_page_search_feed_or_calendar_has_it(road: Road) -> None:
    road.to_committee()
    item = road.on_agenda(days=20)
    perform(Meeting.objects.get(pk=item.meeting_id), "call", actor=road.town.secretary)
    screening.redact(road.fresh(), data=WORDS, actor=road.town.secretary)
    meeting = Meeting.objects.get(pk=item.meeting_id)
    case = road.fresh().case
    addresses = [
        "/", road.fresh().get_absolute_url(), reverse("proposals:list"), meeting.get_absolute_url(),
        meeting.body.get_absolute_url(), f"{reverse('portal:search')}?q=vaktmester",
        reverse("forum:packet", args=[meeting.pk]), reverse("portal:press"), reverse("portal:press_feed"),
        reverse("forum:body_feed", args=[meeting.body.slug]), reverse("forum:meeting_calendar", args=[meeting.pk]),
    ]  # fmt: skip
    for reader in (None, road.town.chair, road.town.employee(1)):
        client = Client()
        if reader is not None:
            client.force_login(reader)
        for address in addresses:
            assert OLD not in client.get(address, follow=True).content.decode(), address
    story = timeline.entries(case, road.town.administrator, audit=True)
    assert OLD not in repr(story)


def test_whoever_takes_out_is_asked_before_the_name_goes_out_in_what_is_left(road: Road) -> None:
    road.to_committee()
    name = road.fresh().proposer.name
    words = WORDS | {"title": f"Forslag fra {name}", "reason": f"Tok ut adressen til {name}."}
    with pytest.raises(InvalidInput) as refused:
        screening.redact(road.fresh(), data=words, actor=road.town.secretary)
    assert "name_may_stand" in refused.value.form.errors
    screening.redact(road.fresh(), data=words | {"name_may_stand": "on"}, actor=road.town.secretary)

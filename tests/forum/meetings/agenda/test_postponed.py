"""What a meeting postpones waits for the next agenda, also where no proposal stands behind it (R6, R7)."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import translation

from forum.meetings.agenda import demands
from forum.meetings.agenda import services as agenda
from forum.meetings.agenda.body_queue import undemanded
from forum.meetings.agenda.models import Demand, ItemDraft
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import DemandKind, Doors, ItemKind, MeetingStatus, Settled
from forum.meetings.session.decisions import postponement
from forum.meetings.session.decisions.services import decide
from tests.factories.browsers import as_, text_of
from tests.factories.meetings import CLOSED_BASIS, end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session, plan
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def _postponed(town: Municipality, item: AgendaItem) -> AgendaItem:
    postponement.postpone_item(item, text="Utsatt.", settled=Settled.AGREED, actor=town.secretary)
    for other in item.meeting.items.filter(decision__isnull=True, withdrawn_at__isnull=True):
        decide(other, text="Utsatt.", resolution="postpone", actor=town.secretary)
    end_meeting(Meeting.objects.get(pk=item.meeting_id), actor=town.secretary)
    return AgendaItem.objects.get(pk=item.pk)


def _agenda(town: Municipality, meeting: Meeting) -> str:
    return text_of(as_(town.secretary).get(reverse("forum:meeting_agenda", args=[meeting.pk])))


def test_it_is_offered_until_it_stands_on_an_agenda_again(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    assert not undemanded(town.committee.pk).exists()
    item = _postponed(town, item)
    queue = reverse("forum:body_queue", args=[town.committee.slug])
    assert item.title in text_of(as_(town.secretary).get(queue))
    coming = plan(town)
    address = reverse("forum:meeting_agenda", args=[coming.pk])
    assert "Postponed by an earlier meeting" in _agenda(town, coming)
    as_(town.secretary).post(address, {"do": "again", "postponed": item.pk})
    assert as_(town.secretary).post(address, {"do": "again", "postponed": item.pk}).status_code == 409
    again = coming.items.get()
    assert (again.title, again.recommendation, again.kind, again.continues) == (
        item.title, item.recommendation, item.kind, item,
    )  # fmt: skip
    assert "Postponed by an earlier meeting" not in _agenda(town, coming)
    assert item.title not in text_of(as_(town.secretary).get(queue))
    agenda.withdraw_item(again, reason="", actor=town.secretary)
    assert list(undemanded(town.committee.pk)) == [item]
    agenda.add_item(coming, again=item, actor=town.secretary)
    perform(Meeting.objects.get(pk=coming.pk), "cancel", actor=town.secretary, data={"reason": "Nei"})
    assert list(undemanded(town.committee.pk)) == [item]


def test_after_the_notice_it_is_asked_who_may_read_it(town: Municipality) -> None:
    item = _postponed(town, in_session(town).items.get())
    coming = plan(town)
    agenda.add_item(coming, title="Annet", actor=town.secretary)
    perform(Meeting.objects.get(pk=coming.pk), "call", actor=town.secretary)
    sent = as_(town.secretary).post(
        reverse("forum:meeting_agenda", args=[coming.pk]), {"do": "again", "postponed": item.pk}
    )
    page = reverse("forum:meeting_late_item", args=[coming.pk])
    assert sent["Location"] == f"{page}?postponed={item.pk}"
    said = {"postponed": item.pk, "wanted_by": "Lederen", "why_late": "Den haster.", "readers": "open"}
    as_(town.secretary).post(page, {**said, "do": "draft"})
    draft = ItemDraft.objects.get()
    assert (draft.again, draft.title) == (item, item.title)
    as_(town.secretary).post(page, {**said, "do": "put_on", "draft": draft.pk})
    again = coming.items.get(title=item.title)
    assert (again.continues, again.late) == (item, True)


def test_what_was_closed_is_proposed_closed_again(town: Municipality) -> None:
    item = _postponed(town, in_session(town).items.get())
    AgendaItem.objects.filter(pk=item.pk).update(doors=Doors.CLOSED, closed_basis=CLOSED_BASIS, public_title="En sak")
    queue = text_of(as_(town.secretary).get(reverse("forum:body_queue", args=[town.committee.slug])))
    assert "En sak" in queue
    assert item.title not in queue
    again = agenda.add_item(plan(town), again=item, actor=town.secretary)
    assert (again.doors, again.public_title) == (Doors.PROPOSED, "En sak")


def test_what_is_demanded_stays_so_until_a_meeting_has_decided(town: Municipality) -> None:
    meeting = in_session(town)
    demand = demands.raise_demand(
        town.committee, kind=DemandKind.ITEM, title="Skoleveien", why="Farlig.", actor=town.elected[4]
    )
    for person in town.union[:2]:
        demands.support(demand, actor=person)
    item = demands.put_on(demand, meeting, actor=town.secretary)
    item = _postponed(town, item)
    assert list(demands.outstanding(town.committee.pk)) == [Demand.objects.get()]
    assert item not in undemanded(town.committee.pk)
    page = text_of(as_(town.union[0]).get(demand.get_absolute_url()))
    assert "postponed it. It stays demanded until a meeting has decided." in page
    listed = text_of(as_(town.union[0]).get(reverse("forum:demands", args=[town.committee.slug])))
    assert "Must be met" in listed
    assert "Skoleveien" in text_of(as_(town.secretary).get(reverse("forum:body_queue", args=[town.committee.slug])))
    coming = plan(town)
    agenda.add_item(coming, title="Annet", actor=town.secretary)
    with pytest.raises(GuardRefused, match="Skoleveien"):
        perform(Meeting.objects.get(pk=coming.pk), "call", actor=town.secretary)
    again = demands.put_on(Demand.objects.get(), coming, actor=town.secretary)
    assert (again.continues, again.kind) == (item, ItemKind.PS)
    assert not demands.outstanding(town.committee.pk).exists()
    with pytest.raises(GuardRefused, match="11-3"):
        agenda.withdraw_item(again, reason="Nei", actor=town.secretary)
    with pytest.raises(WrongState):
        agenda.add_item(coming, again=item, actor=town.secretary)
    assert perform(Meeting.objects.get(pk=coming.pk), "call", actor=town.secretary).status == MeetingStatus.CALLED

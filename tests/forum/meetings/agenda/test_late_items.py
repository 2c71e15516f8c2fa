"""What comes after the notice: who may read it is said before it exists, and drafts are nobody else's (R7, R8)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.meetings.agenda import demands, late, questions
from forum.meetings.agenda.models import ItemDraft, LateItem
from forum.meetings.attendance import absences
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import DemandKind, Settled
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import postponement
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session, recipients
from tests.proposals.conftest import Road
from trepart.notices.models import Notice
from trepart.refusals import NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

TITLE = "Varsel om mobbing i avdeling 3"
CLOSED = {"readers": "closed", "basis": "koml. § 11-5 (3) a", "public_title": "Arbeidsmiljøsak"}
WRITTEN = {
    "do": "put_on", "kind": "PS", "title": TITLE, "recommendation": "Saken følges opp.", "wanted_by": "Lederen",
    "why_late": "Det kom i går.",
}  # fmt: skip


def as_(person: Any = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def address(meeting: Meeting, query: str = "") -> str:
    return reverse("forum:meeting_late_item", args=[meeting.pk]) + query


def seen_by_the_public(meeting: Meeting) -> str:
    pages = [meeting.get_absolute_url(), reverse("forum:meeting_follow", args=[meeting.pk]), "/sok/?q=mobbing"]
    return "".join(as_().get(page).content.decode() for page in pages)


class TestWhoMayReadIt:
    def test_nothing_exists_before_it_is_said(self, town: Municipality) -> None:
        meeting = called(town)
        page = as_(town.secretary).post(address(meeting), WRITTEN)
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"readers"}
        assert not AgendaItem.objects.filter(title=TITLE).exists()

    @pytest.mark.parametrize(
        ("lacking", "error"),
        [
            ({"basis": ""}, "basis"),
            ({"public_title": "  "}, "public_title"),
            ({"basis": "koml. § 11-5 (3) b"}, "provision"),
        ],
    )
    def test_closed_takes_basis_and_title(self, town: Municipality, lacking: dict[str, str], error: str) -> None:
        page = as_(town.secretary).post(address(called(town)), {**WRITTEN, **CLOSED, **lacking})
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {error}
        assert not AgendaItem.objects.filter(title=TITLE).exists()

    def test_one_proposed_closed_is_never_public_under_its_own_title(self, town: Municipality) -> None:
        meeting = in_session(town)
        assert as_(town.secretary).post(address(meeting), {**WRITTEN, **CLOSED}).status_code == 302
        item = AgendaItem.objects.get(title=TITLE)
        assert (item.late, item.is_proposed_closed, item.closed_basis) == (True, True, CLOSED["basis"])
        said = seen_by_the_public(meeting)
        assert "Arbeidsmiljøsak" in said
        for words in (TITLE, "mobbing i", "Det kom i går.", "Saken følges opp."):
            assert words not in said
        assert TITLE in as_(town.union[0]).get(meeting.get_absolute_url()).content.decode()

    def test_from_the_queue_a_demand_and_a_question_alike(self, town: Municipality) -> None:
        road = Road(town, needs_grant="yes", title=TITLE).to_committee()
        referral = road.proposal.case.referrals.get(body=town.committee)
        meeting = called(town)
        demand = demands.raise_demand(
            town.committee, kind=DemandKind.ITEM, title=TITLE, why=f"Mobbing i avdelingen. {'Ø' * 1500}",
            actor=town.union[0],
        )  # fmt: skip
        for person in (*town.union[1:3], town.elected[3]):
            demands.support(demand, actor=person)
        asked = f"{'Å' * 1500} Hva gjøres med mobbing i avdelingen?"
        question = questions.ask(meeting, title=TITLE, text=asked, actor=town.union[0])
        for name, pk in (("referral", referral.pk), ("demand", demand.pk), ("question", question.pk)):
            act = {"referral": "take"}.get(name, name)
            agenda = reverse("forum:meeting_agenda", args=[meeting.pk])
            there = as_(town.secretary).post(agenda, {"do": act, name: pk})
            assert there["Location"] == address(meeting, f"?{name}={pk}")
            assert TITLE in as_(town.secretary).get(there["Location"]).content.decode()
            late_words = {"wanted_by": "Lederen", "why_late": "Haster"} if name == "referral" else {}
            sent = {"do": "put_on", name: pk, **late_words}
            assert as_(town.secretary).post(address(meeting), sent).status_code == 422
            assert as_(town.secretary).post(address(meeting), {**sent, **CLOSED}).status_code == 302
        late_ones = list(meeting.items.filter(late=True))
        assert [item.doors for item in late_ones] == ["proposed"] * 3
        # Nothing of what was written is cut on its way into the minutes.
        assert {item.lateness.reason for item in late_ones} == {"Haster", demand.why, asked}
        said = "".join(as_().get(meeting.get_absolute_url()).content.decode() for _one in (1,))
        assert TITLE not in said
        assert "i avdelingen" not in said
        assert as_(town.secretary).get(address(meeting, f"?referral={referral.pk + 999}")).status_code == 404

    def test_an_exempt_case_says_what_others_see_anyway(self, town: Municipality) -> None:
        road = Road(town, needs_grant="yes", title=TITLE).to_committee()
        Case.objects.filter(pk=road.proposal.case_id).update(access=CaseAccess.RECEIVER, access_basis="offl. § 13")
        meeting, case = called(town), road.proposal.case
        referral = case.referrals.get(body=town.committee)
        page = as_(town.secretary).get(address(meeting, f"?referral={referral.pk}")).content.decode()
        assert f"Andre ser «Sak {case.reference}, ikke offentlig»." in page

    def test_those_who_do_not_plan_the_meeting_do_not_come_here(self, town: Municipality) -> None:
        meeting = called(town)
        for person in (town.union[0], town.elected[3], town.outsider, town.employee()):
            assert as_(person).get(address(meeting)).status_code == 404
            assert as_(person).post(address(meeting), {**WRITTEN, "readers": "open"}).status_code == 404
        assert as_().get(address(meeting)).status_code == 302
        assert meeting.items.count() == 1


class TestDrafts:
    def draft(self, town: Municipality, meeting: Meeting, **said: str) -> ItemDraft:
        answer = as_(town.secretary).post(address(meeting), {"do": "draft", "title": TITLE, "kind": "PS", **said})
        assert answer.status_code == 302
        return ItemDraft.objects.get()

    def test_it_takes_a_title_and_is_seen_by_those_who_plan_the_meeting_alone(self, town: Municipality) -> None:
        meeting = called(town)
        assert as_(town.secretary).post(address(meeting), {"do": "draft", "kind": "PS", "title": ""}).status_code == 422
        draft = self.draft(town, meeting, recommendation="Saken følges opp.")
        agenda = reverse("forum:meeting_agenda", args=[meeting.pk])
        assert TITLE in as_(town.chair).get(agenda).content.decode()
        assert not meeting.items.filter(title=TITLE).exists()
        for person in (None, town.union[0], town.outsider):
            assert TITLE not in as_(person).get(meeting.get_absolute_url()).content.decode()
            assert as_(person).get(address(meeting, f"?draft={draft.pk}")).status_code in (302, 404)
        assert TITLE not in seen_by_the_public(meeting)

    def test_it_is_gone_on_with_and_put_on_once(self, town: Municipality) -> None:
        meeting = called(town)
        draft = self.draft(town, meeting, recommendation="Saken følges opp.", **CLOSED)
        form = as_(town.chair).get(address(meeting, f"?draft={draft.pk}")).context["form"]
        assert {name: form[name].value() for name in CLOSED} == CLOSED
        sent = {**WRITTEN, **CLOSED, "draft": draft.pk}
        assert as_(town.chair).post(address(meeting), sent).status_code == 302
        assert not ItemDraft.objects.exists()
        assert meeting.items.get(title=TITLE).is_proposed_closed
        assert as_(town.chair).post(address(meeting), sent).status_code == 404
        with pytest.raises(WrongState):
            late.discard(draft, actor=town.chair)

    def test_it_can_be_thrown_away_and_goes_with_the_meeting(self, town: Municipality) -> None:
        meeting = called(town)
        draft = self.draft(town, meeting)
        with pytest.raises(NotPermitted):
            late.discard(draft, actor=town.union[0])
        sent = {"do": "discard", "draft": draft.pk}
        assert as_(town.secretary).post(address(meeting), sent).status_code == 302
        assert not ItemDraft.objects.exists()
        self.draft(town, meeting)
        perform(meeting, "cancel", actor=town.secretary, data={"reason": "Ingen kan."})
        assert not ItemDraft.objects.exists()

    def test_a_meeting_does_not_end_without_saying_that_it_goes(self, town: Municipality) -> None:
        meeting = in_session(town)
        self.draft(town, meeting)
        postponement.postpone_item(meeting.items.get(), text="Utsatt.", settled=Settled.AGREED, actor=town.secretary)
        page = as_(town.secretary).get(reverse("forum:meeting_step", args=[meeting.pk, "end"])).content.decode()
        assert TITLE in page


def test_the_minutes_say_who_wanted_it_and_why(town: Municipality) -> None:
    meeting = called(town)
    item = LateItem.objects.create(item=meeting.items.get(), wanted_by="Lederen", reason="Fristen er i morgen.").item
    item.late = True
    item.save()
    (block,) = building.build(meeting, Audience.PUBLIC).items
    assert block.late_because == "Ønsket av Lederen: Fristen er i morgen."


def test_everybody_who_was_sent_the_notice_is_told_of_what_came_after_it(town: Municipality) -> None:
    meeting = called(town)
    # A deputy is called, and has the meeting in the calendar.
    absences.report(meeting, actor=town.union[2])
    deputies = set(Notice.objects.filter(kind="forum.deputy_asked").values_list("person__email", flat=True))
    assert deputies
    sent = {**WRITTEN, "readers": "open"}
    assert as_(town.secretary).post(address(meeting), sent).status_code == 302
    told = recipients("forum.late_item")
    # Whoever put it there knows.
    assert told == (recipients("forum.meeting_called") | deputies) - {town.secretary.email}
    mail = Notice.objects.filter(kind="forum.late_item").first().mail  # type: ignore[union-attr]
    assert mail is not None
    assert TITLE in mail.text
    assert reverse("forum:packet", args=[meeting.pk]) in mail.text


def test_of_what_is_withheld_the_number_is_told_and_no_more(town: Municipality) -> None:
    meeting = in_session(town)
    assert as_(town.secretary).post(address(meeting), {**WRITTEN, **CLOSED}).status_code == 302
    item = AgendaItem.objects.get(title=TITLE)
    notices = Notice.objects.filter(kind="forum.late_item")
    assert recipients("forum.late_item") == recipients("forum.meeting_called") - {town.secretary.email}
    for notice in notices:
        assert notice.mail is not None
        for words in (notice.subject, notice.body, notice.mail.subject, notice.mail.text):
            assert TITLE not in words
            assert "Saken følges opp." not in words
        assert item.label in notice.mail.text + notice.mail.subject


def test_nobody_is_told_before_the_notice(town: Municipality) -> None:
    called(town, ("En sak", "En sak til"))
    assert not recipients("forum.late_item")

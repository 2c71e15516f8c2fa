"""The order of an agenda, late items, questions, demands, and what has changed since the notice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.agenda import changes_since_notice, demands, questions
from forum.meetings.agenda import services as agenda
from forum.meetings.agenda.models import Demand, Question
from forum.meetings.agenda.queries import queue_lines
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import item_lines
from forum.meetings.enums import AgendaGroup, DemandKind, ItemKind, MeetingStatus
from forum.meetings.planning import services
from forum.organisation.services.memberships import end_membership
from tests.factories.at_once import together
from tests.factories.browsers import as_, text_of
from tests.factories.councils import village_council
from tests.factories.files import PDF
from tests.factories.organisation import Municipality, municipality
from tests.forum.cases.test_opinions import ask, citizens
from tests.forum.meetings.test_lifecycle import called, plan
from trepart import clock
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.notices.models import Mail, Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def titles(meeting: Meeting) -> list[str]:
    return list(meeting.items.order_by("position").values_list("title", flat=True))


def told(kind: str) -> set[Any]:
    return {row.person for row in Notice.objects.filter(kind=kind).select_related("person")}


class TestOrder:
    def test_cases_are_put_in_where_the_body_has_them(self, town: Municipality) -> None:
        meeting = plan(town)
        for title, kind in (("R1", ItemKind.RS), ("P1", ItemKind.PS), ("F1", ItemKind.FO), ("P2", ItemKind.PS)):
            agenda.add_item(meeting, title=title, kind=kind, actor=town.secretary)
        assert titles(meeting) == ["P1", "P2", "R1", "F1"]
        assert sorted(meeting.items.values_list("position", flat=True)) == [1, 2, 3, 4]

    def test_the_body_chooses_its_own_order(self, town: Municipality) -> None:
        address = reverse("forum:standing_order", args=[town.committee.slug])
        secretary = as_(town.secretary)
        sent = {"minutes": 1, "FO": 2, "RS": 3, "PS": 4}
        assert secretary.post(address, {**sent, "PS": 3}).status_code == 422
        assert secretary.post(address, sent).status_code == 302
        meeting = plan(town)
        for title, kind in (("P1", ItemKind.PS), ("R1", ItemKind.RS), ("F1", ItemKind.FO)):
            agenda.add_item(meeting, title=title, kind=kind, actor=town.secretary)
        assert titles(meeting) == ["F1", "R1", "P1"]
        with pytest.raises(GuardRefused):
            agenda.set_standing_order(town.committee, groups=[AgendaGroup.PS] * 4, actor=town.secretary)
        for person in (town.elected[2], town.administrator):
            assert as_(person).get(address).status_code == 404
            with pytest.raises(NotPermitted):
                agenda.set_standing_order(town.committee, groups=AgendaGroup.values, actor=person)

    def test_dragged_into_order_and_back_to_the_usual(self, town: Municipality) -> None:
        meeting = plan(town)
        for title, kind in (("P1", ItemKind.PS), ("P2", ItemKind.PS), ("R1", ItemKind.RS)):
            agenda.add_item(meeting, title=title, kind=kind, actor=town.secretary)
        address = reverse("forum:meeting_agenda", args=[meeting.pk])
        secretary = as_(town.secretary)
        p1, p2, r1 = meeting.items.order_by("position").values_list("pk", flat=True)
        secretary.post(address, {"do": "order", "order": f"{r1},{p2},{p1}"})
        assert titles(meeting) == ["R1", "P2", "P1"]
        for wrong in ("", f"{r1},{p2}", f"{r1},{p2},{p2}", "x,y,z", f"{r1},{p2},{p1},999999"):
            assert secretary.post(address, {"do": "order", "order": wrong}).status_code == 409
        assert titles(meeting) == ["R1", "P2", "P1"]
        secretary.post(address, {"do": "sort"})
        assert titles(meeting) == ["P2", "P1", "R1"]

    def test_a_move_by_button_comes_back_to_the_item(self, town: Municipality) -> None:
        meeting = plan(town)
        for title in ("P1", "P2"):
            agenda.add_item(meeting, title=title, actor=town.secretary)
        item = meeting.items.get(title="P2")
        address = reverse("forum:meeting_agenda", args=[meeting.pk])
        answer = as_(town.secretary).post(address, {"do": "up", "item": item.pk})
        assert answer["Location"] == f"{address}#sak-{item.pk}"
        assert titles(meeting) == ["P2", "P1"]


class TestLate:
    def test_after_the_notice_it_is_said_who_wants_it_and_why(self, town: Municipality) -> None:
        meeting = called(town)
        agenda_page = reverse("forum:meeting_agenda", args=[meeting.pk])
        address = reverse("forum:meeting_late_item", args=[meeting.pk])
        sent = {"do": "put_on", "kind": "PS", "title": "Strømbrudd", "recommendation": "Ja."}
        assert as_(town.secretary).post(agenda_page, {**sent, "do": "new"})["Location"] == address
        page = as_(town.secretary).post(address, sent)
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"wanted_by", "why_late", "readers"}
        assert meeting.items.count() == 1
        said = {**sent, "wanted_by": "Lederen", "why_late": "Det haster.", "readers": "open"}
        assert as_(town.secretary).post(address, said).status_code == 302
        assert as_(town.secretary).post(address, said).status_code == 409
        item = meeting.items.get(title="Strømbrudd")
        assert (item.late, item.label, item.lateness.wanted_by) == (True, f"PS 2/{item.year % 100:02d}", "Lederen")
        public = text_of(as_().get(meeting.get_absolute_url()))
        assert "Det haster." in public
        assert titles(meeting)[-1] == "Strømbrudd"

    def test_before_the_notice_nobody_is_asked(self, town: Municipality) -> None:
        meeting = plan(town)
        address = reverse("forum:meeting_agenda", args=[meeting.pk])
        sent = {"do": "new", "kind": "RS", "title": "Strømbrudd", "recommendation": ""}
        assert as_(town.secretary).post(address, sent).status_code == 302
        assert not meeting.items.get().late


class TestQuestions:
    def test_asked_put_on_answered_and_in_the_agenda(self, town: Municipality) -> None:
        meeting = plan(town)
        asker = town.elected[3]
        address = reverse("forum:question_ask", args=[meeting.pk])
        assert address in text_of(as_(asker).get(meeting.get_absolute_url()))
        assert as_(asker).post(address, {"title": "", "text": "Når?"}).status_code == 422
        answer = as_(asker).post(address, {"title": "Skoleveien", "text": "Når blir den trygg?"})
        question = Question.objects.get()
        assert answer["Location"] == question.get_absolute_url()
        assert told("forum.question_asked") == {town.secretary, town.chair, town.elected[1]}
        assert "Når blir" not in Mail.objects.filter(kind="forum.question_asked")[0].text
        page = reverse("forum:meeting_agenda", args=[meeting.pk])
        as_(town.secretary).post(page, {"do": "question", "question": question.pk})
        item = meeting.items.get()
        assert item.kind == ItemKind.FO
        assert asker.name in item.title
        assert as_(town.secretary).post(page, {"do": "question", "question": question.pk}).status_code == 409
        perform(meeting, "call", actor=town.secretary)
        item.refresh_from_db()
        assert item.label.startswith("FO 1/")
        assert "Når blir den trygg?" in text_of(as_().get(meeting.get_absolute_url()))
        where = question.get_absolute_url()
        as_(town.secretary).post(where, {"text": "I mai.", "seen": ""})
        stale = as_(town.chair).post(where, {"text": "I juni.", "seen": ""})
        assert stale.status_code == 409
        assert "I juni." in text_of(stale)
        question.refresh_from_db()
        item.refresh_from_db()
        assert question.answer == "I mai."
        assert item.discussion == "Når blir den trygg?\n\nI mai."

    def test_those_without_a_seat_do_not_ask(self, town: Municipality) -> None:
        meeting = plan(town)
        address = reverse("forum:question_ask", args=[meeting.pk])
        for person in (town.deputies["municipality"][0], town.secretary, town.employee(), town.outsider):
            assert as_(person).get(address).status_code == 404
            with pytest.raises(NotPermitted):
                questions.ask(meeting, title="X", text="Y", actor=person)
        meeting = called(town)
        perform(meeting, "cancel", actor=town.secretary, data={"reason": "Nei"})
        with pytest.raises(WrongState):
            questions.ask(meeting, title="X", text="Y", actor=town.chair)
        assert not Question.objects.exists()

    def test_a_question_is_read_inside_the_body_until_it_is_on_an_agenda(self, town: Municipality) -> None:
        question = questions.ask(plan(town), title="X", text="Hemmelig ennå", actor=town.chair)
        for person, status in ((town.elected[4], 200), (town.employee(), 404), (town.outsider, 404)):
            assert as_(person).get(question.get_absolute_url()).status_code == status
        assert as_(town.elected[4]).post(question.get_absolute_url(), {"do": "put_on"}).status_code == 403
        assert as_(town.elected[4]).post(question.get_absolute_url(), {"text": "Svar", "seen": ""}).status_code == 403


class TestDemands:
    def demand(self, town: Municipality, kind: DemandKind = DemandKind.ITEM) -> Demand:
        return demands.raise_demand(
            town.committee, kind=kind, title="Skoleveien", why="Den er farlig.", actor=town.elected[4]
        )

    def test_a_third_puts_a_case_on_the_next_agenda(self, town: Municipality) -> None:
        demand = self.demand(town)
        assert told("forum.demand_raised") == {*town.elected, *town.union, town.secretary} - {town.elected[4]}
        page = text_of(as_(town.union[0]).get(demand.get_absolute_url()))
        assert "1 of 3 stand behind it: 2 are lacking." in page
        assert "11-3" in page
        meeting = plan(town)
        agenda.add_item(meeting, title="Annet", recommendation="Ja.", actor=town.secretary)
        as_(town.union[0]).post(demand.get_absolute_url(), {"do": "support"})
        as_(town.union[0]).post(demand.get_absolute_url(), {"do": "support"})
        demand.refresh_from_db()
        assert (demand.supports.count(), demand.binding_at) == (2, None)
        demands.support(demand, actor=town.union[1])
        demand.refresh_from_db()
        assert demand.binding_at is not None
        assert told("forum.demand_binding") == {town.secretary, town.chair, town.elected[1]}
        with pytest.raises(GuardRefused, match=r"11-3.*Skoleveien"):
            perform(meeting, "call", actor=town.secretary)
        address = reverse("forum:meeting_agenda", args=[meeting.pk])
        as_(town.secretary).post(address, {"do": "demand", "demand": demand.pk})
        assert as_(town.secretary).post(address, {"do": "demand", "demand": demand.pk}).status_code == 409
        item = meeting.items.get(title="Skoleveien")
        with pytest.raises(GuardRefused, match="11-3"):
            agenda.withdraw_item(item, reason="Vil ikke", actor=town.secretary)
        assert perform(meeting, "call", actor=town.secretary).status == MeetingStatus.CALLED

    def test_support_can_be_taken_back_until_it_binds(self, town: Municipality) -> None:
        demand = self.demand(town)
        demands.withdraw_support(demand, actor=town.elected[4])
        assert demand.supports.count() == 0
        for person in town.union[:3]:
            demands.support(demand, actor=person)
        with pytest.raises(WrongState):
            demands.withdraw_support(demand, actor=town.union[0])

    def test_a_meeting_is_demanded_and_planned(self, town: Municipality) -> None:
        demand = self.demand(town, DemandKind.MEETING)
        for person in town.union[:2]:
            demands.support(demand, actor=person)
        page = text_of(as_(town.secretary).get(demand.get_absolute_url()))
        address = f"{reverse('forum:meeting_plan', args=[town.committee.slug])}?krav={demand.pk}"
        assert address in page
        when = (clock.now() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
        as_(town.secretary).post(address, {"starts_at": when, "place": "Salen"})
        demand.refresh_from_db()
        assert demand.meeting == Meeting.objects.get()
        assert not demands.outstanding(town.committee.pk).exists()
        perform(demand.meeting, "cancel", actor=town.secretary, data={"reason": "Nei"})
        assert demands.outstanding(town.committee.pk).get() == demand

    def test_only_members_demand_and_only_the_body_reads(self, town: Municipality) -> None:
        demand = self.demand(town)
        for person in (town.deputies["employees"][0], town.secretary, town.employee(), town.coordination_leader):
            with pytest.raises(NotPermitted):
                demands.support(demand, actor=person)
            with pytest.raises(NotPermitted):
                demands.raise_demand(town.committee, kind=DemandKind.ITEM, title="X", why="Y", actor=person)
        for person, status in ((town.secretary, 200), (town.employee(), 404), (town.outsider, 404)):
            assert as_(person).get(demand.get_absolute_url()).status_code == status
            assert as_(person).get(reverse("forum:demands", args=[town.committee.slug])).status_code == status
        assert as_(town.secretary).post(demand.get_absolute_url(), {"do": "support"}).status_code == 403

    def test_one_who_has_left_the_body_does_not_count(self, town: Municipality) -> None:
        demand = self.demand(town)
        demands.support(demand, actor=town.union[0])
        with clock.at(clock.now() + timedelta(days=2)):
            end_membership(
                town.membership(town.union[0]), on=clock.today() - timedelta(days=1), actor=town.administrator
            )
            demands.support(demand, actor=town.union[1])
            demand.refresh_from_db()
            assert demand.binding_at is None  # two of eight seats; three are needed

    def test_the_story_is_told(self, town: Municipality) -> None:
        demand = self.demand(town)
        said = [entry.sentence for entry in timeline.entries(demand, town.secretary)]
        assert any("1 of 3" in sentence for sentence in said)


@pytest.mark.django_db(transaction=True)
def test_two_who_support_at_once_bind_it_once(transactional_db: None) -> None:
    town = municipality()
    demand = demands.raise_demand(town.committee, kind=DemandKind.ITEM, title="X", why="Y", actor=town.elected[4])
    together(lambda: demands.support(demand, actor=town.union[0]), lambda: demands.support(demand, actor=town.union[1]))
    demand.refresh_from_db()
    assert (demand.supports.count(), demand.binding_at is not None) == (3, True)
    assert Event.objects.filter(action="forum.demand_binding").count() == 1


class TestNotice:
    def test_too_late_and_without_papers_is_warned_recorded_and_shown(self, town: Municipality) -> None:
        meeting = plan(town, days=3)
        agenda.add_item(meeting, title="Uten papirer", actor=town.secretary)
        agenda.add_item(meeting, title="Med innstilling", recommendation="Ja.", actor=town.secretary)
        step = text_of(as_(town.secretary).get(reverse("forum:meeting_step", args=[meeting.pk, "call"])))
        assert step.count("11-3") >= 2
        assert "Uten papirer" in step
        perform(meeting, "call", actor=town.secretary)
        event = Event.objects.get(action="forum.meeting_called")
        item = meeting.items.get(title="Uten papirer")
        assert (event.data["late"], event.data["without_papers"]) == (True, [item.pk])
        for person in (None, town.elected[3], town.secretary):
            page = text_of(as_(person).get(meeting.get_absolute_url()))
            assert f"without papers for {item.label}" in page
            assert ("The body's own rule is" in page.replace("&#x27;", "'")) == (person is not None)  # for those inside

    def marks(self, meeting: Meeting, *, sees_closed: bool = False) -> dict[str, list[str]]:
        lines = item_lines(Meeting.objects.select_related("body").get(pk=meeting.pk), sees_closed=sees_closed)
        found = changes_since_notice.changes(meeting, lines)
        return {line.title: found.items.get(line.item.pk, []) for line in lines}

    def test_what_has_changed_since_is_marked_item_by_item(self, town: Municipality) -> None:
        meeting = plan(town)
        for title in ("Lik", "Endret", "Trukket"):
            agenda.add_item(meeting, title=title, recommendation="Ja.", actor=town.secretary)
        case = Case.objects.create(year=2026, number=7, title="Med papir", access=CaseAccess.PUBLIC)
        agenda.add_item(meeting, title="Med papir", case=case, recommendation="Ja.", actor=town.secretary)
        meeting = perform(meeting, "call", actor=town.secretary)
        assert self.marks(meeting) == {"Lik": [], "Endret": [], "Trukket": [], "Med papir": []}
        agenda.change_item(
            meeting.items.get(title="Endret"), title="Endret", recommendation="Nei.", actor=town.secretary
        )
        agenda.withdraw_item(meeting.items.get(title="Trukket"), reason="Mer tid", actor=town.secretary)
        agenda.add_item(meeting, title="Ny", actor=town.secretary)
        agenda.change_item(meeting.items.get(title="Ny"), title="Ny", recommendation="Ja.", actor=town.secretary)
        cases.add_document(case, upload=SimpleUploadedFile("a.pdf", PDF), title="Notat", actor=town.secretary)
        assert self.marks(meeting) == {
            "Lik": [],
            "Endret": ["The words are changed"],
            "Trukket": ["Withdrawn"],
            "Ny": ["New"],
            "Med papir": ["New paper"],
        }
        public = text_of(as_().get(meeting.get_absolute_url()))
        assert "The words are changed" in public
        later = meeting.starts_at + timedelta(days=7)
        data = {"starts_at": later, "place": "Salen", "reason": "Uvær"}
        meeting = perform(meeting, "postpone", actor=town.secretary, data=data)
        meeting = perform(meeting, "call", actor=town.secretary)
        assert not any(self.marks(meeting).values())

    def test_of_a_closed_item_the_public_is_told_that_it_is_new_and_no_more(self, town: Municipality) -> None:
        meeting = called(town)
        closed = {"closed_basis": "koml. § 11-5 (2)", "public_title": "Personalsak"}
        item = agenda.add_item(meeting, title="NN sies opp", actor=town.secretary, **closed)
        assert self.marks(meeting)["Personalsak"] == ["New"]
        meeting = perform(
            perform(
                meeting,
                "postpone",
                actor=town.secretary,
                data={"starts_at": meeting.starts_at + timedelta(days=1), "place": "S", "reason": "R"},
            ),
            "call",
            actor=town.secretary,
        )
        agenda.change_item(item, title="NN sies opp", recommendation="Ja", actor=town.secretary)
        assert self.marks(meeting)["Personalsak"] == []
        assert self.marks(meeting, sees_closed=True)["NN sies opp"] == ["The words are changed"]

    def test_another_place_the_same_day_is_told_and_shown(self, town: Municipality) -> None:
        meeting = called(town)
        address = reverse("forum:meeting_step", args=[meeting.pk, "rearrange"])
        when = timezone.localtime(meeting.starts_at) + timedelta(days=1)
        secretary = as_(town.secretary)
        assert (
            secretary.post(address, {"starts_at": when.strftime("%Y-%m-%dT%H:%M"), "place": "Salen"}).status_code == 422
        )
        meeting = perform(
            meeting, "rearrange", actor=town.secretary, data={"starts_at": meeting.starts_at, "place": "Kinoen"}
        )
        assert meeting.status == MeetingStatus.CALLED
        assert told("forum.meeting_rearranged") == {*town.elected, *town.union, town.secretary}
        page = text_of(as_().get(meeting.get_absolute_url()))
        assert "The place is Kinoen, not Rådhuset." in page
        with pytest.raises(NotPermitted):
            perform(meeting, "rearrange", actor=town.elected[3], data={"starts_at": meeting.starts_at, "place": "X"})

    def test_why_somebody_is_away_is_not_for_the_public(self, town: Municipality) -> None:
        meeting = called(town)
        row = roll_call.Row(town.membership(town.elected[2]), present=False, reason="Innlagt på sykehus")
        roll_call.set_attendance(meeting, rows=[row], actor=town.secretary)
        assert "sykehus" not in text_of(as_().get(meeting.get_absolute_url()))
        assert "sykehus" not in text_of(as_(town.elected[3]).get(meeting.get_absolute_url()))
        assert "sykehus" in text_of(as_(town.secretary).get(meeting.get_absolute_url()))


class TestQueue:
    def test_all_that_is_ready_goes_on_and_the_rest_says_why_not(self, town: Municipality) -> None:
        waits = citizens(town)
        council = village_council(town)
        ask(town, council, waits)
        ready = citizens(town)
        meeting = services.plan_meeting(
            body=town.coordination, starts_at=clock.now() + timedelta(days=9), actor=town.coordination_secretary
        )
        lines = queue_lines(meeting)
        assert [line.referral.case for line in lines] == [ready.case, waits.case]
        assert lines[0].why_not == ""
        assert council.body.name in lines[1].why_not
        address = reverse("forum:meeting_agenda", args=[meeting.pk])
        secretary = as_(town.coordination_secretary)
        assert council.body.name in text_of(secretary.get(address))
        secretary.post(address, {"do": "take_all"})
        assert [item.case for item in meeting.items.all()] == [ready.case]
        secretary.post(address, {"do": "take", "referral": lines[1].referral.pk})
        assert [item.case for item in meeting.items.order_by("position")] == [ready.case, waits.case]

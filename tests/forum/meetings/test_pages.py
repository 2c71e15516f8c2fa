"""The pages of a meeting: who sees what, what the buttons do, what is said when something stands in the way."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, ItemKind
from forum.meetings.planning import services as planning_services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session, plan
from trepart import clock
from trepart.audit.models import ViewLog
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(client: Client, town: Municipality) -> Client:
    client.force_login(town.secretary)
    return client


def as_(person: Any = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def seen_in(response: Any) -> str:
    return re.search(r'name="seen" value="(\d+)"', response.content.decode()).group(1)


def text_of(response: Any) -> str:
    return response.content.decode()


class TestReading:
    def test_the_public_sees_the_committees_agenda_when_it_is_called(self, town: Municipality) -> None:
        town.committee.meetings_open = True
        town.committee.save()
        meeting = plan(town)
        agenda_services.add_item(meeting, title="Felles vaktmester", actor=town.secretary)
        page = as_().get(meeting.get_absolute_url())
        assert page.status_code == 200
        assert "Felles vaktmester" not in text_of(page)
        perform(meeting, "call", actor=town.secretary)
        assert "Felles vaktmester" in text_of(as_().get(meeting.get_absolute_url()))

    def test_the_coordination_group_keeps_its_meetings_to_itself(self, town: Municipality) -> None:
        meeting = planning_services.plan_meeting(
            body=town.coordination, starts_at=clock.now() + timedelta(days=9), actor=town.coordination_secretary
        )
        for person, status in (
            (None, 404),
            (town.outsider, 404),
            (town.employee(), 404),
            (town.coordination_leader, 200),
            (town.chair, 200),
        ):
            assert as_(person).get(meeting.get_absolute_url()).status_code == status

    def test_a_closed_item_shows_number_basis_and_public_title_only(self, town: Municipality) -> None:
        town.committee.meetings_open = True
        town.committee.save()
        meeting = plan(town)
        agenda_services.add_item(
            meeting, title="Oppsigelse av NN", recommendation="NN sies opp.", closed_basis="koml. § 11-5 (2)",
            public_title="Personalsak", actor=town.secretary,
        )  # fmt: skip
        perform(meeting, "call", actor=town.secretary)
        public = text_of(as_().get(meeting.get_absolute_url()))
        assert "Personalsak" in public
        assert "koml. § 11-5 (2)" in public
        assert "NN" not in public
        assert not ViewLog.objects.exists()
        member = text_of(as_(town.elected[2]).get(meeting.get_absolute_url()))
        assert "Oppsigelse av NN" in member
        assert ViewLog.objects.get().person == town.elected[2]

    def test_a_called_deputy_sees_what_is_closed_and_another_does_not(self, town: Municipality) -> None:
        meeting = plan(town)
        agenda_services.add_item(
            meeting, title="Oppsigelse av NN", closed_basis="koml. § 11-5 (2)", public_title="Personalsak",
            actor=town.secretary,
        )  # fmt: skip
        meeting = perform(meeting, "call", actor=town.secretary)
        deputies = town.deputies["employees"]
        row = roll_call.Row(
            town.membership(town.union[0]), present=False, reason="Syk", deputy=town.membership(deputies[0])
        )
        roll_call.set_attendance(meeting, rows=[row], actor=town.secretary)
        assert "Oppsigelse av NN" in text_of(as_(deputies[0]).get(meeting.get_absolute_url()))
        assert "Oppsigelse av NN" not in text_of(as_(deputies[1]).get(meeting.get_absolute_url()))

    def test_lists_cost_the_same_for_three_and_for_more(self, town: Municipality) -> None:
        def cost(url: str, person: Any) -> int:
            client = as_(person)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            return len(seen)

        meeting = called(town, ("A", "B", "C"))
        urls = [reverse("forum:meeting_list"), meeting.get_absolute_url()]
        urls.append(reverse("forum:meeting_agenda", args=[meeting.pk]))
        before = [cost(url, town.secretary) for url in urls]
        for number in range(8):
            agenda_services.add_item(meeting, title=f"Sak {number}", recommendation="Ja.", actor=town.secretary)
            plan(town, days=20 + number)
        assert [cost(url, town.secretary) for url in urls] == before

    def test_a_meeting_in_session_costs_the_same_however_long_its_agenda(self, town: Municipality) -> None:
        client = as_(town.secretary)
        meeting = in_session(town, ("A", "B", "C"))
        item = meeting.items.first()
        urls = [
            reverse("forum:meeting_run_item", args=[meeting.pk, item.pk]),
            reverse("forum:meeting_attendance", args=[meeting.pk]),
        ]

        def costs() -> list[int]:
            found = []
            for url in urls:
                with CaptureQueriesContext(connection) as seen:
                    assert client.get(url).status_code == 200
                found.append(len(seen))
            return found

        # Where votes have been held they are fetched with those who voted, once for them all.
        ballots.record_ballot(meeting.items.last(), actor=town.secretary)
        costs()
        before = costs()
        for number in range(6):
            late = agenda_services.add_item(meeting, title=f"Sen {number}", recommendation="Ja.", actor=town.secretary)
            ballot = ballots.record_ballot(late, actor=town.secretary)
            decisions.decide(
                late, text=late.recommendation, resolution=Resolution.ADOPT, ballot=ballot, actor=town.secretary
            )
        assert costs() == before

    def test_unknown_ids_answer_404(self, secretary: Client) -> None:
        for url in ("/moter/999/", "/moter/999/saksliste/", "/moter/999/gjennomfor/", "/moter/99999999999999999999/"):
            assert secretary.get(url).status_code == 404


class TestWhoMay:
    @pytest.mark.parametrize("name", ["meeting_agenda", "meeting_attendance", "meeting_run"])
    def test_working_pages_are_for_who_runs_the_meeting(self, town: Municipality, name: str) -> None:
        meeting = in_session(town)
        url = reverse(f"forum:{name}", args=[meeting.pk])
        assert as_().get(url).status_code == 302
        assert as_().get(url).url.startswith(reverse("account_login"))
        for person in (town.elected[3], town.employee(), town.coordination_secretary):
            assert as_(person).get(url).status_code == 404
        assert as_(town.secretary).get(url).status_code in (200, 302)

    def test_planning_is_for_the_bodys_own_clerk(self, town: Municipality) -> None:
        url = reverse("forum:meeting_plan", args=[town.committee.slug])
        assert as_(town.coordination_secretary).get(url).status_code == 404
        assert as_(town.secretary).get(url).status_code == 200


class TestPreparing:
    def test_plan_agenda_and_call(self, secretary: Client, town: Municipality) -> None:
        url = reverse("forum:meeting_plan", args=[town.committee.slug])
        form = {"starts_at": f"{clock.today() + timedelta(days=20)}T18:00", "place": "Rådhuset"}
        assert secretary.post(url, {**form, "starts_at": "2001-01-01T18:00"}).status_code == 422
        secretary.post(url, form)
        secretary.post(url, form)
        meeting = Meeting.objects.get()
        agenda = reverse("forum:meeting_agenda", args=[meeting.pk])
        secretary.post(agenda, {"do": "new", "kind": "PS", "title": "<b>Budsjett</b>", "recommendation": "Ja."})
        secretary.post(agenda, {"do": "new", "kind": "RS", "title": "Nærvær", "recommendation": ""})
        assert secretary.post(agenda, {"do": "new", "kind": "PS", "title": ""}).status_code == 422
        page = secretary.get(agenda)
        assert "&lt;b&gt;Budsjett&lt;/b&gt;" in text_of(page)
        last = meeting.items.last()
        secretary.post(agenda, {"do": "up", "item": last.pk})
        assert [i.title for i in meeting.items.all()] == ["Nærvær", "<b>Budsjett</b>"]
        step = reverse("forum:meeting_step", args=[meeting.pk, "call"])
        seen = seen_in(secretary.get(step))
        assert secretary.post(step, {"seen": seen}).status_code == 302
        assert secretary.post(step, {"seen": seen}).status_code == 409
        assert [i.label.split("/")[0] for i in meeting.items.all()] == ["RS 1", "PS 1"]

    def test_an_old_page_does_not_overwrite_anothers_words(self, secretary: Client, town: Municipality) -> None:
        meeting = plan(town)
        item = agenda_services.add_item(meeting, title="Budsjett", recommendation="Ja.", actor=town.secretary)
        url = reverse("forum:meeting_agenda_item", args=[meeting.pk, item.pk])
        seen = seen_in(secretary.get(url))
        agenda_services.change_item(item, title="Budsjett 2027", recommendation="Nei.", actor=town.chair)
        page = secretary.post(url, {"do": "words", "seen": seen, "title": "Mitt", "recommendation": "Mine ord"})
        assert page.status_code == 409
        assert "Mine ord" in text_of(page)
        item.refresh_from_db()
        assert item.title == "Budsjett 2027"

    def test_proposing_closed_doors_under_3b_takes_the_provision(self, secretary: Client, town: Municipality) -> None:
        meeting = plan(town)
        item = agenda_services.add_item(meeting, title="Forhandling", actor=town.secretary)
        url = reverse("forum:meeting_agenda_item", args=[meeting.pk, item.pk])
        form = {
            "do": "close",
            "doors-basis": "koml. § 11-5 (3) b",
            "doors-provision": "",
            "doors-public_title": "Lukket sak",
        }
        assert secretary.post(url, form).status_code == 422
        assert secretary.post(url, {**form, "doors-provision": "offl. § 23 første ledd"}).status_code == 302
        item.refresh_from_db()
        assert item.closed_basis == "koml. § 11-5 (3) b, offl. § 23 første ledd"
        assert item.is_proposed_closed
        page = text_of(secretary.get(reverse("forum:meeting_agenda", args=[meeting.pk])))
        assert "Foreslått lukket" in page
        assert secretary.post(url, {"do": "open"}).status_code == 302
        item.refresh_from_db()
        assert (item.doors, item.closed_basis) == ("open", "")

    def test_attendance_calls_the_next_deputies(self, secretary: Client, town: Municipality) -> None:
        meeting = called(town)
        url = reverse("forum:meeting_attendance", args=[meeting.pk])
        page = secretary.get(url)
        form: dict[str, str] = {"was": page.context["form"]["was"].value(), "presiding": ""}
        for seat in participants.seats(meeting):
            form[f"met_{seat.pk}"] = "met"
        for person in town.union[:2]:
            pk = town.membership(person).pk
            form |= {f"met_{pk}": "absent", f"reason_{pk}": "", f"deputy_{pk}": "next"}
        # Nobody is asked why (R51).
        assert secretary.post(url, form).status_code == 302
        standing = meeting.attendances.filter(stands_for__isnull=False).order_by("stands_for")
        assert [a.membership.person for a in standing] == town.deputies["employees"]
        # Pressed twice: what stands there stays.
        assert secretary.post(url, form).status_code == 302
        assert [a.membership.person for a in standing.all()] == town.deputies["employees"]
        assert "9" in text_of(secretary.get(url))


class TestRunning:
    def url(self, item: AgendaItem) -> str:
        return reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])

    def test_unanimous_in_one_press_and_then_what_it_rests_on(self, secretary: Client, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        page = secretary.get(reverse("forum:meeting_run", args=[meeting.pk]), follow=True)
        assert page.redirect_chain[-1][0] == self.url(first)
        form = {"do": "unanimous", "motion": first.motions.get().pk, "seen": seen_in(page)}
        page = secretary.post(self.url(first), form, follow=True)
        # The vote is recorded; the decision names the delegation it rests on.
        assert page.redirect_chain[-1][0] == self.url(first)
        assert AgendaItem.objects.get(pk=first.pk).decided is None
        rests = {"do": "decide", "resolution": "adopt", "decision-text": "A: ja.", "decision-rests": "own"}
        page = secretary.post(self.url(first), rests, follow=True)
        assert page.redirect_chain[-1][0] == self.url(second)
        first = AgendaItem.objects.get(pk=first.pk)
        assert (first.decision.text, first.decision.ballot.unanimous) == ("A: ja.", True)
        assert secretary.post(self.url(first), form).status_code == 409

    def test_for_and_against_and_the_result_in_words(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        motion = item.motions.get()
        page = secretary.get(self.url(item))
        form: dict[str, Any] = {"do": "vote", "motion": motion.pk, "seen": seen_in(page)}
        for voter in participants.entitled(item):
            form[f"vote{motion.pk}-{voter.pk}"] = "for"
        opposed = town.membership(town.elected[3])
        form[f"vote{motion.pk}-{opposed.pk}"] = "against"
        page = secretary.post(self.url(item), form, follow=True)
        assert "S (1)" in text_of(page)
        tally = voting.tally_of(item.ballots.get())
        assert (tally.for_, tally.against) == (8, 1)
        vote = item.ballots.get().votes.get(membership=opposed)
        correct = {"do": "correct", "ballot": item.ballots.get().pk, "seen": seen_in(page)}
        prefix = f"correct{item.ballots.get().pk}"
        assert secretary.post(self.url(item), {**correct, f"{prefix}-vote": vote.pk}).status_code == 422
        secretary.post(self.url(item), {**correct, f"{prefix}-vote": vote.pk, f"{prefix}-reason": "Feil"})
        vote.refresh_from_db()
        assert vote.choice == Choice.FOR

    def test_two_secretaries_do_not_overwrite_each_other(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        seen = seen_in(secretary.get(self.url(item)))
        discussion.save_discussion(item, text="Ordet til lederen.", actor=town.chair)
        page = secretary.post(self.url(item), {"do": "discussion", "seen": seen, "discussion-text": "Mitt referat."})
        assert page.status_code == 409
        assert "Mitt referat." in text_of(page)
        assert "Ordet til lederen." in text_of(page)
        item.refresh_from_db()
        assert item.discussion == "Ordet til lederen."

    def test_information_is_taken_note_of_and_a_case_postponed(self, secretary: Client, town: Municipality) -> None:
        meeting = called(town)
        info = agenda_services.add_item(meeting, title="Nærvær", kind=ItemKind.RS, actor=town.secretary)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        meeting = perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        secretary.post(self.url(info), {"do": "noted"})
        case = meeting.items.exclude(pk=info.pk).get()
        page = secretary.get(self.url(case) + "?som=postpone")
        assert 'value="postpone"' in text_of(page)
        secretary.post(self.url(case), {"do": "decide", "resolution": "postpone", "decision-text": "Utsettes."})
        assert [i.decision.resolution for i in meeting.items.select_related("decision")] == [
            Resolution.POSTPONE, Resolution.NOTED,
        ]  # fmt: skip
        step = reverse("forum:meeting_step", args=[meeting.pk, "end"])
        page = secretary.post(step, {"seen": seen_in(secretary.get(step)), "publish_list": "1"}, follow=True)
        assert page.redirect_chain[-1][0] == meeting.get_absolute_url()
        assert not AgendaItem.objects.filter(settled_at__isnull=True).exists()

    def test_a_recusal_without_basis_is_refused_beside_the_field(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.elected[2])
        url = reverse("forum:meeting_act", args=[item.meeting_id, item.pk, "habilitet"])
        form = {
            "recuse-membership": who.pk,
            "recuse-kind": "partiality",
            "recuse-basis": "",
            "recuse-settled": "agreed",
            "recuse-deputy": "nobody",
        }
        assert secretary.post(url, form).status_code == 422
        assert secretary.post(url, {**form, "recuse-basis": "fvl. § 6"}).status_code == 302
        page = text_of(secretary.get(self.url(item)))
        assert "8" in page
        recusal = item.recusals.get()
        secretary.post(self.url(item), {"do": "lift", "recusal": recusal.pk})
        assert not item.recusals.exists()

    def test_a_motion_is_moved_and_voted_on(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        form = {"do": "motion", "motion-moved_by": town.membership(town.elected[1]).pk, "motion-text": "To stillinger."}
        secretary.post(self.url(item), form)
        motion = item.motions.get(is_recommendation=False)
        assert motion.moved_by == town.membership(town.elected[1])
        secretary.post(self.url(item), {"do": "unanimous", "motion": motion.pk})
        rests = {"do": "decide", "resolution": "adopt", "decision-text": "To stillinger.", "decision-rests": "own"}
        assert "To stillinger.</textarea>" in text_of(secretary.get(self.url(item)))
        secretary.post(self.url(item), rests)
        item = AgendaItem.objects.get(pk=item.pk)
        assert item.decision.text == "To stillinger."
        page = text_of(secretary.get(self.url(item)))
        assert "To stillinger." in page
        secretary.post(self.url(item), {"do": "again", "again-reason": "Feil forslag"})
        assert AgendaItem.objects.get(pk=item.pk).decided is None

    def test_too_few_say_why(self, secretary: Client, town: Municipality) -> None:
        meeting = called(town)
        rows = [roll_call.Row(town.membership(p)) for p in town.elected[:4]]
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        meeting = perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        item = meeting.items.get()
        assert "11-9" in text_of(secretary.get(self.url(item)))
        page = secretary.post(self.url(item), {"do": "unanimous", "motion": item.motions.get().pk})
        assert page.status_code == 422
        assert "11-9" in text_of(page)

    def test_what_was_typed_survives_a_lost_session(self, town: Municipality) -> None:
        client = as_(town.secretary)
        item = in_session(town).items.get()
        page = client.get(self.url(item))
        owner = re.search(r'name="form_owner" value="([^"]+)"', text_of(page)).group(1)
        client.logout()
        form = {"do": "discussion", "seen": seen_in(page), "form_owner": owner, "discussion-text": "Lang tekst."}
        assert client.post(self.url(item), form).status_code == 302
        client.force_login(town.secretary)
        assert "Lang tekst." in text_of(client.get(self.url(item)))

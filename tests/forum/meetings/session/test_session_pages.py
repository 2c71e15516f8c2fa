"""The page the secretary runs the meeting from: what is on it, and that nothing written there is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.agenda import questions
from forum.meetings.attendance import absences, deputy_calls, roll_call
from forum.meetings.attendance.forms import AttendanceForm
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Attendance, Meeting
from forum.meetings.core.readable_items import readable_items
from forum.meetings.enums import CallAnswer, RecusalKind, Settled
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience, ItemBlock
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.discussion.services import keep_draft, unsaved
from forum.meetings.session.models import DiscussionDraft
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots, corrections, motions
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session, plan
from trepart import clock
from trepart.access import policy
from trepart.audit.models import ViewLog
from trepart.refusals import GuardRefused
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(client: Client, town: Municipality) -> Client:
    client.force_login(town.secretary)
    return client


def address(item: AgendaItem) -> str:
    return reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])


def text_of(response: Any) -> str:
    return str(response.content.decode())


class TestTheRollCall:
    def test_before_it_is_called_nobody_is_said_to_be_absent(self, secretary: Client, town: Municipality) -> None:
        meeting = called(town)
        page = text_of(secretary.get(reverse("forum:meeting_attendance", args=[meeting.pk])))
        assert "Se over lista, rett det som ikke stemmer, og lagre." in page
        assert "Ikke vedtaksført" not in page

    def test_when_it_is_saved_the_meeting_is_opened_in_one_press(self, secretary: Client, town: Municipality) -> None:
        meeting = called(town)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        there = reverse("forum:meeting_step", args=[meeting.pk, "open"])
        with clock.at(meeting.starts_at):
            page = text_of(secretary.get(reverse("forum:meeting_attendance", args=[meeting.pk])))
            assert f'<form method="post" action="{there}">' in page
            seen = Meeting.objects.get(pk=meeting.pk).status_event_id
            answer = secretary.post(there, {"seen": seen})
        assert answer.url == reverse("forum:meeting_run", args=[meeting.pk])
        assert Meeting.objects.get(pk=meeting.pk).status == "in_session"

    def test_a_deputy_who_said_no_is_passed_over_with_that_as_the_reason(
        self, secretary: Client, town: Municipality
    ) -> None:
        meeting = called(town)
        first, second = town.deputies["employees"]
        absences.report(meeting, actor=town.union[2])
        deputy_calls.answer(DeputyCall.objects.get(), comes=False, actor=first, reason="Legetime, hjertet")
        deputy_calls.answer(DeputyCall.objects.get(answer=CallAnswer.WAITING), comes=True, actor=second)
        why = f"{first.name} kunne ikke komme."
        assert Attendance.objects.get(membership=town.membership(second)).skipped_reason == why
        form = AttendanceForm(meeting=meeting)
        fields = {name: form[name].value() for name in form.fields}
        there = reverse("forum:meeting_attendance", args=[meeting.pk])
        assert secretary.post(there, fields).status_code == 302
        assert Attendance.objects.get(membership=town.membership(second)).skipped_reason == why

    def test_the_next_on_the_list_is_the_next_who_has_not_said_no(self, secretary: Client, town: Municipality) -> None:
        meeting = called(town)
        first, second = town.deputies["employees"]
        absences.report(meeting, actor=town.union[2])
        deputy_calls.answer(DeputyCall.objects.get(), comes=False, actor=first)
        form = AttendanceForm(meeting=meeting)
        seat = town.membership(town.union[2])
        fields = {name: form[name].value() for name in form.fields} | {f"deputy_{seat.pk}": "next"}
        assert secretary.post(reverse("forum:meeting_attendance", args=[meeting.pk]), fields).status_code == 302
        there = Attendance.objects.get(stands_for=seat)
        assert (there.membership, there.skipped_reason) == (
            town.membership(second),
            f"{first.name} kunne ikke komme.",
        )

    def test_one_who_has_said_nothing_is_not_passed_over_without_a_reason(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        second = town.membership(town.deputies["employees"][1])
        with pytest.raises(GuardRefused, match="7-10"):
            movements.leave(item, membership=town.membership(town.union[0]), deputy=second, actor=town.secretary)


class TestTwoAtTheRoll:
    """The secretary and the leader have the roll open; one saves first."""

    def sent(self, client: Client, address: str, **changes: str) -> dict[str, str]:
        form = client.get(address).context["form"]
        values = {name: form[name].value() for name in form.fields}
        return {name: str(value) for name, value in values.items() if value not in (None, False)} | changes

    def test_what_the_other_noted_of_another_seat_stays_and_of_the_same_is_shown(
        self, secretary: Client, town: Municipality
    ) -> None:
        meeting = called(town)
        leader = Client()
        leader.force_login(town.chair)
        address = reverse("forum:meeting_attendance", args=[meeting.pk])
        away, other, both = (town.membership(person) for person in (town.union[0], town.elected[3], town.elected[4]))
        old = self.sent(leader, address)
        first = {
            f"met_{away.pk}": "absent",
            f"deputy_{away.pk}": "",
            f"met_{both.pk}": "absent",
            f"deputy_{both.pk}": "",
        }
        assert secretary.post(address, self.sent(secretary, address, **first)).status_code == 302
        assert leader.post(address, old | {f"met_{other.pk}": "absent", f"deputy_{other.pk}": ""}).status_code == 302
        there = dict(meeting.attendances.values_list("membership", "present"))
        assert [there[one.pk] for one in (away, other, both)] == [False, False, False]
        # Of the same seat: what stands there is shown first, nothing is saved, and once more is a choice.
        leave = {f"met_{both.pk}": "absent", f"reason_{both.pk}": "Reise"}
        newest = self.sent(secretary, address)
        assert secretary.post(address, newest | {f"reason_{both.pk}": "Kurs"}).status_code == 302
        refused = leader.post(address, newest | leave)
        assert refused.status_code == 422
        assert ("Grunn til forfall", "Kurs") in [
            (label.strip(), text) for label, text in refused.context["form"].theirs
        ]
        assert meeting.attendances.get(membership=both).absence_reason == "Kurs"
        again = {name: str(value) for name, value in refused.context["form"].data.items()}
        assert leader.post(address, again).status_code == 302
        assert meeting.attendances.get(membership=both).absence_reason == "Reise"

    def test_another_time_and_place_are_compared_too(self, secretary: Client, town: Municipality) -> None:
        meeting = plan(town)
        leader = Client()
        leader.force_login(town.chair)
        address = reverse("forum:meeting_step", args=[meeting.pk, "move"])
        old = self.sent(leader, address)
        assert secretary.post(address, self.sent(secretary, address, place="Nordli")).status_code == 302
        refused = leader.post(address, old | {"place": "Sørli"})
        assert (refused.status_code, refused.context["form"].theirs) == (422, [("Sted", "Nordli")])
        assert Meeting.objects.get(pk=meeting.pk).place == "Nordli"


class TestTheOrderOfThings:
    def test_before_the_vote_nothing_is_asked_about_the_decision(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        page = text_of(secretary.get(address(item)))
        assert 'id="vedtak"' not in page
        assert page.index("Enstemmig vedtatt") < page.index("Noen går") < page.index("Det som ble sagt")
        assert page.count('class="ds-button" name="do" value="unanimous"') == 1

    def test_after_the_vote_the_decision_comes_first(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballots.record_ballot(item, actor=town.secretary)
        page = text_of(secretary.get(address(item)))
        assert page.index('id="vedtak"') < page.index("Noen går" if "Noen går" in page else "Protokolltilførsel")
        assert "Votering over innstillingen" not in page

    def test_taking_note_of_it_without_a_vote_is_one_press_away(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        assert 'href="?som=noted#vedtak"' in text_of(secretary.get(address(item)))
        assert 'value="noted"' in text_of(secretary.get(address(item) + "?som=noted"))

    def test_two_motions_lead_to_setting_them_against_each_other(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        assert "Det er flere forslag." not in text_of(secretary.get(address(item)))
        mover = town.membership(town.elected[1])
        motions.add_motion(item, text="Heller noe annet.", moved_by=mover, actor=town.secretary)
        page = text_of(secretary.get(address(item)))
        assert "Det er flere forslag." in page
        assert reverse("forum:meeting_act", args=[item.meeting_id, item.pk, "alternativ"]) in page


class TestWhatIsBeingWritten:
    def test_it_comes_along_when_another_button_is_pressed(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        motion = item.motions.get()
        sent = {"do": "unanimous", "motion": motion.pk, "treatment": "Ordet gikk rundt. <b>Æ</b> 🙂"}
        assert secretary.post(address(item), sent).status_code == 302
        fresh = AgendaItem.objects.get(pk=item.pk)
        assert (fresh.discussion, fresh.ballots.count()) == ("Ordet gikk rundt. <b>Æ</b> 🙂", 1)
        assert not DiscussionDraft.objects.exists()

    def test_a_refusal_keeps_it_as_a_draft(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballots.record_ballot(item, actor=town.secretary)
        sent = {"do": "unanimous", "motion": item.motions.get().pk, "treatment": "Nesten ferdig."}
        page = secretary.post(address(item), sent)
        assert page.status_code != 302
        assert "Nesten ferdig." in text_of(page)
        assert AgendaItem.objects.get(pk=item.pk).discussion == ""
        assert DiscussionDraft.objects.get().text == "Nesten ferdig."

    def test_it_never_overwrites_what_another_has_saved(self, secretary: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        old = Client()
        old.force_login(town.secretary)
        discussion.save_discussion(item, text="Fra den andre.", actor=town.chair)
        sent = {"do": "unanimous", "motion": item.motions.get().pk, "treatment": "Fra den ene.", "seen": "1"}
        assert old.post(address(item), sent).status_code != 302
        assert AgendaItem.objects.get(pk=item.pk).discussion == "Fra den andre."
        assert DiscussionDraft.objects.get().text == "Fra den ene."

    def test_whoever_ends_the_meeting_is_told_what_is_not_in_the_minutes(
        self, secretary: Client, town: Municipality
    ) -> None:
        item = in_session(town).items.get()
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution="adopt", actor=town.secretary)
        keep_draft(item, text="Glemt.", seen=0, actor=town.secretary)
        assert [draft.item.pk for draft in unsaved(item.meeting)] == [item.pk]
        page = text_of(secretary.get(reverse("forum:meeting_step", args=[item.meeting_id, "end"])))
        assert "Dette er skrevet, men står ikke i møteboka." in page
        assert address(item) in page
        assert "Glemt." not in page
        discussion.save_discussion(item, text="Glemt.", actor=town.secretary)
        assert unsaved(item.meeting) == []


class TestTheDeputyForOneClosedItem:
    def readers(self, town: Municipality, how: str) -> tuple[Meeting, AgendaItem, AgendaItem, Any]:
        meeting = in_session(town, titles=("Personalsak om Ola", "Personalsak om Kari"))
        first, second = meeting.items.order_by("position")
        for number, item in enumerate((first, second), start=1):
            closed_doors.close_doors(
                item,
                basis="koml. § 11-5 (2)",
                public_title=f"Personalsak {number}",
                settled=Settled.LAW,
                actor=town.secretary,
            )
        who, deputy = town.membership(town.union[0]), town.membership(town.deputies["employees"][0])
        if how == "recused":
            recusals.recuse(
                first,
                membership=who,
                kind=RecusalKind.PARTIALITY,
                basis="fvl. § 6",
                deputy=deputy,
                actor=town.secretary,
            )
        else:
            movements.leave(first, membership=who, deputy=deputy, only=True, actor=town.secretary)
        return meeting, first, second, deputy.person

    @pytest.mark.parametrize("how", ["recused", "away"])
    def test_reads_that_item_and_no_other(self, town: Municipality, how: str) -> None:
        meeting, own, other, deputy = self.readers(town, how)
        reader = Client()
        reader.force_login(deputy)
        assert reader.get(reverse("forum:paper", args=[meeting.pk, own.pk])).status_code == 200
        assert reader.get(reverse("forum:paper", args=[meeting.pk, other.pk])).status_code == 404
        for address_ in (meeting.get_absolute_url(), reverse("forum:meeting_follow", args=[meeting.pk])):
            page = text_of(reader.get(address_))
            assert "Personalsak om Ola" in page
            assert "Personalsak om Kari" not in page
            assert "Personalsak 2" in page
        assert list(readable_items(deputy).filter(meeting=meeting)) == [own]
        assert policy.can(deputy, "forum.view_closed", own)
        assert not policy.can(deputy, "forum.view_closed", other)
        assert not policy.can(deputy, "forum.view_closed", meeting)
        assert deputy in policy.people_who_can("forum.view_closed", own)
        assert deputy not in policy.people_who_can("forum.view_closed", other)
        assert ViewLog.objects.filter(person=deputy).exists()

    def test_when_it_is_taken_back_the_item_is_shut_again(self, town: Municipality) -> None:
        meeting, own, _other, deputy = self.readers(town, "away")
        movements.take_back(own.movements.get(because=None), actor=town.secretary)
        reader = Client()
        reader.force_login(deputy)
        assert reader.get(reverse("forum:paper", args=[meeting.pk, own.pk])).status_code == 404

    def test_another_deputy_reads_neither(self, town: Municipality) -> None:
        meeting, own, _other, _deputy = self.readers(town, "recused")
        reader = Client()
        reader.force_login(town.deputies["employees"][1])
        assert reader.get(reverse("forum:paper", args=[meeting.pk, own.pk])).status_code == 404


class TestVotesOnProcedure:
    def recused(self, town: Municipality) -> AgendaItem:
        item: AgendaItem = in_session(town).items.get()
        who = town.membership(town.union[0])
        choices = {v.pk: "for" for v in participants.at_the_table(item.meeting, item) if v.pk != who.pk}
        recusals.recuse(
            item,
            membership=who,
            kind=RecusalKind.PARTIALITY,
            basis="fvl. § 6",
            settled=Settled.VOTE,
            choices=choices,
            actor=town.secretary,
        )
        return item

    def test_the_audience_is_told_what_it_was_about(self, town: Municipality) -> None:
        town.committee.meetings_open = True
        town.committee.save()
        item = self.recused(town)
        page = text_of(Client().get(reverse("forum:meeting_follow", args=[item.meeting_id])))
        who = town.union[0].name
        assert f"Om noen er med på saken: {who} er inhabil (fvl. § 6)." in page or "inhabil (fvl. § 6)." in page
        assert "<strong>Forslaget ble enstemmig vedtatt.</strong>" not in page

    def test_the_secretary_sees_it_apart_and_cannot_turn_it(self, secretary: Client, town: Municipality) -> None:
        item = self.recused(town)
        ballot = item.ballots.get()
        page = text_of(secretary.get(address(item)))
        assert f'name="ballot" value="{ballot.pk}"' not in page
        with pytest.raises(GuardRefused):
            corrections.correct_vote(ballot.votes.first(), choice="against", reason="Feil.", actor=town.secretary)
        assert ballot.votes.filter(choice="against").count() == 0


class TestAQuestionToTheLeader:
    def asked(self, town: Municipality) -> AgendaItem:
        meeting = called(town)
        question = questions.ask(meeting, title="Sommervikarer", text="Hvor mange <b>mangler</b>?", actor=town.union[1])
        item = questions.put_on(question, actor=town.secretary)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        return AgendaItem.objects.get(pk=item.pk)

    def test_is_read_and_answered_from_the_page_of_the_meeting(self, secretary: Client, town: Municipality) -> None:
        item = self.asked(town)
        discussion.save_discussion(item, text="Det ble en lang runde.", actor=town.secretary)
        there = item.question.get_absolute_url()
        page = text_of(secretary.get(address(item)))
        assert "Hvor mange &lt;b&gt;mangler&lt;/b&gt;?" in page
        assert there in page
        answer = secretary.post(there, {"text": "Fire.", "seen": ""})
        assert answer.url == address(item)
        assert "Fire." in text_of(secretary.get(address(item)))
        said = AgendaItem.objects.get(pk=item.pk).discussion
        assert said == "Hvor mange <b>mangler</b>?\n\nFire.\n\nDet ble en lang runde."
        secretary.post(there, {"text": "Fem.", "seen": "Fire."})
        said = AgendaItem.objects.get(pk=item.pk).discussion
        assert said == "Hvor mange <b>mangler</b>?\n\nFem.\n\nDet ble en lang runde."

    def test_it_is_taken_note_of_in_one_press_and_other_words_are_asked_for(
        self, secretary: Client, town: Municipality
    ) -> None:
        item = self.asked(town)
        page = text_of(secretary.get(address(item)))
        assert page.count('value="noted"') == 1
        assert 'id="vedtak"' not in page
        assert 'href="?som=noted#vedtak"' in page
        assert 'id="vedtak"' in text_of(secretary.get(address(item) + "?som=noted"))

    def test_the_minutes_say_the_question_who_asked_and_that_nobody_answered(self, town: Municipality) -> None:
        item = self.asked(town)
        asked = f"Spørsmål fra {town.union[1].name}:\nHvor mange <b>mangler</b>?"
        treatment = f"{asked}\n\nSpørsmålet ble ikke besvart i møtet."
        decisions.decide(item, text="Tatt til orientering.", resolution="noted", actor=town.secretary)
        for audience in (Audience.PUBLIC, Audience.INTERNAL):
            assert minutes_of(item, audience).discussion == treatment
        discussion.save_discussion(item, text="Lederen svarte muntlig.", actor=town.secretary)
        assert minutes_of(item, Audience.PUBLIC).discussion == f"{asked}\n\nLederen svarte muntlig."

    def test_answered_it_stands_once(self, secretary: Client, town: Municipality) -> None:
        item = self.asked(town)
        questions.answer(item.question, text="Fire.", actor=town.secretary)
        assert minutes_of(item, Audience.PUBLIC).discussion == "Hvor mange <b>mangler</b>?\n\nFire."


def minutes_of(item: AgendaItem, audience: Audience) -> ItemBlock:
    document = build(Meeting.objects.get(pk=item.meeting_id), audience)
    return next(block for block in document.items if block.label == item.label)

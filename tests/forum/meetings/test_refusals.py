"""Each rule of a meeting tried from the wrong side: a clear refusal, and nothing lost or changed."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from forum.meetings.agenda import services as agenda_services
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.core.vote_models import Ballot, Vote
from forum.meetings.enums import Choice, ItemKind, RecusalKind, Settled
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.meetings.minutes.public_version_checks import has_identity_number
from forum.meetings.packets.queries import nothing_to_read
from forum.meetings.planning import services as planning_services
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots
from forum.organisation.models import Body
from tests.factories.browsers import as_
from tests.factories.meetings import SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session, plan
from tests.proposals.conftest import Road
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, Refused, WrongState
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]

#: Made up as the tax authority makes its test numbers (80 is added to the month), with right check digits: nobody's.
NUMBER = "139250 10086"
#: What the page of a step carries of what it was made from.
SEEN = ("csrfmiddlewaretoken", "seen", "was")


def everyone(item: AgendaItem, choice: Choice = Choice.FOR) -> dict[int, Choice]:
    return {voter.pk: choice for voter in participants.entitled(item)}


def refused(act: Callable[[], Any], *paragraphs: str, kind: type[Refused] = GuardRefused) -> str:
    """Do what must be refused, and return what is said; every one of ``paragraphs`` stands in it."""
    before = (Event.objects.count(), Vote.objects.count(), Decision.objects.count())
    with pytest.raises(kind) as caught:
        act()
    said = str(caught.value.message)
    for paragraph in paragraphs:
        assert paragraph in said, said
    assert (Event.objects.count(), Vote.objects.count(), Decision.objects.count()) == before
    return said


class TestTheNotice:
    def test_without_cases_a_meeting_is_not_called(self, town: Municipality) -> None:
        meeting = plan(town)
        refused(lambda: perform(meeting, "call", actor=town.secretary), "§ 11-3")
        assert Meeting.objects.get(pk=meeting.pk).status == "planned"

    def test_without_papers_it_goes_out_and_says_so_ever_after(self, client: Client, town: Municipality) -> None:
        client.force_login(town.secretary)
        meeting = plan(town)
        agenda_services.add_item(meeting, title="Uten papirer", actor=town.secretary)
        step = reverse("forum:meeting_step", args=[meeting.pk, "call"])
        assert "§ 11-3" in client.get(step).content.decode()
        client.post(step, {"seen": meeting.status_event_id})
        page = client.get(meeting.get_absolute_url()).content.decode()
        assert "Innkallingen gikk ut uten dokumenter til" in page
        assert Event.objects.get(action="forum.meeting_called").data["without_papers"] != []

    def test_what_was_seen_is_what_goes_out(self, client: Client, town: Municipality) -> None:
        client.force_login(town.secretary)
        meeting = plan(town)
        first = agenda_services.add_item(meeting, title="Den første", recommendation="Ja.", actor=town.secretary)
        agenda_services.add_item(meeting, title="Den andre", recommendation="Ja.", actor=town.secretary)
        step = reverse("forum:meeting_step", args=[meeting.pk, "call"])

        def send(page: str) -> str:
            sent = {name: html.unescape(re.findall(rf'name="{name}" value="([^"]*)"', page)[0]) for name in SEEN}
            return client.post(step, sent).content.decode()

        page = client.get(step).content.decode()
        agenda_services.withdraw_item(first, reason="", actor=town.secretary)
        agenda_services.add_item(meeting, title="Kom til", actor=town.secretary)
        again = send(page)
        assert "Noen har endret sakslista etter at du åpnet denne siden, og ingenting er sendt" in again
        assert "Nytt på sakslista: Kom til. Tatt av sakslista: Den første." in again
        assert Meeting.objects.get(pk=meeting.pk).status == "planned"
        order = meeting.items.order_by("position", "pk").values_list("pk", flat=True)
        agenda_services.reorder_items(meeting, order=list(order)[::-1], actor=town.secretary)
        again = send(again)
        assert "Sakene står i en annen rekkefølge" in again
        assert send(again) == ""
        assert Meeting.objects.get(pk=meeting.pk).status == "called"

    def test_nothing_to_read_is_what_the_packet_says_of_it(self, town: Municipality) -> None:
        road = Road(town, needs_grant="yes").to_committee()
        item = road.on_agenda()
        AgendaItem.objects.filter(pk=item.pk).update(recommendation="")
        told = agenda_services.add_item(item.meeting, title="Orientering", kind=ItemKind.RS, actor=town.secretary)
        # Of a proposal the proposer's own words are read; of what is told of, nothing.
        assert [one.pk for one in nothing_to_read(item.meeting)] == [told.pk]
        perform(item.meeting, "call", actor=town.secretary)
        assert Event.objects.get(action="forum.meeting_called").data["without_papers"] == [told.pk]
        page = as_(town.secretary).get(reverse("forum:packet_read", args=[item.meeting_id])).content.decode()
        assert page.count("Det er ingenting å lese her ennå.") == 1

    def test_too_late_goes_out_and_says_so_ever_after(self, client: Client, town: Municipality) -> None:
        client.force_login(town.secretary)
        meeting = planning_services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=1), place="Rådhuset", actor=town.secretary
        )
        agenda_services.add_item(meeting, title="Haster", recommendation="Ja.", actor=town.secretary)
        step = reverse("forum:meeting_step", args=[meeting.pk, "call"])
        assert "kommuneloven § 11-3" in client.get(step).content.decode()
        client.post(step, {"seen": meeting.status_event_id})
        assert "kommuneloven § 11-3" in client.get(meeting.get_absolute_url()).content.decode()


class TestTheVote:
    def test_without_a_quorum_nothing_is_decided(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        for who in (*town.elected[1:], *town.union[:1]):
            movements.leave(item, membership=town.membership(who), actor=town.secretary)
        refused(lambda: ballots.record_ballot(item, actor=town.secretary), "4", "9", "§ 11-9")
        refused(lambda: decisions.decide(item, text="Ja.", resolution="adopt", actor=town.secretary), "§ 11-9")

    def test_nobody_votes_twice(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballot = ballots.record_ballot(item, actor=town.secretary)
        refused(lambda: ballots.record_ballot(item, actor=town.secretary), kind=WrongState)
        vote = ballot.votes.first()
        again = Vote(**{f.attname: getattr(vote, f.attname) for f in Vote._meta.concrete_fields if not f.primary_key})
        with pytest.raises(DatabaseError), transaction.atomic():
            again.save(force_insert=True)

    def test_one_who_left_does_not_vote(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        votes = everyone(item)
        movements.leave(item, membership=town.membership(town.union[0]), actor=town.secretary)
        said = refused(lambda: ballots.record_ballot(item, choices=votes, actor=town.secretary), "§§ 8-1 og 11-10")
        assert town.union[0].name in said

    def test_one_who_is_partial_does_not_vote(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        votes = everyone(item)
        who = town.membership(town.union[0])
        recusals.recuse(item, membership=who, kind=RecusalKind.PARTIALITY, basis="fvl. § 6", actor=town.secretary)
        said = refused(lambda: ballots.record_ballot(item, choices=votes, actor=town.secretary), "§§ 8-1 og 11-10")
        assert town.union[0].name in said

    def test_nobody_who_is_there_keeps_silent(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        votes = everyone(item)
        votes.pop(town.membership(town.union[0]).pk)
        refused(lambda: ballots.record_ballot(item, choices=votes, actor=town.secretary), town.union[0].name, "§ 8-1")

    def test_nothing_is_adopted_before_it_is_voted_on(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        refused(lambda: decisions.decide(item, text="Ja.", resolution="adopt", actor=town.secretary), "§ 11-9")

    def test_a_double_press_is_one_vote_and_one_decision(self, client: Client, town: Municipality) -> None:
        client.force_login(town.secretary)
        item = in_session(town).items.get()
        there = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        sent = {"do": "unanimous", "motion": item.motions.get().pk}
        assert client.post(there, sent).status_code == 302
        assert client.post(there, sent).status_code == 409
        decided = {
            "do": "decide",
            "resolution": "adopt",
            "decision-text": "Felles vaktmester: ja.",
            "decision-rests": "own",
        }
        assert client.post(there, decided).status_code == 302
        assert client.post(there, decided).status_code == 409
        assert (Ballot.objects.count(), Decision.objects.count()) == (1, 1)


class TestTheDoors:
    @pytest.mark.parametrize("basis", ["", "  ", "fordi vi vil"])
    def test_they_are_not_closed_without_a_basis(self, town: Municipality, basis: str) -> None:
        item = in_session(town).items.get()
        refused(
            lambda: closed_doors.close_doors(
                item, basis=basis, public_title="Sak", settled=Settled.AGREED, actor=town.secretary
            ),
            "§ 11-5",
        )
        assert not AgendaItem.objects.get(pk=item.pk).is_closed

    def test_nobody_is_disqualified_without_a_basis(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.union[0])
        refused(
            lambda: recusals.recuse(item, membership=who, kind=RecusalKind.PARTIALITY, basis=" ", actor=town.secretary),
            "§ 6",
            "11-10",
        )


class TestTheMinutes:
    @pytest.fixture
    def meeting(self, town: Municipality) -> Meeting:
        return held_meeting(town)

    def test_an_identity_number_never_goes_out(self, meeting: Meeting, town: Municipality) -> None:
        minutes = minutes_services.begin(meeting)
        texts = minutes_services.Texts(remarks=f"Det gjelder {NUMBER}.", others_present="", discussions={})
        minutes_services.save_draft(minutes, texts=texts, actor=town.secretary)
        fresh = Minutes.objects.get(pk=minutes.pk)
        said = refused(lambda: perform(fresh, "publish", actor=town.secretary), "§§ 13 og 26", "§ 7")
        assert NUMBER not in said
        assert not MinutesVersion.objects.exists()
        minutes_services.save_draft(minutes, texts=replace(texts, remarks="Konto 1234.56.78903."), actor=town.secretary)
        perform(Minutes.objects.get(pk=minutes.pk), "publish", actor=town.secretary)
        assert MinutesVersion.objects.count() == 1

    def test_what_a_closed_case_is_called_never_goes_out_in_another(self, meeting: Meeting, town: Municipality) -> None:
        minutes = minutes_services.begin(meeting)
        item = meeting.items.filter(closed_basis="", withdrawn_at=None).first()
        texts = minutes_services.Texts(
            remarks="", others_present="", discussions={item.pk: f"Se også {SECRET.upper()}!"}
        )
        minutes_services.save_draft(minutes, texts=texts, actor=town.secretary)
        fresh = Minutes.objects.get(pk=minutes.pk)
        said = refused(lambda: perform(fresh, "publish", actor=town.secretary), item.label, "§§ 13 og 26")
        assert SECRET not in said

    def test_nor_in_the_decision_list_and_a_correction(
        self, client: Client, meeting: Meeting, town: Municipality
    ) -> None:
        minutes = perform(minutes_services.begin(meeting), "publish", actor=town.secretary)
        data = {"reason": "Tillegg", "remarks": f"{NUMBER.replace(' ', '')}", "others_present": ""}
        refused(lambda: perform(Minutes.objects.get(pk=minutes.pk), "correct", actor=town.secretary, data=data), "§ 7")
        assert MinutesVersion.objects.count() == 1
        decision = Decision.objects.filter(item__meeting=meeting, item__closed_basis="").first()
        Decision.objects.filter(pk=decision.pk).update(text=f"Gjelder {NUMBER}.")
        refused(lambda: decision_lists.publish(meeting, actor=town.secretary), "§ 7")

    @pytest.mark.parametrize(
        ("text", "is_one"),
        [
            (NUMBER, True),
            (NUMBER.replace(" ", ""), True),
            (f"nr. {NUMBER}, og", True),
            ("139250 10087", False),
            ("1139250100869", False),
            ("99999999999", False),
            ("12345678901", False),
            ("1234.56.78903", False),
            ("", False),
        ],
    )
    def test_only_what_is_one_is_taken_for_one(self, text: str, is_one: bool) -> None:
        assert has_identity_number(text) is is_one

    def test_nobody_approves_ones_own_correction(self, meeting: Meeting, town: Municipality) -> None:
        minutes = minutes_services.begin(meeting)
        members = [town.membership(who).pk for who in town.elected[1:3]]
        approvals.appoint(minutes, members=members, actor=town.secretary)
        perform(minutes, "publish", actor=town.secretary)
        data = {"reason": "Feil navn", "remarks": "", "others_present": "Kommunedirektøren"}
        perform(Minutes.objects.get(pk=minutes.pk), "correct", actor=town.chair, data=data)
        refused(lambda: approvals.sign(minutes, version=2, actor=town.chair), "rettet")

    @pytest.mark.parametrize("column", ["internal_pdf", "public_sha256", "reason", "created_at"])
    def test_a_version_that_is_out_is_not_changed_with_sql(
        self, meeting: Meeting, town: Municipality, column: str
    ) -> None:
        perform(minutes_services.begin(meeting), "publish", actor=town.secretary)
        for statement in (
            f"UPDATE meetings_minutesversion SET {column} = {column}",
            "DELETE FROM meetings_minutesversion",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_body_with_a_history_is_not_deleted(town: Municipality) -> None:
    in_session(town)
    with pytest.raises(ProtectedError), transaction.atomic():
        town.committee.delete()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("DELETE FROM organisation_body WHERE id = %s", [town.committee.pk])
    assert Body.objects.filter(pk=town.committee.pk).exists()

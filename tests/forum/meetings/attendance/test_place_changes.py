"""Places that begin and end around a meeting: one seat and one vote each, and what hung on them settled (R4-R6)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from forum.meetings.agenda import proposed_closing
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import absences, deputy_calls, roll_call
from forum.meetings.attendance.models import Absence, DeputyCall
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core import participants
from forum.meetings.core.models import Attendance, Meeting, Recusal
from forum.meetings.core.queries import day_of
from forum.meetings.core.vote_models import Vote
from forum.meetings.enums import RecusalKind
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots
from forum.organisation.enums import Part, Role, Side
from forum.organisation.models import Membership
from forum.organisation.services import memberships, terms
from tests.factories.browsers import as_
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session, plan, recipients
from trepart import clock
from trepart.access import policy
from trepart.audit.models import Event
from trepart.notices.models import Mail, Notice
from trepart.refusals import GuardRefused
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

RUNNERS = ("secretary", "chair")


def runners(town: Municipality) -> set[str]:
    """The secretary, the chair and the deputy chair run the meetings."""
    return {town.secretary.email, town.chair.email, town.elected[1].email}


def ends(place: Membership, town: Municipality, **days: int) -> None:
    """The place ends: yesterday was its last day, unless said."""
    memberships.end_membership(place, on=clock.today() + timedelta(days=days.get("days", -1)), actor=town.administrator)


def elected(person: Any, town: Municipality, **more: Any) -> Membership:
    given: dict[str, Any] = {"role": Role.MEMBER, "part": Part.UNION, "side": Side.EMPLOYEES, **more}
    return memberships.start_membership(person=person, body=town.committee, actor=town.administrator, **given)


def deputy(town: Municipality, number: int = 0, side: Side = Side.EMPLOYEES) -> Membership:
    return town.membership(town.deputies[side][number])


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("body").get(pk=meeting.pk)


def votes(meeting: Meeting) -> list[tuple[int, int]]:
    """Who votes in the first case, and from which seat."""
    return [(v.membership.person_id, v.seat.pk) for v in participants.entitled(fresh(meeting).items.first())]


def one_each(meeting: Meeting) -> bool:
    found = votes(meeting)
    seats = participants.number_of_seats(fresh(meeting))
    return len({who for who, _seat in found}) == len(found) == len({seat for _who, seat in found}) <= seats


def said(kind: str) -> str:
    return Mail.objects.filter(kind=kind).order_by("-pk").values_list("text", flat=True)[0]


class TestElectedIntoTheSeat:
    def coming(self, town: Municipality) -> tuple[Meeting, Membership, Membership]:
        """A union member cannot come, and the first deputy has said yes."""
        meeting = called(town)
        gone, first = town.membership(town.union[0]), deputy(town)
        absences.report(meeting, actor=gone.person)
        deputy_calls.answer(DeputyCall.objects.get(), comes=True, actor=first.person)
        return meeting, gone, first

    def test_the_deputy_elected_into_it_votes_once(self, town: Municipality) -> None:
        meeting, gone, first = self.coming(town)
        ends(gone, town)
        assert not Absence.objects.filter(withdrawn_at__isnull=True).exists()
        assert DeputyCall.objects.get().answer == "released"
        assert recipients("forum.deputy_released") == {first.person.email}
        assert "Plassen til" in said("forum.deputy_released")
        seat = elected(first.person, town)
        assert recipients("forum.member_invited") == {first.person.email}
        mail = Mail.objects.get(kind="forum.member_invited")
        assert mail.attachments.count() == 1
        assert "Felles vaktmester" in mail.text
        assert f"/moter/{meeting.pk}/" in mail.text
        roll_call.set_attendance(fresh(meeting), rows=roll_call.all_met(fresh(meeting)), actor=town.secretary)
        opened = perform(fresh(meeting), "open", actor=town.secretary, data={"other_day": "on"})
        assert one_each(opened)
        assert (first.person_id, seat.pk) in votes(opened)
        ballot = ballots.record_ballot(opened.items.get(), actor=town.secretary)
        assert (ballot.seats, ballot.votes.count()) == (9, 9)
        assert ballot.votes.filter(membership__person=first.person_id).count() == 1

    def test_where_nobody_is_elected_eight_vote_in_a_body_of_eight(self, town: Municipality) -> None:
        meeting, gone, first = self.coming(town)
        ends(gone, town)
        roll_call.set_attendance(fresh(meeting), rows=roll_call.all_met(fresh(meeting)), actor=town.secretary)
        opened = perform(fresh(meeting), "open", actor=town.secretary, data={"other_day": "on"})
        ballot = ballots.record_ballot(opened.items.get(), actor=town.secretary)
        assert (ballot.seats, ballot.votes.count()) == (8, 8)
        assert not ballot.votes.filter(membership__person=first.person_id).exists()

    def test_in_the_middle_of_a_meeting_too(self, town: Municipality) -> None:
        meeting = called(town, ("A", "B"))
        gone, first = town.membership(town.union[0]), deputy(town)
        rows = [Row(r.membership, r.membership != gone, "Syk" if r.membership == gone else "",
                    first if r.membership == gone else None) for r in roll_call.all_met(meeting)]  # fmt: skip
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        opened = perform(fresh(meeting), "open", actor=town.secretary, data={"other_day": "on"})
        ballots.record_ballot(opened.items.first(), actor=town.secretary)
        assert len(votes(opened)) == 9
        assert policy.can(first.person, "forum.view_closed", fresh(meeting))
        ends(gone, town)
        # Whoever has lost the seat reads no more of the meeting than others do.
        assert not policy.can(first.person, "forum.view_closed", fresh(meeting))
        assert first.person not in policy.people_who_can("forum.view_closed", fresh(meeting))
        assert not policy.visible_to(first.person, "forum.view_closed", Meeting.objects.all()).exists()
        second = opened.items.last()
        there = participants.entitled(second)
        assert len(there) == participants.number_of_seats(fresh(meeting)) == 8
        assert first.pk not in {voter.pk for voter in there}
        assert f"{first.person.name} har ingen plass lenger" in said("forum.places_settled")
        seat = elected(first.person, town)
        assert len(participants.entitled(second)) == 8
        movements.come(second, membership=seat, actor=town.secretary)
        ballot = ballots.record_ballot(second, actor=town.secretary)
        assert (ballot.seats, ballot.votes.count()) == (9, 9)
        # What was voted before stands.
        assert opened.items.first().ballots.get().votes.count() == 9

    def test_a_deputy_elected_into_another_seat_is_followed_by_the_next(self, town: Municipality) -> None:
        _meeting, away, first = self.coming(town)
        ends(town.membership(town.union[3]), town)
        elected(first.person, town)
        calls = DeputyCall.objects.exclude(answer="released").order_by("pk")
        assert [(c.deputy, c.answer) for c in calls] == [(first, "skipped"), (deputy(town, 1), "waiting")]
        assert calls[0].reason == "Har en plass i organet fra før."
        # Let go and passed over is one thing to whoever reads the list of those called.
        page = as_(town.secretary).get(reverse("forum:deputies_called", args=[_meeting.pk])).content.decode()
        assert page.count("Har en plass i organet fra før.") == 1
        assert "har fast plass i organet nå" not in page
        assert recipients("forum.deputy_asked") == {first.person.email, deputy(town, 1).person.email}
        assert recipients("forum.places_settled") == runners(town)
        assert f"{deputy(town, 1).person.name} er kalt inn for {away.person.name}" in said("forum.places_settled")
        assert not Attendance.objects.filter(membership=first).exists()

    def test_a_called_deputy_whose_place_ends_is_followed_by_the_next(self, town: Municipality) -> None:
        _meeting, _away, first = self.coming(town)
        ends(first, town)
        assert list(DeputyCall.objects.order_by("pk").values_list("deputy", "answer")) == [
            (first.pk, "released"),
            (deputy(town, 1).pk, "waiting"),
        ]

    def test_a_place_that_ends_after_the_meeting_settles_nothing(self, town: Municipality) -> None:
        meeting, gone, _first = self.coming(town)
        before = Notice.objects.count()
        ends(gone, town, days=20)
        assert Absence.objects.filter(withdrawn_at__isnull=True).exists()
        assert DeputyCall.objects.get().answer == "yes"
        assert Notice.objects.count() == before
        assert not Event.objects.filter(action="forum.places_settled").exists()
        assert day_of(meeting) < clock.today() + timedelta(days=20)

    def test_the_secretary_is_told_also_where_nothing_was_recorded_of_them(self, town: Municipality) -> None:
        meetings = [called(town), called(town), called(town)]
        ended, ahead = town.membership(town.union[0]), town.membership(town.elected[3])
        for place, days in ((ended, -1), (ahead, 1)):  # reached already, and entered before it is
            Notice.objects.filter(kind="forum.places_settled").delete()
            ends(place, town, days=days)
            told = Notice.objects.filter(kind="forum.places_settled", person=town.secretary)
            assert set(told.values_list("event__root_id", flat=True)) == {meeting.pk for meeting in meetings}
            assert f"{place.person.name} var innkalt, og har ikke lenger plass" in said("forum.places_settled")
            assert f"Plassen til {place.person.name} er tom" in said("forum.places_settled")
        # Who is known to leave before the notice is not called, and the page of the call says so.
        planned = plan(town)
        agenda_services.add_item(planned, title="En sak", recommendation="Ja.", actor=town.secretary)
        page = as_(town.secretary).get(reverse("forum:meeting_step", args=[planned.pk, "call"])).content.decode()
        assert f"are not called: {ahead.person.name}." in page


class TestSetInByHand:
    def twice(self, town: Municipality) -> Membership:
        """A union member who stands first on the other side's list of deputies."""
        return elected(
            town.union[1], town, role=Role.DEPUTY, part=Part.ELECTED, side=Side.MUNICIPALITY, deputy_number=9,
            elected_by_council=True, sex="female",
        )  # fmt: skip

    def test_a_seated_member_does_not_meet_for_another(self, town: Municipality) -> None:
        meeting, other = called(town), self.twice(town)
        away = town.membership(town.elected[4])
        rows = [
            row if row.membership != away else Row(away, False, "Syk", other, "Ba om det.")
            for row in roll_call.all_met(meeting)
        ]
        with pytest.raises(GuardRefused, match="§ 8-1"):
            roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        absence = absences.report(meeting, actor=away.person)
        with pytest.raises(GuardRefused, match="§ 8-1"):
            deputy_calls.call_by_hand(absence, deputy=other, actor=town.secretary, reason="Ba om det.")

    def test_nor_in_one_case_nor_for_one_who_leaves(self, town: Municipality) -> None:
        meeting = in_session(town)
        other, item = self.twice(town), meeting.items.get()
        away = town.membership(town.elected[4])
        with pytest.raises(GuardRefused, match="§ 8-1"):
            recusals.recuse(
                item, membership=away, kind=RecusalKind.PARTIALITY, basis="fvl. § 6", deputy=other,
                skipped_reason="Ba om det.", actor=town.secretary,
            )  # fmt: skip
        with pytest.raises(GuardRefused, match="§ 8-1"):
            movements.leave(item, membership=away, deputy=other, skipped_reason="Ba om det.", actor=town.secretary)
        assert one_each(meeting)

    def test_what_was_stored_before_counts_once(self, town: Municipality) -> None:
        meeting = in_session(town)
        other, away = self.twice(town), town.membership(town.elected[4])
        Attendance.objects.filter(membership=away).update(present=False)
        Attendance.objects.create(meeting=meeting, membership=other, stands_for=away)
        assert one_each(meeting)
        assert len(votes(meeting)) == 8


class TestOneSeat:
    def test_a_second_seat_is_refused_where_votes_are_held(self, town: Municipality) -> None:
        with pytest.raises(ValidationError) as refusal:
            elected(town.elected[4], town, role=Role.UNION_REPRESENTATIVE)
        assert "§ 8-1" in str(refusal.value)

    def test_the_database_refuses_it_too(self, town: Municipality) -> None:
        place = town.membership(town.elected[4])
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                person=place.person, body=place.body, role=Role.DEPUTY_LEADER, valid_from=clock.today()
            )
        Membership.objects.create(person=place.person, body=town.coordination, role=Role.MEMBER)

    def test_the_database_refuses_a_second_vote_by_whatever_place(self, town: Municipality) -> None:
        meeting = in_session(town)
        gone = town.membership(town.union[0])
        movements.leave(meeting.items.get(), membership=gone, actor=town.secretary)
        ballot = ballots.record_ballot(meeting.items.get(), actor=town.secretary)
        first = deputy(town)
        vote = ballot.votes.first()
        for place, seat in ((vote.membership, gone), (first, vote.seat)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Vote.objects.create(ballot=ballot, membership=place, seat=seat, name="X", choice="for")
        place = elected(
            vote.membership.person, town, role=Role.DEPUTY, part="", side="", deputy_number=1, valid_from=clock.today()
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.create(ballot=ballot, membership=place, seat=gone, name="X", choice="for")

    def test_the_database_refuses_more_votes_than_seats(self, town: Municipality) -> None:
        ballot = ballots.record_ballot(in_session(town).items.get(), actor=town.secretary)
        first = deputy(town)
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.create(ballot=ballot, membership=first, seat=first, name="X", choice="for")


class TestBeginning:
    def test_whoever_is_elected_after_the_notice_is_invited_with_the_papers(self, town: Municipality) -> None:
        meeting = called(town)
        elected(town.outsider, town, part=Part.ELECTED, side=Side.MUNICIPALITY)
        assert recipients("forum.member_invited") == {town.outsider.email}
        assert recipients("forum.places_settled") == runners(town)
        assert town.outsider.name in said("forum.places_settled")
        mail = Mail.objects.get(kind="forum.member_invited")
        assert (mail.attachments.count(), "PS 1/" in mail.text) == (1, True)
        assert f"{meeting.pk}/sakspapirer" in mail.text or f"{meeting.pk}/" in mail.text
        [event] = Event.objects.filter(action="forum.member_invited")
        assert event.data == {"names": town.outsider.name}

    def test_nobody_is_invited_to_what_is_not_called_or_is_held_before(self, town: Municipality) -> None:
        plan(town)
        called(town, days=3)
        elected(town.outsider, town, valid_from=clock.today() + timedelta(days=4))
        assert recipients("forum.member_invited") == set()

    def test_a_deputy_is_not_invited(self, town: Municipality) -> None:
        called(town)
        elected(town.outsider, town, role=Role.DEPUTY, deputy_number=7)
        assert recipients("forum.member_invited") == set()

    def test_a_closed_title_stays_closed_in_the_invitation(self, town: Municipality) -> None:
        meeting = called(town, ("Kari Testesens sak",))
        proposed_closing.propose_closing(
            meeting.items.get(), basis="koml. § 11-5 (2)", public_title="Personalsak", actor=town.secretary
        )
        elected(town.outsider, town)
        text = Mail.objects.get(kind="forum.member_invited").text
        assert ("Testesen" in text, "Personalsak" in text) == (False, True)


class TestGoingOn:
    def test_a_new_period_for_the_same_people_lets_everything_stand(self, town: Municipality) -> None:
        meeting = called(town, days=30)
        away, first = town.membership(town.union[0]), deputy(town)
        absences.report(meeting, actor=away.person)
        deputy_calls.answer(DeputyCall.objects.get(), comes=True, actor=first.person)
        staying = Membership.objects.running().filter(body=town.committee).exclude(role=Role.DEPUTY)
        staying = [*staying, *Membership.objects.running().filter(body=town.committee, role=Role.DEPUTY)]
        terms.renew(
            town.committee, staying=staying, valid_from=clock.today() + timedelta(days=10), valid_to=None,
            actor=town.administrator,
        )  # fmt: skip
        assert recipients("forum.member_invited") == set()
        absence = Absence.objects.get(withdrawn_at__isnull=True)
        assert absence.membership.valid_from == clock.today() + timedelta(days=10)
        assert absence.membership.person == away.person
        call = DeputyCall.objects.get()
        assert (call.answer, call.deputy.valid_from) == ("yes", absence.membership.valid_from)
        row = Attendance.objects.get(present=True)
        assert (row.membership, row.stands_for) == (call.deputy, absence.membership)
        assert recipients("forum.deputy_released") == set()

    def test_one_who_steps_aside_and_the_deputy_for_it_follow_their_places(self, town: Municipality) -> None:
        meeting = called(town)
        item, partial, first = meeting.items.get(), town.membership(town.union[0]), deputy(town)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        recusals.recuse(
            item, membership=partial, kind=RecusalKind.PARTIALITY, basis="fvl. § 6", deputy=first, actor=town.secretary
        )
        assert (first.person_id, partial.pk) in votes(meeting)
        ends(town.membership(town.union[3]), town)
        elected(first.person, town)
        one = Recusal.objects.get()
        assert (one.membership, one.deputy) == (partial, None)
        assert one_each(meeting)
        ends(partial, town)
        assert not Recusal.objects.exists()

    def test_another_presides_where_the_leader_is_no_more(self, town: Municipality) -> None:
        meeting = called(town)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        assert fresh(meeting).presiding == town.membership(town.chair)
        ends(town.membership(town.chair), town)
        assert fresh(meeting).presiding == town.membership(town.elected[1])

"""Conflicts of interest that members say ahead of a meeting (R12)."""

import pytest
from django.urls import reverse

from forum.meetings.attendance import conflict_reports, roll_call
from forum.meetings.attendance.models import ConflictReport
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus, MotionPurpose
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.attendance.test_absences import as_, text_of, told
from tests.forum.meetings.test_lifecycle import called, in_session
from trepart.notices.models import Mail
from trepart.refusals import GuardRefused, NotPermitted
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


class TestPartiality:
    def item(self, meeting: Meeting) -> AgendaItem:
        return meeting.items.get()

    def test_reported_ahead_seen_by_secretary_and_chair_alone(self, town: Municipality) -> None:
        meeting = called(town)
        item, member = self.item(meeting), town.union[1]
        address = reverse("forum:partiality", args=[meeting.pk, item.pk])
        assert address in text_of(as_(member).get(meeting.get_absolute_url()))
        assert as_(member).post(address, {"why": ""}).status_code == 422
        assert as_(member).post(address, {"why": "Søsteren min søkte stillingen."}).status_code == 302
        as_(member).post(address, {"why": "Søsteren min søker stillingen."})
        report = ConflictReport.objects.get()
        assert report.why == "Søsteren min søker stillingen."
        assert set(told("forum.conflict_reported")) == {town.secretary.email, town.chair.email, town.elected[1].email}
        for mail in Mail.objects.filter(kind="forum.conflict_reported"):
            assert "Søsteren" not in mail.text
        where = reverse("forum:deputies_called", args=[meeting.pk])
        assert "Søsteren" in text_of(as_(town.secretary).get(where))
        assert "Søsteren" in text_of(as_(town.chair).get(where))
        for person in (None, town.elected[4], town.union[0]):
            assert "Søsteren" not in text_of(as_(person).get(meeting.get_absolute_url()))
        assert "Søsteren" not in text_of(as_(town.elected[4]).get(address))
        as_(member).post(address, {"do": "withdraw"})
        assert not ConflictReport.objects.exists()

    def test_it_is_seen_beside_the_case_by_those_who_run_the_meeting_and_by_oneself(self, town: Municipality) -> None:
        meeting = called(town)
        item, member = self.item(meeting), town.union[1]
        conflict_reports.report(item, why="Søsteren min søker stillingen.", actor=member)
        page = meeting.get_absolute_url()
        said = f"Meldt på forhånd: {member.name} kan være inhabil"
        for person in (town.secretary, town.chair):
            shown = text_of(as_(person).get(page))
            assert said in shown
            assert reverse("forum:deputies_called", args=[meeting.pk]) in shown
            assert "Søsteren" not in shown
        own = text_of(as_(member).get(page))
        assert "Du har meldt fra om at du kan være inhabil" in own
        assert "Mulig inhabil?" not in own
        for person in (None, town.elected[4], town.union[0], town.employee()):
            shown = text_of(as_(person).get(page))
            assert said not in shown
            assert "Du har meldt fra" not in shown

    def test_what_is_answered_in_writing_takes_reports_too(self, town: Municipality) -> None:
        meeting = called(town)
        Meeting.objects.filter(pk=meeting.pk).update(kind=MeetingKind.WRITTEN)
        item, member = self.item(meeting), town.union[1]
        where = reverse("forum:partiality", args=[meeting.pk, item.pk])
        shown = text_of(as_(member).get(meeting.get_absolute_url()))
        assert where in shown
        assert "Kan du være inhabil i en sak?" in shown
        assert as_(member).post(where, {"why": "Jeg er gift med søkeren."}).status_code == 302
        shown = text_of(as_(town.secretary).get(meeting.get_absolute_url()))
        assert reverse("forum:deputies_called", args=[meeting.pk]) in shown

    def test_only_those_who_take_part(self, town: Municipality) -> None:
        meeting = called(town)
        item = self.item(meeting)
        address = reverse("forum:partiality", args=[meeting.pk, item.pk])
        for person in (town.deputies["employees"][0], town.secretary, town.employee()):
            assert as_(person).get(address).status_code == 404
            with pytest.raises(NotPermitted):
                conflict_reports.report(item, why="X", actor=person)
        report = conflict_reports.report(item, why="X", actor=town.union[0])
        with pytest.raises(NotPermitted):
            conflict_reports.withdraw(report, actor=town.union[1])

    def test_it_is_a_prompt_at_the_meeting(self, town: Municipality) -> None:
        meeting = called(town)
        item = self.item(meeting)
        conflict_reports.report(item, why="Søsteren min søker.", actor=town.union[1])
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        assert meeting.status == MeetingStatus.IN_SESSION
        page = text_of(as_(town.secretary).get(reverse("forum:meeting_run_item", args=[meeting.pk, item.pk])))
        assert "Søsteren min søker." in page

    def test_the_body_settles_it_before_the_case(self, town: Municipality) -> None:
        """No vote and no decision first; that everybody found the member impartial is minuted as the vote it is, and
        the reminder goes."""
        meeting = in_session(town)
        item, member = self.item(meeting), town.union[1]
        place = town.membership(member)
        ConflictReport.objects.create(item=item, membership=place, why="Søsteren min søker.")
        page = reverse("forum:meeting_run_item", args=[meeting.pk, item.pk])
        shown = text_of(as_(town.secretary).get(page))
        assert "det avgjør organet først" in shown
        assert "Enstemmig vedtatt" not in shown
        with pytest.raises(GuardRefused, match="forvaltningsloven § 8"):
            ballots.record_ballot(item, actor=town.secretary)
        assert as_(town.secretary).post(page, {"do": "unanimous", "motion": item.motions.get().pk}).status_code == 422
        where = reverse("forum:meeting_act", args=[meeting.pk, item.pk, "habilitet"])
        sent = {
            "recuse-membership": place.pk,
            "recuse-kind": "partiality",
            "recuse-basis": "fvl. § 6 annet ledd",
            "recuse-settled": "takes_part",
        }
        answer = as_(town.secretary).post(where, sent)
        assert answer.status_code == 302, text_of(answer)
        (vote,) = item.ballots.all()
        assert (vote.motion.concerns, vote.motion.purpose) == (place, MotionPurpose.IMPARTIALITY)
        assert [one.choice for one in vote.votes.all()] == ["against"] * (len(town.elected) + len(town.union) - 1)
        assert member.pk not in vote.votes.values_list("membership__person", flat=True)
        (told,) = build(meeting, Audience.PUBLIC).items[0].procedure
        assert told.motion == "Sára Gáppa er inhabil (fvl. § 6 annet ledd)."
        assert told.result.endswith("Medlemmet deltar i saken.")
        ballots.record_ballot(AgendaItem.objects.get(pk=item.pk), actor=town.secretary)
        for address in (page, meeting.get_absolute_url()):
            assert "Meldt på forhånd" not in text_of(as_(town.secretary).get(address))

    def test_who_steps_aside_needs_a_deputy_or_that_none_comes(self, town: Municipality) -> None:
        item = self.item(in_session(town))
        ConflictReport.objects.create(item=item, membership=town.membership(town.union[1]), why="Søsteren min søker.")
        where = reverse("forum:meeting_act", args=[item.meeting_id, item.pk, "habilitet"])
        sent = {
            "recuse-membership": town.membership(town.union[1]).pk,
            "recuse-kind": "partiality",
            "recuse-basis": "fvl. § 6 annet ledd",
            "recuse-settled": "agreed",
        }
        assert as_(town.secretary).post(where, sent).status_code == 422
        assert as_(town.secretary).post(where, {**sent, "recuse-deputy": "nobody"}).status_code == 302
        assert not conflict_reports.waiting().exists()
        ballots.record_ballot(AgendaItem.objects.get(pk=item.pk), actor=town.secretary)

    def test_somebody_who_is_not_there_stops_nothing(self, town: Municipality) -> None:
        item = self.item(in_session(town))
        outside = town.membership(town.deputies["employees"][0])
        ConflictReport.objects.create(item=item, membership=outside, why="Søsteren min søker.")
        ballots.record_ballot(item, actor=town.secretary)

"""Additions to the minutes, those without a seat, and requests to record (R5, R13, R14)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.matters import Nature
from forum.cases.models import Case
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Capacity, PollKind, Settled
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import objections, postponement
from forum.meetings.session.elections import services as elections
from forum.meetings.session.minute_additions import recording_requests
from forum.meetings.session.minute_additions import services as minute_additions
from forum.meetings.session.models import Attendee, RecordingRequest
from forum.meetings.session.participation import attendees, movements
from forum.meetings.session.votes import en_bloc, motions
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.test_closed_doors import PRIVACY
from tests.forum.meetings.test_lifecycle import in_session
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted

pytestmark = pytest.mark.django_db


class TestIntoTheMinutes:
    def test_an_addition_from_one_who_takes_part(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.elected[1])
        addition = minute_additions.add_to_minutes(
            item, membership=who, text="Vi vil se tallene.", on_behalf="Fjellista", actor=town.secretary
        )
        block = build(item.meeting, Audience.PUBLIC).items[0]
        assert [(one.name, one.text) for one in block.additions] == [
            (f"{who.person.name} (Fl) på vegne av Fjellista", "Vi vil se tallene.")
        ]
        with pytest.raises(GuardRefused):
            minute_additions.add_to_minutes(
                item, membership=town.membership(town.secretary), text="x", actor=town.secretary
            )
        minute_additions.take_out(addition, actor=town.secretary)
        assert not item.additions.exists()
        assert Event.objects.get(action="forum.addition_taken_out").text == {"addition": "Vi vil se tallene."}

    def test_the_mayor_moves_a_motion_and_the_chief_executive_does_not(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        mayor = attendees.attend(meeting, name="Berit Ås", capacity=Capacity.MAYOR, actor=town.secretary)
        chief = attendees.attend(meeting, name="Ola Nes", capacity=Capacity.CHIEF_EXECUTIVE, actor=town.secretary)
        with pytest.raises(GuardRefused, match="8-1"):
            motions.add_motion(item, text="Nei.", moved_by=chief, actor=town.secretary)
        motions.add_motion(item, text="Nei.", moved_by=mayor, actor=town.secretary)
        document = build(meeting, Audience.PUBLIC)
        assert document.items[0].motions == (("Nei.", "Berit Ås"),)
        assert [line.split(",")[0] for line in document.attendees] == ["Berit Ås", "Ola Nes"]
        with pytest.raises(GuardRefused):
            attendees.remove_attendee(mayor, actor=town.secretary)
        attendees.remove_attendee(chief, actor=town.secretary)
        assert list(Attendee.objects.values_list("name", flat=True)) == ["Berit Ås"]

    def test_somebody_invited_informs_in_a_case(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        with pytest.raises(GuardRefused, match="8-1"):
            attendees.attend(meeting, name="Ida Lie", capacity=Capacity.INVITED, actor=town.secretary)
        attendees.attend(
            meeting, name="Ida Lie", title="rektor", item=item, capacity=Capacity.INVITED, actor=town.secretary
        )
        assert build(meeting, Audience.PUBLIC).items[0].informed == ("Ida Lie, rektor orienterte organet.",)

    def test_the_employees_representatives_attend_and_speak_in_their_cases(
        self, client: Client, town: Municipality
    ) -> None:
        """§ 13-4: in elected bodies, in one case, without moving anything, never where negotiations are prepared."""
        meeting = in_session(town)
        item = meeting.items.get()
        said = {"name": "Ida Lie", "title": "Fagforbundet", "capacity": Capacity.EMPLOYEES, "actor": town.secretary}
        with pytest.raises(GuardRefused, match="13-4"):
            attendees.attend(meeting, **said)
        client.force_login(town.secretary)
        url = reverse("forum:meeting_act", args=[meeting.pk, item.pk, "orientering"])
        given = {"inform-name": "Ida Lie", "inform-title": "Fagforbundet", "inform-capacity": "employees"}
        assert client.post(url, given).status_code == 302
        there = Attendee.objects.get()
        with pytest.raises(GuardRefused, match="8-1"):
            motions.add_motion(item, text="Nei.", moved_by=there, actor=town.secretary)
        assert build(meeting, Audience.PUBLIC).items[0].informed == (
            "Ida Lie, Fagforbundet møtte og talte for de ansatte (kommuneloven § 13-4).",
        )
        attendees.remove_attendee(there, actor=town.secretary)
        case = Case.objects.create(year=2026, number=79, title="Lønn", nature=Nature.NEGOTIATION)
        AgendaItem.objects.filter(pk=item.pk).update(case=case)
        with pytest.raises(GuardRefused, match="13-4"):
            attendees.attend(meeting, item=AgendaItem.objects.get(pk=item.pk), **said)
        AgendaItem.objects.filter(pk=item.pk).update(case=None)
        Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
        with pytest.raises(GuardRefused, match="13-4"):
            attendees.attend(meeting, item=item, **said)
        assert "inform-capacity" not in client.get(url).content.decode()

    def test_a_request_to_record_is_answered_with_a_reason_where_refused(self, town: Municipality) -> None:
        meeting = in_session(town)
        with pytest.raises(GuardRefused, match="11-6"):
            recording_requests.answer_recording(
                meeting, by="Bladet", what="film", allowed=False, reason="", actor=town.secretary
            )
        recording_requests.answer_recording(
            meeting, by="Bladet", what="film", allowed=True, reason="", actor=town.secretary
        )
        assert RecordingRequest.objects.get().by == "Bladet"
        assert build(meeting, Audience.PUBLIC).recordings[0].startswith("Bladet ba om å gjøre opptak av møtet (film).")

    def test_members_do_not_write_in_the_meeting(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        member, actor = town.membership(town.elected[3]), town.elected[3]
        for act in (
            lambda: minute_additions.add_to_minutes(item, membership=member, text="x", actor=actor),
            lambda: attendees.attend(meeting, name="x", capacity=Capacity.MAYOR, actor=actor),
            lambda: closed_doors.close_doors(
                item, basis=PRIVACY, public_title="x", settled=Settled.AGREED, actor=actor
            ),
            lambda: closed_doors.open_doors(item, actor=actor),
            lambda: objections.object_to(item, members=[member], actor=actor),
            lambda: postponement.postpone_item(item, text="x", settled=Settled.AGREED, actor=actor),
            lambda: elections.propose_candidates(item, kind=PollKind.ELECTION, place="x", names=["y"], actor=actor),
            lambda: en_bloc.treat_together([item, item], actor=actor),
            lambda: movements.come(item, membership=member, actor=actor),
        ):
            with pytest.raises((NotPermitted, GuardRefused)):
                act()
        assert not Event.objects.filter(actor=actor).exists()

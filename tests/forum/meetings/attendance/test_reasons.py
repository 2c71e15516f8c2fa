"""Why somebody was absent, left or was passed over: for those who run the meeting, and in no document (R13, R51)."""

import json
from copy import deepcopy
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from forum.meetings.attendance import reasons, roll_call
from forum.meetings.attendance.forms import AttendanceForm
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.minutes import building, services, stored_reasons, structure
from forum.meetings.minutes.models import MinutesVersion
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import queries as packets
from forum.meetings.session.models import Movement
from forum.meetings.session.participation import movements
from forum.organisation.enums import Side
from tests.factories.browsers import as_
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session
from trepart import audit
from trepart.audit import timeline
from trepart.audit.models import Event, ViewLog
from trepart.refusals import NotPermitted
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

WHY = "Innlagt på sykehus, to barn hjemme"


def said_of_it(meeting: Meeting) -> str:
    with translation.override("nb"):
        return "".join(
            json.dumps(building.build(meeting, audience).as_json(), ensure_ascii=False) for audience in Audience
        )


def test_minutes_say_absent_and_never_why(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    away = town.membership(town.union[0])
    second = town.membership(town.deputies[Side.EMPLOYEES][1])
    movements.leave(item, membership=away, reason=WHY, deputy=second, skipped_reason=WHY, actor=town.secretary)
    Attendance.objects.filter(membership=town.membership(town.elected[4])).update(present=False, absence_reason=WHY)
    said = said_of_it(meeting)
    assert "sykehus" not in said
    assert f"{second.person.name} tok plassen." in said
    with translation.override("nb"):
        absent = building.build(meeting, Audience.PUBLIC).absent
    assert [line.note for line in absent if line.name == town.elected[4].name] == ["medlem, Fl"]
    told = str(list(Event.objects.about(meeting).values("data", "content__body")))
    assert "sykehus" not in told


def test_leave_is_named_with_the_law(town: Municipality) -> None:
    meeting = called(town)
    row = roll_call.Row(town.membership(town.elected[4]), present=False, on_leave=True)
    roll_call.set_attendance(meeting, rows=[row], actor=town.secretary)
    with translation.override("nb"):
        (line,) = building.build(meeting, Audience.PUBLIC).absent
    assert line.note == "medlem, Fl, permisjon (kommuneloven §\u00a07-9)"
    roll_call.set_attendance(meeting, rows=[roll_call.Row(town.membership(town.elected[4]))], actor=town.secretary)
    assert not Attendance.objects.filter(on_leave=True).exists()


def test_the_form_asks_for_no_reason_and_says_who_reads_it(town: Municipality) -> None:
    meeting = called(town)
    seat = town.membership(town.elected[4])
    page = as_(town.secretary).get(reverse("forum:meeting_attendance", args=[meeting.pk])).content.decode()
    assert "Only the secretary and the leader read it, never the minutes." in page
    form = AttendanceForm(meeting=meeting)
    fields = {name: form[name].value() or "" for name in form.fields} | {f"met_{seat.pk}": "absent"}
    answer = as_(town.secretary).post(reverse("forum:meeting_attendance", args=[meeting.pk]), fields)
    assert answer.status_code == 302
    assert Attendance.objects.get(membership=seat).absence_reason == ""


def test_what_older_events_hold_is_shown_to_nobody(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    for action in ("forum.left_the_table", "forum.left_for_one_case", "forum.deputy_skipped"):
        audit.write(action, actor=town.secretary, subject=item, root=meeting, text={"reason": WHY})
    for reader in (town.secretary, town.administrator):
        assert "sykehus" not in str(timeline.entries(meeting, reader, audit=True))


def old(document: structure.MinutesDocument, town: Municipality) -> dict[str, Any]:
    """Return the structure as it was stored before reasons were left out."""
    stored = deepcopy(json.loads(json.dumps(document.as_json())))
    del stored[stored_reasons.MARK]
    for line in (*stored["absent"], *stored["present"][-1:]):
        line["note"] += f", {WHY}"
    stored["items"][0]["comings"] = [
        f"Ola Li gikk kl. 18.30. Årsak: {WHY}. Kari By tok plassen. Nils er syk.",
        f"Ola Li gikk kl. 18.30. Årsak: {WHY}",
        f"Per Ås kom kl. 19.05 og møtte for Ola Li. {WHY}.",
        "Per Ås kom kl. 19.05. Kari By gikk ut.",
    ]
    stored["items"][0]["recusals"] = [f"Ola Li var inhabil (fvl. § 6 e). Kari By møtte som vara i saken. {WHY}."]
    return stored


def test_what_is_stored_is_read_without_it(town: Municipality) -> None:
    meeting = held_meeting(town)
    with translation.override("nb"):
        document = building.build(meeting, Audience.PUBLIC)
    stored = old(document, town)
    assert stored_reasons.holds(stored)
    assert not stored_reasons.holds(document.as_json())
    read = structure.from_json(stored)
    assert "sykehus" not in json.dumps(read.as_json(), ensure_ascii=False)
    assert (read.absent, read.present) == (document.absent, document.present)
    assert read.items[0].comings == (
        "Ola Li gikk kl. 18.30. Kari By tok plassen.",
        "Ola Li gikk kl. 18.30.",
        "Per Ås kom kl. 19.05 og møtte for Ola Li.",
        "Per Ås kom kl. 19.05. Kari By gikk ut.",
    )
    assert read.items[0].recusals == ("Ola Li var inhabil (fvl. § 6 e). Kari By møtte som vara i saken.",)


def test_a_stored_file_is_given_as_a_print_without_it(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = held_meeting(town)
    minutes = perform(services.begin(meeting), "publish", actor=town.secretary)
    first = minutes.versions.get()
    stored = {one: old(structure.from_json(getattr(first, one)), town) for one in ("internal", "public")}
    made = MinutesVersion.objects.create(
        minutes=minutes, number=2, reason="x", internal_pdf=b"%PDF sykehus", public_pdf=b"%PDF sykehus",
        internal_sha256="0" * 64, public_sha256="0" * 64, **stored
    )  # fmt: skip
    printed: list[structure.MinutesDocument] = []

    def to_pdf(_meeting: Meeting, document: structure.MinutesDocument, **_options: object) -> bytes:
        printed.append(document)
        return b"%PDF uten"

    monkeypatch.setattr(documents, "to_pdf", to_pdf)
    for reader in (None, town.secretary, town.elected[1]):
        answer = as_(reader).get(reverse("forum:minutes_version_pdf", args=[meeting.pk, made.number]))
        assert answer.content == b"%PDF uten"
        assert "sykehus" not in as_(reader).get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert all("sykehus" not in json.dumps(one.as_json()) and "art. 9" in one.notice for one in printed)
    whole = as_(None).get(reverse("forum:minutes_version_pdf", args=[meeting.pk, 1]))
    assert whole.content == bytes(first.public_pdf)


def test_a_packet_with_such_minutes_is_made_anew(town: Municipality) -> None:
    meeting = held_meeting(town)
    minutes = perform(services.begin(meeting), "publish", actor=town.secretary)
    first = minutes.versions.get()
    MinutesVersion.objects.create(
        minutes=minutes, number=2, reason="x", internal_pdf=b"x", public_pdf=b"x", internal_sha256="0" * 64,
        public_sha256="0" * 64, internal=old(structure.from_json(first.internal), town),
        public=old(structure.from_json(first.public), town),
    )  # fmt: skip
    following = called(town)
    following.items.update(approves=minutes)
    packet = packets.build(following, Audience.PUBLIC)
    newest = minutes.versions.first()
    assert newest is not None
    assert f"minutes:{newest.pk}:without_reasons" in packet.pieces
    assert "sykehus" not in repr(packet)


class TestPuttingRight:
    def test_what_was_written_is_taken_out_by_who_runs_the_meeting(self, town: Municipality) -> None:
        meeting = held_meeting(town)
        there = Attendance.objects.get(meeting=meeting, absence_reason="Sykdom")
        address = reverse("forum:absence_reasons", args=[meeting.pk])
        page = as_(town.secretary).get(address)
        assert "Sykdom" in page.content.decode()
        assert ViewLog.objects.filter(page="absence_reasons", person=town.secretary).exists()
        key = f"attendance-{there.pk}-absence_reason"
        assert as_(town.secretary).post(address, {key: ""}).status_code == 302
        there.refresh_from_db()
        assert (there.absence_reason, there.present) == ("", False)
        assert Event.objects.get(action="forum.absence_reasons_changed").data == {"count": 1}
        assert as_(town.secretary).get(meeting.get_absolute_url()).status_code == 200

    def test_nobody_else_reads_or_changes_it(self, town: Municipality) -> None:
        meeting = held_meeting(town)
        address = reverse("forum:absence_reasons", args=[meeting.pk])
        for person in (None, town.elected[2], town.union[0], town.administrator, town.outsider):
            for answer in (as_(person).get(address), as_(person).post(address, {})):
                assert answer.status_code in (302, 403, 404)
                assert "Sykdom" not in answer.content.decode()
            if person is not None:
                with pytest.raises(NotPermitted):
                    reasons.rewrite(meeting, words={}, actor=person)

    def test_every_kind_is_listed_and_nothing_new_is_no_event(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        second = town.membership(town.deputies[Side.EMPLOYEES][1])
        movements.leave(
            item, membership=town.membership(town.union[0]), reason=WHY, deputy=second, skipped_reason="Syk.",
            actor=town.secretary
        )  # fmt: skip
        found = reasons.written(meeting)
        assert sorted((one.name, one.words) for one in found) == sorted(
            [(town.union[0].name, WHY), (second.person.name, "Syk.")]
        )
        assert reasons.rewrite(meeting, words={one.key: one.words for one in found}, actor=town.secretary) == 0
        assert reasons.rewrite(meeting, words={one.key: "" for one in found}, actor=town.secretary) == 2
        assert not Movement.objects.exclude(reason="", skipped_reason="").exists()

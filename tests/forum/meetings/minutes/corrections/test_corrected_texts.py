"""What is put right in the texts of minutes that are out is marked where it stands (R29)."""

from typing import Any

import pytest

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes import structure
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.corrections.wording import differing
from forum.meetings.minutes.models import Minutes
from tests.factories.organisation import Municipality
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("bokmal")


def correct(minutes: Minutes, town: Municipality, **texts: Any) -> structure.MinutesDocument:
    meeting = Meeting.objects.get(pk=minutes.meeting_id)
    given = {f"discussion_{item.pk}": item.discussion for item in minutes_services.correctable_items(meeting)}
    data = {"reason": "Rettet.", "remarks": meeting.remarks, "others_present": meeting.others_present, **given, **texts}
    done = perform(Minutes.objects.get(pk=minutes.pk), "correct", actor=town.secretary, data=data)
    return structure.from_json(done.versions.first().public)


def test_every_text_says_what_was_put_in_and_taken_out(meeting: Meeting, town: Municipality) -> None:
    item = meeting.items.order_by("position")[1]
    item.discussion = "Saken ble lagt fram. Per Åsen ba om ordet."
    item.save()
    minutes = perform(minutes_services.begin(meeting), "publish", actor=town.secretary)
    name = f"discussion_{item.pk}"
    first = correct(minutes, town, **{name: "Saken ble lagt fram.\n\nInnstillingen falt bort. Siv Ås ba om ordet."})
    (line,) = first.items[1].discussion_corrected
    assert "«Per Åsen ba om ordet.»" in line
    assert "«Innstillingen falt bort. Siv Ås ba om ordet.»" in line
    assert "lagt fram" not in line
    second = correct(minutes, town, remarks="Innkallingen ble godkjent.", others_present="")
    assert second.items[1].discussion_corrected == (line,)
    assert "«Innkallingen ble godkjent.»" in second.remarks_corrected[0]
    assert structure.extract(second, item.label).remarks_corrected == ()  # type: ignore[union-attr]
    assert set(RecordCorrection.objects.values_list("kind", flat=True)) <= {"treatment", "remarks", "others"}
    assert not second.roll_corrected


def test_a_text_broken_into_other_lines_says_the_same() -> None:
    assert differing("En. To.", "En.\nTo.") == ([], [])
    assert differing("", "Nytt.") == ([], ["Nytt."])


def test_behind_doors_that_opened_again_the_mark_tells_no_more_than_the_text(
    meeting: Meeting, town: Municipality
) -> None:
    item = meeting.items.order_by("position")[1]
    minutes = perform(minutes_services.begin(meeting), "publish", actor=town.secretary)
    correct(minutes, town, **{f"discussion_{item.pk}": "Hemmelig drøfting."})
    item.door_periods.create(
        basis="koml. § 11-5", settled="agreed", opened_at="2026-01-01T10:00Z", closed_at="2026-01-01T09:00Z"
    )
    public = minutes_services.building.build(meeting, structure.Audience.PUBLIC)
    internal = minutes_services.building.build(meeting, structure.Audience.INTERNAL)
    assert public.items[1].discussion_corrected == ()
    assert internal.items[1].discussion_corrected

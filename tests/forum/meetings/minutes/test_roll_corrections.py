"""Somebody the roll call did not have is put in after the meeting (R4, R29)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import structure
from forum.meetings.minutes.building import build
from forum.meetings.minutes.corrections import services
from forum.meetings.minutes.corrections.models import RecordCorrection
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_corrections import REASON, day
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.usefixtures("bokmal")


def test_somebody_missing_from_the_roll_is_put_in(client: Client, meeting: Meeting, town: Municipality) -> None:
    deputy = town.membership(town.deputies["employees"][0])
    absent = town.membership(town.union[0])
    url = reverse("forum:minutes_record_attendance", args=[meeting.pk])
    client.force_login(town.secretary)
    rows = client.get(url).context["form"].rows
    present = dict(meeting.attendances.values_list("pk", "present"))
    given = {name: "on" for name, pk in rows.items() if present[pk]} | {"reason": REASON, "added": deputy.pk}
    # For nobody, or for a seat that is taken: refused, and nothing is written.
    for more in ({}, {"added_for": absent.pk}):
        assert client.post(url, given | more).status_code == 422
    assert not RecordCorrection.objects.exists()
    row = meeting.attendances.get(membership=absent)
    put_in = {name: value for name, value in given.items() if name != f"met_{row.pk}"} | {"added_for": absent.pk}
    assert client.post(url, put_in).status_code == 302
    row.refresh_from_db()
    made = meeting.attendances.get(membership=deputy)
    assert (row.present, made.present, made.stands_for) == (False, True, absent)
    said = [str(one) for one in build(meeting, structure.Audience.PUBLIC).roll_corrected]
    assert f"Rettet {day()}: {deputy.person.name} var ikke ført som møtt." in said


def test_two_deputies_never_met_for_one_seat(client: Client, meeting: Meeting, town: Municipality) -> None:
    """One was put in after the meeting, in the place of another who was in the roll: both are refused, in words."""
    first, second = (town.membership(person) for person in town.deputies["employees"][:2])
    absent = town.membership(town.union[0])
    meeting.attendances.filter(membership=absent).update(present=False)
    old = meeting.attendances.create(membership=first, stands_for=absent, present=False)
    services.put_in_the_roll(meeting, membership=second, stands_for=absent, reason=REASON, actor=town.secretary)
    with pytest.raises(GuardRefused, match=absent.person.name):
        services.correct_attendance(meeting, present={old.pk: True}, reason=REASON, actor=town.secretary)
    # Nor is the holder put in where a deputy sits.
    meeting.attendances.filter(membership=absent).delete()
    with pytest.raises(GuardRefused, match=absent.person.name):
        services.put_in_the_roll(meeting, membership=absent, stands_for=None, reason=REASON, actor=town.secretary)

"""Somebody the roll call did not have is put in after the meeting (R4, R29)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import structure
from forum.meetings.minutes.building import build
from forum.meetings.minutes.corrections.models import RecordCorrection
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_corrections import REASON, day

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

"""Whoever is ticked off in the log is told, and puts it right (R24)."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from forum.meetings.attendance.log_presence import was_not_there
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.minutes import log_versions
from forum.meetings.minutes.structure import Audience
from lmu import services
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted
from trepart.text.dates import date_text

pytestmark = pytest.mark.django_db


def write(town: Municipality, actor: User) -> Meeting:
    """Let one member write a log in which everybody is ticked off, the leader first."""
    members = [town.membership(person, town.lmus[0]) for person in town.lmu_members[0]]
    services.write_log(
        key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(), present=members,
        taken=[services.Taken(title="Vaktlista", agreed="Vi bytter.")], actor=actor,
    )  # fmt: skip
    return Meeting.objects.get()


def test_those_ticked_off_are_told_and_nobody_else(town: Municipality) -> None:
    leader, union, safety = town.lmu_members[0]
    write(town, safety)
    told = Notice.objects.filter(kind="forum.meeting_logged")
    assert {notice.person for notice in told} == {leader, union}


def test_one_member_does_not_make_the_leader_preside(town: Municipality, client: Client) -> None:
    leader, union, safety = town.lmu_members[0]
    meeting = write(town, safety)
    assert meeting.presiding == town.membership(leader, town.lmus[0])
    url = reverse("lmu:not_there", args=[town.lmus[0].slug, meeting.pk])
    client.force_login(leader)
    page = reverse("lmu:detail", args=[town.lmus[0].slug])
    assert url in client.get(page).content.decode()
    assert client.get(url).status_code == 405
    assert client.post(url)["Location"] == page
    meeting.refresh_from_db()
    rows = dict(Attendance.objects.filter(meeting=meeting).values_list("membership__person", "present"))
    assert (rows, meeting.presiding) == ({leader.pk: False, union.pk: True, safety.pk: True}, None)
    assert Event.objects.get(action="forum.log_presence_corrected").actor == leader
    assert url not in client.get(page).content.decode()
    minutes = client.get(reverse("forum:minutes_detail", args=[meeting.pk]))
    assert minutes.status_code == 200


def test_one_puts_right_what_is_said_of_oneself_only(town: Municipality, client: Client) -> None:
    leader, _union, safety = town.lmu_members[0]
    meeting = write(town, safety)
    was_not_there(meeting, actor=leader)
    with pytest.raises(GuardRefused):
        was_not_there(meeting, actor=leader)
    with pytest.raises((NotPermitted, GuardRefused)):
        was_not_there(meeting, actor=town.lmu_leader(1))
    client.force_login(town.lmu_leader(1))
    assert client.post(reverse("lmu:not_there", args=[town.lmus[0].slug, meeting.pk])).status_code == 404
    assert Attendance.objects.filter(meeting=meeting, present=True).count() == 2


def test_what_is_put_right_is_a_new_version_with_its_day_and_what_changed(town: Municipality) -> None:
    meeting = write(town, town.lmu_members[0][2])
    with translation.override("en"):
        first = log_versions.of_log(meeting, Audience.INTERNAL)
    assert (first.version, first.corrections) == (1, ())
    was_not_there(meeting, actor=town.lmu_leader())
    meeting.refresh_from_db()
    with translation.override("en"):
        inside, outside = (log_versions.of_log(meeting, to) for to in (Audience.INTERNAL, Audience.PUBLIC))
    assert (inside.version, log_versions.version_of(meeting)) == (2, 2)
    assert inside.notice == f"Version 2, {date_text(clock.today(), year=True)}"
    assert town.lmu_leader().name in inside.corrections[0].reason
    assert town.lmu_leader().name not in outside.corrections[0].reason


def test_two_logs_of_one_day_have_two_names(town: Municipality) -> None:
    first = write(town, town.lmu_leader())
    assert not log_versions.of_log(first, Audience.INTERNAL).title.endswith(")")
    members = [town.membership(person, town.lmus[0]) for person in town.lmu_members[0]]
    second = services.write_log(
        key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(), present=members,
        taken=[services.Taken(title="Nøklene", agreed="På knaggen.")], actor=town.lmu_leader(),
    ).meeting  # fmt: skip
    assert second is not None
    titles = [log_versions.of_log(each, Audience.INTERNAL).title for each in (first, second)]
    assert [title[-3:] for title in titles] == ["(1)", "(2)"]

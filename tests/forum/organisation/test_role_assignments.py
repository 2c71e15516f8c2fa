"""Rights begin and end with the day of the membership, whether or not a job runs, and drift is mended."""

from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from guardian.models import GroupObjectPermission

from forum.organisation.enums import OfficeKind, Part, Role
from forum.organisation.models import Body
from forum.organisation.services import bodies as services
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access import policy, sync
from trepart.access.models import User

OSLO = ZoneInfo("Europe/Oslo")


def fresh(person: User) -> User:
    """Return the person as the next request meets them."""
    return User.objects.get(pk=person.pk)


def last_minute(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=OSLO)


def may_see_queue(person: User, body: Body) -> bool:
    return policy.can(fresh(person), "forum.view_queue", body)


def test_rights_end_at_midnight_with_no_job(town: Municipality) -> None:
    today = clock.today()
    memberships.end_membership(town.membership(town.secretary), on=today, actor=town.administrator)
    with clock.at(last_minute(today)):
        assert may_see_queue(town.secretary, town.committee)
        assert town.secretary in policy.people_who_can("forum.plan_meeting", town.committee)
    with clock.at(last_minute(today) + timedelta(minutes=1)):
        assert not may_see_queue(town.secretary, town.committee)
        assert town.secretary not in policy.people_who_can("forum.plan_meeting", town.committee)
        assert not policy.visible_to(fresh(town.secretary), "forum.view_queue", Body.objects.all()).exists()


def test_rights_begin_at_midnight_with_no_job(town: Municipality) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    memberships.start_membership(
        person=town.outsider, body=town.coordination, role=Role.MEMBER, part=Part.UNION, valid_from=tomorrow, actor=None
    )
    assert not may_see_queue(town.outsider, town.coordination)
    with clock.at(last_minute(clock.today()) + timedelta(minutes=1)):
        assert may_see_queue(town.outsider, town.coordination)


def test_the_open_page_of_an_office_ends_with_the_office(town: Municipality, client: Client) -> None:
    other = town.outsider
    services.appoint(person=other, office=OfficeKind.ADMINISTRATOR, actor=town.administrator)
    client.force_login(other)
    assert client.get(reverse("forum:organisation")).status_code == 200
    services.end_appointment(other.appointments.get(), on=clock.today(), actor=town.administrator)
    with clock.at(last_minute(clock.today()) + timedelta(minutes=1)):
        assert not policy.can(fresh(other), "forum.manage_organisation")


def test_who_is_removed_in_the_middle_of_a_session_has_no_rights_at_the_next_request(
    town: Municipality, client: Client
) -> None:
    queue = reverse("forum:body_queue", args=[town.committee.slug])
    client.force_login(town.secretary)
    assert client.get(queue).status_code == 200
    memberships.end_membership(
        town.membership(town.secretary), on=clock.today() - timedelta(days=1), actor=town.administrator
    )
    assert client.get(queue).status_code == 404
    assert client.get(town.committee.get_absolute_url()).status_code == 200


def test_a_person_made_inactive_has_no_rights_at_the_next_request(town: Municipality) -> None:
    town.secretary.is_active = False
    town.secretary.save()
    assert not may_see_queue(town.secretary, town.committee)
    assert town.secretary not in policy.people_who_can("forum.view_queue", town.committee)


def test_a_body_not_yet_at_work_gives_no_rights(town: Municipality) -> None:
    body = services.add_body(name="Ny gruppe", kind="coordination", legal_basis="cooperation", actor=None)
    memberships.start_membership(person=town.outsider, body=body, role=Role.LEADER, actor=None)
    assert not may_see_queue(town.outsider, body)
    memberships.start_membership(person=town.employee(), body=body, role=Role.MEMBER, part=Part.UNION, actor=None)
    body = services.activate_body(body, actor=None)
    assert may_see_queue(town.outsider, body)


def test_a_closed_body_gives_no_rights_from_that_day(town: Municipality) -> None:
    lmu, leader = town.lmus[0], town.lmu_leader()
    services.close_body(lmu, on=clock.today() + timedelta(days=1), actor=None)
    assert may_see_queue(leader, lmu)
    with clock.at(last_minute(clock.today()) + timedelta(minutes=1)):
        assert not may_see_queue(leader, lmu)


def test_those_above_and_those_who_work_there_see_the_lmu(town: Municipality) -> None:
    lmu = town.lmus[0]
    for person, sees in (
        (town.employee(0), True),
        (town.employee(1), False),
        (town.lmu_leader(0), True),
        (town.lmu_leader(1), False),
        (town.coordination_secretary, True),
        (town.secretary, True),
        (town.outsider, False),
    ):
        assert policy.can(fresh(person), "forum.view_internal", lmu) is sees
        listed = policy.visible_to(fresh(person), "forum.view_internal", Body.objects.filter(pk=lmu.pk)).exists()
        assert listed is sees
        assert (person in policy.people_who_can("forum.view_internal", lmu)) is sees


def check() -> str:
    out = StringIO()
    call_command("sync_grants", "--check", stdout=out)
    return out.getvalue()


def test_sync_grants_finds_and_mends_drift(town: Municipality) -> None:
    check()
    leader = Group.objects.get(role_group__body=town.committee.pk, role_group__role=Role.LEADER)
    secretary = Group.objects.get(role_group__body=town.committee.pk, role_group__role=Role.SECRETARY)
    town.outsider.groups.add(leader)
    town.secretary.groups.remove(secretary)
    grant = GroupObjectPermission.objects.filter(group=leader, permission__codename="forum.view_closed")
    assert grant.delete()[0]
    # What was put in by hand gives nothing: no membership runs behind it.
    assert not may_see_queue(town.outsider, town.committee)
    assert not may_see_queue(town.secretary, town.committee)
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("sync_grants", "--check", stdout=out)
    assert refused.value.returncode == 1
    lines = out.getvalue()
    assert f"- person {town.outsider.pk} is leader in body {town.committee.pk}" in lines
    assert f"+ person {town.secretary.pk} is secretary in body {town.committee.pk}" in lines
    assert f"+ leader in body {town.committee.pk} may forum.view_closed" in lines
    assert bool(sync.difference())
    call_command("sync_grants", stdout=StringIO())
    assert not sync.difference()
    check()
    assert may_see_queue(town.secretary, town.committee)
    assert not may_see_queue(town.outsider, town.committee)


def test_keep_in_step_leaves_other_bodies_alone(town: Municipality) -> None:
    group = Group.objects.get(role_group__body=town.coordination.pk, role_group__role=Role.LEADER)
    town.outsider.groups.add(group)
    sync.keep_in_step(town.committee.pk)
    assert sync.difference()
    sync.keep_in_step(town.coordination.pk)
    assert not sync.difference()


def test_in_bulk_keeps_step_once_at_the_end(town: Municipality) -> None:
    with services.in_bulk():
        memberships.start_membership(person=town.outsider, body=town.coordination, role=Role.MEMBER, actor=None)
        assert not may_see_queue(town.outsider, town.coordination)
    assert may_see_queue(town.outsider, town.coordination)
    assert not sync.difference()


def test_in_bulk_is_all_or_nothing(town: Municipality) -> None:
    def halfway() -> None:
        with services.in_bulk():
            memberships.start_membership(person=town.outsider, body=town.coordination, role=Role.MEMBER, actor=None)
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        halfway()
    assert not town.outsider.memberships.exists()
    assert not sync.difference()
    # The next change outside a block is kept in step at once.
    memberships.start_membership(person=town.outsider, body=town.coordination, role=Role.MEMBER, actor=None)
    assert may_see_queue(town.outsider, town.coordination)

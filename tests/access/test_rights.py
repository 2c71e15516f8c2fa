"""The three questions about rights have one answer, and groups are kept in step with memberships."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.http import Http404
from guardian.shortcuts import assign_perm

from forum.cases.enums import CaseAccess
from forum.cases.services import cases
from forum.meetings.core.models import Meeting
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.planning import services
from forum.organisation.enums import Role
from forum.organisation.models import Body, Unit
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from proposals import services as proposals
from proposals.models import Proposal
from tests.factories.organisation import Municipality
from tests.factories.snapshot import walked
from trepart import clock
from trepart.access import grants, policy, sync
from trepart.access.models import RoleGroup, User
from trepart.audit.models import Event
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

#: What each right is about, where lists are made of it.
ABOUT: dict[type[Any], tuple[str, ...]] = {
    Body: (
        "forum.view_body", "forum.view_internal", "forum.view_queue", "forum.manage_organisation", "lmu.view",
        "lmu.manage",
    ),
    Meeting: (
        "forum.view_meeting", "forum.view_closed", "forum.plan_meeting", "forum.run_meeting", "forum.log_meeting",
    ),
    Proposal: (
        "proposals.view", "proposals.correct", "proposals.withdraw", "proposals.handle", "proposals.answer",
        "proposals.agree", "proposals.decide", "proposals.record_council", "proposals.follow_up", "audit.view",
    ),
}  # fmt: skip


@pytest.fixture
def things(town: Municipality) -> dict[type[Any], list[Any]]:
    """Something of everything, with different people around it."""
    made = walked("something of everything", lambda: _things(town))
    town.coordination_members[0].refresh_from_db()
    return made


def _things(town: Municipality) -> dict[type[Any], list[Any]]:
    words = {"what": "Hva", "why": "Hvorfor", "several_workplaces": "no", "needs_grant": "no", "affects_users": "no"}
    sent = [
        proposals.submit(
            proposer=town.employee(number), data={"title": f"F {number}", "unit": town.units[number].pk, **words}
        )
        for number in range(3)
    ]
    perform(sent[0], "begin", actor=town.lmu_leader(0), data={"access": CaseAccess.EMPLOYEES})
    cases.set_access(sent[1].case, access=CaseAccess.PUBLIC, actor=town.lmu_leader(1))
    perform(sent[2], "withdraw", actor=town.employee(2), data={"reason": "Fant en bedre vei."})
    services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=30), place="Salen", actor=town.secretary
    )
    services.plan_meeting(
        body=town.coordination,
        starts_at=clock.now() + timedelta(days=9),
        place="Salen",
        actor=town.coordination_secretary,
    )
    log_meeting(
        body=town.lmus[0],
        held_on=clock.today(),
        present=[town.membership(town.lmu_leader(0), town.lmus[0])],
        items=[LogItem(title="Tema", agreed="Vi gjør det.")],
        actor=town.lmu_leader(0),
    )
    memberships.end_membership(town.membership(town.union[3]), on=clock.today() - timedelta(days=1), actor=None)
    organisation.add_body(
        name="Ikke i gang", kind="grendeutvalg", legal_basis="association", superior=None, actor=None
    )  # set up, not put to work
    gone = town.coordination_members[0]
    gone.is_active = False
    gone.save()
    return {model: list(model.objects.order_by("pk")) for model in ABOUT}


@pytest.mark.parametrize(("model", "right"), [(m, r) for m, rights in ABOUT.items() for r in rights])
def test_the_three_questions_have_one_answer(model: type[Any], right: str, things: dict[type[Any], list[Any]]) -> None:
    people = {person.pk: person for person in User.objects.all()}
    named = {thing.pk: set(policy.people_who_can(right, thing).values_list("pk", flat=True)) for thing in things[model]}
    disagreeing = []
    for person in people.values():
        listed = set(policy.visible_to(person, right, model.objects.all()).values_list("pk", flat=True))
        for thing in things[model]:
            may = policy.can(person, right, thing)
            # Somebody whose account is closed may read what is public, like anybody; nobody is told of it by mail.
            told = person.pk in named[thing.pk] or not person.is_active
            if may != (thing.pk in listed) or (may and not told) or (not may and person.pk in named[thing.pk]):
                disagreeing.append((person.name, str(thing), may, thing.pk in listed, person.pk in named[thing.pk]))
    assert disagreeing == []
    nobody = AnonymousUser()
    assert {t.pk for t in things[model] if policy.can(nobody, right, t)} == set(
        policy.visible_to(nobody, right, model.objects.all()).values_list("pk", flat=True)
    )


def test_what_one_may_not_see_is_not_there(town: Municipality, things: dict[type[Any], list[Any]]) -> None:
    closed = things[Proposal][2]
    assert policy.get_or_404(town.employee(2), "proposals.view", Proposal.objects.all(), pk=closed.pk) == closed
    for person, pk in (
        (town.outsider, closed.pk),
        (town.employee(2), 10**9),
        (town.employee(2), "x"),
        (town.employee(2), 10**30),
    ):
        with pytest.raises(Http404):
            policy.get_or_404(person, "proposals.view", Proposal.objects.all(), pk=pk)


def test_a_grant_on_another_kind_of_thing_reaches_no_body(town: Municipality) -> None:
    """A right given by hand on the unit that happens to have a body's number."""
    group = RoleGroup.objects.get(body=town.committee.pk, role=Role.MEMBER).group
    unit, _made = Unit.objects.get_or_create(pk=town.committee.pk, defaults={"name": "Same number"})
    permission, _made = DjangoPermission.objects.get_or_create(
        codename="forum.plan_meeting", content_type=ContentType.objects.get_for_model(Unit), defaults={"name": "x"}
    )
    assign_perm(permission, group, unit)
    member = User.objects.get(pk=town.elected[2].pk)
    assert town.committee.pk not in grants.of(member).bodies("forum.plan_meeting")
    assert member not in policy.people_who_can("forum.plan_meeting", town.committee)


# In step --------------------------------------------------------------------------------------------------------------
def test_drift_is_shown_and_mended_with_a_trace(town: Municipality, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync_grants", "--check")
    assert not sync.difference()
    group = RoleGroup.objects.get(body=town.committee.pk, role=Role.SECRETARY).group
    group.user_set.remove(town.secretary)
    group.user_set.add(town.outsider)
    extra = Group.objects.get(role_group__body=town.committee.pk, role_group__role=Role.MEMBER)
    assign_perm(DjangoPermission.objects.get(codename="forum.plan_meeting"), extra, town.committee)
    capsys.readouterr()
    with pytest.raises(CommandError) as drift:
        call_command("sync_grants", "--check")
    assert drift.value.returncode == 1
    said = capsys.readouterr().out
    assert f"+ person {town.secretary.pk} is secretary in body {town.committee.pk}" in said
    assert f"- person {town.outsider.pk} is secretary in body {town.committee.pk}" in said
    assert f"- member in body {town.committee.pk} may forum.plan_meeting" in said
    before = Event.objects.filter(action="access.grants_synced").count()
    call_command("sync_grants")
    assert not sync.difference()
    told = Event.objects.filter(action="access.grants_synced").order_by("id")[before:]
    assert [(e.data["added"], e.data["removed"]) for e in told] == [(0, 1), (1, 1)]
    assert policy.can(User.objects.get(pk=town.secretary.pk), "forum.plan_meeting", town.committee)


def test_a_seat_in_a_group_gives_nothing_without_a_membership(town: Municipality) -> None:
    RoleGroup.objects.get(body=town.committee.pk, role=Role.SECRETARY).group.user_set.add(town.outsider)
    outsider = User.objects.get(pk=town.outsider.pk)
    assert not policy.can(outsider, "forum.plan_meeting", town.committee)
    assert outsider not in policy.people_who_can("forum.plan_meeting", town.committee)


def test_signing_in_leaves_no_row_in_the_history(client: Any, town: Municipality) -> None:
    before = town.chair.history.count()
    client.force_login(town.chair)
    town.chair.refresh_from_db()
    assert town.chair.last_login is not None
    assert town.chair.history.count() == before
    town.chair.name = "Nytt Navn"
    town.chair.save()
    assert town.chair.history.count() == before + 1

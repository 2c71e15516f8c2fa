"""Where proposals come in, and that no road is without an end."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from forum.organisation.models import Body, Employment, Unit
from forum.organisation.services import bodies as organisation
from forum.organisation.services import people
from proposals import services
from proposals.models import Intake
from proposals.routing import road as roads
from proposals.routing import services as routing_services
from tests.proposals.conftest import Road, words
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, InvalidInput


def test_small_fjellviks_roads_all_end(town, capsys):
    assert roads.problems() == []
    call_command("check", databases=["default"])


def test_a_ring_is_found(town):
    Body.objects.filter(pk=town.committee.pk).update(superior=town.coordination)  # what no service would do
    found = roads.problems()
    assert len(found) == 1
    assert "→" in str(found[0].message)
    with pytest.raises(ValidationError):
        routing_services.set_intake(origin="employee", kind="unit_lmu", actor=town.administrator)
    assert not Intake.objects.exists()
    assert [*roads.ahead(town.lmus[0])][-1] == Body.objects.get(pk=town.committee.pk)


def test_a_road_that_ends_where_nobody_can_decide(town):
    Body.objects.filter(pk=town.lmus[0].pk).update(superior=None)
    assert [p.body for p in roads.problems()] == [town.lmus[0]]


def test_a_road_over_a_body_that_is_not_at_work(town):
    Body.objects.filter(pk=town.coordination.pk).update(closed_on=clock.today() - timedelta(days=1))
    assert len(roads.problems()) == len(town.lmus)


def test_one_way_in_for_all(town):
    intake = routing_services.set_intake(origin="employee", kind="body", body=town.committee, actor=town.administrator)
    assert Road(town).body == town.committee
    routing_services.set_intake(origin="employee", kind="unit_lmu", actor=town.administrator)
    assert Road(town).body == town.lmus[0]
    assert Event.objects.filter(action="proposals.intake_set").count() == 2
    assert intake.history.count() == 2


@pytest.mark.parametrize(("kind", "with_body"), [("body", False), ("unit_lmu", True)])
def test_the_body_goes_with_the_kind(town, kind, with_body):
    with pytest.raises(ValidationError):
        routing_services.set_intake(
            origin="employee", kind=kind, body=town.committee if with_body else None, actor=town.administrator
        )


def test_a_workplace_without_a_group_uses_the_one_above(town):
    below = organisation.add_unit("Avdeling rød", town.units[0], actor=None)
    people.start_employment(person=town.outsider, unit=below, actor=None)
    proposal = services.submit(proposer=town.outsider, data=words(below))
    assert proposal.referral.body == town.lmus[0]


def test_a_workplace_nobody_receives_for(town):
    lonely = organisation.add_unit("Øde øy", None, actor=None)
    people.start_employment(person=town.outsider, unit=lonely, actor=None)
    with pytest.raises(GuardRefused):
        services.submit(proposer=town.outsider, data=words(lonely))
    assert Unit.objects.filter(proposals__isnull=False).count() == 0


def test_an_employment_that_has_ended_gives_no_right(town):
    employment = Employment.objects.get(person=town.employee(0))
    people.end_employment(employment, on=clock.today() - timedelta(days=1), actor=None)
    with pytest.raises(InvalidInput):
        services.submit(proposer=town.employee(0), data=words(town.units[0]))

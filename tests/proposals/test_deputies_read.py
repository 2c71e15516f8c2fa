"""A deputy who is not called has no rights in the body (R5): what is kept from others is kept from them, too."""

from typing import Any

import pytest

from proposals.models import Proposal
from tests.proposals.conftest import Road
from trepart.access import policy

pytestmark = pytest.mark.django_db


def _who(proposal: Proposal, person: Any) -> tuple[bool, bool, bool]:
    return (
        policy.can(person, "proposals.view", proposal),
        policy.visible_to(person, "proposals.view", Proposal.objects.filter(pk=proposal.pk)).exists(),
        policy.people_who_can("proposals.view", proposal).filter(pk=person.pk).exists(),
    )


def test_an_uncalled_deputy_reads_nothing_before_it_is_read_through(town: Any) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    proposal = road.fresh()
    deputy = town.deputies["employees"][0]
    case = type(proposal.case).objects.filter(pk=proposal.case_id)
    case.update(access="receiver", access_basis="")
    proposal = Proposal.objects.select_related("case").get(pk=proposal.pk)
    assert _who(proposal, deputy) == (False, False, False)
    for member in (town.elected[3], town.secretary, town.union[0]):
        assert _who(proposal, member) == (True, True, True)
    # What others read, deputies read.
    case.update(access="public", access_basis="")
    assert _who(Proposal.objects.select_related("case").get(pk=proposal.pk), deputy) == (True, True, True)

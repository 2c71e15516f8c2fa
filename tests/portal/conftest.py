"""Small Fjellvik with a way in for proposals, read in English so that the tests say what they look for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from forum.cases.enums import CaseAccess
from forum.cases.services.cases import set_access
from proposals import services
from proposals.enums import IntakeKind, Origin
from proposals.routing import services as routing_services
from trepart import clock
from trepart.workflow import perform

if TYPE_CHECKING:
    from proposals.models import Proposal
from tests.factories.consent import take
from tests.factories.organisation import Municipality
from tests.factories.snapshot import walked


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Any:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def propose(town: "Municipality") -> Callable[..., "Proposal"]:
    """Send in a proposal from a workplace: ``propose(0, "Title")``; ``access`` begins on it, open to those."""
    to_the_lmu = {"origin": Origin.EMPLOYEE, "kind": IntakeKind.UNIT_LMU, "actor": None}
    walked("to the LMU", lambda: routing_services.set_intake(**to_the_lmu))

    def send(number: int = 0, title: str = "Sykkelstativ", *, access: str = "", **more: Any) -> "Proposal":
        answers = {"several_workplaces": "no", "needs_grant": "no", "affects_users": "no", "show_name": "no"}
        words = {"title": title, "what": "Et stativ.", "why": "Syklene velter.", "unit": town.units[number].pk}
        data = {**words, **answers, **more}
        asked = ("proposed", number, repr(sorted(data.items())))
        proposal = walked(asked, lambda: services.submit(proposer=town.employee(number), data=data), seldom=True)
        if access:
            basis = "offl § 13" if access == "receiver" else ""
            begun = {"access": "employees" if access == "public" else access, "access_basis": basis}
            proposal = perform(proposal, "begin", actor=town.lmu_leader(number), data=begun)
        if access == "public":
            set_access(proposal.case, access=CaseAccess.PUBLIC, actor=town.lmu_leader(number))
        return proposal

    return send


@pytest.fixture
def turn_down(town: "Municipality") -> Callable[..., "Proposal"]:
    """Let the LMU of a workplace decline a proposal."""

    def decline(proposal: "Proposal", number: int = 0, answer: str = "Vi har plass innendørs.") -> "Proposal":
        people = [town.membership(person, town.lmus[number]).pk for person in town.lmu_members[number]]
        data = {"participants": people, "held_on": clock.today(), "answer": answer}
        done: Proposal = take(proposal, "turn_down", actor=town.lmu_leader(number), data=data)
        return done

    return decline

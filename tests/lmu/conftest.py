"""A workplace with proposals in its queue."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from proposals import services
from proposals.enums import IntakeKind, Origin
from proposals.routing import services as routing_services
from tests.factories.snapshot import walked

if TYPE_CHECKING:
    from proposals.models import Proposal
    from tests.factories.organisation import Municipality


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def propose(town: "Municipality") -> Callable[..., "Proposal"]:
    """Send in a proposal from a workplace: ``propose(0, "Title")``."""
    to_the_lmu = {"origin": Origin.EMPLOYEE, "kind": IntakeKind.UNIT_LMU, "actor": None}
    walked("to the LMU", lambda: routing_services.set_intake(**to_the_lmu))

    def send(number: int = 0, title: str = "Sykkelstativ ved inngangen", **more: Any) -> "Proposal":
        answers = {"several_workplaces": "no", "needs_grant": "no", "affects_users": "no", "show_name": "no"}
        words = {"title": title, "what": "Et stativ.", "why": "Syklene velter.", "unit": town.units[number].pk}
        data = {**words, **answers, **more}
        asked = ("proposed", number, repr(sorted(data.items())))
        return walked(asked, lambda: services.submit(proposer=town.employee(number), data=data), seldom=True)

    return send

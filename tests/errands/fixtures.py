"""Fixtures of the tests' own room; imported by the conftest of whoever uses it."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.errands.models import Errand
from tests.factories.organisation import Municipality
from trepart.workflow import perform


@pytest.fixture
def errands(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Register the errands' lifecycle for one test; gives the module with ``trace`` and ``broken``."""
    from tests.errands import lifecycle
    from trepart import workflow
    from trepart.audit import actions

    for flow in (lifecycle.ERRAND, lifecycle.STOP):
        monkeypatch.setitem(workflow._workflows, flow.model, flow)
    for action in lifecycle.ACTIONS:
        monkeypatch.setitem(actions._actions, action.name, action)
    lifecycle.trace.clear()
    lifecycle.broken.clear()
    yield lifecycle
    lifecycle.trace.clear()
    lifecycle.broken.clear()


@pytest.fixture
def errand(errands: ModuleType, town: Municipality) -> Callable[..., Errand]:
    """Make errands of the committee, in any state, through the executor."""

    def make(status: str = "open", **more: Any) -> Errand:
        actor = town.secretary
        made = perform(
            Errand(body=town.committee, owner=town.employee(), **more),
            "open",
            actor=actor,
            data={"title": "Sand & salt"},
        )
        if status in ("running", "done"):
            made = perform(made, "start", actor=actor)
        if status == "done":
            made = perform(made, "finish", actor=actor, data={"answer": "It is done."})
        errands.trace.clear()
        return made

    return make

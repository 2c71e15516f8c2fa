"""The port for whoever has written down what a group agreed on before the step is taken: an LMU's log.

A higher room registers in ``AppConfig.ready``; the form of the step opens with what it gives.
"""

from collections.abc import Callable

from proposals.models import Proposal

#: Gives the fields (plain values, by name) of the form of a step; empty where nothing is written.
Source = Callable[[Proposal, str], dict[str, object]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Register a room that keeps what groups have agreed on."""
    _sources.append(source)


def of_step(proposal: Proposal, step: str) -> dict[str, object]:
    """Return what is written already for ``step``; the first that knows of it decides."""
    return next((found for source in _sources if (found := source(proposal, step))), {})

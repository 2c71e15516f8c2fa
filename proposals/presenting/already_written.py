"""The port for whoever has written down what a group agreed on before the step is taken: an LMU's log.

A higher room registers in ``AppConfig.ready``; the form of the step opens with what it gives.
"""

from collections.abc import Callable

from proposals.models import Proposal

#: Gives the fields (plain values, by name) of the form of a step; empty where nothing is written.
Source = Callable[[Proposal, str], dict[str, object]]

#: Gives the step that a group has written an answer for which nobody has sent yet; empty where there is none.
Waiting = Callable[[Proposal], str]

_sources: list[Source] = []
_waiting: list[Waiting] = []


def register(source: Source, waiting: Waiting) -> None:
    """Register a room that keeps what groups have agreed on."""
    _sources.append(source)
    _waiting.append(waiting)


def waiting_step(proposal: Proposal) -> str:
    """Return the step that an answer is written for and waits to be sent; empty where nothing is written."""
    return next((step for ask in _waiting if (step := ask(proposal))), "")


def of_step(proposal: Proposal, step: str) -> dict[str, object]:
    """Return what is written already for ``step``; the first that knows of it decides."""
    return next((found for source in _sources if (found := source(proposal, step))), {})

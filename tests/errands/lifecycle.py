"""The tables of the tests' own room, and a trace of what was asked in which order."""

from dataclasses import dataclass
from typing import Any

from django import forms

from tests.errands.models import ErrandStatus as S
from trepart.access.models import User
from trepart.audit import Action
from trepart.forms import read_as
from trepart.notices.announcing import Announcement
from trepart.workflow import START, Step, Transition, Workflow, follow

#: What was asked and done, in order; emptied by the fixture.
trace: list[str] = []
#: What tests break on purpose: "guard", "effect", "notify", "stop".
broken: set[str] = set()

EDGES = frozenset({("", S.OPEN), (S.OPEN, S.RUNNING), (S.RUNNING, S.OPEN), (S.RUNNING, S.DONE)})
STOP_EDGES = frozenset({("", S.OPEN), (S.OPEN, S.DONE)})

ACTIONS = (
    Action(name="errands.opened", sentence="{actor} opened {subject}."),
    Action(name="errands.started", sentence="{actor} started.", key=True),
    Action(name="errands.finished", sentence="{actor} finished."),
    Action(name="errands.rested", sentence="It rests."),
    Action(name="errands.stop", sentence="A stop.", quiet=True),
)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What an errand is called."""

    title: str


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What came of an errand."""

    answer: str
    count: int | None


@dataclass(frozen=True, kw_only=True)
class Ended:
    """Why a stop ends."""

    why: str


class StepForm(forms.Form):
    """What every form of a step takes."""

    def __init__(self, *args: Any, subject: Any, actor: Any, **kwargs: Any) -> None:
        trace.append("form")
        super().__init__(*args, **kwargs)
        self.subject, self.actor = subject, actor


class OpenForm(StepForm):
    title = forms.CharField()

    def read(self) -> Opened:
        return read_as(Opened, self)


class FinishForm(StepForm):
    answer = forms.CharField()
    count = forms.IntegerField(required=False)

    def read(self) -> Finished:
        return read_as(Finished, self)


def _guard(step: Step[None]) -> str | None:
    trace.append(f"guard {step.data}")
    return "The road is closed." if "guard" in broken else None


def _check(step: Step[Finished]) -> str | None:
    trace.append(f"check {step.data.answer} {step.data.count}")
    return "That answer is not one." if step.data.answer == "no" else None


def _title(step: Step[Opened]) -> None:
    step.subject.title = step.data.title


def _began(step: Step) -> None:
    from tests.errands.models import Stop

    trace.append("effect")
    follow(step, Stop(errand=step.subject), "begin")


def _finish(step: Step[Finished]) -> None:
    assert step.event is not None
    trace.append(f"effect after event {step.event.action}, status {step.subject.status}")
    for stop in step.subject.stops.all():
        follow(step, stop, "end", Ended(why=step.data.answer))
    if "effect" in broken:
        raise RuntimeError("the effect fails")


def _people(step: Step) -> list[User]:
    trace.append("notify")
    if "notify" in broken:
        raise RuntimeError("nobody can be told")
    return [step.subject.owner]


def _stop_guard(step: Step) -> str | None:
    return "The stop cannot end." if "stop" in broken else None


ERRAND = Workflow(
    model="errands.errand",
    states=S,
    edges=EDGES,
    transitions=(
        Transition(
            name="open",
            label="Open",
            sources=frozenset({START}),
            target=S.OPEN,
            permission="forum.plan_meeting",
            event="errands.opened",
            form=OpenForm,
            prepare=_title,
            effect=_began,
            describe=lambda step: {"title": step.data.title},
        ),
        Transition(
            name="start",
            label="Start",
            sources=frozenset({S.OPEN}),
            target=S.RUNNING,
            permission="forum.run_meeting",
            event="errands.started",
        ),
        Transition(
            name="finish",
            label="Finish",
            sources=frozenset({S.RUNNING}),
            target=S.DONE,
            permission="forum.run_meeting",
            event="errands.finished",
            guard=_guard,
            check=_check,
            form=FinishForm,
            effect=_finish,
            words=("answer",),
            notify=(
                Announcement(
                    name="finished",
                    recipients=_people,
                    template="errand",
                    url=lambda step: step.subject.get_absolute_url(),
                ),
            ),
        ),
        Transition(
            name="rest",
            label="Rest",
            sources=frozenset({S.RUNNING}),
            target=S.OPEN,
            permission=None,
            event="errands.rested",
            automatic=True,
        ),
    ),
)

STOP = Workflow(
    model="errands.stop",
    states=S,
    edges=STOP_EDGES,
    root=lambda stop: stop.errand,
    transitions=(
        Transition(
            name="begin",
            label="Begin",
            sources=frozenset({START}),
            target=S.OPEN,
            permission=None,
            event="errands.stop",
        ),
        Transition(
            name="end",
            label="End",
            sources=frozenset({S.OPEN}),
            target=S.DONE,
            permission=None,
            event="errands.stop",
            guard=_stop_guard,
            takes=Ended,
            describe=lambda step: {"why": step.data.why},
        ),
    ),
)

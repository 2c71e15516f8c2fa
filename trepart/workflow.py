"""Every lifecycle is a table, and this is the one executor that runs every table.

A room declares its :class:`Workflow`: the bare edges (from `states.py`) and the transitions along them. Buttons ask
:func:`available`, forms and views call :func:`perform`, and what the executor does is what the audit trail says.
Nothing else assigns a status, and the database refuses whoever tries (`trepart.audit.operations.GuardStatus`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db import OperationalError, connection, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected

from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.audit import recording
from trepart.audit.models import Event
from trepart.authorising import acting_with, afresh
from trepart.db.instances import changed_fields, untouched_on_failure
from trepart.db.locking import lock
from trepart.notices.announcing import Announcement, announce
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, Unseen, WrongState

#: The state of what does not exist yet: a transition from here creates its subject.
START = ""

Words = str | Promise
#: What a step is given: a dataclass beside the form that asks for it, or beside the step it follows from.
D = TypeVar("D")
D_co = TypeVar("D_co", covariant=True)


class Filled(Protocol[D_co]):
    """A form of one step: raw data in, and what the step is given out."""

    def is_valid(self) -> bool:
        """Say whether everything is filled in as it must be."""

    def read(self) -> D_co:
        """Return what a valid form says, as the step takes it."""


@dataclass
class Step(Generic[D_co]):
    """One transition being carried out: what the guard, the effect and the announcements are given.

    ``data`` is what the step is given; None where it is given nothing, and as long as nothing has been asked.
    """

    workflow: "Workflow"
    transition: "Transition[Any]"
    subject: Any
    actor: User | None
    at: datetime
    data: D_co
    acting: recording.Acting | None = None
    #: The step this one follows from (a referral closes because a proposal was declined).
    cause: "Step[Any] | None" = None
    #: What gives the step its ground, where it has one: the agenda item whose decision it carries out.
    basis: Any = None
    event: Event | None = None
    #: What the effect returned: what the announcements must know of how things were.
    result: object = None


Guard = Callable[[Step[None]], Words | None]


@dataclass(frozen=True, kw_only=True)
class Transition(Generic[D]):
    """One row of a lifecycle's table; ``D`` is what the step is given.

    ``permission`` names the right it takes (None: only as a consequence of another step, or by the portal itself where
    ``automatic``, for whom what gives the step its ground says). ``guard`` returns the reason it cannot be taken now,
    or None, for the button and for the deed; ``check`` the same of what the step is given. ``form`` is built as
    ``form(data, files, subject=…, actor=…)``; ``takes`` is what a step without a form, or one that follows from
    another, is given. ``prepare`` sets fields of the subject before it is saved under the new status, ``effect`` does
    what follows in other tables and returns what the announcements must know (`Step.result`). ``event`` is the
    registered action; ``describe`` adds to the event's data, and the parts of what the step is given that are named in
    ``words`` go into its erasable text.
    """

    name: str
    label: Words
    sources: frozenset[str]
    target: str
    permission: str | None
    event: str
    guard: Guard | None = None
    check: Callable[[Step[D]], Words | None] | None = None
    form: Callable[..., Filled[D]] | None = None
    takes: type[D] | None = None
    prepare: Callable[[Step[D]], None] | None = None
    effect: Callable[[Step[D]], object] | None = None
    describe: Callable[[Step[D]], Mapping[str, object]] | None = None
    words: tuple[str, ...] = ()
    notify: tuple[Announcement[D], ...] = ()
    automatic: bool = False
    #: Where the step is offered: on the subject's own page, or only from somewhere else (a meeting's decision).
    offered: bool = True
    help: Words = ""
    #: What is said when it is taken, as a whole sentence.
    done: Words = ""


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A lifecycle: its model, its legal edges, its transitions, and the root that is locked before anything else.

    ``root`` returns what a subject belongs to; its row is locked first, then the subject's. ``fetch`` reads a subject
    by its number under those locks, with what rights, guards and effects ask about it (None where there is none).
    Raises ``ValueError`` when edges and transitions disagree.
    """

    model: str
    states: type[models.TextChoices]
    edges: frozenset[tuple[str, str]]
    transitions: tuple[Transition[Any], ...]
    root: Callable[[Any], models.Model] = lambda subject: subject
    fetch: Callable[[int], Any] | None = None

    def __post_init__(self) -> None:
        walked = {(source, t.target) for t in self.transitions for source in t.sources}
        if walked != self.edges:
            raise ValueError(f"{self.model}: edges and transitions disagree about {sorted(walked ^ self.edges)}")
        names = [t.name for t in self.transitions]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.model}: two transitions share a name")

    def __getitem__(self, name: str) -> Transition[Any]:
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(f"{self.model} has no transition {name!r}")


@dataclass(frozen=True)
class Availability:
    """A step somebody has the right to from here; ``why`` says what stands in the way, None where nothing does."""

    transition: Transition[Any]
    why: Words | None

    @property
    def open(self) -> bool:
        """Say whether the step can be taken now."""
        return self.why is None


_workflows: dict[str, Workflow] = {}


def register(workflow: Workflow) -> None:
    """Make a lifecycle known; a second one for the same model raises ``ValueError``."""
    if workflow.model in _workflows:
        raise ValueError(f"{workflow.model} has a workflow already.")
    _workflows[workflow.model] = workflow


def workflow_of(subject: Any) -> Workflow:
    """Return the lifecycle of ``subject`` (an instance or a model class)."""
    return _workflows[subject._meta.label_lower]


def all_workflows() -> tuple[Workflow, ...]:
    """Return every registered lifecycle, by model."""
    return tuple(_workflows[label] for label in sorted(_workflows))


def reserve_pk(model: type[models.Model]) -> int:
    """Take the next primary key of ``model`` from its sequence: the event that creates a row is
    written before the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        row = cursor.fetchone()
    return int(row[0])


def available(subject: Any, actor: Any) -> list[Availability]:
    """Return the steps ``actor`` has the right to take from here, each with what stands in its way.

    Runs the very checks of :func:`perform`, so a button and the deed cannot disagree.
    """
    flow = workflow_of(subject)
    found = []
    for transition in flow.transitions:
        if not transition.offered or transition.permission is None or subject.status not in transition.sources:
            continue
        if not policy.can(actor, transition.permission, subject):
            continue
        step = Step(flow, transition, subject, actor, clock.now(), data=None)
        found.append(Availability(transition, transition.guard(step) if transition.guard else None))
    return found


def perform(
    subject: Any,
    name: str,
    *,
    actor: User | None,
    data: Mapping[str, object] | None = None,
    files: Mapping[str, object] | None = None,
    given: object = None,
    seen: int | None = None,
    cause: Step[Any] | None = None,
    basis: Any = None,
    visible: str | None = None,
) -> Any:
    """Carry out the transition ``name`` on ``subject``, whole or not at all, and return the subject as it then is.

    ``actor`` is who does it; None is the portal itself, which may only take automatic steps. ``data`` and ``files`` are
    what was sent, raw as from a form; ``given`` is what the transition ``takes``, where it has no form or follows from
    another step. ``seen`` is the ``status_event_id`` the person had on the screen: where another has acted since, the
    step is refused. ``cause`` is the step this one follows from, ``basis`` the decision it carries out. ``visible`` is
    the right without which one may not know of the subject, where the caller has not asked: ``Unseen``.

    Raises ``WrongState``, ``NotPermitted``, ``GuardRefused`` or ``InvalidInput``; each leaves everything as it was.
    ``KeyError`` for an unknown name, ``TypeError`` for a step given something it does not take.
    """
    flow = workflow_of(subject)
    transition = flow[name]
    creating = subject.pk is None or subject._state.adding
    with _deadlock_as_refusal(), untouched_on_failure(subject), transaction.atomic():
        if creating:
            current = START
            if subject.pk is None:
                subject.pk = reserve_pk(type(subject))
            root = flow.root(subject)
            if root is not subject:
                lock(root)
        else:
            subject = _locked(flow, subject)
            root = flow.root(subject)
            current = subject.status
        if cause is None and actor is not None:
            actor = afresh(actor)
            if visible is not None and not policy.can(actor, visible, subject):
                raise Unseen
        asked = Step(flow, transition, subject, actor, clock.now(), data=None, cause=cause, basis=basis)
        before = dict(subject.__dict__)
        if current not in transition.sources or (seen is not None and not creating and seen != subject.status_event_id):
            raise WrongState
        _authorise(asked)
        if transition.guard and (why := transition.guard(asked)):
            raise GuardRefused(why)
        step: Step[Any] = replace(asked, data=_given(asked, data, files, given))
        if transition.check and (why := transition.check(step)):
            raise GuardRefused(why)
        step.event = recording.write(
            transition.event,
            actor=actor,
            subject=subject,
            root=root,
            acting=step.acting,
            from_state=current,
            to_state=transition.target,
            data=transition.describe(step) if transition.describe else {},
            text={name: getattr(step.data, name) for name in transition.words},
        )
        with recording.under(step.event):
            subject.status = transition.target
            subject.status_event = step.event
            if transition.prepare:
                transition.prepare(step)
            if creating:
                subject.save(force_insert=True)
            else:
                subject.save(update_fields=changed_fields(subject, before))
            if transition.effect:
                step.result = transition.effect(step)
            for announcement in transition.notify:
                announce(announcement, step)
    return subject


def follow(step: Step[Any], subject: Any, name: str, given: object = None) -> Any:
    """Carry out a step that follows from ``step``, in its transaction and under its right."""
    return perform(subject, name, actor=step.actor, given=given, cause=step)


def _authorise(step: Step[None]) -> None:
    transition, actor = step.transition, step.actor
    if step.cause is not None and (transition.permission is None or transition.automatic):
        step.acting = step.cause.acting
        return
    if actor is None:
        if not transition.automatic:
            raise NotPermitted(_("This step is taken by a person."))
        step.acting = getattr(step.basis, "acting", None)
        return
    if transition.permission is None:
        raise NotPermitted
    step.acting = acting_with(actor, transition.permission, step.subject)


def _given(
    step: Step[None], data: Mapping[str, object] | None, files: Mapping[str, object] | None, given: object
) -> Any:
    transition = step.transition
    if transition.form is None or step.cause is not None:
        # A consequence is given it by the step it follows from.
        if not isinstance(given, transition.takes or type(None)):
            raise TypeError(f"{step.workflow.model} {transition.name}: given {given!r}, and takes {transition.takes}")
        return given
    bound: Any = transition.form(data or {}, files or {}, subject=step.subject, actor=step.actor)
    if not bound.is_valid():
        raise InvalidInput(bound)
    return bound.read()


@contextmanager
def _deadlock_as_refusal() -> Iterator[None]:
    """Say what it means when two steps wait for each other and PostgreSQL stops one of them (two proposals merged
    into each other at once)."""
    if connection.in_atomic_block:
        # The outermost transaction is lost with it; whoever opened that one must hear of it.
        yield
        return
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise WrongState from error
        raise


def _locked(flow: Workflow, subject: Any) -> Any:
    """Lock the root, then the subject, and fetch what stands there now that nobody else can write."""
    root = flow.root(subject)
    if root != subject:
        lock(root)
    model = type(subject)
    found = None
    if lock(subject):
        found = flow.fetch(subject.pk) if flow.fetch else model._base_manager.filter(pk=subject.pk).first()
    if found is None:
        raise model.DoesNotExist
    return found

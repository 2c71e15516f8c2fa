"""Open tasks of people who leave, and who takes them over."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Appointment, Body, Employment, Membership, StandIn, Unit
from forum.organisation.role_assignments import at_work
from trepart import audit, clock
from trepart.access.models import User
from trepart.alphabet import norwegian

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class Task:
    """One open thing somebody is responsible for by name: in words, where it is read, and where it belongs."""

    pk: int
    words: str | Promise
    url: str
    person_id: int
    unit_id: int | None = None
    body_id: int | None = None


class Tasks(Protocol):
    """What a room registers: the open things it has given people."""

    def open(self, people: Collection[int] | None = None) -> Sequence[Task]:
        """Return what is open and hangs on ``people`` (ids; everybody where None), in a fixed number of queries."""

    def hand_over(self, task: Task, to: User, *, actor: User | None) -> None:
        """Make ``to`` responsible, write the trail, and tell both; does nothing where the task has
        been done or moved since."""


_sources: dict[str, Tasks] = {}


def register(name: str, tasks: Tasks) -> None:
    """Let the room ``name`` bring what hangs on people. A second one under a name raises ``ValueError``."""
    if name in _sources:
        raise ValueError(f"{name} has registered its tasks already.")
    _sources[name] = tasks


def of(people: Collection[int] | None = None) -> list[Task]:
    """Return every open task of ``people`` (ids; everybody's where None)."""
    return [task for tasks in _sources.values() for task in tasks.open(people)]


# Who is gone, and who takes over --------------------------------------------------------------------------------------
def belongs(person: str) -> Q:
    """Return the condition that the person at ``person`` is here today: active, and with a workplace, a place
    in a body or an office."""
    today = clock.today()
    here = {"person": OuterRef(person)}
    return Q(is_active=True) & (
        Q(Exists(Employment.objects.running(today).filter(**here)))
        | Q(Exists(Membership.objects.running(today).filter(at_work(today, "body__"), **here)))
        | Q(Exists(Appointment.objects.running(today).filter(**here)))
    )


def gone(people: Iterable[int]) -> set[int]:
    """Return those of ``people`` (ids) who are shut out, or have neither workplace, place nor office any more."""
    ids = set(people)
    return ids - set(User.objects.filter(pk__in=ids).filter(belongs("pk")).values_list("pk", flat=True))


class Heirs:
    """Finds who takes over: the stand-in of whoever is gone, else the leader of the workplace, else the leader of the
    body that decided, else an administrator."""

    def __init__(self, gone_people: Collection[int]) -> None:
        today = clock.today()
        self._gone = set(gone_people)
        self._stand_ins: dict[int, User] = {}
        places = Q(membership__person__in=self._gone) | Q(appointment__person__in=self._gone)
        for row in (
            StandIn.objects.running(today)
            .filter(places)
            .select_related("person", "membership", "appointment")
            .order_by("pk")
        ):
            self._offer(self._stand_ins, row.place.person_id, row.person)
        self._of_unit: dict[int, User] = {}
        self._of_body: dict[int, User] = {}
        order = {Role.LEADER: 0, Role.DEPUTY_LEADER: 1, Role.SECRETARY: 2}
        leading = (
            Membership.objects.running(today)
            .filter(at_work(today, "body__"), role__in=order)
            .select_related("person", "body")
        )
        for m in sorted(leading, key=lambda m: (order[Role(m.role)], m.pk)):
            self._offer(self._of_body, m.body_id, m.person)
            if m.body.is_local and m.body.unit_id is not None:
                self._offer(self._of_unit, m.body.unit_id, m.person)
        administrators = Appointment.objects.running(today).filter(office=OfficeKind.ADMINISTRATOR)
        self._last = next(
            (a.person for a in administrators.select_related("person").order_by("pk") if self._takes(a.person)), None
        )

    def _takes(self, person: User) -> bool:
        return person.is_active and person.pk not in self._gone

    def _offer(self, among: dict[int, User], key: int, person: User) -> None:
        if key not in among and self._takes(person):
            among[key] = person

    def of(self, task: Task) -> User | None:
        """Return who takes over ``task``; None only where the municipality has no administrator left."""
        return (
            self._stand_ins.get(task.person_id)
            or self._of_unit.get(task.unit_id or 0)
            or self._of_body.get(task.body_id or 0)
            or self._last
        )


@dataclass(frozen=True)
class Handover:
    """One task and who takes it over."""

    task: Task
    to: User | None


def foreseen(person: User) -> list[Handover]:
    """Return what hangs on ``person`` and who would take it over if the person were gone today."""
    heirs = Heirs({person.pk})
    return [Handover(task, heirs.of(task)) for task in of([person.pk])]


def settle(people: Collection[int] | None = None, *, actor: User | None) -> int:
    """Hand over what hangs on those of ``people`` (ids; everybody where None) who are gone, and return how
    many things went to somebody.

    Asked whenever somebody's last place ends or an account is shut, and each night for what ended with
    the day. Harmless to repeat.
    """
    tasks = of(people)
    left = gone(task.person_id for task in tasks)
    if not left:
        return 0
    heirs, done = Heirs(left), 0
    persons = User.objects.in_bulk(left)
    for source in _sources.values():
        for task in source.open(left):
            heir = heirs.of(task)
            if heir is None:
                continue
            person = persons[task.person_id]
            with audit.recorded("forum.tasks_handed_over", actor=actor, subject=person, data={"to": heir.pk}):
                source.hand_over(task, heir, actor=actor)
            done += 1
    return done


def hangs_on_unit(unit_id: int) -> list[str]:
    """Return what hangs on a workplace that is to be closed, in sentences; empty where nothing does."""
    today = clock.today()
    found = []
    workers = Employment.objects.running(today).filter(unit=unit_id).values("person").distinct().count()
    if workers:
        found.append(ngettext("%(n)s person works here.", "%(n)s people work here.", workers) % {"n": workers})
    below = _names(Unit.objects.filter(parent=unit_id, closed_on__isnull=True))
    if below:
        found.append(_("These are part of it: %(names)s.") % {"names": below})
    bodies = _names(Body.objects.filter(unit=unit_id, closed_on__isnull=True))
    if bodies:
        found.append(_("It has %(names)s.") % {"names": bodies})
    tasks = sum(task.unit_id == unit_id for task in of())
    if tasks:
        found.append(
            ngettext("%(n)s measure is to be carried out here.", "%(n)s measures are to be carried out here.", tasks)
            % {"n": tasks}
        )
    return found


def _names(rows: "QuerySet[Any]") -> str:
    names = list(rows.order_by(norwegian("name")).values_list("name", flat=True)[:6])
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")

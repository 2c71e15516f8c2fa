"""What hangs on a person by name, and where it goes when the person is gone: never to nobody.

A room that makes people responsible for things registers how they are found and handed over; this room says when somebody is gone and who takes over.
What hangs on a *place* (a queue, a draft of minutes) needs no handing over: the next one in that place has it. Where nobody has the place, it is on the
administrator's list (:func:`unattended`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.enums import (
    LOCAL,
    BodyKind,
    CommissionStatus,
    MeetingStatus,
    MinutesStatus,
    OfficeKind,
    OpinionStatus,
    ReferralStatus,
    Role,
)
from forum.models import (
    Appointment,
    Body,
    Commission,
    Employment,
    Meeting,
    Membership,
    Minutes,
    Opinion,
    Referral,
    StandIn,
    Unit,
)
from forum.models.commissions import RUNNING
from forum.standing import at_work, standing_in
from trepart import audit, clock
from trepart.access.models import User
from trepart.access.roles import ROLES
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
        """Make ``to`` responsible, write the trail, and tell both; does nothing where the task has been done or moved since."""


_sources: dict[str, Tasks] = {}


def register(name: str, tasks: Tasks) -> None:
    """Let the room ``name`` bring what hangs on people. A second one under a name raises ``ValueError``."""
    if name in _sources:
        raise ValueError(f"{name} has registered its tasks already.")
    _sources[name] = tasks


def of(people: Collection[int] | None = None) -> list[Task]:
    """Return every open task of ``people`` (ids; everybody's where None)."""
    return [task for tasks in _sources.values() for task in tasks.open(people)]


# Who is gone, and who takes over ----------------------------------------------------------------------------------------


def belongs(person: str) -> Q:
    """Return the condition that the person at ``person`` is here today: active, and with a workplace, a place in a body or an office."""
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
    """Finds who takes over: the stand-in of whoever is gone, else the leader of the workplace, else the leader of the body that decided, else an administrator."""

    def __init__(self, gone_people: Collection[int]) -> None:
        today = clock.today()
        self._gone = set(gone_people)
        self._stand_ins: dict[int, User] = {}
        places = Q(membership__person__in=self._gone) | Q(appointment__person__in=self._gone)
        for row in (
            StandIn.objects.running(today).filter(places).select_related("person", "membership", "appointment").order_by("pk")
        ):  # fmt: skip
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
    """Hand over what hangs on those of ``people`` (ids; everybody where None) who are gone, and return how many things went to somebody.

    Asked whenever somebody's last place ends or an account is shut, and each night for what ended with the day. Harmless to repeat.
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


# What nobody attends to -------------------------------------------------------------------------------------------------


#: What other rooms know to lie where nobody can attend to it.
Watch = Callable[[], "Iterable[Unattended]"]
_watches: list[Watch] = []


def watch(found_by: Watch) -> None:
    """Let a room say what of its own nobody can attend to; asked in a fixed number of queries."""
    if found_by not in _watches:
        _watches.append(found_by)


@dataclass(frozen=True)
class Unattended:
    """One thing on the administrator's list: what, where it is mended, and what is wrong."""

    words: str
    url: str
    why: str


def able_to(permission: str) -> set[int]:
    """Return the bodies at work in which somebody active holds a role with ``permission`` today, stand-ins included; two queries."""
    today = clock.today()
    roles = Q(pk__in=[])
    lent = Q(pk__in=[])
    for (kind, role), names in ROLES.items():
        if permission in names:
            roles |= Q(body__kind=kind, role=role)
            lent |= Q(membership__body__kind=kind, membership__role=role)
    sitting = Membership.objects.running(today).filter(roles, person__is_active=True).order_by()
    others = standing_in(today).filter(lent, person__is_active=True).order_by()
    return set(sitting.values_list("body_id", flat=True)) | set(others.values_list("membership__body_id", flat=True))


def unattended() -> list[Unattended]:
    """Return everything open that nobody can attend to today: tasks of people who are gone, queues, drafts and meetings of bodies where nobody has the role."""
    found = []
    tasks = of()
    left = gone(task.person_id for task in tasks)
    names = dict(User.objects.filter(pk__in=left).values_list("pk", "name"))
    for task in tasks:
        if task.person_id in left:
            found.append(Unattended(str(task.words), task.url, _("%(name)s is not here any more.") % {"name": names[task.person_id]}))  # fmt: skip
    today = clock.today()
    checks: tuple[tuple[str, Any, Callable[[int], str], str], ...] = (
        (
            "proposals.handle",
            Referral.objects.exclude(status=ReferralStatus.CLOSED).values("body"),
            lambda n: ngettext("%(n)s case waits in the queue", "%(n)s cases wait in the queue", n) % {"n": n},
            _("Nobody there can treat cases. Enter a leader or a secretary, or let somebody stand in."),
        ),
        (
            "forum.write_minutes",
            Minutes.objects.filter(status=MinutesStatus.DRAFT).exclude(meeting__body__kind=BodyKind.LMU).values("meeting__body"),
            lambda n: ngettext("%(n)s draft of minutes", "%(n)s drafts of minutes", n) % {"n": n},
            _("Nobody there can write minutes. Enter a secretary, or let somebody stand in."),
        ),
        (
            "forum.plan_meeting",
            Meeting.objects.filter(status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED]).exclude(body__kind=BodyKind.LMU).values("body"),
            lambda n: ngettext("%(n)s meeting ahead", "%(n)s meetings ahead", n) % {"n": n},
            _("Nobody there can call meetings. Enter a leader or a secretary, or let somebody stand in."),
        ),
    )  # fmt: skip
    bodies = {body.pk: body for body in Body.objects.filter(at_work(today)).order_by(norwegian("name"))}
    for permission, waiting, words, why in checks:
        able = able_to(permission)
        column = next(iter(waiting.query.values_select))
        counted = dict(waiting.order_by().annotate(n=Count("pk")).values_list(column, "n"))
        for pk, body in bodies.items():
            if counted.get(pk) and pk not in able:
                found.append(Unattended(f"{body.name}: {words(counted[pk])}", body.get_absolute_url(), why))
    return [*found, *_asked(today), *(each for watch in _watches for each in watch())]


def _asked(today: date) -> Iterator[Unattended]:
    """Give the opinions and commissions nobody can answer, carry out or give anew; seven queries however many there are."""
    leads = Employment.objects.running(today).filter(leads=True, person__is_active=True)
    led = set(leads.values_list("unit", flat=True))
    able = {name: able_to(f"forum.{name}") for name in ("answer_opinion", "carry_commission", "give_commission")}
    local = dict(Body.objects.filter(at_work(today), kind__in=LOCAL, unit__isnull=False).values_list("unit", "pk"))

    def attended(right: str, body: int | None, unit: int | None) -> bool:
        return body in able[right] if unit is None else unit in led or local.get(unit) in able[right]

    why = _("Nobody there can answer. Enter a leader, or let somebody stand in.")
    # By number alone: whoever looks after the organisation need not be one who may read the case.
    for opinion in Opinion.objects.filter(status=OpinionStatus.ASKED).select_related("case", "asked", "unit").order_by("due_on", "pk"):  # fmt: skip
        if not attended("answer_opinion", opinion.asked_id, opinion.unit_id):
            words = {"of": opinion.of, "reference": opinion.case.reference}
            yield Unattended(_("%(of)s is asked for an opinion on %(reference)s.") % words, _page_of(opinion.asked, opinion.unit), why)  # fmt: skip
    running = Commission.objects.filter(status__in=RUNNING).select_related(
        "case", "giver", "receiver_body", "receiver_unit"
    )
    for commission in running.order_by("due_on", "pk"):
        words = {"reference": commission.case.reference}
        if commission.status == CommissionStatus.SENT_BACK:
            if not attended("give_commission", commission.giver_id, None):
                said = _("The commission %(reference)s was sent back to %(of)s.")
                yield Unattended(said % {**words, "of": commission.giver}, _page_of(commission.giver, None), why)
        elif not attended("carry_commission", commission.receiver_body_id, commission.receiver_unit_id):
            said = _("%(of)s has the commission %(reference)s.") % {**words, "of": commission.receiver}
            yield Unattended(said, _page_of(commission.receiver_body, commission.receiver_unit), why)


def _page_of(body: Body | None, unit: Unit | None) -> str:
    return body.get_absolute_url() if body is not None else reverse("forum:unit_change", args=[unit.pk if unit else 0])


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
        found.append(ngettext("%(n)s measure is to be carried out here.", "%(n)s measures are to be carried out here.", tasks) % {"n": tasks})  # fmt: skip
    return found


def _names(rows: "QuerySet[Any]") -> str:
    names = list(rows.order_by(norwegian("name")).values_list("name", flat=True)[:6])
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")

"""What nobody can attend to, for the administrator's list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forum.organisation.models import Body, Membership
from forum.organisation.responsibilities import gone, of
from forum.organisation.role_assignments import at_work, standing_in
from trepart import clock
from trepart.access.models import User
from trepart.access.roles import ROLES
from trepart.alphabet import norwegian

if TYPE_CHECKING:
    from django.db.models import QuerySet


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


@dataclass(frozen=True)
class Waiting:
    """Something that waits in bodies: how many by body, the right it takes to attend to it, and what is said."""

    permission: str
    counted: Callable[[], Mapping[int, int]]
    words: Callable[[int], str]
    why: str | Promise


#: What each room has waiting in bodies. The rooms are made ready from the highest down; the lowest is told first.
_waiting: list[Waiting] = []


def watch_bodies(waiting: Waiting) -> None:
    """Let a room say what waits in bodies; asked in one query, and told where nobody there has the right to it."""
    if waiting not in _waiting:
        _waiting.append(waiting)


def count_by_body(rows: "QuerySet[Any]", body: str) -> dict[int, int]:
    """Count ``rows`` by the id at the path ``body``; one query."""
    return dict(rows.order_by().values(body).annotate(n=Count("pk")).values_list(body, "n"))


def able_to(permission: str) -> set[int]:
    """Return the bodies at work in which somebody active holds a role with ``permission`` today, stand-ins
    included; two queries."""
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
    """Return everything open that nobody can attend to today: tasks of people who are gone, queues, drafts and meetings
    of bodies where nobody has the role."""
    found = []
    tasks = of()
    left = gone(task.person_id for task in tasks)
    names = dict(User.objects.filter(pk__in=left).values_list("pk", "name"))
    for task in tasks:
        if task.person_id in left:
            found.append(
                Unattended(
                    str(task.words), task.url, _("%(name)s is not here any more.") % {"name": names[task.person_id]}
                )
            )
    return [*found, *_bodies_without_anybody(), *(each for watch in reversed(_watches) for each in watch())]


def _bodies_without_anybody() -> list[Unattended]:
    """Give the bodies at work where something waits and nobody has the right to attend to it."""
    found = []
    bodies = {body.pk: body for body in Body.objects.filter(at_work(clock.today())).order_by(norwegian("name"))}
    for waiting in reversed(_waiting):
        able = able_to(waiting.permission)
        counted = waiting.counted()
        for pk, body in bodies.items():
            if counted.get(pk) and pk not in able:
                words = f"{body.name}: {waiting.words(counted[pk])}"
                found.append(Unattended(words, body.get_absolute_url(), str(waiting.why)))
    return found

"""What nobody can attend to, for the administrator's list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.cases.enums import ReferralStatus
from forum.cases.models import Referral
from forum.commissions.unattended import _asked
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus, MinutesStatus
from forum.meetings.minutes.models import Minutes
from forum.organisation.enums import BodyKind
from forum.organisation.models import Body, Membership
from forum.organisation.responsibilities import gone, of
from forum.organisation.role_assignments import at_work, standing_in
from trepart import clock
from trepart.access.models import User
from trepart.access.roles import ROLES
from trepart.alphabet import norwegian

if TYPE_CHECKING:
    pass


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

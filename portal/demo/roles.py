"""Who one can be in the demo: named people of the demo municipality, found by what they are, not by who they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forum.organisation.body_kinds import LOCAL
from forum.organisation.enums import BodyKind, OfficeKind, Part, Role
from forum.organisation.models import Appointment, Body, Employment, Membership
from trepart.access.models import User


@dataclass(frozen=True)
class Stand:
    """A role one can step into: the person, the place, and what one can do there."""

    key: str
    person: User
    place: str
    can: str | Promise


@dataclass(frozen=True)
class _Seat:
    key: str
    kind: BodyKind
    fits: Callable[[Membership], bool]
    can: str | Promise


def _role(*roles: Role, part: Part | None = None) -> Callable[[Membership], bool]:
    return lambda m: m.role in roles and (part is None or m.part == part)


_LOCAL_SEATS = (
    _Seat("lmu-leader", BodyKind.LMU, _role(Role.LEADER),
          _("Treats the workplace's proposals together with the LMU, writes the log, brings in user representatives.")),
    _Seat("lmu-union", BodyKind.LMU, _role(Role.UNION_REPRESENTATIVE),
          _("Treats the workplace's proposals together with the leader, and says where there is no agreement.")),
    _Seat("lmu-safety", BodyKind.LMU, _role(Role.SAFETY_REPRESENTATIVE),
          _("Takes part in the LMU on behalf of health and safety.")),
    _Seat("line-leader", BodyKind.LINE, _role(Role.LEADER),
          _("Has the workplace's proposals first: does what is within reach, and recommends the rest further.")),
    _Seat("line-union", BodyKind.LINE, _role(Role.UNION_REPRESENTATIVE),
          _("Is heard before the leader decides on an employee's proposal.")),
)  # fmt: skip
_OTHER_SEATS = (
    _Seat("coordination-leader", BodyKind.COORDINATION, _role(Role.LEADER),
          _("Decides what concerns several workplaces, and sends what takes a grant on with a recommendation.")),
    _Seat("coordination-secretary", BodyKind.COORDINATION, _role(Role.SECRETARY),
          _("Prepares the coordination group's meetings and writes its answers.")),
    _Seat("coordination-member", BodyKind.COORDINATION, _role(Role.MEMBER),
          _("Reads what the group treats and takes part in its meetings.")),
    _Seat("chief", BodyKind.LINE, _role(Role.LEADER),
          _("Selects and prepares the cases of the three-party body, and decides what is within the own limits.")),
    _Seat("committee-leader", BodyKind.COMMITTEE, _role(Role.LEADER),
          _("Presides over the committee and approves its minutes.")),
    _Seat("committee-secretary", BodyKind.COMMITTEE, _role(Role.SECRETARY),
          _("Makes the agenda, calls the meeting, registers votes and publishes the minutes.")),
    _Seat("committee-elected", BodyKind.COMMITTEE, _role(Role.MEMBER, part=Part.ELECTED),
          _("Elected politician: reads the agenda and votes in the committee.")),
    _Seat("committee-union", BodyKind.COMMITTEE, _role(Role.MEMBER, part=Part.UNION),
          _("Union representative: reads the agenda and votes in the committee.")),
    _Seat("committee-deputy", BodyKind.COMMITTEE, _role(Role.DEPUTY),
          _("Is called when a member of the same group cannot come.")),
)  # fmt: skip
_OFFICES = (
    (OfficeKind.ADMINISTRATOR, _("Enters units, bodies, members and employees, and reads the audit trail.")),
    (OfficeKind.CHIEF_EXECUTIVE, _("Follows what is decided and carried out, and reads the audit trail.")),
    (OfficeKind.ARCHIVE, _("Reads the audit trail and checks that nothing has been altered.")),
)


def stands() -> list[Stand]:
    """Return who one can be, in the order a proposal meets them. Empty where no demo municipality is loaded."""
    running = Membership.objects.running().filter(body__active_from__isnull=False, person__is_active=True)
    local = _busiest()
    found: list[Stand] = []
    if local is not None:
        proposer = _proposer(local)
        if proposer is not None:
            said = _("Sends in proposals, follows them on their way and reads the answers.")
            found.append(Stand("proposer", proposer, _place(_("employee"), str(local.unit)), said))
        found += _taken(running.filter(body=local), _LOCAL_SEATS)
    found += _taken(running.exclude(body__kind__in=LOCAL, body__unit__isnull=False), _OTHER_SEATS)
    appointed = Appointment.objects.running().filter(person__is_active=True).select_related("person").order_by("id")
    by_office = {a.office: a for a in reversed(appointed)}
    for office, said in _OFFICES:
        if office in by_office:
            holder = by_office[office]
            found.append(Stand(office.replace("_", "-"), holder.person, capfirst(holder.get_office_display()), said))
    return found


def _taken(memberships: QuerySet[Membership], seats: Iterable[_Seat]) -> list[Stand]:
    rows = list(memberships.select_related("person", "body").order_by("id"))
    taken: set[int] = set()
    found = []
    for seat in seats:
        for m in rows:
            if m.body.kind == seat.kind and m.person_id not in taken and seat.fits(m):
                taken.add(m.person_id)
                found.append(Stand(seat.key, m.person, _place(m.get_role_display(), m.body.name), seat.can))
                break
    return found


def _place(role: str | Promise, where: str) -> str:
    return f"{capfirst(str(role))}, {where}"


def _busiest() -> Body | None:
    """Return the LMU, or the workplace's leader, that most proposals have come to, so that
    there is something to see."""
    local = Body.objects.filter(kind__in=LOCAL, unit__isnull=False, active_from__isnull=False, closed_on__isnull=True)
    return local.annotate(n=Count("referrals")).select_related("unit").order_by("-n", "id").first()


def _proposer(local: Body) -> User | None:
    """Return somebody who only works in the unit, preferably one who has proposed something already."""
    here = Employment.objects.running().filter(unit=local.unit).values("person")
    people = User.objects.filter(pk__in=here, is_active=True, is_staff=False)
    free = people.exclude(pk__in=Membership.objects.lasting().values("person"))
    return free.annotate(n=Count("proposals")).order_by("-n", "id").first()

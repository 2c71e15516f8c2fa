"""Reads about people, bodies and units. Each costs the same number of queries for three rows and for thirty."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from forum.organisation import body_kinds, composition
from forum.organisation.composition_rules.committee import term_ends
from forum.organisation.composition_rules.problem import Problem
from forum.organisation.enums import LegalBasis, Part, Role, Side
from forum.organisation.models import Appointment, Body, Employment, Membership, Unit
from forum.organisation.role_assignments import at_work, standing_in
from trepart import clock
from trepart.access import grants, policy
from trepart.access.account_closure import CLOSED
from trepart.access.models import User
from trepart.access.sign_in import invitations
from trepart.alphabet import norwegian, sort_key

if TYPE_CHECKING:
    from trepart.access.rules import Person


#: How many days ahead the administrator is told of memberships that end and of two-year terms that run out.
AHEAD_DAYS = 60

#: So many bodies that send on to another are named one by one on its page.
SHOWN_BELOW = 5


# People ---------------------------------------------------------------------------------------------------------------
def is_employee(person: "Person") -> bool:
    """Say whether ``person`` works in the municipality today: has a running employment, or an office of its own.

    A seat in a body is no employment: those elected read what comes to their body, a user representative the case they
    are a guest in, and a village council is an association outside the municipality.
    """
    if not isinstance(person, User) or not person.is_active:
        return False
    held = grants.of(person)
    return bool(held.workplaces) or any(p.own and p.body_id is None for p in held.standings)


def takes_part(person: "Person") -> bool:
    """Say whether ``person`` belongs to the cooperation today: works in the municipality, or has a seat of the own in a
    body at work. A guest (user representative) has none, and a village council is outside."""
    if is_employee(person):
        return True
    if not isinstance(person, User) or not person.is_active:
        return False
    return any(
        p.own and p.kind not in body_kinds.ASSOCIATIONS and p.role != Role.USER_REPRESENTATIVE
        for p in grants.of(person).standings
    )


def running_members(body: Body, on: date | None = None) -> QuerySet[Membership]:
    """Return everybody with a place in ``body`` that day (today unless said), person and
    political party fetched along."""
    return Membership.objects.running(on).filter(body=body).select_related("person", "party", "body")


def people_found(words: str) -> QuerySet[User]:
    """Return the people whose name or e-mail address has every one of ``words`` in it, by name; everybody
    where there are no words."""
    # An account that was closed has no name and no address any more: there is nobody to find.
    found = User.objects.exclude(email__endswith=CLOSED)
    for word in words.split()[:6]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found.order_by(norwegian("name"), "pk")


def cannot_sign_in() -> QuerySet[User]:
    """Return everybody the organisation has entered who has not been able to sign in yet, by name."""
    return invitations.open_to(people_found(""))


# Members of a body, as its page shows them ----------------------------------------------------------------------------
_ROLE_ORDER = {role: place for place, role in enumerate(Role)}


@dataclass
class Group:
    """Members shown together: a part (or none: safety and user representatives), in order of role and name."""

    part: str
    members: list[Membership] = field(default_factory=list)


@dataclass
class Members:
    """Everybody in a body, as its page shows them."""

    parts: list[Group]
    secretaries: list[Membership]
    #: Lists of deputies, each in its order, by group (`Membership.deputy_list`).
    deputies: list[tuple[tuple[str, str, str], list[Membership]]]
    seats: int


def members_of(running: Sequence[Membership]) -> Members:
    """Sort the running memberships of one body for its page. Asks the database for nothing."""
    by_part: defaultdict[str, list[Membership]] = defaultdict(list)
    lists: defaultdict[tuple[str, str, str], list[Membership]] = defaultdict(list)
    secretaries = []
    # One who has got a seat of the own meets for nobody meanwhile (koml § 8-1).
    seated = {m.person_id for m in running if m.seated}
    for m in running:
        if m.role == Role.SECRETARY:
            secretaries.append(m)
        elif m.role == Role.DEPUTY and m.person_id in seated:
            continue
        elif m.role == Role.DEPUTY:
            lists[m.deputy_list].append(m)
        else:
            by_part[m.part].append(m)
    for members in by_part.values():
        members.sort(key=lambda m: (_ROLE_ORDER[Role(m.role)], sort_key(m.person.name)))
    order = [*Part.values, ""]
    return Members(
        parts=[Group(part, by_part[part]) for part in order if by_part.get(part)],
        secretaries=sorted(secretaries, key=lambda m: sort_key(m.person.name)),
        deputies=[
            (key, sorted(members, key=lambda m: (m.deputy_number or 0, m.pk)))
            for key, members in sorted(lists.items(), key=lambda one: _list_order(one[0]))
        ],
        seats=sum(m.seated for m in running),
    )


def _list_order(key: tuple[str, str, str]) -> tuple[int, int, str]:
    sides, parts = ["", *Side.values], ["", *Part.values]
    return sides.index(key[0]), parts.index(key[1]), sort_key(key[2])


def deputy_lists(deputies: Sequence[Membership]) -> list[tuple[str, list[Membership]]]:
    """Return the lists of deputies of one body in the order they are called, those of a coming period apart (R4). Asks
    the database for nothing."""
    today = clock.today()
    lists: defaultdict[tuple[bool, tuple[str, str, str]], list[Membership]] = defaultdict(list)
    for m in deputies:
        lists[m.valid_from > today, m.deputy_list].append(m)
    labels: dict[str, str] = {choice.value: str(choice.label) for choices in (Side, Part) for choice in choices}
    found = []
    for (coming, key), members in sorted(lists.items()):
        side, part, election_list = key
        name = ", ".join(
            [*(labels[word] for word in (side, part) if word), *([election_list] if election_list else [])]
        )
        if coming:
            name = _("%(name)s, coming period") % {"name": name or _("deputies")}
        found.append((name, sorted(members, key=lambda m: (m.deputy_number or 0, m.pk))))
    return found


# Bodies ---------------------------------------------------------------------------------------------------------------
def bodies_for(person: "Person", words: str = "") -> QuerySet[Body]:
    """Return the bodies ``person`` may see that are not closed, by name; with ``words``, those whose name or
    workplace has them all."""
    today = clock.today()
    found = Body.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today)).select_related("unit__parent")
    for word in words.split()[:6]:
        found = found.filter(
            Q(name__icontains=word) | Q(unit__name__icontains=word) | Q(unit__parent__name__icontains=word)
        )
    return policy.visible_to(person, "forum.view_body", found).order_by(norwegian("name"), "pk")


def told_to_all(membership: Membership) -> bool:
    """Say whether whoever may see names in the body may see this one. A village council is an association outside the
    municipality: its leader is who others turn to; the rest are named where they have agreed to it, on its own page."""
    return membership.body.kind_row.of_the_municipality or membership.role == Role.LEADER


def named_places(person: "Person", words: str) -> QuerySet[Membership]:
    """Return the places running today of people whose name has all of ``words`` in it, by name, where the page of the
    body names them to ``person``: who sits in a body that keeps to itself is not for the public web (R27)."""
    today = clock.today()
    found = Membership.objects.running(today).filter(
        at_work(today, "body__"), body__in=policy.visible_to(person, "forum.view_body", Body.objects.all())
    )
    for word in words.split()[:6]:
        found = found.filter(person__name__icontains=word)
    if not policy.can(person, "forum.manage_organisation"):
        told = ~Q(body__kind__in=body_kinds.ASSOCIATIONS) | Q(role=Role.LEADER)
        if not is_employee(person):
            told &= Q(body__meetings_open=True)
        inside = policy.visible_to(person, "forum.view_internal", Body.objects.all())
        found = found.filter(told | Q(body__in=inside))
    return found.select_related("person", "body").order_by(norwegian("person__name"), "person", "body__name", "pk")


def workplaces_found(words: str) -> QuerySet[Unit]:
    """Return the units that are not closed and whose name has all of ``words`` in it, by name."""
    found = Unit.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=clock.today()))
    for word in words.split()[:6]:
        found = found.filter(name__icontains=word)
    return found.order_by(norwegian("name"), "pk")


def own_bodies(person: "Person") -> QuerySet[Body]:
    """Return the bodies ``person`` has a place in today, by name."""
    if not isinstance(person, User):
        return Body.objects.none()
    today = clock.today()
    sitting = Membership.objects.running(today).filter(person=person).values("body")
    lent = standing_in(today).filter(person=person, membership__isnull=False).values("membership__body")
    return Body.objects.filter(at_work(today), Q(pk__in=sitting) | Q(pk__in=lent)).order_by(norwegian("name"), "pk")


def bodies_below(body: Body) -> QuerySet[Body]:
    """Return the bodies at work that send on to ``body``, by name."""
    return body.subordinates.filter(at_work(clock.today())).order_by(norwegian("name"), "pk")


@dataclass
class Sector:
    """LMUs whose units lie under the same sector."""

    name: str
    bodies: list[Body] = field(default_factory=list)


def by_sector(bodies: Sequence[Body]) -> list[Sector]:
    """Group LMUs by the sector their unit is part of, in Norwegian order; those without a sector come
    last under an empty name."""
    found: dict[str, Sector] = {}
    for body in bodies:
        name = body.unit.parent.name if body.unit and body.unit.parent else ""
        found.setdefault(name, Sector(name)).bodies.append(body)
    return sorted(found.values(), key=lambda sector: (not sector.name, sort_key(sector.name)))


# For the administrator ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Ending:
    """A place that ends soon: the membership, its last day, and whether it is the two years of the
    employees' side that run out."""

    membership: Membership
    on: date
    term: bool


def endings(within: int = AHEAD_DAYS) -> list[Ending]:
    """Return the places in bodies at work that end within so many days, and employees' terms that run out or have
    run out, soonest first."""
    today = clock.today()
    limit = today + timedelta(days=within)
    running = (
        Membership.objects.running(today)
        .filter(at_work(today, "body__"))
        .filter(Q(valid_to__lte=limit) | Q(side=Side.EMPLOYEES, body__legal_basis=LegalBasis.KOML_5_11))
        .select_related("person", "body")
    )
    found = []
    for m in running:
        if m.valid_to is not None and m.valid_to <= limit:
            found.append(Ending(m, m.valid_to, term=False))
        elif term_ends(m) <= limit:
            found.append(Ending(m, term_ends(m), term=True))
    return sorted(found, key=lambda ending: (ending.on, sort_key(ending.membership.person.name)))


@dataclass
class Trouble:
    """A body and the rules of composition it breaks."""

    body: Body
    problems: list[Problem]


def troubles() -> tuple[list[Trouble], list[Trouble]]:
    """Return (bodies at work that break a rule, bodies not yet at work with what stands in the way); two
    queries, however many bodies."""
    today = clock.today()
    sitting: defaultdict[int, list[Membership]] = defaultdict(list)
    for m in Membership.objects.running(today).select_related("person"):
        sitting[m.body_id].append(m)
    working, waiting = [], []
    for body in Body.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today)).order_by(norwegian("name")):
        found = composition.judge(body, sitting[body.pk], today)
        if body.active_from is None:
            waiting.append(Trouble(body, found))
        elif found:
            working.append(Trouble(body, found))
    return working, waiting


@dataclass
class Branch:
    """A unit in the tree, with the name of what it is part of, its LMU or its leader's queue,
    and how many work there."""

    unit: Unit
    parent: str
    local: Body | None
    employees: int


def unit_tree(words: str = "") -> list[Branch]:
    """Return every unit that is not closed, each after the one it is part of, in Norwegian order; three queries.

    With ``words``, those whose own name, or the name of what they are part of, has them all.
    """
    today = clock.today()
    units = list(Unit.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today)))
    local = {
        b.unit_id: b for b in Body.objects.filter(kind__in=body_kinds.LOCAL, unit__isnull=False, closed_on__isnull=True)
    }
    working = dict(
        Employment.objects.running(today).order_by().values_list("unit").annotate(Count("person", distinct=True))
    )
    there = {unit.pk for unit in units}
    below: defaultdict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        below[unit.parent_id if unit.parent_id in there else None].append(unit)
    found: list[Branch] = []

    def walk(parent: int | None, name: str) -> None:
        for unit in sorted(below[parent], key=lambda u: sort_key(u.name)):
            found.append(Branch(unit, name, local.get(unit.pk), working.get(unit.pk, 0)))
            walk(unit.pk, unit.name)

    walk(None, "")
    wanted = words.casefold().split()[:6]
    return [b for b in found if all(word in f"{b.unit.name} {b.parent}".casefold() for word in wanted)]


def office_holders() -> QuerySet[Appointment]:
    """Return the offices outside the bodies that are held today or from a coming day."""
    return Appointment.objects.lasting().select_related("person").order_by("office", norwegian("person__name"))

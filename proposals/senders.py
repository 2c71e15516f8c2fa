"""As whom one sends a proposal in: as an employee, a citizen, a village council, one of the parts.

Asked by the form and by the right.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.organisation import body_kinds
from forum.organisation.enums import Part
from forum.organisation.models import Body, Employment, Membership
from forum.organisation.role_assignments import at_work
from proposals.enums import Origin
from proposals.models import Proposal
from trepart import clock
from trepart.access import grants
from trepart.access.models import User

if TYPE_CHECKING:
    from trepart.access.rules import Person


@dataclass(frozen=True)
class Sender:
    """One way for a person to send in; ``key`` stands in the address and the form, ``label`` is read on the screen."""

    key: str
    origin: Origin
    label: str
    body: Body | None = None
    part: str = ""

    def blank(self, proposer: User | None) -> Proposal:
        """Return an unsaved proposal of this kind, for the form and the right to be judged by."""
        found = Proposal(origin=self.origin, on_behalf_of=self.body, part=self.part)
        if proposer is not None:
            found.proposer = proposer
        return found


def citizen() -> Sender:
    """Return the way that is open to everybody."""
    return Sender("innbygger", Origin.CITIZEN, _("A private person, or an association"))


def senders(person: "Person") -> list[Sender]:
    """Return the ways ``person`` can send in today, the most likely first; somebody not signed in has one."""
    if not isinstance(person, User):
        return [citizen()]
    found = []
    places = [e.unit.name for e in Employment.objects.running().filter(person=person).select_related("unit")]
    if places:
        label = _("An employee, %(unit)s") % {"unit": places[0]} if len(places) == 1 else _("An employee")
        found.append(Sender("ansatt", Origin.EMPLOYEE, label))
    councils = Body.objects.filter(pk__in=_council_seats(clock.today()).filter(person=person).values("body"))
    found += [
        Sender(f"grend-{body.slug}", Origin.VILLAGE_COUNCIL, body.name, body=body) for body in councils.order_by("name")
    ]
    if confirmed(person):
        found.append(citizen())
    parts = set(_part_seats(clock.today()).filter(person=person).values_list("part", flat=True))
    found += [
        Sender(f"part-{part}", Origin.PART, capfirst(str(part.label)), part=part) for part in Part if part in parts
    ]
    return found


def choose(person: "Person", key: str) -> Sender | None:
    """Return the way named ``key``, the first where that is none of theirs, or None where no way is open."""
    found = senders(person)
    return next((sender for sender in found if sender.key == key), found[0] if found else None)


def confirmed(person: User) -> bool:
    """Say whether the person's address is known to be theirs: confirmed, or entered by the municipality
    (no row of its own yet)."""
    rows = list(EmailAddress.objects.filter(user=person).values_list("verified", flat=True))
    return any(rows) or not rows


# The right: the same, asked of one proposal ---------------------------------------------------------------------------


def _council_seats(on: date) -> Any:
    return Membership.objects.running(on).filter(at_work(on, "body__"), body__kind__in=body_kinds.PROPOSES_ITSELF)


def _part_seats(on: date) -> Any:
    return (
        Membership.objects.running(on)
        .filter(at_work(on, "body__"), body__kind__in=body_kinds.PROPOSES_FOR_PART)
        .exclude(part="")
    )


def may_send(person: User, proposal: Proposal | None, on: date) -> bool:
    """Say whether ``person`` may send ``proposal`` in as what it is; without one, whether there is any way."""
    if proposal is None:
        return bool(grants.of(person).workplaces) or confirmed(person)
    if proposal.origin == Origin.EMPLOYEE:
        return proposal.unit_id in grants.of(person).workplaces
    if proposal.origin == Origin.VILLAGE_COUNCIL:
        return bool(_council_seats(on).filter(person=person, body=proposal.on_behalf_of_id).exists())
    if proposal.origin == Origin.PART:
        return bool(_part_seats(on).filter(person=person, part=proposal.part).exists())
    return confirmed(person)


def who_may_send(proposal: Proposal | None, on: date) -> Q:
    """Return the condition on `User` that :func:`may_send` asks of one."""
    rows = EmailAddress.objects.all()
    known = Q(pk__in=rows.filter(verified=True).values("user")) | ~Q(pk__in=rows.values("user"))
    running = Employment.objects.running(on)
    if proposal is None:
        return known | Q(pk__in=running.values("person"))
    if proposal.origin == Origin.EMPLOYEE:
        return Q(pk__in=running.filter(unit=proposal.unit_id).values("person"))
    if proposal.origin == Origin.VILLAGE_COUNCIL:
        return Q(pk__in=_council_seats(on).filter(body=proposal.on_behalf_of_id).values("person"))
    if proposal.origin == Origin.PART:
        return Q(pk__in=_part_seats(on).filter(part=proposal.part).values("person"))
    return known

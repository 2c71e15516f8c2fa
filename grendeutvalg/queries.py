"""What the pages of village councils read: the same number of queries for three councils and for thirty."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from forum.cases.models import Opinion
from forum.cases.queries import opinions as cases_opinions
from forum.commissions import queries as commissions_queries
from forum.commissions.models import Commission
from forum.organisation.enums import BodyKind, Role
from forum.organisation.models import Body, Membership
from forum.organisation.role_assignments import at_work
from grendeutvalg.models import Profile
from proposals.models import Proposal
from proposals.queries.lists import with_road
from trepart import clock
from trepart.access import policy
from trepart.alphabet import norwegian

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person

#: How much of each list a council's page shows; the rest is a link away.
SHOWN = 15
_ORDER = {role: place for place, role in enumerate(Role)}


def councils() -> QuerySet[Body]:
    """Return the village councils at work, by name, with what they say about themselves and how
    much they have raised."""
    found = Body.objects.filter(at_work(clock.today()), kind=BodyKind.GRENDEUTVALG)
    return found.select_related("council_profile").order_by(norwegian("name"), "pk")


def listed(person: "Person") -> list[Body]:
    """Return the councils for the list, each with how many proposals and opinions of theirs ``person`` may read
    (``raised``, ``given``)."""
    found = list(councils())
    proposals = policy.visible_to(person, "proposals.view", Proposal.objects.filter(on_behalf_of__in=found))
    opinions = policy.visible_to(person, "forum.view_opinion", Opinion.objects.filter(asked__in=found))
    raised = dict(proposals.order_by().values_list("on_behalf_of").annotate(n=Count("pk", distinct=True)))
    answered = opinions.filter(status="answered").order_by()
    given = dict(answered.values_list("asked").annotate(n=Count("pk", distinct=True)))
    for body in found:
        # For the template.
        body.raised, body.given = raised.get(body.pk, 0), given.get(body.pk, 0)  # type: ignore[attr-defined]
    return found


def profile_of(body: Body) -> Profile:
    """Return what the council says about itself; an empty, unsaved one where it has said nothing yet."""
    found: Profile | None = getattr(body, "council_profile", None)
    return found or Profile(body=body)


def shown_members(body: Body) -> list[Membership]:
    """Return those who have agreed to be named, leader first."""
    running = Membership.objects.running().filter(body=body, shown_publicly__isnull=False).select_related("person")
    return sorted(running, key=lambda m: (_ORDER[Role(m.role)], m.deputy_number or 0, m.pk))


def own_membership(body: Body, person: "User") -> QuerySet[Membership]:
    """Return the running places of ``person`` in the council."""
    return Membership.objects.running().filter(body=body, person=person).select_related("shown_publicly")


@dataclass(frozen=True)
class Story:
    """What a council has raised, said and taken on, as far as the reader may see it."""

    proposals: list[Proposal]
    opinions: list[Opinion]
    commissions: list[Commission]


def story(body: Body, person: "Person") -> Story:
    """Return what ``person`` may read of what the council has raised, said and taken on, newest first."""
    raised = policy.visible_to(person, "proposals.view", with_road(Proposal.objects.filter(on_behalf_of=body)))
    said = policy.visible_to(
        person, "forum.view_opinion", cases_opinions.opinions().filter(asked=body, status="answered")
    )
    carried = commissions_queries.commissions_for(person).filter(receiver_body=body)
    return Story(
        list(raised.order_by("-submitted_at", "-pk")[:SHOWN]),
        list(said.order_by("-closed_at", "-pk")[:SHOWN]),
        list(carried[:SHOWN]),
    )


def waiting(body: Body) -> tuple[list[Opinion], list[Commission]]:
    """Return what the council is asked and what it has been given and not reported, soonest due first."""
    opinions = cases_opinions.opinions().waiting().filter(asked=body).order_by("due_on", "pk")
    running = Q(status__in=["given", "accepted"])
    return list(opinions), list(
        commissions_queries.commissions().filter(running, receiver_body=body).order_by("due_on", "pk")
    )

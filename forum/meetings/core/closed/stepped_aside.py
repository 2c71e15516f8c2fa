"""Who has stepped aside in which items and cases: partial in it, or exempted (fvl § 6, koml §§ 11-10, 11-11; R12)."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from forum.cases.models import Case
from forum.meetings.core.models import AgendaItem, Recusal
from forum.meetings.enums import RecusalKind

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: Where a case as fetched keeps what :func:`left_asked_once` found.
_KNOWN = "_who_has_left_it"


def items_left_by(person: "Person") -> "QuerySet[AgendaItem]":
    """Return the items in which ``person`` has stepped aside: partial, or exempted (R12)."""
    if not person.is_authenticated:
        return AgendaItem.objects.none()
    aside = Recusal.objects.filter(membership__person=person.pk).order_by()
    return AgendaItem.objects.filter(pk__in=aside.values("item")).order_by()


def parties() -> "QuerySet[Recusal]":
    """Return the steppings aside of those who were a party themselves (fvl § 6 first paragraph a)."""
    own = Q(basis__iregex=r"§\s*6\s+(første|fyrste) ledd\s+(bokstav\s+)?a\y")
    return Recusal.objects.filter(own, kind=RecusalKind.PARTIALITY).order_by()


def own_cases_left_by(person: "Person") -> "QuerySet[AgendaItem]":
    """Return the items in which ``person`` has stepped aside as the party of the case."""
    if not person.is_authenticated:
        return AgendaItem.objects.none()
    own = parties().filter(membership__person=person.pk)
    return AgendaItem.objects.filter(pk__in=own.values("item")).order_by()


def cases_left_by(person: Any) -> "QuerySet[AgendaItem, Any]":
    """Return the ids of the cases in which ``person`` has stepped aside."""
    found = items_left_by(person).annotate(of_case=Coalesce("case", "referral__case"))
    return found.filter(of_case__isnull=False).values("of_case")


def has_left(person: "Person", case: Case) -> bool:
    """Say whether ``person`` has stepped aside in ``case``, in whichever body."""
    return items_left_by(person).filter(Q(case=case.pk) | Q(referral__case=case.pk)).exists()


def left_asked_once(person: "Person", case: Case) -> bool:
    """Say the same, asked once of a case as fetched: what reads it and every step on its page ask."""
    known: dict[int | None, bool] = case.__dict__.setdefault(_KNOWN, {})
    if person.pk not in known:
        known[person.pk] = has_left(person, case)
    return known[person.pk]


def those_who_left(case: Case) -> "QuerySet[Recusal, Any]":
    """Return the ids of those who have stepped aside in ``case``."""
    items = AgendaItem.objects.filter(Q(case=case.pk) | Q(referral__case=case.pk)).order_by()
    return Recusal.objects.filter(item__in=items.values("pk")).order_by().values("membership__person")

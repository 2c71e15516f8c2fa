"""Who has stepped aside in which items and cases: partial in it, or exempted (fvl § 6, koml §§ 11-10, 11-11; R12).

It is recorded of a place. Whose it is, is whoever sat there in that meeting: a deputy has a place of the own, somebody
who stood in for a holder who was away has the holder's (`Attendance.stand_in`), and the holder has nothing to do with
it.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from forum.cases.models import Case
from forum.meetings.core.models import AgendaItem, Attendance, Recusal
from forum.meetings.enums import RecusalKind

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: Where a case as fetched keeps what :func:`left_asked_once` found.
_KNOWN = "_who_has_left_it"
#: A stepping aside of somebody who was a party themselves (fvl § 6 first paragraph a).
_OWN = Q(basis__iregex=r"§\s*6\s+(første|fyrste) ledd\s+(bokstav\s+)?a\y", kind=RecusalKind.PARTIALITY)


def _sat_in_the_place() -> "QuerySet[Attendance]":
    """Return who stood in for the holder of the place of a stepping aside, in its meeting."""
    rows = Attendance.objects.filter(meeting=OuterRef("item__meeting"), membership=OuterRef("membership"))
    return rows.filter(present=True, stand_in__isnull=False).order_by()


def left_by(person: "Person") -> "QuerySet[Recusal]":
    """Return the steppings aside of ``person``: in a place of the own, or in one they stood in for."""
    if not person.is_authenticated:
        return Recusal.objects.none()
    stood_in = Exists(_sat_in_the_place().filter(stand_in__person=person.pk))
    holds = Q(membership__person=person.pk) & ~Q(Exists(_sat_in_the_place()))
    return Recusal.objects.filter(holds | Q(stood_in)).order_by()


def people_of(left: "QuerySet[Recusal]") -> "QuerySet[Recusal, Any]":
    """Return the ids of those whose ``left``, some steppings aside, are."""
    stood_in = Subquery(_sat_in_the_place().values("stand_in__person")[:1])
    return (
        left.order_by()
        .annotate(whose=Coalesce(stood_in, F("membership__person"), output_field=BigIntegerField()))
        .values("whose")
    )


def items_left_by(person: "Person") -> "QuerySet[AgendaItem]":
    """Return the items in which ``person`` has stepped aside: partial, or exempted (R12)."""
    return AgendaItem.objects.filter(pk__in=left_by(person).values("item")).order_by()


def parties() -> "QuerySet[Recusal]":
    """Return the steppings aside of those who were a party themselves (fvl § 6 first paragraph a)."""
    return Recusal.objects.filter(_OWN).order_by()


def own_cases_left_by(person: "Person") -> "QuerySet[AgendaItem]":
    """Return the items in which ``person`` has stepped aside as the party of the case."""
    own = left_by(person).filter(_OWN)
    return AgendaItem.objects.filter(pk__in=own.values("item")).order_by()


def cases_left_by(person: Any) -> "QuerySet[AgendaItem, Any]":
    """Return the ids of the cases in which ``person`` has stepped aside."""
    found = items_left_by(person).annotate(of_case=Coalesce("case", "referral__case"))
    return found.filter(of_case__isnull=False).values("of_case")


def _in(thing: Case | AgendaItem) -> Q:
    """Return the condition for a stepping aside in a case, or in an item; in one that has a case, in that case."""
    if isinstance(thing, AgendaItem):
        if thing.folder is None:
            return Q(item=thing.pk)
        thing = thing.folder
    return Q(item__case=thing.pk) | Q(item__referral__case=thing.pk)


def how_left(person: "Person", thing: Case | AgendaItem) -> frozenset[RecusalKind]:
    """Return how ``person`` has stepped aside in a case, in whichever body, or in an item that stands alone: as
    partial, exempted, or not at all."""
    found = left_by(person).filter(_in(thing)).values_list("kind", flat=True)
    return frozenset(RecusalKind(kind) for kind in found)


def has_left(person: "Person", thing: Case | AgendaItem) -> bool:
    """Say whether ``person`` has stepped aside in a case, in whichever body, or in an item that stands alone."""
    return bool(how_left(person, thing))


def left_asked_once(person: "Person", case: Case) -> frozenset[RecusalKind]:
    """Return :func:`how_left`, asked once of a case as fetched: what reads it and every step on its page ask."""
    known: dict[int | None, frozenset[RecusalKind]] = case.__dict__.setdefault(_KNOWN, {})
    if person.pk not in known:
        known[person.pk] = how_left(person, case)
    return known[person.pk]


def those_who_left(thing: Case | AgendaItem) -> "QuerySet[Recusal, Any]":
    """Return the ids of those who have stepped aside in a case, or in an item that stands alone."""
    return people_of(Recusal.objects.filter(_in(thing)))

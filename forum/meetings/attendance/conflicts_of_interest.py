"""Prompts for the secretary about who may be disqualified in an item (fvl. §§ 6, 8 and 10, koml § 11-10; R12).

The body decides; nobody is left out by a prompt.

What meetings know by themselves: who has reported it ahead, who wrote documents or opinions in the case as an
employee, and who took part in deciding it in another body. A higher room that owns the case registers what it knows
besides (who proposed it) in ``AppConfig.ready``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.cases.legal_bases import PREPARED_AS_EMPLOYEE, partiality
from forum.cases.models import Case, Document
from forum.meetings.core.models import Attendance
from forum.meetings.core.queries import day_of
from forum.meetings.core.vote_models import Vote
from forum.organisation.models import Employment, Membership
from trepart import clock

if TYPE_CHECKING:
    from forum.meetings.core.models import AgendaItem
    from forum.meetings.core.voter import Voter


@dataclass(frozen=True)
class Prompt:
    """Somebody to ask about: why, and the provision. ``by_law``: the law itself disqualifies (koml § 11-10 second
    paragraph), and that is the default."""

    membership: Membership
    why: str | Promise
    basis: str
    by_law: bool = False


#: A source of ties: given a case, the ids of people, each with why.
Source = Callable[[Case], Iterable[tuple[int, str | Promise]]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Register what a higher room knows of ties to a case."""
    _sources.append(source)


def prompts(item: "AgendaItem", table: "Iterable[Voter]") -> list[Prompt]:
    """Return who at ``table`` to ask about in ``item``, those the law itself disqualifies first; without those the body
    has decided about already."""
    case = item.folder
    out = {recusal.membership_id for recusal in item.recusals.all()}
    out |= {motion.concerns_id for motion in item.motions.all() if motion.concerns_id is not None}
    people = {voter.membership.person_id: voter.membership for voter in table if voter.pk not in out}
    if not people:
        return []
    found: dict[int, Prompt] = {}
    elected_body = item.meeting.body.is_elected_body
    in_general = partiality(elected_body=elected_body, on=day_of(item.meeting))

    def add(person: int, why: str | Promise, *, by_law: bool = False) -> None:
        if person in people and person not in found:
            basis = PREPARED_AS_EMPLOYEE if by_law else in_general
            found[person] = Prompt(people[person], why, basis, by_law)

    for person in _prepared_as_employee(case, people) if case is not None else ():
        by_law = elected_body and _is_elected(people[person])
        why = (
            _(
                "has worked with the case as an employee of the municipality: disqualified by law, apart from the "
                "yearly budget, the economic plan, the municipal plan, regional plans, and elections to offices and "
                "their pay"
            )
            if by_law
            else _("has worked with the case as an employee of the municipality")
        )
        add(person, why, by_law=by_law)
    for report in item.conflict_reports.select_related("membership"):
        add(report.membership.person_id, _("has told it ahead: %(why)s") % {"why": report.why})
    if case is not None:
        for source in _sources:
            for person, reason in source(case):
                add(person, reason)
        for person in _took_part_elsewhere(item, case, people):
            add(person, _("took part in treating the case in another body"))
    return sorted(found.values(), key=lambda prompt: not prompt.by_law)


def _is_elected(place: Membership) -> bool:
    """Say whether § 11-10 second paragraph reaches whoever has ``place`` in an elected body: those whom an elected
    organ has elected (koml § 5-1), whatever part they are of, and not those whom the employees have (our reading,
    R12)."""
    return place.elected_by_council


def _prepared_as_employee(case: Case, people: Iterable[int]) -> list[int]:
    """Return who of ``people`` is employed by the municipality and has put documents into the case."""
    wrote = Document.objects.filter(case=case, added_by__in=people).values("added_by")
    employed = Employment.objects.running(clock.today()).filter(person__in=wrote)
    return list(employed.values_list("person", flat=True).distinct().order_by("person"))


def _took_part_elsewhere(item: "AgendaItem", case: Case, people: Iterable[int]) -> list[int]:
    """Return who of ``people`` voted on the case, or met where it was agreed on without a vote, in another body."""
    voted = (
        Vote.objects.filter(ballot__item__case=case, membership__person__in=people)
        .exclude(ballot__item__meeting__body=item.meeting.body_id)
        .values_list("membership__person", flat=True)
    )
    met = (
        Attendance.objects.filter(
            meeting__items__case=case,
            meeting__body__decides_by="consensus",
            present=True,
            membership__person__in=people,
        )
        .exclude(meeting__body=item.meeting.body_id)
        .values_list("membership__person", flat=True)
    )
    return sorted(set(voted) | set(met))

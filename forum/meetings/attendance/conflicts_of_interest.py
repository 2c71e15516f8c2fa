"""Prompts for the secretary about who may be disqualified in an item (fvl. §§ 6 and 8, koml § 11-10; R12).

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

from forum.cases.models import Case, Document
from forum.meetings.core.models import Attendance, Vote
from forum.organisation.enums import Part
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


#: A source of ties: given a case, the ids of people, each with why and the provision.
Source = Callable[[Case], Iterable[tuple[int, str | Promise, str]]]

_sources: list[Source] = []

AS_EMPLOYEE = "koml. § 11-10 andre ledd"
IN_GENERAL = "fvl. § 6 andre ledd"


def register(source: Source) -> None:
    """Register what a higher room knows of ties to a case."""
    _sources.append(source)


def prompts(item: "AgendaItem", table: "Iterable[Voter]") -> list[Prompt]:
    """Return who at ``table`` to ask about in ``item``, those the law itself disqualifies first; without those recorded
    as not taking part already."""
    case = item.folder
    if case is None:
        return []
    out = {recusal.membership_id for recusal in item.recusals.all()}
    people = {voter.membership.person_id: voter.membership for voter in table if voter.pk not in out}
    if not people:
        return []
    found: dict[int, Prompt] = {}

    def add(person: int, why: str | Promise, basis: str, *, by_law: bool = False) -> None:
        if person in people and person not in found:
            found[person] = Prompt(people[person], why, basis, by_law)

    for person in _prepared_as_employee(case, people):
        by_law = people[person].part == Part.ELECTED
        why = (
            _(
                "has worked with the case as an employee of the municipality: disqualified by law, apart from "
                "budgets and plans"
            )
            if by_law
            else _("has worked with the case as an employee of the municipality")
        )
        add(person, why, AS_EMPLOYEE if by_law else IN_GENERAL, by_law=by_law)
    for report in item.conflict_reports.select_related("membership"):
        add(report.membership.person_id, _("has told it ahead: %(why)s") % {"why": report.why}, IN_GENERAL)
    for source in _sources:
        for person, reason, basis in source(case):
            add(person, reason, basis)
    for person in _took_part_elsewhere(item, case, people):
        add(person, _("took part in treating the case in another body"), IN_GENERAL)
    return sorted(found.values(), key=lambda prompt: not prompt.by_law)


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

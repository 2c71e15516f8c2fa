"""Reads about opinions. None costs more for thirty rows than for three."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet, TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess, OpinionStatus, ReferralStatus
from forum.cases.models import Case, Document, HearingRule, Opinion, Referral
from forum.cases.models.opinions import OpinionQuerySet
from forum.organisation.models import Body
from forum.organisation.queries.bodies import is_employee
from forum.organisation.role_assignments import at_work
from trepart import clock, ui
from trepart.access import grants, policy
from trepart.alphabet import norwegian
from trepart.templatetags.trepart_ui import date_text

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person


#: One fixed colour per meaning (look/README, principle 6).
OPINION_MEANING: dict[str, ui.StatusMeaning] = {
    OpinionStatus.ASKED: "info",
    OpinionStatus.ANSWERED: "success",
    OpinionStatus.DECLINED: "neutral",
    OpinionStatus.LAPSED: "neutral",
    OpinionStatus.WITHDRAWN: "neutral",
}


def standing(opinion: Opinion) -> tuple[str, ui.StatusMeaning]:
    """Say in words where an opinion stands; what is late is said before all else."""
    return standing_in_words(opinion.is_overdue, opinion.due_on, OpinionStatus(opinion.status), OPINION_MEANING)


def standing_in_words(
    overdue: bool, due_on: date, status: TextChoices, meanings: Mapping[str, ui.StatusMeaning]
) -> tuple[str, ui.StatusMeaning]:
    """Say where something that has been asked for by a day stands, and the colour of it: late before all else."""
    if overdue:
        return _("Overdue, was due %(date)s") % {"date": date_text(due_on)}, "danger"
    return capfirst(str(status.label)), meanings[status]


def opinions() -> OpinionQuerySet:
    """Return opinions with what their lines and pages read."""
    return Opinion.objects.select_related("case", "asker", "asked", "unit", "referral__case", "referral__body")


def opinions_on(case: Case, reader: "Person") -> list[Opinion]:
    """Return the opinions on ``case`` that ``reader`` may read, oldest first."""
    return list(
        policy.visible_to(reader, "forum.view_opinion", opinions().filter(case=case)).order_by("asked_at", "pk")
    )


@dataclass(frozen=True)
class Hearing:
    """What stands about opinions on the page of a case: those there are, whom one can ask in one press, and
    whether one can ask others."""

    opinions: list[tuple[Opinion, str, ui.StatusMeaning]]
    suggested: list[Body]
    may_ask: bool

    def __bool__(self) -> bool:
        return bool(self.opinions or self.may_ask)


def hearing(
    case: Case, referral: Referral | None, reader: "Person", *, place: str = "", none_yet: bool = False
) -> Hearing:
    """Return what ``reader`` is shown of opinions on ``case``, which is with ``referral`` now and concerns ``place``;
    ``none_yet`` where it is known that there are none."""
    found = [] if none_yet else opinions_on(case, reader)
    lines = [(opinion, *standing(opinion)) for opinion in found]
    may = (
        referral is not None
        and referral.status != ReferralStatus.CLOSED
        and case.access != CaseAccess.RECEIVER
        and policy.can(reader, "forum.ask_opinion", Opinion(case=case, referral=referral, asker=referral.body))
    )
    if not may or referral is None:
        return Hearing(lines, [], False)
    waiting = {opinion.asked_id for opinion in found if opinion.status == OpinionStatus.ASKED}
    return Hearing(lines, [body for body in _concerned(referral, place) if body.pk not in waiting], True)


def _concerned(referral: Referral, place: str) -> list[Body]:
    rules = HearingRule.objects.filter(at_work(clock.today(), "asked__"), asker=referral.body_id)
    found = rules.select_related("asked").order_by(norwegian("asked__name"), "pk")
    return [rule.asked for rule in found if rule.concerns(place)]


def can_read_case(opinion: Opinion, reader: "Person") -> bool:
    """Say whether ``reader`` may open the case itself: everybody, an employee, or somebody in a body
    that has it or has had it."""
    access = opinion.case.access
    if access == CaseAccess.PUBLIC or (access == CaseAccess.EMPLOYEES and is_employee(reader)):
        return True
    stays = set(Referral.objects.filter(case=opinion.case_id).values_list("body_id", flat=True))
    return not grants.of(reader).bodies("forum.view_opinion").isdisjoint(stays)


def documents_of(case: Case) -> list[Document]:
    """Return the documents of ``case`` that are not exempt (R25): what those who are asked may read, too."""
    return list(case.documents.of_case_itself().filter(exempt_basis="").order_by("id"))


def waiting_opinions(person: "User") -> QuerySet[Opinion]:
    """Return what ``person`` is asked to give an opinion on, soonest due first."""
    return policy.visible_to(person, "forum.answer_opinion", opinions().waiting()).order_by("due_on", "pk")

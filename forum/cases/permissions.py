"""Who may read, ask for and give opinions."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess, OpinionStatus
from forum.cases.models import Opinion, Referral
from forum.organisation.permissions import EMPLOYEE, leader_of_the_workplace, local_group_at, within
from trepart.access.policy import Permission, register
from trepart.access.rules import Everyone, InBody, When


def read_as_the_case(more: Q, test: Callable[[Any], bool]) -> Any:
    """Return the rule that a thing is read by whoever may read its case (R25): everybody, or all employees, where
    ``test`` and ``more`` say it is ready for it."""
    public, internal = CaseAccess.PUBLIC.value, [CaseAccess.PUBLIC.value, CaseAccess.EMPLOYEES.value]
    return (
        When(lambda obj: test(obj) and obj.case.access == public, more & Q(case__access=public)) & Everyone()
        | When(lambda obj: test(obj) and obj.case.access in internal, more & Q(case__access__in=internal)) & EMPLOYEE
    )


def _those_who_treat(opinion: Opinion) -> list[int]:
    stays = Referral.objects.filter(case=opinion.case_id).values_list("body_id", flat=True)
    return [*ids_given(opinion.asker_id, opinion.asked_id), *stays]


def ids_given(*ids: int | None) -> list[int]:
    """Return the ids that are there."""
    return [pk for pk in ids if pk is not None]


register(
    Permission(
        name="forum.view_opinion",
        label=_("read an opinion, and what was asked"),
        rule=read_as_the_case(Q(status=OpinionStatus.ANSWERED.value), lambda o: o.status == OpinionStatus.ANSWERED)
        | InBody(
            _those_who_treat,
            lambda bodies: (
                Q(asker__in=bodies)
                | Q(asked__in=bodies)
                | Q(case__in=Referral.objects.filter(body__in=bodies).values("case"))
            ),
        )
        | leader_of_the_workplace("unit")
        | local_group_at("unit"),
    ),
    Permission(
        name="forum.ask_opinion",
        label=_("ask another body or workplace for its opinion"),
        rule=InBody(lambda opinion: [opinion.asker_id], within("asker")),
    ),
    Permission(
        name="forum.answer_opinion",
        label=_("give the opinion the body is asked for, or say that it gives none"),
        rule=InBody(lambda opinion: ids_given(opinion.asked_id), within("asked"))
        | leader_of_the_workplace("unit")
        | local_group_at("unit"),
    ),
)

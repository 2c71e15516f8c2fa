"""What became of a case goes back to where it came from, when the minutes that say it come out (R13, R18)."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import lazy

from forum.cases.models import Referral
from forum.meetings.core.locking import on_agenda
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.queries import short_outcome
from forum.meetings.notifications import CASE_MINUTED, people_of_the_body
from forum.organisation.enums import Role
from forum.organisation.models import Body
from trepart import audit, clock
from trepart.access import policy, role_assignments
from trepart.notices.announcing import tell as tell_people

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.workflow import Step

_outcome = lazy(short_outcome, str)


def tell(step: "Step") -> None:
    """Tell, as the minutes of ``step`` come out, what they say of each case: in the story of the case, where its
    proposer reads it, and to those who lead the bodies it had been with before, and their secretaries. They find the
    extract on their body's own page."""
    decided = step.subject.meeting.items.filter(
        referral__isnull=False, withdrawn_at__isnull=True, decision__isnull=False
    )
    for item in decided.select_related("meeting__body", "referral__case", "decision__ballot").order_by("position"):
        if item.referral is not None:
            _tell_of(item, item.referral, step)


def _tell_of(item: AgendaItem, stay: Referral, step: "Step") -> None:
    event = audit.write(
        CASE_MINUTED,
        actor=step.actor,
        subject=stay,
        root=stay.case,
        acting=step.acting,
        data=on_agenda(item, item.meeting),
    )
    for body in _came_from(stay, item):
        tell_people(
            _those_who_hear(body, item),
            kind=CASE_MINUTED,
            template="meetings/minutes/mail/case_minuted",
            # Of what is kept is said the number and no more (R8, R25).
            context={
                "item": item,
                "came_from": body,
                "outcome": _outcome(item),
                "kept": item.label if item.is_withheld else "",
            },
            url=reverse("forum:extract", args=[item.meeting_id, item.pk]),
            event=event,
        )


def _came_from(stay: Referral, item: AgendaItem) -> list[Body]:
    """Return the other bodies the case had come to before the meeting of ``item``, the last first."""
    stays = Referral.objects.filter(case=stay.case_id, received_at__lte=stay.received_at)
    found = stays.exclude(body=item.meeting.body_id).select_related("body").order_by("-received_at", "-pk")
    return list({stay.body_id: stay.body for stay in found}.values())


def _those_who_hear(body: Body, item: AgendaItem) -> "QuerySet[User]":
    """Return who leads ``body`` and its secretary, of those who may read what the minutes say of ``item``; whoever has
    a place in the body that met is told of its minutes already."""
    places = [(body.pk, role) for role in (Role.LEADER, Role.SECRETARY)]
    may_read = "forum.view_closed" if item.is_withheld else "forum.view_meeting"
    readers = policy.people_who_can(may_read, item if item.is_withheld else item.meeting)
    return readers.filter(role_assignments.source().people(places, clock.today())).exclude(
        pk__in=people_of_the_body(item.meeting).values("pk")
    )

"""The deputies of a body and in which order they are called: by list, in elected order (koml § 7-10, R4)."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core import one_vote
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.enums import CallAnswer
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from trepart import languages
from trepart.refusals import GuardRefused


def deputies(meeting: Meeting, *, seated: bool = False) -> list[Membership]:
    """Return every deputy who can meet on the day of the meeting, in the order they were elected.

    One who has a seat of the own in the body that day meets for nobody (koml § 8-1): left out unless ``seated``.
    """
    running = meeting.body.memberships.running(day_of(meeting)).filter(role=Role.DEPUTY)
    if not seated:
        running = running.exclude(person__in=one_vote.seats(meeting).values("person"))
    return list(running.select_related("person", "party").order_by("deputy_number", "pk"))


def list_of(seat: Membership, everyone: Iterable[Membership]) -> list[Membership]:
    """Return the deputies on the list of the group of ``seat``, in elected order (koml § 7-10, R4)."""
    return [d for d in everyone if d.deputy_list == seat.deputy_list and d.person_id != seat.person_id]


def declined(meeting: Meeting) -> dict[int, str]:
    """Return the deputies who were called to ``meeting`` and do not come, by id, each with the sentence the minutes say
    of it (R4). What they wrote themselves is not in it."""
    calls = DeputyCall.objects.filter(absence__meeting=meeting).select_related("deputy__person").order_by("pk")
    last = {call.deputy_id: call for call in calls}
    with languages.municipal():
        words = {
            CallAnswer.NO: _("%(name)s could not come."),
            CallAnswer.LATE: _("%(name)s did not answer in time."),
        }
        return {
            pk: str(words[CallAnswer(call.answer)]) % {"name": call.deputy.person.name}
            for pk, call in last.items()
            if call.answer in words
        }


def check_deputy(
    deputy: Membership,
    seat: Membership,
    *,
    meeting: Meeting,
    everyone: Sequence[Membership],
    taken: set[int],
    skipped_reason: str,
) -> str:
    """Return why those earlier on the list are passed over when ``deputy`` comes for ``seat``: what was written, or
    what the portal knows of their answers; empty for the first.

    ``taken`` has the ids of deputies who already meet for others: passing one of them over needs no reason.

    Raises ``GuardRefused`` for somebody who has a seat of the own, a deputy of another list, or one out of order
    without a reason (koml §§ 7-10, 8-1; R4).
    """
    own_list = list_of(seat, everyone)
    names = {"deputy": deputy.person.name, "member": seat.person.name}
    if deputy not in own_list and one_vote.seats(meeting).filter(person=deputy.person_id).exists():
        raise GuardRefused(
            _(
                "%(deputy)s has a seat of their own in the body, and cannot meet for %(member)s: one person has one "
                "vote (Local Government Act § 8-1)."
            )
            % names
        )
    if deputy not in own_list:
        raise GuardRefused(
            _("%(deputy)s is not on the list of deputies for the group of %(member)s (Local Government Act § 7-10).")
            % names
        )
    earlier = [d for d in own_list[: own_list.index(deputy)] if d.pk not in taken]
    if not earlier or skipped_reason.strip():
        return skipped_reason.strip()
    known = declined(meeting)
    silent = next((d for d in earlier if d.pk not in known), None)
    if silent is not None:
        raise GuardRefused(
            _("%(first)s comes before %(deputy)s on the list. Say why (Local Government Act § 7-10).")
            % {"first": silent.person.name, **names}
        )
    return " ".join(known[d.pk] for d in earlier)[:200]

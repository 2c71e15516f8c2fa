"""What was recorded at a meeting that has ended: each with the way to put it right, and what has been put right."""

from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core import voting
from forum.meetings.core.closed import noting
from forum.meetings.core.models import Meeting
from forum.meetings.core.readable_items import own_items
from forum.meetings.core.web import crumbs_of, fetch
from forum.meetings.enums import MeetingKind, MeetingStatus, MinutesStatus
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.corrections import queries, services, wording
from forum.meetings.minutes.recorded import loaded
from forum.meetings.session.narrative import counted
from trepart.access.web import Access, permitted
from trepart.workflow import Words

RIGHT = services.RIGHT


def ended(request: HttpRequest, pk: int) -> Meeting:
    """Fetch a meeting that has ended and has minutes, or answer 404, also to who does not publish them."""
    meeting = fetch(request, pk, RIGHT)
    if meeting.status != MeetingStatus.ENDED or meeting.kind == MeetingKind.LOG:
        raise Http404
    return meeting


def way(meeting: Meeting, *more: tuple[Words, str | None]) -> list[tuple[Words, str | None]]:
    """Return the way to the page of the record, and on to what is there ``more``."""
    here = reverse("forum:minutes_record", args=[meeting.pk])
    minutes = reverse("forum:minutes_detail", args=[meeting.pk])
    return crumbs_of(meeting, (_("Minutes"), minutes), (_("Correct the record"), here if more else None), *more)


class RecordView(View):
    """What was recorded at a meeting, each with the way to put it right, and what has been put right."""

    access: ClassVar[Access] = permitted(RIGHT)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        meeting = ended(request, pk)
        kept = own_items(request.user, meeting)
        items = [
            item for item in loaded(meeting) if item.withdrawn_at is None and (not item.is_withheld or item.pk in kept)
        ]
        noting.note(request, meeting, "minutes", kept=noting.any_kept(items))
        status = MinutesStatus(meeting.minutes.status)
        made = queries.of_meeting(meeting)
        gone = queries.superseded(made)
        return render(
            request,
            "meetings/minutes/minutes_record.html",
            {
                "meeting": meeting,
                "cases": [
                    {
                        "item": item,
                        "ballots": [(b, voting.said_of(b)) for b in item.ballots.all()],
                        "rounds": [(r, e.place, counted(r)) for e in item.elections.all() for r in e.rounds.all()],
                    }
                    for item in items
                ],
                "missing": missing(meeting),
                "status": status,
                "waiting": bool(queries.unpublished(meeting)),
                "corrections": [
                    (
                        one,
                        wording.about(one),
                        wording.said(one, one.ballot, names_votes=True, stands=one.pk not in gone),
                    )
                    for one in made
                    if one.item is None or not one.item.is_withheld or one.item_id in kept
                ],
                "minutes_url": reverse("forum:minutes_detail", args=[meeting.pk]),
                "publish_url": reverse(
                    "forum:minutes_step", args=[meeting.pk, "publish" if status == MinutesStatus.DRAFT else "correct"]
                ),
                "crumbs": way(meeting),
            },
        )

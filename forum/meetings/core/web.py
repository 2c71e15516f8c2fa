"""What every page of a meeting asks of the address: the meeting, the item, the crumbs, the status of a refusal."""

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.meetings.core import queries
from forum.meetings.core.models import AgendaItem, Meeting
from trepart.access import policy
from trepart.refusals import NotPermitted, Refused, WrongState
from trepart.text.dates import date_text
from trepart.workflow import Words

Crumbs = list[tuple[Words, str | None]]


def title_of(meeting: Meeting) -> str:
    """Return what a meeting is called in headings: "Partssammensatt utvalg, 3. desember"."""
    return f"{meeting.body.name}, {date_text(meeting.starts_at)}"


def crumbs_of(meeting: Meeting, *more: tuple[Words, str | None]) -> Crumbs:
    """Return the way to a page about ``meeting``."""
    own = meeting.get_absolute_url() if more else None
    return [(_("Meetings"), reverse("forum:meeting_list")), (title_of(meeting), own), *more]


def fetch(request: HttpRequest, pk: int, permission: str = "forum.view_meeting") -> Meeting:
    """Fetch a meeting with its body, or answer 404 to who may not."""
    meetings = Meeting.objects.select_related("body", "presiding__person")
    return policy.get_or_404(request.user, permission, meetings, pk=pk)


def status_of(refusal: Refused) -> int:
    """Return the HTTP status of a refusal: not permitted, overtaken by somebody else, or a rule in the way."""
    return 403 if isinstance(refusal, NotPermitted) else 409 if isinstance(refusal, WrongState) else 422


def item_of(meeting: Meeting, pk: int | None, *, in_full: bool = False) -> AgendaItem:
    """Fetch an item of ``meeting``, ``in_full`` with what has happened around the table in it; or answer 404."""
    if pk is None:
        raise Http404
    items = queries.agenda_of(meeting)
    found = (queries.in_full(items) if in_full else items).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.meeting = meeting
    return found


def open_to(request: HttpRequest, item: AgendaItem) -> AgendaItem:
    """Return ``item``; answer 404 where something of it is kept and the reader does not take part in it: whoever has
    stepped aside, or is not at the table, neither follows nor leads what is treated behind closed doors (R8, R12)."""
    if item.is_withheld and not policy.can(request.user, "forum.view_closed", item):
        raise Http404
    return item

"""What follows when a meeting has ended: the decision list, and then the decisions carried into their cases.

Decisions are public when the decision list is published, and the proposers are answered then, not before: whoever reads
through the list first does so while the rest waits. Minutes that are published first tell the decisions just as well.
"""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.readable_items import decisions_are_out
from forum.meetings.minutes.corrections import queries as corrections
from forum.meetings.minutes.corrections import wording
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.session.decisions import settlement
from trepart import languages
from trepart.access.models import User
from trepart.access.web import reader_of
from trepart.audit import sealing
from trepart.refusals import Refused


def publish_decisions(meeting: Meeting, *, reason: str = "", actor: User) -> list[AgendaItem]:
    """Publish the decision list of ``meeting``, carry its decisions into their cases, and return those that could not
    be. What has happened so far is sealed first, so that the seal printed in the list covers the meeting (R29). Raises
    as `decision_lists.services.publish`."""
    sealing.seal_events()
    decision_lists.publish(meeting, reason=reason, actor=actor)
    return carry_out(meeting, actor=actor)


def publish_corrected(request: HttpRequest, meeting: Meeting) -> None:
    """Publish the decision list anew where decisions in it have been corrected since, and say how it went: what it
    corrects stands in it, and why as everybody may read it, not what the secretary wrote of it."""
    fresh = Meeting.objects.get(pk=meeting.pk)
    out = fresh.decision_lists.defer("internal_pdf", "public_pdf").first()
    if out is None:
        return
    with languages.municipal():
        about = [wording.about_outside(one) for one in corrections.of_decisions_since(fresh, out.created_at)]
    if not about:
        return
    try:
        failed = publish_decisions(fresh, reason="\n".join(dict.fromkeys(about)), actor=reader_of(request))
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("The corrected decision list is published. The members have been told."))
        if failed:
            messages.warning(request, _("Some decisions could not be carried into their cases; the meeting says why."))


def carry_out(meeting: Meeting, *, actor: User) -> list[AgendaItem]:
    """Carry the decisions of a meeting that are out into their cases, and return those that could not be; none are
    before they are out."""
    if not decisions_are_out(meeting):
        return []
    return settlement.settle_items(meeting, actor)


def said(request: HttpRequest, meeting: Meeting) -> str:
    """Publish the decision list in the press that ended ``meeting``, where its form asked for that, and return what is
    said. The meeting has ended either way."""
    if not request.POST.get("publish_list"):
        return _(
            "The meeting has ended. When you publish the decision list, the decisions are public, and they are carried "
            "into their cases."
        )
    try:
        failed = publish_decisions(meeting, actor=reader_of(request))
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        return _("The meeting has ended. The decision list is not published yet.")
    if failed:
        return _("The decision list is published. Some decisions could not be carried into their cases.")
    return _("The meeting has ended, and the decision list is published.")

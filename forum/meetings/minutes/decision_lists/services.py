"""The decision list of a meeting: out the same day, in versions that never change (R13, R29)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.meetings import notifications
from forum.meetings.core import outcome_words
from forum.meetings.core.locking import hold
from forum.meetings.core.models import Meeting
from forum.meetings.core.readable_items import minutes_are_out
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.minutes import building, structure
from forum.meetings.minutes.completeness import missing_of_decisions
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.recorded import Recorded, recorded
from forum.meetings.minutes.structure import Audience, MinutesDocument
from forum.meetings.notifications import people_of_the_body
from trepart import audit, clock, languages
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused
from trepart.text.dates import date_text
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User

TEMPLATE = "meetings/minutes/pdf/decision_list.html"


def build(
    meeting: Meeting,
    audience: Audience,
    *,
    record: Recorded | None = None,
    version: int = 0,
    notice: str = "",
    reason: str = "",
) -> MinutesDocument:
    """Build the list for ``audience`` from what was recorded, in the municipality's own language; the page and the
    print show the parts that are decisions. ``record``: what was fetched already, where more than one is built."""
    with languages.municipal():
        document = building.build(meeting, audience, record=record, version=version, notice=notice)
        title = _("Decision list") + f", {document.body} {document.date}"
        corrections = (
            (structure.Correction(version, date_text(timezone.localtime(clock.now()), year=True), reason),)
            if reason
            else ()
        )
    return replace(document, title=title, corrections=corrections)


def publish(meeting: Meeting, *, reason: str = "", actor: "User") -> DecisionList:
    """Print and keep the next version of the list, and tell the members. The minutes follow in their own time.

    Raises ``GuardRefused`` for a logged meeting, where a case would be told of as treated behind closed doors without
    the body having closed them (R8), where what became of one contradicts the votes (R13), for a second version that
    does not say what it corrects and why (R29), and for one that says the same as the last; ``WrongState`` before the
    meeting has ended; ``NotPermitted``.
    """
    with hold(meeting, actor=actor, permission="forum.publish_minutes", at=(MeetingStatus.ENDED,)) as held:
        if held.meeting.kind == MeetingKind.LOG:
            raise GuardRefused(_("A logged meeting has no decision list."))
        lacking, against = missing_of_decisions(held.meeting)
        if lacking:
            raise GuardRefused(_("The list cannot go out yet. Missing: %(list)s") % {"list": " ".join(lacking)})
        if against:
            raise GuardRefused(
                _("The list cannot go out yet: what became of a case contradicts the votes. %(list)s")
                % {"list": " ".join(against)}
            )
        record = recorded(held.meeting)
        newest = held.meeting.decision_lists.defer("internal_pdf", "public_pdf").first()
        number = newest.number + 1 if newest else 1
        if newest is not None:
            if not reason.strip():
                raise GuardRefused(_("The list is out. Say what the new version corrects, and why."))
            now = build(held.meeting, Audience.INTERNAL, record=record)
            if structure.from_json(newest.internal).items == now.items:
                raise GuardRefused(_("The list says the same as the version that is out."))
        with languages.municipal():
            notice = (
                _("The minutes are published, with the treatment of each case.")
                if minutes_are_out(held.meeting)
                else _("The minutes follow, with the treatment of each case.")
            )
        fields = documents.kept(
            held.meeting,
            lambda audience: build(
                held.meeting, audience, record=record, version=number, notice=notice, reason=reason.strip()
            ),
            template=TEMPLATE,
            stem="-vedtak",
        )
        made = DecisionList(
            pk=reserve_pk(DecisionList), meeting=held.meeting, number=number, reason=reason.strip(), **fields
        )
        with audit.recorded(
            "forum.decision_list_published", actor=held.actor, subject=made, root=held.meeting, acting=held.acting,
            data={"version": number}, text={"reason": reason.strip()},
        ) as event:  # fmt: skip
            made.save(force_insert=True)
            tell(
                people_of_the_body(held.meeting),
                kind=notifications.DECISION_LIST_PUBLISHED,
                template="meetings/minutes/mail/decision_list_published",
                context={
                    "subject": made,
                    "meeting": held.meeting,
                    "minutes_are_out": minutes_are_out(held.meeting),
                    "recommends": outcome_words.only_recommends(held.meeting.body),
                },
                url=made.get_absolute_url(),
                event=event,
            )
    return made

"""Writing minutes: the texts a secretary may edit, and the versions that go out and never change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.readable_items import own_items
from forum.meetings.enums import MinutesStatus
from forum.meetings.minutes import building, log_versions, structure
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.recorded import recorded
from forum.meetings.minutes.structure import Audience, Correction, MinutesDocument, SignatureLine
from trepart import audit, clock, languages
from trepart.audit import sealing
from trepart.refusals import GuardRefused
from trepart.text.dates import date_text
from trepart.workflow import perform

if TYPE_CHECKING:
    from trepart.access.models import User

TEMPLATE = "meetings/minutes/pdf/minutes.html"


def begin(meeting: Meeting) -> Minutes:
    """Return the minutes of ``meeting``; begin them where there are none. Safe to call twice."""
    found = Minutes.objects.filter(meeting=meeting).first()
    if found is None:
        found = perform(Minutes(meeting=meeting), "create", actor=None)
    return found


def correctable_items(meeting: Meeting, reader: "User | None" = None) -> list[AgendaItem]:
    """Return the items whose treatment text a secretary may write and correct; with ``reader``, those whose words are
    not kept from the reader: whoever has stepped aside writes nothing of the treatment (R8, R12)."""
    rows = meeting.items.filter(withdrawn_at__isnull=True).select_related("case", "referral__case")
    items = list(rows.order_by("position", "id"))
    if reader is None or not any(item.is_withheld for item in items):
        return items
    kept = own_items(reader, meeting)
    return [item for item in items if not item.is_withheld or item.pk in kept]


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What a secretary writes in the minutes: remarks, who else was there, and the treatment of each item by its id."""

    remarks: str
    others_present: str
    discussions: Mapping[int, str]


def rewrite(meeting: Meeting, texts: Texts) -> None:
    """Set the texts of the minutes, inside an event that says so."""
    meeting.remarks = texts.remarks
    meeting.others_present = texts.others_present
    meeting.save()
    for item in correctable_items(meeting):
        words = texts.discussions.get(item.pk, item.discussion)
        if words != item.discussion:
            item.discussion = words
            item.save()


def save_draft(minutes: Minutes, *, texts: Texts, actor: "User") -> None:
    """Save what the secretary has written in a draft. Raises ``GuardRefused`` once a version is out:
    then it is a correction."""
    with audit.recorded("forum.minutes_edited", actor=actor, subject=minutes, root=minutes.meeting):
        fresh = Minutes.objects.select_for_update().get(pk=minutes.pk)
        if fresh.status != MinutesStatus.DRAFT:
            raise GuardRefused(_("These minutes are published. What is wrong is put right in a correction."))
        rewrite(minutes.meeting, texts)


def publish(minutes: Minutes, *, reason: str, signatures: Sequence[SignatureLine] = ()) -> MinutesVersion:
    """Print and keep the next version, inside the step that puts it out. Both audiences get a
    structure and a PDF of their own.

    Raises ``GuardRefused`` where the version for the public holds an identity number or the title of a closed case
    (`public_version_checks`). The newest audit seal is printed in it (R29), and ``signatures`` where it is approved.
    They are a document of the municipality, in its own language, whatever the secretary reads.
    """
    with languages.municipal():
        return _publish(minutes, reason=reason, signatures=signatures)


def _publish(minutes: Minutes, *, reason: str, signatures: Sequence[SignatureLine]) -> MinutesVersion:
    meeting = minutes.meeting
    number = minutes.versions.count() + 1
    earlier = [
        Correction(version=v.number, date=date_text(timezone.localtime(v.created_at), year=True), reason=v.reason)
        for v in reversed(minutes.versions.defer("internal_pdf", "public_pdf", "internal", "public"))
        if v.reason
    ]
    if reason:
        earlier.append(
            Correction(version=number, date=date_text(timezone.localtime(clock.now()), year=True), reason=reason)
        )
    notice, record = _notice(minutes), recorded(meeting)

    def build(audience: Audience) -> MinutesDocument:
        return building.build(
            meeting,
            audience,
            record=record,
            version=number,
            notice=notice,
            corrections=earlier,
            signatures=signatures,
        )

    return MinutesVersion.objects.create(
        minutes=minutes, number=number, reason=reason, **documents.kept(meeting, build, template=TEMPLATE)
    )


def check_says_something_new(minutes: Minutes) -> None:
    """Raise ``GuardRefused`` where the next version would say the same as the newest one: a reason alone puts nothing
    right (R29)."""
    newest = minutes.versions.defer("internal_pdf", "public_pdf").first()
    if newest is None:
        return
    with languages.municipal():
        now = building.build(minutes.meeting, Audience.INTERNAL)
    if _bare(structure.from_json(newest.internal)) == _bare(now):
        raise GuardRefused(
            _(
                "The new version would say the same as the one that is out. Put right what is wrong first: votes, "
                "attendance, partiality and decisions under “Correct the record”, the rest in the texts here."
            )
        )


def _bare(document: MinutesDocument) -> MinutesDocument:
    return replace(document, version=0, notice="", corrections=(), signatures=())


def _notice(minutes: Minutes) -> str:
    if minutes.status == MinutesStatus.APPROVED:
        approved = minutes.approved_at or clock.now()
        return _("Approved %(date)s") % {"date": date_text(timezone.localtime(approved), year=True)}
    return _("Published, not yet approved")


def on_demand(meeting: Meeting, audience: Audience) -> bytes:
    """Print the minutes of a logged meeting (LMU) as they stand, for ``audience``, and say which: made when
    somebody asks, kept nowhere (R24)."""
    seal = sealing.newest()
    with languages.municipal():
        words = _("Internal minutes") if audience == Audience.INTERNAL else _("For others than those who take part")
        document = log_versions.of_log(meeting, audience, notice=words)
    return documents.to_pdf(meeting, document, template=TEMPLATE, seal=str(seal or ""))

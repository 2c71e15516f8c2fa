"""What minutes must hold before they are published, and the record does not hold yet (koml § 11-4; R13)."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import ItemKind, MeetingKind, MotionPurpose
from forum.meetings.minutes import contradictions
from forum.meetings.minutes.recorded import loaded
from forum.organisation.enums import SEATED
from forum.organisation.models import Membership


def missing(meeting: Meeting) -> list[str]:
    """Return what § 11-4 asks for and the record does not hold yet, and where it contradicts itself; empty when the
    minutes can be published (R13)."""
    lacking = []
    if not meeting.place.strip():
        lacking.append(_("The place of the meeting."))
    if meeting.opened_at is None or meeting.ended_at is None:
        lacking.append(_("When the meeting began and ended."))
    # What was answered in writing has nobody who presided, and perhaps nobody who answered (§ 11-8).
    in_writing = meeting.kind == MeetingKind.WRITTEN
    if meeting.presiding_id is None and not in_writing:
        lacking.append(_("Who presided."))
    lacking += _missing_people(meeting)
    items = [item for item in loaded(meeting) if item.withdrawn_at is None]
    if not items:
        lacking.append(_("Which cases were treated."))
    for item in items:
        lacking += _missing_in(item, by_consensus=meeting.body.by_consensus)
    return lacking + contradictions.around_the_table(meeting, items)


def to_be_read_again(meeting: Meeting, texts: Mapping[int, str] | None = None) -> tuple[list[str], list[str]]:
    """Return what is read once more before publishing. First what the free text says of a vote that the votes recorded
    do not say; ``texts`` has what the treatment of an item (by id) is about to say. Then where others than those who
    were there voted on how a case was treated, or in an election: what followed has happened, and where it stands as
    recorded the treatment is to tell of it."""
    items = [item for item in loaded(meeting) if item.withdrawn_at is None]
    claims = contradictions.claims(items, by_consensus=meeting.body.by_consensus, texts=texts)
    return claims, contradictions.beside_the_cases(meeting, items)


def _missing_people(meeting: Meeting) -> list[str]:
    day = timezone.localtime(meeting.starts_at).date()
    seats = {
        m.pk: m
        for m in Membership.objects.running(day).filter(body=meeting.body, role__in=SEATED).select_related("person")
    }
    noted = list(meeting.attendances.values_list("membership_id", "present"))
    lacking = []
    if not any(present for _pk, present in noted) and meeting.kind != MeetingKind.WRITTEN:
        lacking.append(_("Who met."))
    unknown = sorted(seats[pk].person.name for pk in seats.keys() - {pk for pk, _present in noted})
    if unknown and noted:
        lacking.append(_("Whether these met or were absent: %(names)s.") % {"names": ", ".join(unknown)})
    return lacking


def missing_of_decisions(meeting: Meeting) -> tuple[list[str], list[str]]:
    """Return what keeps the decision list, which goes out before the minutes, from going out. First the cases of
    ``meeting`` that would be told of as treated behind closed doors although it is not recorded how the body decided
    that (koml § 11-5, R8); then where what became of a case contradicts the votes (R13)."""
    items = [item for item in loaded(meeting) if item.withdrawn_at is None and item.decided is not None]
    doors = [line for item in items for line in _missing_of_doors(item)]
    return doors, [f"{item.label or item.title}: {line}" for item in items for line in contradictions.of_outcome(item)]


def _missing_of_doors(item: AgendaItem) -> list[str]:
    if not item.is_withheld_by_doors or item.meeting.kind in (MeetingKind.WRITTEN, MeetingKind.LOG):
        return []
    if item.is_proposed_closed and item.decided is not None and item.decided.resolution == "postpone":
        return []
    if item.is_closed and item.door_periods.all():
        return []
    return [
        _("%(item)s: whether the doors were closed, and how the body decided it (Local Government Act § 11-5).")
        % {"item": item.label or item.title}
    ]


def _missing_in(item: AgendaItem, *, by_consensus: bool) -> list[str]:
    what = {"item": item.label or item.title}
    decision = item.decided
    if decision is None or not decision.text.strip():
        return [_("%(item)s: what was decided.") % what]
    lacking = _missing_of_doors(item)
    postponed_or_noted = decision.resolution in ("noted", "postpone")
    voted = any(ballot.motion.purpose == MotionPurpose.CASE for ballot in item.ballots.all()) or item.elections.all()
    if item.kind == ItemKind.PS and not by_consensus and not postponed_or_noted and not voted:
        lacking.append(_("%(item)s: the result of the vote.") % what)
    lacking += [f"{what['item']}: {line}" for line in contradictions.of_decision(item)]
    if any(not recusal.basis.strip() for recusal in item.recusals.all()):
        lacking.append(_("%(item)s: the legal basis on which somebody did not take part.") % what)
    return lacking

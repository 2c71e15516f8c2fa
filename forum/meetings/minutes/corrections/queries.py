"""What has been put right after meetings, and what of it no published version holds yet."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from django.db.models import OuterRef, QuerySet, Subquery

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MINUTES_OUT, Corrected
from forum.meetings.minutes import structure
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.models import MinutesVersion
from forum.meetings.minutes.participants import PersonLine

#: What changes who is said to have met.
_OF_THE_ROLL = (Corrected.PRESENT, Corrected.MOVEMENT, Corrected.RECUSAL)


def of_meeting(meeting: Meeting) -> list[RecordCorrection]:
    """Return the corrections of ``meeting`` in the order they were made, with the case and who made each."""
    along = ("item__case", "item__referral__case", "ballot__motion", "ballot__opponent", "round__election", "made_by")
    told = ("item__door_periods", "round__election__rounds")
    return list(meeting.corrections.select_related(*along).prefetch_related(*told).order_by("pk"))


def standing(meeting: Meeting) -> list[RecordCorrection]:
    """Return the corrections of ``meeting`` without those that cancel each other out before a version held them: there
    the record says what it said all the time."""
    return _standing(of_meeting(meeting), _published_at(meeting))


def unpublished(meeting: Meeting) -> list[RecordCorrection]:
    """Return the corrections that no published version of the minutes holds; empty before the first one is out."""
    published = _published_at(meeting)
    return [one for one in _standing(of_meeting(meeting), published) if one.at > published[-1]] if published else []


def of_decisions_since(meeting: Meeting, at: datetime) -> list[RecordCorrection]:
    """Return what has been corrected of the decisions of ``meeting`` after what went out at ``at``."""
    standing_now = _standing(of_meeting(meeting), [at])
    return [one for one in standing_now if one.kind == Corrected.DECISION and one.at > at]


def _published_at(meeting: Meeting) -> list[datetime]:
    versions = MinutesVersion.objects.filter(minutes__meeting=meeting)
    return list(versions.order_by("number").values_list("created_at", flat=True))


def _standing(corrections: Iterable[RecordCorrection], published: Sequence[datetime]) -> list[RecordCorrection]:
    chains: dict[tuple[object, ...], list[RecordCorrection]] = {}
    for one in corrections:
        before = sum(at < one.at for at in published)
        chain = chains.setdefault((before, one.kind, one.item_id, one.ballot_id, one.round_id, one.membership_id), [])
        undone = next((old for old in chain if one.was != one.now and (old.was, old.now) == (one.now, one.was)), None)
        if undone is not None:
            chain.remove(undone)
        else:
            chain.append(one)
    left = [chain for chain in chains.values() if not _came_back(chain)]
    return sorted((one for chain in left for one in chain), key=lambda one: one.pk)


def _came_back(chain: Sequence[RecordCorrection]) -> bool:
    """Say whether corrections of one thing, each of what the one before made of it, came back to where they began."""
    follows = all(before.now == after.was for before, after in pairwise(chain))
    return len(chain) > 1 and follows and chain[0].was == chain[-1].now


def superseded(corrections: Iterable[RecordCorrection]) -> set[int]:
    """Return the ids of those of ``corrections``, in the order they were made, of which the same thing was corrected
    again later."""
    newest: dict[tuple[object, ...], int] = {}
    gone = set()
    for one in corrections:
        key = (one.kind, one.item_id, one.ballot_id, one.round_id, one.membership_id)
        if key in newest:
            gone.add(newest[key])
        newest[key] = one.pk
    return gone


def published_roll(meeting: Meeting) -> tuple[list[PersonLine], list[PersonLine]] | None:
    """Return who met and who was absent as the newest published version says it to the public, where that has been
    corrected since; None where what stands is what is published, or nothing is."""
    later = RecordCorrection.objects.filter(meeting=meeting, kind__in=_OF_THE_ROLL)
    newest = MinutesVersion.objects.filter(minutes__meeting=meeting).defer("internal", "internal_pdf", "public_pdf")
    version = newest.order_by("-number").first()
    if version is None or not later.filter(at__gt=version.created_at).exists():
        return None
    said = structure.from_json(version.public)
    return list(said.present), list(said.absent)


def waiting(bodies: Collection[int]) -> QuerySet[Meeting]:
    """Return the meetings of ``bodies`` whose published minutes do not hold what has been corrected since, the oldest
    first."""
    newest = MinutesVersion.objects.filter(minutes__meeting=OuterRef("meeting")).order_by("-number")
    later = RecordCorrection.objects.filter(
        meeting__body__in=bodies,
        meeting__minutes__status__in=MINUTES_OUT,
        at__gt=Subquery(newest.values("created_at")[:1]),
    ).order_by("pk")
    by_meeting: dict[int, list[RecordCorrection]] = {}
    for one in later:
        by_meeting.setdefault(one.meeting_id, []).append(one)
    waits = [pk for pk, corrections in by_meeting.items() if _standing(corrections, ())]
    return Meeting.objects.filter(pk__in=waits).select_related("body").order_by("starts_at", "pk")

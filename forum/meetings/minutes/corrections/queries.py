"""What has been put right after meetings, and what of it no published version holds yet."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MinutesStatus
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.models import MinutesVersion


def of_meeting(meeting: Meeting) -> list[RecordCorrection]:
    """Return the corrections of ``meeting`` in the order they were made, with the case and who made each."""
    along = ("item__case", "item__referral__case", "ballot", "made_by")
    return list(meeting.corrections.select_related(*along).order_by("pk"))


def unpublished(meeting: Meeting) -> list[RecordCorrection]:
    """Return the corrections that no published version of the minutes holds; empty before the first one is out."""
    newest = MinutesVersion.objects.filter(minutes__meeting=meeting).values_list("created_at", flat=True).first()
    return [one for one in of_meeting(meeting) if one.at > newest] if newest is not None else []


def waiting(bodies: Collection[int]) -> QuerySet[Meeting]:
    """Return the meetings of ``bodies`` whose published minutes do not hold what has been corrected since, the oldest
    first."""
    newest = MinutesVersion.objects.filter(minutes__meeting=OuterRef(OuterRef("pk"))).order_by("-number")
    later = RecordCorrection.objects.filter(meeting=OuterRef("pk"), at__gt=Subquery(newest.values("created_at")[:1]))
    published = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
    found = Meeting.objects.filter(Exists(later), body__in=bodies, minutes__status__in=published)
    return found.select_related("body").order_by("starts_at", "pk")

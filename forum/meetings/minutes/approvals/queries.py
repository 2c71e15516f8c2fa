"""How far the approval of minutes has come: who has approved or remarked, who is waited for, since when."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from forum.meetings.enums import MinutesStatus, SignatureKind
from forum.meetings.minutes.approvals import services
from forum.meetings.minutes.approvals.models import MinutesSignature, MinutesSigner
from forum.meetings.minutes.models import LONG, Minutes, MinutesVersion
from trepart import clock

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from trepart.access.models import User


@dataclass(frozen=True)
class Asked:
    """One who is asked, and what the answer to the newest version is, if there is one."""

    signer: MinutesSigner
    approved: MinutesSignature | None = None
    remarks: tuple[MinutesSignature, ...] = ()


@dataclass(frozen=True)
class ApprovalProgress:
    """The approval of one set of minutes."""

    minutes: Minutes
    version: MinutesVersion | None
    asked: tuple[Asked, ...] = field(default=())

    def waits_for(self, person: "User | AnonymousUser") -> bool:
        """Say whether ``person`` can approve or remark on the newest version now."""
        if self.minutes.status != MinutesStatus.PUBLISHED or self.version is None:
            return False
        return any(one.approved is None and one.signer.membership.person_id == person.pk for one in self.asked)

    @property
    def days(self) -> int:
        """Return how many days the minutes have waited since they were first published."""
        published = self.minutes.published_at
        return (clock.now() - published).days if published is not None else 0

    @property
    def long(self) -> bool:
        """Say whether they have waited for long."""
        return self.minutes.status == MinutesStatus.PUBLISHED and self.days >= LONG


def progress_of(minutes: Minutes) -> ApprovalProgress:
    """Return where the approval of ``minutes`` stands, in a fixed number of queries."""
    version = services.newest_of(minutes)
    signers = services.signers_of(minutes)
    answers = list(version.signatures.order_by("id")) if version is not None else []
    return ApprovalProgress(
        minutes,
        version,
        tuple(
            Asked(
                signer,
                next(
                    (
                        a
                        for a in answers
                        if a.membership_id == signer.membership_id and a.kind == SignatureKind.APPROVED
                    ),
                    None,
                ),
                tuple(a for a in answers if a.membership_id == signer.membership_id and a.kind == SignatureKind.REMARK),
            )
            for signer in signers
        ),
    )


def waiting_for(person: "User") -> QuerySet[Minutes]:
    """Return the published minutes that wait for the approval of ``person``, the oldest first."""
    newest = MinutesVersion.objects.filter(minutes=OuterRef(OuterRef("minutes"))).order_by("-number").values("pk")[:1]
    approved = MinutesSignature.objects.filter(
        version=newest, membership=OuterRef("membership"), kind=SignatureKind.APPROVED
    )
    mine = MinutesSigner.objects.filter(membership__person=person).exclude(Exists(approved))
    return (
        Minutes.objects.filter(status=MinutesStatus.PUBLISHED, pk__in=mine.values("minutes"))
        .select_related("meeting__body")
        .order_by("published_at", "pk")
    )


def waiting_long(body_id: int) -> QuerySet[Minutes]:
    """Return the minutes of a body that were published long ago and nobody has approved, the oldest first."""
    limit = clock.now() - timedelta(days=LONG)
    return (
        Minutes.objects.filter(meeting__body=body_id, status=MinutesStatus.PUBLISHED, published_at__lte=limit)
        .select_related("meeting__body")
        .order_by("published_at", "pk")
    )

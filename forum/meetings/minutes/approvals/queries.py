"""How far the approval of minutes has come: who has approved or remarked, who is waited for, since when."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind, MinutesStatus, SignatureKind
from forum.meetings.minutes.approvals import services
from forum.meetings.minutes.approvals.models import MinutesSignature, MinutesSigner
from forum.meetings.minutes.models import LONG, Minutes, MinutesVersion
from forum.meetings.minutes.structure import SignatureLine
from forum.organisation.enums import MinutesApproval
from trepart import clock

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from trepart.access.models import User


@dataclass(frozen=True)
class Asked:
    """One who is asked, what they have approved of the newest version, and their remarks to any of them."""

    signer: MinutesSigner
    approved: MinutesSignature | None = None
    remarks: tuple[MinutesSignature, ...] = ()

    @property
    def waits_for_answer(self) -> bool:
        """Say whether a remark has got no answer: whoever made it is not waited for meanwhile."""
        return self.approved is None and any(getattr(remark, "reply", None) is None for remark in self.remarks)


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
    found = MinutesSignature.objects.filter(version__minutes=minutes).select_related("reply", "version")
    without = ("internal", "public", "internal_pdf", "public_pdf")
    answers = list(found.defer(*(f"version__{name}" for name in without)).order_by("id"))
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
                        if a.membership_id == signer.membership_id
                        and a.kind == SignatureKind.APPROVED
                        and version is not None
                        and a.version_id == version.pk
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


def remarks_waiting(bodies: Collection[int]) -> QuerySet[MinutesSignature]:
    """Return the remarks to minutes in ``bodies`` that nobody has answered: neither in words nor by saying of a new
    version that it does what they ask; and whoever made them has not approved after all. A version that puts something
    else right answers nobody. The oldest first."""
    approved = MinutesSignature.objects.filter(
        version__minutes=OuterRef("version__minutes"),
        version__number__gte=OuterRef("version__number"),
        membership=OuterRef("membership"),
        kind=SignatureKind.APPROVED,
    )
    found = MinutesSignature.objects.filter(
        ~Exists(approved),
        kind=SignatureKind.REMARK,
        reply__isnull=True,
        version__minutes__meeting__body__in=bodies,
        version__minutes__status=MinutesStatus.PUBLISHED,
    )
    return (
        found.select_related("version__minutes__meeting__body", "person")
        .defer("version__internal", "version__public", "version__internal_pdf", "version__public_pdf")
        .order_by("at", "pk")
    )


def remarks_of(minutes: Minutes) -> list[MinutesSignature]:
    """Return the remarks to ``minutes`` that wait for an answer."""
    return list(remarks_waiting([minutes.meeting.body_id]).filter(version__minutes=minutes))


def waiting_long(body_id: int) -> QuerySet[Minutes]:
    """Return the minutes of a body that were published long ago and nobody has approved, the oldest first."""
    limit = clock.now() - timedelta(days=LONG)
    return (
        Minutes.objects.filter(meeting__body=body_id, status=MinutesStatus.PUBLISHED, published_at__lte=limit)
        .select_related("meeting__body")
        .order_by("published_at", "pk")
    )


def signature_lines(meeting: Meeting) -> tuple[SignatureLine, ...]:
    """Return the names and roles the minutes have lines to sign on: the one who presided, with those the meeting
    appointed where members sign; nobody where the next meeting approves them."""
    way = meeting.body.minutes_approval
    if meeting.kind == MeetingKind.LOG or way == MinutesApproval.NEXT_MEETING:
        return ()
    chair = meeting.presiding
    found = [SignatureLine(name=chair.person.name, role=_("presiding"), date="")] if chair is not None else []
    if way == MinutesApproval.SIGNERS:
        signers = MinutesSigner.objects.filter(minutes__meeting=meeting).exclude(membership=meeting.presiding_id)
        for signer in signers.select_related("membership__person").order_by("id"):
            role = str(signer.membership.get_role_display())
            found.append(SignatureLine(name=signer.membership.person.name, role=role, date=""))
    return tuple(found)

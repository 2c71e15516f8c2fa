"""Approving minutes: who is asked, the one click of each, and a remark instead (R13)."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.meetings import notifications
from forum.meetings.core.locking import Hold, hold
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus, MinutesStatus, MovementKind, SignatureKind
from forum.meetings.minutes.approvals.models import MinutesSignature, MinutesSigner, RemarkReply
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.meetings.minutes.structure import SignatureLine
from forum.organisation.enums import MinutesApproval
from forum.organisation.models import Membership
from trepart import audit, clock, languages
from trepart.access import policy
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, WrongState
from trepart.text.dates import date_text
from trepart.workflow import perform, reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.workflow import Step

#: How many the meeting appoints beside the one who presided.
APPOINTED = 2
_ENDED = (MeetingStatus.ENDED,)
OWN = _(
    "Somebody else than the one who corrected the minutes approves them (Local Government Act § 11-4, Archives "
    "Act § 5)."
)


def candidates(meeting: Meeting) -> list[Membership]:
    """Return who may be appointed: those who met with a seat or as deputies, of any part, also those who came later;
    apart from the one who presided, who is asked anyway (R13)."""
    rows = meeting.attendances.filter(present=True).select_related("membership__person", "membership__party")
    met = {
        row.membership_id: row.membership
        for row in rows.order_by("id")
        if row.membership.seated or row.stands_for_id is not None
    }
    came = meeting.movements.filter(kind=MovementKind.CAME).select_related("membership__person", "membership__party")
    for movement in came.order_by("id"):
        met.setdefault(movement.membership_id, movement.membership)
    return [membership for pk, membership in met.items() if pk != meeting.presiding_id]


def signers_of(minutes: Minutes) -> list[MinutesSigner]:
    """Return who is asked, in the order they were named."""
    return list(minutes.signers.select_related("membership__person").order_by("id"))


def newest_of(minutes: Minutes) -> MinutesVersion | None:
    """Return the newest version without its files."""
    return minutes.versions.defer("internal", "public", "internal_pdf", "public_pdf").first()


def approvals_of(version: MinutesVersion) -> list[MinutesSignature]:
    """Return the approvals of one version, in the order they came."""
    found = version.signatures.filter(kind=SignatureKind.APPROVED).select_related("membership")
    return list(found.order_by("id"))


def is_complete(minutes: Minutes) -> bool:
    """Say whether everybody who was asked has approved the newest version."""
    version = newest_of(minutes)
    asked = {signer.membership_id for signer in minutes.signers.all()}
    if version is None or not asked:
        return False
    return asked <= {signature.membership_id for signature in approvals_of(version)}


def is_own_correction(minutes: Minutes, person: "User | None") -> bool:
    """Say whether the newest version is a correction that ``person`` made."""
    newest = newest_of(minutes)
    return (
        newest is not None
        and newest.number > 1
        and person is not None
        and minutes.status_event is not None
        and minutes.status_event.actor_id == person.pk
    )


def lines(signatures: Sequence[MinutesSignature]) -> list[SignatureLine]:
    """Return the approvals as they are printed."""
    return [
        SignatureLine(
            name=signature.name,
            role=str(signature.membership.get_role_display()),
            date=date_text(timezone.localtime(signature.at), year=True),
        )
        for signature in signatures
    ]


def line_of(step: "Step") -> SignatureLine:
    """Return the approval of the leader alone as it is printed: on whose behalf, and the day."""
    role = str(step.acting.label) if step.acting else ""
    return SignatureLine(
        name=step.actor.name if step.actor else "", role=role, date=date_text(timezone.localtime(step.at), year=True)
    )


def appoint(minutes: Minutes, *, members: Collection[int], actor: "User") -> list[MinutesSigner]:
    """Say who approves the minutes: the one who presided, and the two members (ids of memberships) the meeting
    appointed. Return all of them.

    Raises ``GuardRefused`` for another number, for somebody who did not meet, and in a body whose minutes are approved
    another way; ``WrongState`` once they are approved.
    """
    with hold(minutes.meeting, actor=actor, permission="forum.publish_minutes", at=_ENDED) as held:
        fresh = _fresh(held, minutes)
        if fresh.status == MinutesStatus.APPROVED:
            raise WrongState(_("The minutes are approved already."))
        if held.meeting.body.minutes_approval != MinutesApproval.SIGNERS:
            raise GuardRefused(_("The minutes of this body are not approved by members who sign."))
        wanted = [membership for membership in candidates(held.meeting) if membership.pk in set(members)]
        if len(set(members)) != APPOINTED or len(wanted) != APPOINTED:
            raise GuardRefused(_("Choose two of those who met, besides the one who presided."))
        # Over what was answered in writing nobody may have presided (§ 11-8): then the two approve it.
        chosen = [*Membership.objects.filter(pk=held.meeting.presiding_id or 0), *wanted]
        before = {signer.membership_id: signer for signer in signers_of(fresh)}
        names = ", ".join(membership.person.name for membership in chosen)
        with audit.recorded(
            "forum.signers_named",
            actor=held.actor,
            subject=fresh,
            root=held.meeting,
            acting=held.acting,
            data={"names": names},
        ) as event:
            for key, signer in before.items():
                if key not in {membership.pk for membership in chosen}:
                    signer.delete()
            for membership in chosen:
                if membership.pk not in before:
                    MinutesSigner(pk=reserve_pk(MinutesSigner), minutes=fresh, membership=membership).save(
                        force_insert=True
                    )
            if fresh.status == MinutesStatus.PUBLISHED:
                tell(
                    [membership.person for membership in chosen if membership.pk not in before],
                    kind=notifications.MINUTES_TO_SIGN,
                    template="meetings/minutes/mail/minutes_to_sign",
                    context={"subject": fresh},
                    url=fresh.get_absolute_url(),
                    event=event,
                )
                _approve_when_complete(fresh)
    return signers_of(minutes)


def sign(minutes: Minutes, *, version: int, actor: "User") -> MinutesSignature:
    """Approve version ``version`` in one's own name, and with the last one asked approve the minutes themselves.

    Raises ``NotPermitted`` for who is not asked, ``WrongState`` for a version that is no longer the newest or has this
    approval already, ``GuardRefused`` for one's own correction.
    """
    return _answer(minutes, version=version, actor=actor, remark="")


def remark(minutes: Minutes, *, version: int, text: str, actor: "User") -> MinutesSignature:
    """Answer with a remark instead of approving; the secretary is told. One who has remarked may approve the same
    version later. Raises as :func:`sign`."""
    if not text.strip():
        raise GuardRefused(_("Write what is wrong in the minutes."))
    return _answer(minutes, version=version, actor=actor, remark=text.strip())


def reply(answer: MinutesSignature, *, text: str, actor: "User") -> RemarkReply:
    """Answer a remark that leads to no correction: why the minutes stay as they are. Who made it is told, and can
    approve them or leave it.

    Raises ``NotPermitted`` for who does not publish the minutes, ``GuardRefused`` without words and for the own remark,
    ``WrongState`` where the remark is answered, or the minutes wait for nobody.
    """
    with hold(answer.version.minutes.meeting, actor=actor, permission="forum.publish_minutes", at=_ENDED) as held:
        fresh = _fresh(held, answer.version.minutes)
        if not text.strip():
            raise GuardRefused(_("Write the answer."))
        if answer.kind != SignatureKind.REMARK or fresh.status != MinutesStatus.PUBLISHED:
            raise WrongState(_("These minutes do not wait for approval."))
        if answer.person_id == held.actor.pk:
            raise GuardRefused(_("Somebody else than the one who made the remark answers it."))
        if RemarkReply.objects.filter(remark=answer).exists():
            raise WrongState(_("The remark is answered already."))
        made = RemarkReply(
            pk=reserve_pk(RemarkReply), remark=answer, text=text.strip(), written_by=held.actor, at=clock.now()
        )
        with audit.recorded(
            "forum.remark_answered",
            actor=held.actor,
            subject=fresh,
            root=held.meeting,
            acting=held.acting,
            data={"version": answer.version.number, "name": answer.name},
            text={"note": made.text},
        ) as event:
            made.save(force_insert=True)
            tell(
                [answer.person],
                kind=notifications.REMARK_ANSWERED,
                template="meetings/minutes/mail/remark_answered",
                context={"subject": fresh},
                url=fresh.get_absolute_url(),
                event=event,
            )
    return made


def heed(step: "Step", remarks: Collection[MinutesSignature]) -> None:
    """Keep that the version of ``step`` does what ``remarks`` ask for: that is the answer to them, and whoever made
    them is told with that version."""
    for one in remarks:
        with languages.municipal():
            text = _("This is put right in version %(version)s.") % {"version": step.subject.versions.count()}
        RemarkReply(pk=reserve_pk(RemarkReply), remark=one, text=str(text), written_by=step.actor, at=step.at).save(
            force_insert=True
        )


def _answer(minutes: Minutes, *, version: int, actor: "User", remark: str) -> MinutesSignature:
    with hold(minutes.meeting, actor=actor, permission="forum.sign_minutes", at=_ENDED) as held:
        fresh = _fresh(held, minutes)
        newest = newest_of(fresh)
        if fresh.status != MinutesStatus.PUBLISHED or newest is None:
            raise WrongState(_("These minutes do not wait for approval."))
        if newest.number != version:
            raise WrongState(
                _("A newer version of the minutes has come since you opened the page. Read that one first.")
            )
        if is_own_correction(fresh, held.actor):
            raise GuardRefused(OWN)
        mine = [signer for signer in signers_of(fresh) if signer.membership.person_id == held.actor.pk]
        signed = {signature.membership_id for signature in approvals_of(newest)}
        waiting = [signer for signer in mine if signer.membership_id not in signed]
        if not waiting:
            raise WrongState(_("You have approved this version already."))
        sees_all = policy.can(held.actor, "forum.view_closed", held.meeting)
        signature = MinutesSignature(
            pk=reserve_pk(MinutesSignature),
            version=newest,
            membership=waiting[0].membership,
            person=held.actor,
            name=held.actor.name,
            kind=SignatureKind.REMARK if remark else SignatureKind.APPROVED,
            remark=remark,
            sha256=newest.internal_sha256 if sees_all else newest.public_sha256,
        )
        with audit.recorded(
            "forum.minutes_remarked" if remark else "forum.minutes_signed",
            actor=held.actor,
            subject=fresh,
            root=held.meeting,
            acting=held.acting,
            data={"version": version, "name": held.actor.name, "sha256": signature.sha256},
            text={"note": remark},
        ) as event:
            signature.at = event.at
            signature.save(force_insert=True)
            if remark:
                tell(
                    policy.people_who_can("forum.publish_minutes", held.meeting),
                    kind=notifications.MINUTES_REMARKED,
                    template="meetings/minutes/mail/minutes_remarked",
                    context={"subject": fresh, "name": held.actor.name},
                    url=fresh.get_absolute_url(),
                    event=event,
                )
        _approve_when_complete(fresh)
    return signature


def _approve_when_complete(minutes: Minutes) -> None:
    """Approve the minutes once everybody asked has; nobody's step but all of theirs, so it is
    the portal that takes it."""
    if is_complete(minutes):
        perform(minutes, "approve", actor=None)


def _fresh(held: Hold, minutes: Minutes) -> Minutes:
    fresh = Minutes.objects.select_related("status_event").get(pk=minutes.pk)
    fresh.meeting = held.meeting
    return fresh

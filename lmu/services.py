"""The writes of this room: the quick log, and who represents the users."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.cases.models import CaseGuest, Referral
from forum.meetings.log import LogItem, log_meeting
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership, StandIn
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships, people
from lmu.models import Agreement, GuestLetter, LogSheet
from proposals.notifications import context
from trepart import audit
from trepart.access.models import User
from trepart.access.sign_in import invitations
from trepart.authorising import authorise
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, NotPermitted
from trepart.workflow import reserve_pk


@dataclass(frozen=True)
class Taken:
    """One thing the LMU took up. ``step`` names the transition that what was agreed on a proposal leads to; empty where
    it was only discussed."""

    title: str
    agreed: str
    referral: Referral | None = None
    step: str = ""


def write_log(
    *,
    key: uuid.UUID,
    body: Body,
    held_on: date,
    present: Sequence[Membership],
    taken: Sequence[Taken],
    actor: User,
    stand_ins: Mapping[int, StandIn] | None = None,
) -> LogSheet:
    """Write down what ``body`` took up on a day, once for each ``key``, and return the sheet (R24).

    It becomes one meeting in the log, with everything that was taken up. What was agreed on a proposal waits as an
    :class:`Agreement` for the answer to the proposer, which nobody gets past, and is written into that meeting when it
    stands. A key that is known returns the sheet it made the first time.

    Raises ``NotPermitted``, and what ``log_meeting`` raises.
    """
    found = _sheet(key, body, actor)
    if found is not None:
        return found
    sheet = LogSheet(
        pk=reserve_pk(LogSheet),
        key=key,
        body=body,
        held_on=held_on,
        present=[m.pk for m in present],
        stand_ins=[stand_in.pk for stand_in in (stand_ins or {}).values()],
        written_by=actor,
    )
    try:
        with transaction.atomic():
            authorise(actor, "forum.log_meeting", body)
            with audit.recorded(
                "lmu.log_written", actor=actor, subject=sheet, root=body, data={"held_on": held_on, "items": len(taken)}
            ):
                # First of all: whoever sends the same screen at the same moment waits here, and finds it written.
                sheet.save(force_insert=True)
                for entry in taken:
                    if entry.step and entry.referral is not None:
                        Agreement.objects.create(
                            sheet=sheet,
                            referral=entry.referral,
                            referral_event=entry.referral.status_event_id,
                            step=entry.step,
                            text=entry.agreed,
                        )
                sheet.meeting = log_meeting(
                    body=body,
                    held_on=held_on,
                    present=present,
                    items=[_item(entry) for entry in taken],
                    actor=actor,
                    stand_ins=stand_ins,
                )
                sheet.save()
    except IntegrityError:
        found = _sheet(key, body, actor)
        if found is None:
            raise
        return found
    return sheet


def add_user_representative(
    *,
    body: Body,
    email: str = "",
    name: str,
    valid_from: date,
    valid_to: date | None,
    actor: User,
    cases: Iterable[Referral] = (),
    address: str = "",
) -> Membership:
    """Bring a user of the service into ``body`` for a period, as a guest in ``cases``, and return the membership.

    The e-mail address says who it is: somebody registered under it keeps the registered name, anybody else is entered
    with ``name``, and is sent a link to choose a password. Without one the ``address`` says where letters go. Raises
    ``NotPermitted``, or ``ValidationError`` as the services of the organisation do.
    """
    with transaction.atomic():
        # The button pressed twice: the second press waits here, and finds the person entered and seated.
        list(Body.objects.select_for_update(no_key=True).filter(pk=body.pk).values_list("pk"))
        authorise(actor, "lmu.manage", body)
        if not email.strip() and not address.strip():
            raise GuardRefused(_("Write an e-mail address, or a postal address that letters can go to."))
        person = User.objects.filter(email__iexact=email.strip()).first() if email.strip() else None
        if person is None and email.strip():
            person = organisation.add_person(email=email, name=name, actor=actor)
        if person is None:
            person = people.add_by_letter(name=name, actor=actor)
        membership = memberships.start_membership(
            person=person,
            body=body,
            role=Role.USER_REPRESENTATIVE,
            valid_from=valid_from,
            valid_to=valid_to,
            actor=actor,
        )
        if email.strip():
            invitations.invite([person], actor=actor)
        else:
            _by_letter(membership, address.strip(), actor)
        let_in(membership, cases=cases, actor=actor)
        return membership


def _by_letter(membership: Membership, address: str, actor: User) -> None:
    by = authorise(actor, "lmu.manage", membership.body)
    letter = GuestLetter(pk=reserve_pk(GuestLetter), membership=membership, address=address)
    with audit.recorded(
        "lmu.guest_by_letter", actor=by.actor, acting=by.acting, subject=letter, root=membership.body, data={}
    ):
        letter.save(force_insert=True)


def let_in(membership: Membership, *, cases: Iterable[Referral], actor: User) -> None:
    """Let a user representative take part in ``cases`` as a guest, read them and say what they think, and invite them
    by mail; a letter has to be sent to one without an address. Twice is once.

    Raises ``NotPermitted`` for somebody else's body, and ``GuardRefused`` for a case the body does not have.
    """
    with transaction.atomic():
        # As above: whoever presses twice is let in once, and told once.
        list(Body.objects.select_for_update(no_key=True).filter(pk=membership.body_id).values_list("pk"))
        by = authorise(actor, "lmu.manage", membership.body)
        for referral in cases:
            if referral.body_id != membership.body_id or membership.role != Role.USER_REPRESENTATIVE:
                raise GuardRefused(_("Only a case the group has can be opened to a user representative of the group."))
            if CaseGuest.objects.filter(referral=referral, membership=membership).exists():
                continue
            guest = CaseGuest(pk=reserve_pk(CaseGuest), referral=referral, membership=membership)
            data = {"body": membership.body.name}
            with audit.recorded(
                "lmu.guest_let_in", actor=by.actor, acting=by.acting, subject=guest, root=referral.case, data=data
            ) as event:
                guest.save(force_insert=True)
                proposal = referral.case.proposal
                tell(
                    [membership.person],
                    kind="lmu.guest_invited",
                    template="lmu/mail/guest_invited",
                    context=context(proposal, body=membership.body),
                    url=reverse("lmu:guest"),
                    event=event,
                )
                # What the letter says has changed.
                for letter in GuestLetter.objects.filter(membership=membership, sent_on__isnull=False):
                    letter.sent_on, letter.sent_by = None, None
                    letter.save(update_fields=["sent_on", "sent_by"])


def end_user_representative(membership: Membership, *, on: date, actor: User) -> Membership:
    """Let ``on`` be the last day of a user representative. Raises ``NotPermitted`` (for any other role too), or
    ``ValidationError`` for a wrong day."""
    with transaction.atomic():
        authorise(actor, "lmu.manage", membership.body)
        if membership.role != Role.USER_REPRESENTATIVE:
            raise NotPermitted(_("Only user representatives are looked after here."))
        return memberships.end_membership(membership, on=on, actor=actor)


def _item(entry: Taken) -> LogItem:
    if entry.step:
        return LogItem(title=entry.title, agreed=entry.agreed, referral=entry.referral, waits=True)
    return LogItem(title=entry.title, agreed=entry.agreed, resolution=Resolution.NOTED, referral=entry.referral)


def _sheet(key: uuid.UUID, body: Body, actor: User) -> LogSheet | None:
    return LogSheet.objects.filter(key=key, body=body, written_by=actor).select_related("meeting", "body").first()

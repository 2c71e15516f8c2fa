"""The writes of and for guests: what one thinks, said by oneself; the sheet that came; the letter that is sent."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from forum.cases.enums import LetterFrom, ReferralStatus
from forum.cases.models import CaseGuest, Referral
from forum.cases.services.cases import add_document
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from lmu.guests.models import GuestLetter
from proposals.models import Proposal
from proposals.notifications import context, handlers, url
from proposals.services import sheet_basis
from trepart import audit, clock
from trepart.access.models import User
from trepart.audit.history import erase_past
from trepart.audit.models import Event
from trepart.authorising import authorise, authorise_own
from trepart.db.locking import lock
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, NotPermitted, WrongState

MANAGE = "lmu.manage"


@transaction.atomic
def say(guest: CaseGuest, *, text: str, actor: User) -> None:
    """Write down what a guest thinks of the case; said again, it is replaced, until the group is done with it (R24).

    Only the guest says it: raises ``NotPermitted`` for everybody else, ``WrongState`` where the group is done,
    ``GuardRefused`` without a word.
    """
    fresh = _locked(guest)
    if fresh.membership.person_id != actor.pk or not fresh.membership.runs(clock.today()):
        raise NotPermitted(_("A guest speaks for themselves: nobody else writes what they think."))
    by = authorise_own(actor, fresh.membership.person_id, "proposals.view", fresh.referral.case.proposal)
    _still_there(fresh)
    if not text.strip():
        raise GuardRefused(_("Write what you think."))
    data = {"body": fresh.membership.body.name}
    with audit.recorded("lmu.guest_spoke", actor=by.actor, subject=fresh, root=fresh.referral.case, data=data) as event:
        fresh.view, fresh.said_at = text.strip(), clock.now()
        fresh.save(update_fields=["view", "said_at"])
        _tell_group(fresh, event)


@transaction.atomic
def take_in_sheet(guest: CaseGuest, *, upload: UploadedFile, actor: User) -> None:
    """Put the sheet a guest without an e-mail address has written in the case, as it is: nobody writes it for them.

    Raises ``NotPermitted`` for somebody else's group, ``GuardRefused`` for a guest who can sign in, ``WrongState``
    where the group is done, ``ValidationError`` for a file that cannot be taken in.
    """
    fresh = _locked(guest)
    by = authorise(actor, MANAGE, fresh.membership.body)
    if not GuestLetter.objects.filter(membership=fresh.membership).exists():
        raise GuardRefused(_("%(name)s can sign in, and says it there.") % {"name": fresh.membership.person.name})
    _still_there(fresh)
    case, data = fresh.referral.case, {"body": fresh.membership.body.name}
    with audit.recorded(
        "lmu.guest_wrote", actor=by.actor, acting=by.acting, subject=fresh, root=case, data=data
    ) as event:
        title = _("Letter from a representative of the users")
        fresh.sheet = add_document(
            case,
            upload=upload,
            actor=by.actor,
            title=title,
            exempt_basis=sheet_basis(),
            acting=by.acting,
            letter_from=LetterFrom.GUEST,
        )
        fresh.said_at = clock.now()
        fresh.save(update_fields=["sheet", "said_at"])
        _tell_group(fresh, event)


@transaction.atomic
def letter_sent(membership: Membership, *, actor: User) -> None:
    """Say that the letter has been sent. Raises ``NotPermitted``, and ``WrongState`` where none waits."""
    lock(membership)
    by = authorise(actor, MANAGE, membership.body)
    letter = GuestLetter.objects.filter(membership=membership, sent_on__isnull=True).first()
    if letter is None:
        raise WrongState
    with audit.recorded(
        "lmu.guest_letter_sent", actor=by.actor, acting=by.acting, subject=letter, root=membership.body, data={}
    ):
        letter.sent_on, letter.sent_by = clock.today(), by.actor
        letter.save(update_fields=["sent_on", "sent_by"])


def erase_addresses() -> int:
    """Erase where letters to guests went, in the history too, when their last day is over (R31), and return how many.
    May be run any number of times."""
    over = GuestLetter.objects.filter(membership__valid_to__lt=clock.today()).exclude(address="")
    return sum(_erase(pk) for pk in over.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _erase(pk: int) -> int:
    letter = (
        GuestLetter.objects.select_for_update(no_key=True, of=("self",)).select_related("membership__body").get(pk=pk)
    )
    if not letter.address:
        return 0
    with audit.recorded("lmu.guest_letter_erased", actor=None, subject=letter, root=letter.membership.body, data={}):
        letter.address = ""
        letter.save(update_fields=["address"])
        erase_past(letter, address="")
    return 1


def _locked(guest: CaseGuest) -> CaseGuest:
    found = CaseGuest.objects.select_related("referral").get(pk=guest.pk)
    lock(found.referral.case)
    beside = ("referral__case__proposal", "referral__body", "membership__person", "membership__body")
    return CaseGuest.objects.select_for_update(no_key=True, of=("self",)).select_related(*beside).get(pk=guest.pk)


def _still_there(guest: CaseGuest) -> None:
    if guest.membership.role != Role.USER_REPRESENTATIVE:
        raise NotPermitted
    referral: Referral = guest.referral
    if referral.status == ReferralStatus.CLOSED:
        raise WrongState(_("%(body)s is done with the case.") % {"body": referral.body})


def _tell_group(guest: CaseGuest, event: Event) -> None:
    proposal: Proposal = guest.referral.case.proposal
    tell(
        [person for person in handlers(proposal) if person.pk != event.actor_id],
        kind="lmu.guest_spoke",
        template="lmu/mail/guest_spoke",
        context=context(proposal, name=guest.membership.person.name),
        url=url(proposal),
        event=event,
    )

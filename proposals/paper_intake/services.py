"""Enters proposals on paper, and sees to their letters, how the proposer is reached, and an account later."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.cases.enums import LetterFrom
from forum.cases.models import Case, Document
from forum.cases.services.cases import add_document, open_case
from proposals import notifications
from proposals.enums import FINAL, Origin, ProposalStatus, SentHow
from proposals.models import Letter, PaperSender, Proposal
from proposals.paper_intake.forms import AccountForm, ContactForm, LetterSentForm, PaperEntryForm
from proposals.routing import road
from proposals.services import discard_files, kept_under, only_once, sheet_basis, submitted_fields
from proposals.workflow.other_writes import writing
from trepart import audit, clock
from trepart.access import grants, policy
from trepart.access.models import User
from trepart.audit.history import erase_past
from trepart.audit.models import Event
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, InvalidInput, WrongState
from trepart.workflow import perform

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: A letter that has waited so long is reminded of, as often.
AGAIN = timedelta(days=7)
_EVERYWHERE = frozenset(ProposalStatus)


@dataclass(frozen=True)
class Way:
    """One kind of sheet a clerk receives; ``key`` stands in the address, ``label`` is read on the screen."""

    key: str
    origin: Origin
    label: str


def ways(person: "Person") -> list[Way]:
    """Return which sheets ``person`` receives today: those that come in to a body where they hold
    ``proposals.enter_paper``. Empty for everybody else."""
    into = road.ways_into(grants.of(person).bodies("proposals.enter_paper"))
    found = []
    if Origin.CITIZEN in into:
        found.append(Way("innbygger", Origin.CITIZEN, _("From a private person, or an association")))
    if Origin.EMPLOYEE in into:
        found.append(Way("ansatt", Origin.EMPLOYEE, _("From an employee")))
    return found


def enter(
    *,
    actor: User,
    origin: Origin,
    data: Mapping[str, object],
    files: Mapping[str, object] | None = None,
    submission_key: uuid.UUID | None = None,
) -> Proposal:
    """Enter what came on paper and return the proposal: a case is opened, the first body receives it, the
    receipt becomes a letter.

    ``data`` and ``files`` are raw, as from `PaperEntryForm`; a sheet from an association names it. The deadline runs
    from the day the sheet was received (R18). ``submission_key`` makes it safe to send the same twice. Raises
    ``InvalidInput``, ``NotPermitted`` for who does not receive such sheets, ``GuardRefused``.
    """
    key = submission_key or uuid.uuid4()
    form = PaperEntryForm(data, files or {}, subject=Proposal(origin=origin, on_paper=True), actor=actor)
    saved: list[Document] = []
    try:
        with transaction.atomic():
            only_once(key)
            if not form.is_valid():
                raise InvalidInput(form)
            words = form.read()
            key, existing = kept_under(key, words)
            if existing is not None:
                if not existing.on_paper or existing.paper.entered_by_id != actor.pk:
                    raise WrongState(_("This form was sent by somebody else. Open a new one."))
                return existing
            proposal = Proposal(
                case=open_case(title=words.title, actor=actor),
                proposer=None,
                on_paper=True,
                origin=Origin.ASSOCIATION if words.association else origin,
                unit=words.unit,
                submitted_at=_moment(words.received_on),
                submission_key=key,
                **submitted_fields(words),
            )
            done: Proposal = perform(proposal, "enter", actor=actor, data=data, files=files)
            saved += enclose(done, words.attachments, actor=actor)
    except BaseException:
        discard_files(saved)
        raise
    return done


def _moment(day: Any) -> datetime:
    """Return when a sheet that was received on ``day`` is said to have been sent in: now where that is today, else in
    the middle of that day."""
    if day == clock.today():
        return clock.now()
    return timezone.make_aware(datetime.combine(day, time(12)))


def enclose(proposal: Proposal, uploads: Any, *, actor: User) -> list[Document]:
    """Put scans in the case, kept from others from the first moment: the address stands on them."""
    basis = sheet_basis()
    whose = LetterFrom.PROPOSER
    return [
        add_document(proposal.case, upload=upload, actor=actor, exempt_basis=basis, letter_from=whose)
        for upload in uploads
    ]


# Letters --------------------------------------------------------------------------------------------------------------


def mark_sent(letter: Letter, *, data: Mapping[str, object], actor: User, prefix: str | None = None) -> Letter:
    """Say that ``letter`` is sent: how, and on which day. ``data`` is raw, as from `LetterSentForm`.

    Raises ``WrongState`` where somebody has said so already, ``NotPermitted``, ``InvalidInput``.
    """
    form = LetterSentForm(data, letter=letter, prefix=prefix)
    if not form.is_valid():
        raise InvalidInput(form)
    words = form.cleaned_data
    proposal = Proposal.objects.select_related("case", "paper").get(pk=letter.proposal_id)
    with writing(
        proposal,
        "proposals.letter_sent",
        actor=actor,
        permission="proposals.send_letters",
        states=_EVERYWHERE,
        subject=letter,
        data=lambda fresh: {"how": words["how"], "sent_on": words["sent_on"], "kind": letter.kind},
    ) as (_fresh, _event):
        found = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
        if found.sent_on is not None:
            raise WrongState(_("Somebody has said already that this letter is sent."))
        found.how, found.sent_on, found.sent_by = words["how"], words["sent_on"], actor
        found.save()
    return found


def change_contact(
    proposal: Proposal, *, data: Mapping[str, object], actor: User, seen: int | None = None
) -> PaperSender:
    """Put right how the proposer is reached: moved, or entered wrongly. What stood there is not kept (R31). ``data`` is
    raw, as from `ContactForm`.

    Raises ``WrongState``, ``NotPermitted``, ``InvalidInput``.
    """
    form = ContactForm(data, {}, subject=proposal, actor=actor)
    if not form.is_valid():
        raise InvalidInput(form)
    with writing(
        proposal,
        "proposals.contact_changed",
        actor=actor,
        permission="proposals.send_letters",
        states=_EVERYWHERE,
        seen=seen,
    ) as (fresh, _event):
        sender = fresh.paper
        for name in ("name", "address", "telephone", "language"):
            setattr(sender, name, form.cleaned_data[name])
        sender.erased_at = None
        sender.save()
        _scrub(sender)
    return sender


# The proposer gets an account -----------------------------------------------------------------------------------------


def link_account(proposal: Proposal, *, data: Mapping[str, object], actor: User, seen: int | None = None) -> Proposal:
    """Tie ``proposal`` to the account of whoever sent it on paper, known by a confirmed address; the account is told,
    and letters that wait are read there.

    ``data`` is raw, as from `AccountForm`. Address and telephone are kept for as long as it can be undone (`sweep`).
    Raises ``WrongState``, ``NotPermitted``, ``InvalidInput``.
    """
    form = AccountForm(data, {}, subject=proposal, actor=actor)
    if not form.is_valid():
        raise InvalidInput(form)
    person: User = form.cleaned_data["email"]
    with writing(
        proposal,
        "proposals.account_linked",
        actor=actor,
        permission="proposals.send_letters",
        states=_EVERYWHERE,
        seen=seen,
        data=lambda fresh: {"person": person.pk},
    ) as (fresh, event):
        waiting = list(fresh.letters.filter(sent_on__isnull=True))
        for letter in waiting:
            letter.how, letter.sent_on, letter.sent_by = SentHow.ACCOUNT, clock.today(), actor
            letter.save()
        fresh.paper.linked_at = clock.now()
        fresh.paper.save()
        fresh.proposer = person
        fresh.save()
        notifications.tell_proposers(
            fresh,
            kind="account_linked",
            template="account_linked",
            event=event,
            letters=waiting,
        )
    return fresh


def unlink_account(proposal: Proposal, *, actor: User, seen: int | None = None) -> Proposal:
    """Take ``proposal`` away from an account that was not the proposer's after all; letters that were to
    be read there wait again.

    Raises ``WrongState``, ``NotPermitted``, ``GuardRefused`` where the address has been erased since, so
    that no letter could be sent.
    """
    with writing(
        proposal,
        "proposals.account_unlinked",
        actor=actor,
        permission="proposals.untie_account",
        states=_EVERYWHERE,
        seen=seen,
        data=lambda fresh: {"person": fresh.proposer_id},
    ) as (fresh, _event):
        sender = fresh.paper
        if sender.erased_at is not None:
            raise GuardRefused(_("The address has been erased, so no letter could be sent any more."))
        fresh.proposer = None
        fresh.save()
        sender.linked_at = None
        sender.save()
        for letter in fresh.letters.filter(how=SentHow.ACCOUNT):
            letter.how, letter.sent_on, letter.sent_by = "", None, None
            letter.save()
    return fresh


# Erasing (R31) --------------------------------------------------------------------------------------------------------


def why_not_erased(proposal: Proposal) -> str | None:
    """Say why address and telephone are still needed, or None: an answer is owed (R18), or a letter waits."""
    if proposal.proposer_id is None and proposal.status not in FINAL:
        return _("An answer is still owed, and it goes to the address. It can be erased when the case has ended.")
    waiting = proposal.letters.filter(sent_on__isnull=True).count()
    if waiting:
        said = ngettext("%(n)s letter waits to be sent.", "%(n)s letters wait to be sent.", waiting)
        return said % {"n": waiting}
    return None


def erase_contact(proposal: Proposal, *, actor: User, seen: int | None = None) -> PaperSender:
    """Erase address and telephone, in the history too; the name stays with the case that was received (R28, R31).

    Raises ``WrongState``, ``NotPermitted``, ``GuardRefused`` while they are needed.
    """
    with writing(
        proposal,
        "proposals.contact_erased",
        actor=actor,
        permission="proposals.send_letters",
        states=_EVERYWHERE,
        seen=seen,
    ) as (fresh, _event):
        if why := why_not_erased(fresh):
            raise GuardRefused(why)
        _erase(fresh.paper)
        return fresh.paper


def sweep() -> int:
    """Erase the contact details of proposals that ended, and whose last letter was sent, more than
    ``PAPER_CONTACT_DAYS`` days ago; return how many (R31).

    The same for those that have been tied to an account for so long.
    """
    before = clock.today() - timedelta(days=settings.PAPER_CONTACT_DAYS)
    done = 0
    ended = Q(proposal__status__in=FINAL, linked_at__isnull=True) | Q(linked_at__date__lt=before)
    rows = PaperSender.objects.filter(ended, erased_at__isnull=True)
    recent = Letter.objects.exclude(sent_on__lt=before).values("proposal")
    for pk in list(rows.exclude(proposal__in=recent).order_by("pk").values_list("proposal", flat=True)):
        with transaction.atomic():
            case_id = Proposal.objects.values_list("case", flat=True).get(pk=pk)
            list(Case.objects.select_for_update(no_key=True).filter(pk=case_id).values_list("pk"))
            proposal = Proposal.objects.select_related("case", "paper").get(pk=pk)
            if proposal.paper.erased_at is not None or why_not_erased(proposal):
                continue
            with audit.recorded("proposals.contact_erased", actor=None, subject=proposal, root=proposal.case):
                _erase(proposal.paper)
            done += 1
    return done


def _erase(sender: PaperSender) -> None:
    sender.address = sender.telephone = ""
    sender.erased_at = clock.now()
    sender.save()
    _scrub(sender)


def _scrub(sender: PaperSender) -> None:
    """Let the rows of the history keep who and when, and of the contact details only what stands now."""
    erase_past(sender, address=sender.address, telephone=sender.telephone, erased_at=sender.erased_at)


# Reminding ------------------------------------------------------------------------------------------------------------


def remind() -> int:
    """Remind those who are to send letters of what has waited too long; return how many proposals were reminded
    of. Harmless to repeat."""
    late = Letter.objects.filter(sent_on__isnull=True, due_on__lt=clock.today(), proposal__proposer__isnull=True)
    done = 0
    for pk in sorted(set(late.values_list("proposal", flat=True))):
        with transaction.atomic():
            case_id = Proposal.objects.values_list("case", flat=True).get(pk=pk)
            list(Case.objects.select_for_update(no_key=True).filter(pk=case_id).values_list("pk"))
            proposal = Proposal.objects.select_related("case", "paper").get(pk=pk)
            waiting = proposal.letters.filter(sent_on__isnull=True, due_on__lt=clock.today())
            about = Event.objects.about(proposal.case).filter(action="proposals.letters_reminded")
            if proposal.sender is None or not waiting.exists() or about.filter(at__gt=clock.now() - AGAIN).exists():
                continue
            with audit.recorded(
                "proposals.letters_reminded", actor=None, subject=proposal, root=proposal.case
            ) as event:
                tell(
                    policy.people_who_can("proposals.send_letters", proposal),
                    kind="proposals.letters_waiting",
                    template="proposals/paper_intake/mail/letters_waiting",
                    context={**notifications.context(proposal, letters=list(waiting)), "subject": proposal},
                    url=notifications.url(proposal),
                    event=event,
                )
            done += 1
    return done

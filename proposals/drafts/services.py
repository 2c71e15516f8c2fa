"""What somebody without an account has written, from the form to the sending: whose it is, where it is kept, how long.

Three things let a person have a draft, and nothing else:

- the session it was written in, which carries a token that only the portal can make;
- an account made in that session: the draft then follows the account, also to another device, as long as the person
  signs in with the very password that was chosen where it was written. Whoever only owns the address that was typed (a
  slip of the pen, or on purpose) and sets a password of their own through a mail does not get it;
- having been tied to it by one of these before.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Body
from proposals import senders, services
from proposals.drafts import quota
from proposals.enums import Origin
from proposals.models import DraftFile, Proposal, ProposalDraft
from trepart import audit, clock, municipality
from trepart.access.models import User
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused
from trepart.uploads.door import taken_in

_SESSION = "proposal_draft"
_SALT = "proposals.drafts"
#: Files of one draft.
MOST_FILES = 10


def _token(request: HttpRequest, key: uuid.UUID) -> str:
    """Return the session's token for the form ``key`` in this browser: made anew each time, so that a double press
    leaves both answers with the same one.

    The browser is known by its cookie against forged forms, which it has from the form on: ``key`` stands in addresses,
    and so in logs and histories, and opens nothing by itself.
    """
    get_token(request)
    return salted_hmac(_SALT, f"{key.hex}:{request.META['CSRF_COOKIE']}", algorithm="sha256").hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _proof(person: User) -> str:
    """Return what only the password chosen at sign-up gives again."""
    return person.get_session_auth_hash()


# Keeping --------------------------------------------------------------------------------------------------------------


def keep(
    request: HttpRequest, *, key: uuid.UUID, words: Mapping[str, str], uploads: Iterable[UploadedFile] = ()
) -> ProposalDraft:
    """Keep what was written under the form's ``key`` and let the session have it. Keeping twice in one browser replaces
    the words and adds the files once; a form of another browser's is a draft of its own, and leaves the other be.

    ``words`` are as sent; ``uploads`` are cleaned first. Raises ``GuardRefused`` where there is more than
    fits, or a draft of that form is sent already.
    """
    token = _token(request, key)
    saved: list[DraftFile] = []
    try:
        with transaction.atomic():
            services.only_once(key)
            draft = ProposalDraft.objects.select_for_update().filter(submission_key=key).first()
            if draft is not None and draft.token_digest != _digest(token):
                held = request.session.get(_SESSION)
                if isinstance(held, str) and draft.token_digest == _digest(held):
                    token = held  # The cookie is a new one after a sign-in; the session is still the writer's.
                elif isinstance(request.user, User) and of_person(request.user).filter(pk=draft.pk).exists():
                    draft.token_digest = _digest(token)  # one's own, gone on with on another device
                else:
                    key, draft = uuid.uuid4(), None
                    token = _token(request, key)
            if draft is None:
                _room_for_one_more()
                draft = ProposalDraft(submission_key=key, token_digest=_digest(token), created_at=clock.now())
            elif draft.proposal_id is not None:
                raise GuardRefused(_("This proposal has been sent already."))
            draft.words, draft.changed_at = dict(words), clock.now()
            draft.save()
            for upload in uploads:
                _add_file(draft, upload, saved)
    except BaseException:
        for each in saved:
            each.file.delete(save=False)
        raise
    request.session[_SESSION] = token
    return draft


def _room_for_one_more() -> None:
    """Refuse where somebody fills the place up: a limit on all that waits, whichever address it comes from."""
    if ProposalDraft.objects.filter(proposal__isnull=True).count() >= settings.PROPOSAL_DRAFTS_MOST:
        raise GuardRefused(
            _(
                "Unusually many are writing just now, so your text cannot be kept. Sign in first, or try again "
                "in a while."
            )
        )


def _add_file(draft: ProposalDraft, upload: UploadedFile, saved: list[DraftFile]) -> None:
    file = taken_in(upload)
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    if draft.files.filter(sha256=digest).exists():
        return
    held = draft.files.aggregate(size=Sum("size"))["size"] or 0
    if draft.files.count() >= MOST_FILES:
        raise GuardRefused(_("At most %(most)s files with one proposal.") % {"most": MOST_FILES})
    if held + (file.size or 0) > settings.PROPOSAL_DRAFT_MAX_BYTES:
        raise GuardRefused(
            _("The attachments are too large together: at most %(limit)s MB until you have signed in.")
            % {"limit": settings.PROPOSAL_DRAFT_MAX_BYTES // 1024 // 1024}
        )
    # One after the other: two files at once would both find the last of the room.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('proposals.drafts.room'))")
    if quota.held() + (file.size or 0) > settings.PROPOSAL_DRAFTS_MAX_BYTES:
        raise GuardRefused(
            _(
                "There is no room for more attachments from those who have not signed in. Sign in first, or send the "
                "proposal without them."
            )
        )
    # What its writer calls it is shown to the writer alone, and goes with the draft.
    kept = DraftFile(draft=draft, name=(file.name or "")[-200:], size=file.size or 0, sha256=digest)
    # Never the name somebody outside has chosen.
    kept.file.save(uuid.uuid4().hex, file, save=False)
    saved.append(kept)
    kept.save()


# Whose it is ----------------------------------------------------------------------------------------------------------


def of_session(request: HttpRequest) -> ProposalDraft | None:
    """Return the draft that was written in this session, sent or not."""
    token = request.session.get(_SESSION)
    if not isinstance(token, str):
        return None
    return ProposalDraft.objects.filter(token_digest=_digest(token)).select_related("person", "proposal__case").first()


def of_person(person: User) -> QuerySet[ProposalDraft]:
    """Return the unsent drafts that are ``person``'s, newest first."""
    found = ProposalDraft.objects.filter(person=person, proposal__isnull=True)
    return found.filter(Q(proof="") | Q(proof=_proof(person)))


def waiting(person: User) -> Iterator[tuple[str, str, str, str, date]]:
    """Return the unsent drafts of ``person`` for the own page: title, address, that it is not sent, what becomes of it,
    and the last day it is kept."""
    days = timedelta(days=municipality.current().draft_days)
    for draft in of_person(person):
        url = f"{reverse('proposals:new')}?submission_key={draft.submission_key}"
        last = timezone.localtime(draft.changed_at + days).date()
        what = gettext("a proposal you have not sent; it is thrown away if you do not")
        yield draft.title, url, gettext("Not sent"), what, last


def reachable(request: HttpRequest, key: uuid.UUID | None = None) -> ProposalDraft | None:
    """Return the unsent draft this reader may open (that of the form ``key``, where one is named)."""
    found = of_session(request)
    user = request.user
    mine = list(of_person(user)) if isinstance(user, User) else []
    if found is not None and found.proposal_id is None and (not isinstance(user, User) or _may_claim(found, user)):
        mine.insert(0, found)
    return next((draft for draft in mine if key is None or draft.submission_key == key), None)


def _may_claim(draft: ProposalDraft, person: User) -> bool:
    """Say whether the session's draft may become ``person``'s: nobody else has it for good."""
    other = draft.person
    return other is None or other == person or (bool(draft.proof) and not senders.confirmed(other))


def signed_up(request: HttpRequest, person: User) -> None:
    """Let the session's draft follow the account that was just made in it, until the address is
    confirmed, on whichever device."""
    draft = of_session(request)
    if draft is not None and draft.proposal_id is None and _may_claim(draft, person):
        ProposalDraft.objects.filter(pk=draft.pk, proposal__isnull=True).update(person=person, proof=_proof(person))


def on_arrival(request: HttpRequest, person: User) -> str | None:
    """Tie what was written in this session to whoever signs in, and lead them to send it
    (`trepart.access.sign_in.arrival`)."""
    if not senders.confirmed(person):
        return None
    draft = of_session(request)
    if draft is not None and draft.proposal_id is None and _may_claim(draft, person):
        ProposalDraft.objects.filter(pk=draft.pk, proposal__isnull=True).update(person=person, proof="")
    return reverse("proposals:kept") if of_person(person).exists() else None


def claim(request: HttpRequest, person: User, key: uuid.UUID) -> ProposalDraft | None:
    """Return the unsent draft of the form ``key``, tied to ``person`` if it was written in this session; None where
    there is none for them."""
    draft = reachable(request, key)
    if draft is not None and (draft.person_id != person.pk or draft.proof):
        ProposalDraft.objects.filter(pk=draft.pk, proposal__isnull=True).update(person=person, proof="")
        draft.person, draft.proof = person, ""
    return draft


# Sending, throwing away, sweeping -------------------------------------------------------------------------------------


def send(
    draft: ProposalDraft,
    *,
    person: User,
    data: Mapping[str, object] | None = None,
    uploads: Iterable[UploadedFile] = (),
    origin: Origin = Origin.CITIZEN,
    on_behalf_of: Body | None = None,
    part: str = "",
) -> Proposal:
    """Send the draft in as ``person``'s, once, however often it is asked. What was kept is gone when
    it has become a proposal.

    ``data`` replaces the words kept (it was changed on its way out), ``uploads`` are further files; the rest as for
    `proposals.services.submit`. Raises what `proposals.services.submit` raises, and ``GuardRefused`` where the draft is
    not the person's or is gone.
    """
    with transaction.atomic():
        fresh = ProposalDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if fresh is None or fresh.person_id != person.pk or fresh.proof not in ("", _proof(person)):
            raise GuardRefused(_("What was kept is no longer here. Write it again, or look at your own page."))
        if fresh.proposal is not None:
            return fresh.proposal
        with _opened(fresh) as files:
            proposal = services.submit(
                proposer=person,
                data=fresh.words if data is None else data,
                files=MultiValueDict({"attachments": [*files, *uploads]}),
                submission_key=fresh.submission_key,
                origin=origin,
                on_behalf_of=on_behalf_of,
                part=part,
            )
        finish(fresh, proposal)
    return proposal


@contextmanager
def _opened(draft: ProposalDraft) -> Iterator[list[UploadedFile]]:
    """Give the draft's files as uploads, open for as long as the block runs."""
    with ExitStack() as stack:
        yield [
            UploadedFile(file=stack.enter_context(each.file.open("rb")), name=each.name, size=each.size)
            for each in draft.files.all()
        ]


def finish(draft: ProposalDraft, proposal: Proposal) -> None:
    """Empty the draft that has become ``proposal``; the page on the other device still finds the number."""
    _drop_files(draft)
    draft.proposal, draft.words, draft.person, draft.proof = proposal, {}, proposal.proposer, ""
    draft.changed_at = clock.now()
    draft.save()


def discard(draft: ProposalDraft) -> None:
    """Throw the draft away, at once and for good."""
    with transaction.atomic():
        # The draft before its files, as in sending: each would wait for the other.
        ProposalDraft.objects.select_for_update().filter(pk=draft.pk).first()
        _drop_files(draft)
        draft.delete()


def drop_file(draft: ProposalDraft, number: int) -> None:
    """Take one file off the draft; nothing happens where it is not there."""
    with transaction.atomic():
        _drop(draft.files.filter(pk=number))


def sweep() -> int:
    """Throw away what has waited for more days than the municipality has set, sent or not, and
    return how many (R31)."""
    limit = clock.now() - timedelta(days=municipality.current().draft_days)
    done = 0
    for pk in ProposalDraft.objects.filter(changed_at__lt=limit).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            draft = (
                ProposalDraft.objects.select_for_update(skip_locked=True).filter(pk=pk, changed_at__lt=limit).first()
            )
            if draft is not None:
                discard(draft)
                done += 1
    return done


def remind() -> int:
    """Remind those who wrote a proposal and never sent it, once, halfway to the day it is thrown away, and return how
    many. Only whoever it is tied to for good is told: another address may be a slip of the pen."""
    days = municipality.current().draft_days
    waiting = ProposalDraft.objects.filter(
        proposal__isnull=True,
        person__is_active=True,
        proof="",
        reminded_at__isnull=True,
        changed_at__lt=clock.now() - timedelta(days=days / 2),
    )
    done = 0
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            locked = ProposalDraft.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
            draft = locked.filter(pk=pk, proposal__isnull=True, reminded_at__isnull=True).first()
            if draft is None or draft.person is None or not senders.confirmed(draft.person):
                continue
            with audit.recorded("proposals.draft_reminded", actor=None, subject=draft.person) as event:
                draft.reminded_at = clock.now()
                draft.save(update_fields=["reminded_at"])
                tell(
                    [draft.person],
                    kind="proposals.draft_reminded",
                    template="proposals/waiting/mail/draft_reminded",
                    context={
                        "subject": draft,
                        "kept_until_on": timezone.localtime(draft.changed_at).date() + timedelta(days=days),
                    },
                    url=reverse("proposals:kept"),
                    event=event,
                )
            done += 1
    return done


def _drop_files(draft: ProposalDraft) -> None:
    _drop(draft.files.all())


def _drop(files: QuerySet[DraftFile]) -> None:
    for each in files:
        stored, name = each.file.storage, each.file.name
        each.delete()
        # The file goes when the row is gone for certain.
        # Bound as defaults.
        transaction.on_commit(lambda stored=stored, name=name: stored.delete(name))  # type: ignore[misc]

"""The attachments of a case paper, their order, exemptions and redacted copies (R25)."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.models import Case, Document
from forum.cases.services import cases
from forum.meetings.case_papers.drafts import Hold, draft_of, hold, keep_in_draft, mark, paper_of
from forum.meetings.case_papers.models import CasePaperDraft
from trepart import clock
from trepart.access.models import User
from trepart.refusals import GuardRefused, WrongState

#: So many attachments a paper can have.
MOST_ATTACHMENTS = 40


def attach(
    case: Case,
    *,
    actor: User,
    upload: UploadedFile | None = None,
    document: Document | None = None,
    title: str = "",
    basis: str = "",
) -> Document:
    """Put an attachment last in the draft: a file, exempt on ``basis`` where one is given, or a ``document`` the case
    has already. It can be read when the paper is finished.

    Raises ``ValidationError`` for a file that cannot be taken or a basis not on the list, ``GuardRefused`` where there
    are too many, ``NotPermitted``.
    """
    _check(basis)
    with hold(case, actor=actor) as held:
        draft = _open_draft(held)
        if len(draft.attachments) >= MOST_ATTACHMENTS:
            raise GuardRefused(_("There is no room for more attachments."))
        if document is None:
            if upload is None:
                raise ValidationError({"upload": _("Choose a file.")})
            document = cases.add_document(
                held.case, upload=upload, actor=held.actor, title=title.strip(), exempt_basis=basis, acting=held.acting,
                paper=paper_of(held)
            )  # fmt: skip
        if document.pk not in draft.attachments:
            draft.attachments = [*draft.attachments, document.pk]
            _save(draft, held)
    return document


def detach(case: Case, document: int, *, actor: User) -> None:
    """Take an attachment out of the draft. Versions that have it keep it."""
    with hold(case, actor=actor) as held:
        draft = _open_draft(held)
        draft.attachments = [pk for pk in draft.attachments if pk != document]
        _save(draft, held)


def move(case: Case, document: int, *, up: bool, actor: User) -> None:
    """Move an attachment one place: they are numbered in this order."""
    with hold(case, actor=actor) as held:
        draft = _open_draft(held)
        order = list(draft.attachments)
        if document not in order:
            raise WrongState(_("That attachment is no longer there."))
        at = order.index(document)
        to = at - 1 if up else at + 1
        if 0 <= to < len(order):
            order[at], order[to] = order[to], order[at]
            draft.attachments = order
            _save(draft, held)


def exempt(case: Case, document: Document, *, basis: str, actor: User) -> Document:
    """Keep an attachment from the public on ``basis``, in every version at once, or let it be read again
    where ``basis`` is empty.

    Raises ``ValidationError`` for a basis not on the list, ``GuardRefused`` for what has a redacted copy or
    is one, ``NotPermitted``.
    """
    _check(basis)
    with hold(case, actor=actor) as held:
        fresh = Document.objects.select_related("case").get(pk=document.pk, case=held.case)
        if fresh.redacts_id is not None or (not basis and hasattr(fresh, "redacted_copy")):
            raise GuardRefused(_("A redacted copy is what the public reads; it goes with an exempt document."))
        return cases.set_exemption(fresh, basis=basis, actor=held.actor)


def add_redacted(case: Case, document: Document, *, upload: UploadedFile, title: str, actor: User) -> Document:
    """Put a redacted copy next to an exempt ``document``: it is what the public reads (Freedom of Information Act §
    12). Raises as :func:`attach`."""
    with hold(case, actor=actor) as held:
        fresh = Document.objects.filter(pk=document.pk, case=held.case).first()
        if fresh is None or not fresh.exempt_basis:
            raise GuardRefused(_("A redacted copy goes with an exempt document."))
        if hasattr(fresh, "redacted_copy"):
            raise GuardRefused(_("It has a redacted copy already."))
        if not title.strip():
            raise ValidationError({"title": _("Give the redacted copy a title that says nothing of what is exempt.")})
        return cases.add_document(
            held.case, upload=upload, actor=held.actor, title=title.strip(), acting=held.acting, paper=paper_of(held),
            redacts=fresh
        )  # fmt: skip


def _check(basis: str) -> None:
    if basis and basis not in dict(legal_bases.PROVISIONS):
        raise ValidationError({"basis": _("Choose one of the provisions on the list.")})


def _open_draft(held: Hold) -> CasePaperDraft:
    return draft_of(held.case) or keep_in_draft(held, {}, mark(held.case))


def _save(draft: CasePaperDraft, held: Hold) -> None:
    # The words are not touched, so whoever is writing them is not overtaken by it.
    draft.saved_at = clock.now()
    draft.save(update_fields=["attachments", "saved_at"])

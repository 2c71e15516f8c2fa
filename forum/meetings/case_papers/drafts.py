"""The draft of a case paper, kept while it is written, and what the writing page begins with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case, Referral
from forum.meetings.case_papers.models import CasePaper, CasePaperDraft, CasePaperVersion
from forum.meetings.case_papers.permissions import WRITE
from forum.meetings.core.closed import preparing
from forum.meetings.core.locking import lock_case
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import PaperSection
from trepart import audit, clock
from trepart.access.models import User
from trepart.authorising import authorise
from trepart.outdated_pages import is_saved_from, saved_from
from trepart.refusals import WrongState
from trepart.text import exempt
from trepart.text import plain as plain_text
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.audit import Acting


#: What a draft and a version are made of.
FIELDS = (
    *(section.value for section in PaperSection),
    "needs_discussion", "discussed_on", "discussed_with", "public_form", "exempt_basis", "exempt_sections",
    "attachments", "reason",
)  # fmt: skip


#: What is filled in on the page; attachments are put in and taken out one by one.
WRITTEN = tuple(name for name in FIELDS if name != "attachments")


class Overtaken(WrongState):
    """Somebody else has saved, or finished, since the page was made. ``theirs`` is what stands there now, ``by`` who
    wrote it; nothing was saved."""

    def __init__(self, theirs: CasePaperDraft | CasePaperVersion | None) -> None:
        self.theirs = theirs
        self.by = (
            ""
            if theirs is None
            else (theirs.saved_by if isinstance(theirs, CasePaperDraft) else theirs.written_by).name
        )
        super().__init__(
            _(
                "%(name)s has saved something here while you were writing. Nothing is lost: what you wrote "
                "stands in the fields, and what stands there now is shown beside it. Take with you what is to "
                "stay, and save again."
            )
            % {"name": self.by or _("Somebody else")}
        )


@dataclass(frozen=True)
class Hold:
    """A case locked by somebody who may write its paper."""

    case: Case
    actor: User
    acting: "Acting | None"


@contextmanager
def hold(case: Case, *, actor: User) -> Iterator[Hold]:
    """Open a transaction, lock the case, and ask for the right afresh. Raises ``NotPermitted``."""
    with transaction.atomic():
        lock_case(case.pk)
        locked = Case.objects.get(pk=case.pk)
        by = authorise(actor, WRITE, locked)
        preparing.check(by.actor, locked)
        yield Hold(locked, by.actor, by.acting)


def draft_of(case: Case) -> CasePaperDraft | None:
    """Return what is being written of the paper of ``case``."""
    return CasePaperDraft.objects.filter(paper__case=case).select_related("saved_by", "paper").first()


def newest(case: Case) -> CasePaperVersion | None:
    """Return the newest finished version."""
    return (
        CasePaperVersion.objects.filter(paper__case=case)
        .select_related("written_by", "paper")
        .order_by("-number")
        .first()
    )


def mark(case: Case) -> str:
    """Return the version a writing page is made from: the finished version and the save of the draft."""
    draft, version = draft_of(case), newest(case)
    return f"{version.number if version else 0}.{draft.revision if draft else 0}"


def beginning(case: Case, *, summary: str = "") -> dict[str, Any]:
    """Return what the writing page begins with: the draft; else the newest version, to be changed; else what is known
    of the case (``summary``: in the proposer's words)."""
    draft = draft_of(case)
    if draft is not None:
        return {name: getattr(draft, name) for name in FIELDS}
    version = newest(case)
    if version is not None:
        return {name: getattr(version, name) for name in FIELDS} | {"reason": ""}
    blank = CasePaperDraft()
    said = {name: getattr(blank, name) for name in FIELDS}
    return said | {
        "recommendation": _as_lines(_recommended(case)),
        # A proposer's text is text, never markup.
        "facts": plain_text.from_text(summary),
    }


def _as_lines(words: str) -> str:
    return plain_text.from_lines(words if exempt.is_balanced(words) else exempt.single(words))


def _recommended(case: Case) -> str:
    item = AgendaItem.objects.filter(case=case).exclude(recommendation="").order_by("-pk").first()
    if item is not None:
        return item.recommendation
    stay = Referral.objects.filter(case=case).exclude(recommendation="").order_by("-pk").first()
    return stay.recommendation if stay is not None else ""


def save_draft(case: Case, *, content: Mapping[str, object], seen: str, actor: User, page: str = "") -> CasePaperDraft:
    """Keep what is being written; nobody but those who prepare the case sees it. ``content`` is clean, by the names in
    `WRITTEN`; what is not in it stays.

    Raises ``Overtaken`` where somebody else, or the same person in another window, has saved or finished since the page
    (``seen``, from :func:`mark`; ``page`` marks that very page) was made, and ``NotPermitted``.
    """
    with hold(case, actor=actor) as held:
        return keep_in_draft(held, content, seen, page)


def keep_in_draft(held: Hold, content: Mapping[str, object], seen: str, page: str = "") -> CasePaperDraft:
    draft = draft_of(held.case)
    wanted = {name: content[name] for name in WRITTEN if name in content}
    if seen != mark(held.case):
        if draft is not None and all(getattr(draft, name) == value for name, value in wanted.items()):
            return draft  # the button pressed twice, or two who wrote the same
        if draft is None or not _own_autosave(held, draft, seen, page):
            raise Overtaken(draft or newest(held.case))
    if draft is None:
        version = newest(held.case)
        draft = CasePaperDraft(paper=paper_of(held), revision=0, attachments=version.attachments if version else [])
        if version is not None:
            for name in WRITTEN:
                setattr(draft, name, getattr(version, name))
            draft.reason = ""
        else:
            draft.recommendation = _as_lines(_recommended(held.case))
    for name, value in wanted.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.saved_by, draft.saved_at = held.actor, clock.now()
    draft.save()
    saved_from(_name(draft), page)
    return draft


def _own_autosave(held: Hold, draft: CasePaperDraft, seen: str, page: str) -> bool:
    """Say whether what stands in between is this very page saving itself, on its way while the button was pressed. The
    same person in another window is somebody else here: what that window wrote was never on this page."""
    version = newest(held.case)
    last = f"{version.number if version else 0}.{draft.revision - 1}"
    return seen == last and draft.saved_by_id == held.actor.pk and is_saved_from(_name(draft), page)


def _name(draft: CasePaperDraft) -> str:
    return f"paper:{draft.paper_id}"


def paper_of(held: Hold) -> CasePaper:
    found = CasePaper.objects.filter(case=held.case).first()
    if found is None:
        found = CasePaper(pk=reserve_pk(CasePaper), case=held.case, begun_by=held.actor)
        with audit.recorded("forum.paper_begun", actor=held.actor, acting=held.acting, subject=found, root=held.case):
            found.save(force_insert=True)
    return found


def discard_draft(case: Case, *, seen: str, actor: User) -> None:
    """Throw away what is being written. Raises as :func:`save_draft`."""
    with hold(case, actor=actor) as held:
        draft = draft_of(held.case)
        if seen != mark(held.case):
            raise Overtaken(draft or newest(held.case))
        if draft is not None:
            draft.delete()

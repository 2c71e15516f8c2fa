"""Writing case papers: the draft that is kept while it is written, finishing it as a version, its attachments and their
redacted copies (R22, R25, R29)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.enums import CaseAccess, PaperForm
from forum.cases.models import Case, Document, Referral
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers.models import CasePaper, CasePaperDraft, CasePaperVersion
from forum.meetings.case_papers.permissions import WRITE
from forum.meetings.core.locking import BEFORE_THE_END, hold_item, lock_case
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingStatus, PaperSection
from forum.meetings.minutes.redaction_checks import has_identity_number
from trepart import audit, clock
from trepart.access import policy
from trepart.access.models import User
from trepart.text import plain as plain_text
from trepart.text import rich as rich_text
from trepart.workflow import GuardRefused, NotPermitted, WrongState, afresh, reserve_pk

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
#: So many attachments a paper can have.
MOST_ATTACHMENTS = 40
_JUST_NOW = timedelta(seconds=20)


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
        actor = afresh(actor)
        if not policy.can(actor, WRITE, locked):
            raise NotPermitted(_("You cannot do this. It takes a role that you do not hold today."))
        yield Hold(locked, actor, policy.acting_for(actor, WRITE, locked))


# What stands there ----------------------------------------------------------------------------------------------------


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
        "recommendation": plain_text.from_written(_recommended(case)),
        "facts": plain_text.from_written(summary),
    }


def _recommended(case: Case) -> str:
    item = AgendaItem.objects.filter(case=case).exclude(recommendation="").order_by("-pk").first()
    if item is not None:
        return item.recommendation
    stay = Referral.objects.filter(case=case).exclude(recommendation="").order_by("-pk").first()
    return stay.recommendation if stay is not None else ""


# The draft ------------------------------------------------------------------------------------------------------------


def save_draft(case: Case, *, content: Mapping[str, Any], seen: str, actor: User) -> CasePaperDraft:
    """Keep what is being written; nobody but those who prepare the case sees it. ``content`` is clean, by the names in
    `WRITTEN`; what is not in it stays.

    Raises ``Overtaken`` where somebody else has saved or finished since the page (``seen``, from :func:`mark`) was
    made, and ``NotPermitted``.
    """
    with hold(case, actor=actor) as held:
        return _keep(held, content, seen)


def _keep(held: Hold, content: Mapping[str, Any], seen: str) -> CasePaperDraft:
    draft = draft_of(held.case)
    wanted = {name: content[name] for name in WRITTEN if name in content}
    if seen != mark(held.case):
        if draft is not None and all(getattr(draft, name) == value for name, value in wanted.items()):
            return draft  # the button pressed twice, or two who wrote the same
        if draft is None or not _own_autosave(held, draft, seen):
            raise Overtaken(draft or newest(held.case))
    if draft is None:
        version = newest(held.case)
        draft = CasePaperDraft(paper=_paper(held), revision=0, attachments=version.attachments if version else [])
        if version is not None:
            for name in WRITTEN:
                setattr(draft, name, getattr(version, name))
            draft.reason = ""
        else:
            draft.recommendation = plain_text.from_written(_recommended(held.case))
    for name, value in wanted.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.saved_by, draft.saved_at = held.actor, clock.now()
    draft.save()
    return draft


def _own_autosave(held: Hold, draft: CasePaperDraft, seen: str) -> bool:
    """Say whether what stands in between is the same person's page saving itself a moment ago, on its way while
    the button was pressed."""
    version = newest(held.case)
    last = f"{version.number if version else 0}.{draft.revision - 1}"
    return seen == last and draft.saved_by_id == held.actor.pk and clock.now() - draft.saved_at < _JUST_NOW


def _paper(held: Hold) -> CasePaper:
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


# Finishing ------------------------------------------------------------------------------------------------------------


def wrongs(content: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
    """Return what stands in the way of finishing ``content``, by field: the rules of R22 and R25, each said once."""
    found: dict[str, Any] = {}
    form, basis, kept = content["public_form"], content["exempt_basis"], content["exempt_sections"]
    marked = any(rich_text.has_exempt(content[section.value]) for section in PaperSection)
    if not any(content[name] for name in ("recommendation", "facts", "assessment")):
        found["recommendation"] = _("Write a recommendation, the facts or an assessment first.")
    if not first and not content["reason"].strip():
        found["reason"] = _("Say what is changed, and why: those who have read the paper are to see it.")
    if form != PaperForm.WHOLE and basis not in dict(legal_bases.PROVISIONS):
        found["exempt_basis"] = _("Say on what legal basis it is exempt (Freedom of Information Act).")
    if form == PaperForm.REDACTED and not marked and not kept:
        found["public_form"] = _(
            "Nothing is marked as exempt. Mark passages, or choose whole sections, or let the public read all "
            "of it (Freedom of Information Act § 12)."
        )
    if form == PaperForm.WHOLE and (marked or kept):
        found["public_form"] = _(
            "Something is marked as exempt, but the public is to read all of it. Choose one of the two."
        )
    for section in PaperSection:
        shown = (
            "" if form == PaperForm.NOTHING or section.value in kept else rich_text.redacted(content[section.value], "")
        )
        if has_identity_number(plain_text.plain(shown)):
            found[section.value] = _(
                "A national identity number may not be public (Freedom of Information Act § 26, and the "
                "regulations § 7). Take it out, or mark it as exempt."
            )
    if content["discussed_on"] and not content["discussed_with"].strip():
        found["discussed_with"] = _("Say whom it was discussed with (Working Environment Act § 8-2).")
    if content["discussed_on"] and content["discussed_on"] > clock.today():
        found["discussed_on"] = _("That day has not come yet.")
    return found


def finish(case: Case, *, content: Mapping[str, Any], seen: str, actor: User) -> CasePaperVersion:
    """Finish the paper as its next version, which never changes and can be read by whoever may
    read the case, and return it.

    The recommendation, where it is public, becomes that of the item on agendas the actor plans and that have not begun:
    it is what the meeting votes on. Raises ``Overtaken``, ``NotPermitted``, and ``ValidationError`` by field for what
    :func:`wrongs` finds, and where nothing is changed.
    """
    with hold(case, actor=actor) as held:
        draft = _keep(held, content, seen)
        before = newest(held.case)
        said = {name: getattr(draft, name) for name in FIELDS}
        found = wrongs(said, first=before is None)
        if not found and before is not None and all(said[n] == getattr(before, n) for n in FIELDS if n != "reason"):
            found = {"reason": _("Nothing is changed since version %(number)s.") % {"number": before.number}}
        if found:
            raise ValidationError(found)
        if said["public_form"] == PaperForm.WHOLE:
            said["exempt_basis"] = ""
        version = CasePaperVersion(
            paper=draft.paper, number=(before.number if before else 0) + 1, written_by=held.actor,
            finished_at=clock.now(), **said
        )  # fmt: skip
        data = {"version": version.number, "attachments": version.attachments, "public_form": version.public_form}
        with audit.recorded(
            "forum.paper_finished", actor=held.actor, acting=held.acting, subject=draft.paper, root=held.case, data=data
        ):
            version.save(force_insert=True)
            draft.delete()
        _recommend(version, held.actor)
    return version


def recommendation_is_public(version: CasePaperVersion) -> bool:
    """Say whether the recommendation can be read by everybody as it stands: only then can it be the
    motion of an open item."""
    if version.public_form == PaperForm.WHOLE:
        return True
    kept = PaperSection.RECOMMENDATION in version.exempt_sections or rich_text.has_exempt(version.recommendation)
    return version.public_form == PaperForm.REDACTED and not kept


def _recommend(version: CasePaperVersion, actor: User) -> None:
    """Let the recommendation stand on the agendas, too, where the actor plans them. An exempt one does
    not: the agenda is public."""
    words = plain_text.plain(version.recommendation)
    if not words or not recommendation_is_public(version):
        return
    items = AgendaItem.objects.filter(
        case=version.paper.case_id,
        withdrawn_at__isnull=True,
        meeting__status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED],
    ).select_related("meeting__body")
    for item in items.exclude(recommendation=words).order_by("pk"):
        if policy.can(actor, agenda.PLAN, item.meeting):
            agenda.change_item(
                item, title=item.title, recommendation=words, recommended_by=item.recommended_by, actor=actor
            )


# Attachments ----------------------------------------------------------------------------------------------------------


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
                paper=_paper(held)
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
            held.case, upload=upload, actor=held.actor, title=title.strip(), acting=held.acting, paper=_paper(held),
            redacts=fresh
        )  # fmt: skip


def _check(basis: str) -> None:
    if basis and basis not in dict(legal_bases.PROVISIONS):
        raise ValidationError({"basis": _("Choose one of the provisions on the list.")})


def _open_draft(held: Hold) -> CasePaperDraft:
    return draft_of(held.case) or _keep(held, {}, mark(held.case))


def _save(draft: CasePaperDraft, held: Hold) -> None:
    # The words are not touched, so whoever is writing them is not overtaken by it.
    draft.saved_at = clock.now()
    draft.save(update_fields=["attachments", "saved_at"])


# The case -------------------------------------------------------------------------------------------------------------


def set_archive_reference(case: Case, *, reference: str, actor: User) -> Case:
    """Write the number the case has in the archive; empty takes it away. Nothing is written where nothing changes.
    Raises ``NotPermitted``."""
    with hold(case, actor=actor) as held:
        words = reference.strip()
        if held.case.archive_reference == words:
            return held.case
        held.case.archive_reference = words
        with audit.recorded(
            "forum.case_archived_as", actor=held.actor, acting=held.acting, subject=held.case, data={"number": words}
        ):
            held.case.save(update_fields=["archive_reference"])
    return held.case


def case_of(item: AgendaItem, *, actor: User) -> Case:
    """Return the case of ``item``; one that was put on the agenda by itself is given a case folder, which its paper
    needs (R28). Raises as `hold_item`."""
    if item.folder is not None:
        return item.folder
    with hold_item(item, actor=actor, permission=agenda.PLAN, at=BEFORE_THE_END) as (held, fresh):
        if fresh.folder is not None:
            return fresh.folder
        access = (
            CaseAccess.RECEIVER
            if fresh.is_closed
            else CaseAccess.PUBLIC
            if held.meeting.body.meetings_open
            else CaseAccess.EMPLOYEES
        )
        case = cases.open_case(title=fresh.title, actor=held.actor, access=access)
        if fresh.is_closed:
            case = cases.set_access(case, access=access, basis=fresh.closed_basis, actor=held.actor)
        fresh.case = case
        with held.about("forum.item_given_case", fresh, data={"case": case.reference}):
            fresh.save()
    return case

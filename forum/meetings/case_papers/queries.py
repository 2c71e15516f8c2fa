"""Case papers as one reader may read them, without what is exempt for that reader (R25, koml § 11-3).

The exempt words never leave here for whoever may not read them: what is returned has the legal basis in their place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from forum.cases.enums import PublicForm
from forum.cases.models import Case, Document
from forum.meetings.case_papers.models import CasePaperDraft, CasePaperVersion
from forum.meetings.case_papers.permissions import VIEW, WHOLE, WRITE, finished
from forum.meetings.case_papers.release import released
from forum.meetings.core.closed.access import kept_items_open_to
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import ItemLine, agenda_is_out
from forum.meetings.core.readable_items import about, readable_items
from forum.meetings.enums import PaperSection
from trepart.access import policy
from trepart.text import rich as rich_text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trepart.access.rules import Person


@dataclass(frozen=True)
class Section:
    """One section as it is read. ``exempt``: it is kept whole, and ``html`` says so."""

    name: str
    label: str
    html: SafeString
    exempt: bool = False


@dataclass(frozen=True)
class Attachment:
    """One attachment as it is listed: the file one may open, if any, and what is exempt."""

    number: int
    title: str
    #: The file this reader may open: the document itself, or its redacted copy. None where it is exempt.
    document: Document | None
    url: str
    basis: str
    redacted: bool


@dataclass(frozen=True)
class Reading:
    """One version of a case paper as one reader reads it. ``basis``: the legal basis, where something is exempt for
    others or for this reader."""

    case: Case
    version: int
    finished_at: datetime
    written_by: str
    reason: str
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...]
    basis: str
    #: This reader reads all of it, also what is exempt.
    whole: bool
    #: Nothing of it can be read by this reader.
    nothing: bool
    #: Something is exempt, for this reader or for others.
    partly_exempt: bool
    needs_discussion: bool
    discussed_on: date | None
    discussed_with: str

    @property
    def url(self) -> str:
        """Return the paper's own page."""
        return reverse("forum:case_paper", args=[self.case.pk])

    @property
    def pdf_url(self) -> str:
        """Return the paper in print."""
        return reverse("forum:case_paper_pdf", args=[self.case.pk])

    @property
    def discussion_alone(self) -> bool:
        """Say whether there is something to say of a discussion, and no section to say it in."""
        said = self.needs_discussion or self.discussed_on is not None
        return said and not any(one.name == PaperSection.INVOLVEMENT for one in self.sections)

    @property
    def redacted(self) -> bool:
        """Say whether this reader reads it without what is exempt."""
        return self.partly_exempt and not self.whole

    def html_of(self, section: PaperSection) -> str:
        """Return the words of one section as this reader may read them; empty where it has none."""
        return next((str(one.html) for one in self.sections if one.name == section.value), "")


@dataclass(frozen=True)
class Paper:
    """One thing to read in an item, for whoever binds papers together: the case paper (``html``), or an
    attachment (``document``).

    An attachment that is exempt for the reader has neither, and ``exempt_basis`` says why. ``redacted``: something is
    taken out for this reader.
    """

    title: str
    html: SafeString
    document: Document | None
    exempt_basis: str
    redacted: bool
    version: int | None
    at: datetime
    attachment: int | None = None
    url: str = ""


def label_of(basis: str) -> str:
    """Return what stands in place of exempt words: "[Exempt from public access, offl. § 13]"."""
    return _("[Exempt from public access, %(basis)s]") % {"basis": basis}


# One version ----------------------------------------------------------------------------------------------------------


def reading(version: CasePaperVersion, *, whole: bool) -> Reading:
    """Return ``version`` as it is read, ``whole`` or without what is exempt. Two queries; the
    caller has asked who may."""
    return _reading(version, _documents([version]), whole=whole)


def _documents(versions: Iterable[CasePaperVersion]) -> dict[int, Document]:
    wanted = {pk for version in versions for pk in version.attachments}
    found = (
        Document.objects.filter(pk__in=wanted).select_related("redacted_copy") if wanted else Document.objects.none()
    )
    return {document.pk: document for document in found}


def _reading(version: CasePaperVersion, documents: dict[int, Document], *, whole: bool) -> Reading:
    form = PublicForm(version.public_form)
    nothing = form == PublicForm.NOTHING and not whole
    partly = form != PublicForm.WHOLE
    sections = [
        _section(version, section, words, whole=whole or form == PublicForm.WHOLE)
        for section, words in version.sections()
        if words
    ]
    attached = [documents[pk] for pk in version.attachments if pk in documents]
    attachments = [
        _attachment(version.paper.case_id, number, document, whole=whole) for number, document in enumerate(attached, 1)
    ]
    told = whole or not partly or PaperSection.INVOLVEMENT not in version.exempt_sections
    return Reading(
        case=version.paper.case,
        version=version.number,
        finished_at=version.finished_at,
        written_by=version.written_by.name,
        reason=reason_of(version, whole=whole),
        sections=() if nothing else tuple(sections),
        attachments=() if nothing else tuple(attachments),
        basis=version.exempt_basis if partly else "",
        whole=whole,
        nothing=nothing,
        partly_exempt=partly,
        needs_discussion=version.needs_discussion and told and not nothing,
        discussed_on=version.discussed_on if told and not nothing else None,
        discussed_with=version.discussed_with if told and not nothing else "",
    )


def _section(version: CasePaperVersion, section: PaperSection, words: str, *, whole: bool) -> Section:
    label = str(section.label)
    if whole:
        return Section(section.value, label, rich_text.opened(words))
    instead = label_of(version.exempt_basis)
    if section.value in version.exempt_sections:
        kept = SafeString(f"<p><strong>{rich_text.escaped(instead)}</strong></p>")
        return Section(section.value, label, kept, True)
    return Section(section.value, label, rich_text.opened(rich_text.redacted(words, instead)))


def _attachment(case: int, number: int, document: Document, *, whole: bool) -> Attachment:
    basis = document.exempt_basis
    copy: Document | None = getattr(document, "redacted_copy", None)
    shown = document if whole or not basis else copy
    title = shown.title if shown is not None else _("Exempt from public access")
    url = reverse("forum:case_paper_document", args=[case, shown.pk]) if shown is not None else ""
    return Attachment(number, title, shown, url, basis, redacted=shown is not None and shown is copy)


# Who reads what -------------------------------------------------------------------------------------------------------


def of_case(case: Case, reader: "Person") -> Reading | None:
    """Return the paper of ``case`` as ``reader`` may read it; None where there is none for this reader."""
    versions = versions_for(case, reader)
    return reading(versions[0], whole=policy.can(reader, WHOLE, case)) if versions else None


def versions_for(case: Case, reader: "Person") -> list[CasePaperVersion]:
    """Return the versions of the paper of ``case`` that ``reader`` may read, the newest first.

    Those who prepare the case read them all, others those that are released (`forum.meetings.case_papers.release`).
    Whoever may not read what is exempt reads the newest, and older ones as long as nothing is exempt in them or in any
    after them: what was exempted later cannot be read in the version before.
    """
    rows = CasePaperVersion.objects.filter(paper__case=case).annotate(is_out=released())
    found: list[CasePaperVersion] = [*rows.select_related("paper__case", "written_by").order_by("-number")]
    if not found or not policy.can(reader, VIEW, case):
        return []
    if policy.can(reader, WRITE, case):
        return found
    return _for_others(found, whole=policy.can(reader, WHOLE, case))


def _for_others(found: Sequence[CasePaperVersion], *, whole: bool) -> list[CasePaperVersion]:
    """Return which of ``found``, all versions of one paper, the newest first, with ``is_out``, are read by those who do
    not prepare the case."""
    if whole:
        return [version for version in found if version.is_out]  # type: ignore[attr-defined]  # annotated
    read: list[CasePaperVersion] = []
    for version in found:
        exempt = version.public_form != PublicForm.WHOLE
        if version.is_out and not (exempt and read):  # type: ignore[attr-defined]  # annotated
            read.append(version)
        if exempt:
            break
    return read


def readings_of(items: Iterable[AgendaItem], reader: "Person | None" = None) -> dict[int, Reading]:
    """Return the case paper of each of ``items`` as ``reader`` (the public unless said) may read it there, by the id of
    the item; items without one are left out.

    What is kept from the reader (closed doors, an exempt case, an agenda that is not out) is not among them. The number
    of queries is the same for any number of items.
    """
    reader = AnonymousUser() if reader is None else reader
    rows = [item for item in items if item.folder is not None]
    cases = {item.pk: item.folder.pk for item in rows if item.folder is not None}
    if not cases:
        return {}
    rows_of: dict[int, list[CasePaperVersion]] = {}
    every = CasePaperVersion.objects.filter(paper__case__in=set(cases.values())).annotate(is_out=released())
    for one in every.select_related("paper__case", "written_by").order_by("-number"):
        rows_of.setdefault(one.paper.case_id, []).append(one)
    if not rows_of:
        return {}
    readable = _readable(rows, reader)
    found = Case.objects.filter(pk__in=rows_of).order_by()

    def having(right: str) -> set[int]:
        return set(policy.visible_to(reader, right, found).values_list("pk", flat=True))

    writes, whole, seen = having(WRITE), having(WHOLE), having(VIEW)
    versions: dict[int, CasePaperVersion] = {}
    for case, all_of_it in rows_of.items():
        mine = all_of_it if case in writes else _for_others(all_of_it, whole=case in whole)
        if mine:
            versions[case] = mine[0]
    documents = _documents(versions.values())
    made: dict[int, Reading] = {}
    for item in rows:
        version = versions.get(cases[item.pk])
        if version is None or item.pk not in readable:
            continue
        # Wholly exempt: that there is one, and on what basis, is said to everybody who may read the agenda.
        if cases[item.pk] in seen or version.public_form == PublicForm.NOTHING:
            made[item.pk] = _reading(version, documents, whole=cases[item.pk] in whole)
    return made


def readings_inside(items: Iterable[AgendaItem]) -> dict[int, Reading]:
    """Return the case paper of each of ``items`` as those read it who may read everything in the meeting it stands in
    (``forum.view_closed``); the caller has asked who may."""
    cases = {item.pk: item.folder.pk for item in items if item.folder is not None}
    rows = finished().filter(paper__case__in=set(cases.values())).select_related("paper__case", "written_by")
    versions = {version.paper.case_id: version for version in rows}
    documents = _documents(versions.values())
    return {pk: _reading(versions[case], documents, whole=True) for pk, case in cases.items() if case in versions}


def _readable(items: Sequence[AgendaItem], reader: "Person") -> set[int]:
    """Return the ids of those of ``items`` whose words ``reader`` may read where they stand."""
    meetings = {item.meeting_id: item.meeting for item in items}
    rows = Meeting.objects.filter(pk__in=meetings).order_by()

    def ids(right: str) -> set[int]:
        return set(policy.visible_to(reader, right, rows).values_list("pk", flat=True))

    seen, plans = ids("forum.view_meeting"), ids("forum.plan_meeting")
    kept = kept_items_open_to(reader, Q(meeting__in=meetings))
    return {
        item.pk
        for item in items
        if item.meeting_id in seen
        and (agenda_is_out(item.meeting) or item.meeting_id in plans)
        and (not item.is_withheld or item.pk in kept)
    }


def with_papers(lines: Sequence[ItemLine], reader: "Person") -> list[ItemLine]:
    """Return ``lines`` of an agenda with the case paper of each, as ``reader`` may read it."""
    found = readings_of([line.item for line in lines if not line.hidden], reader)
    return [replace(line, paper=found.get(line.item.pk)) for line in lines]


def papers_of(items: Iterable[AgendaItem], reader: "Person | None" = None) -> dict[int, list[Paper]]:
    """Return what there is to read in each of ``items`` as ``reader`` (the public unless said) may read it, by the id
    of the item: the case paper, then its attachments in order.

    Hand in items with ``meeting``, ``case`` and ``referral__case`` fetched along; the number of queries is then the
    same for any number of items. Items with nothing to read are left out.
    """
    return {pk: _papers(found) for pk, found in readings_of(items, reader).items()}


def _papers(found: Reading) -> list[Paper]:
    own = Paper(
        title=found.case.title,
        html=SafeString("".join(f"<h2>{rich_text.escaped(one.label)}</h2>{one.html}" for one in found.sections)),
        document=None,
        exempt_basis=found.basis,
        redacted=found.redacted,
        version=found.version,
        at=found.finished_at,
        url=reverse("forum:case_paper", args=[found.case.pk]),
    )
    return [
        own,
        *(
            Paper(
                one.title,
                SafeString(""),
                one.document,
                one.basis,
                one.redacted,
                None,
                found.finished_at,
                one.number,
                one.url,
            )
            for one in found.attachments
        ),
    ]


def with_numbers(items: "QuerySet[AgendaItem]") -> "QuerySet[AgendaItem]":
    """Return ``items`` with ``paper_number``: the newest finished version of each one's case paper, for
    whoever makes the agenda."""
    newest = finished().filter(paper__case=OuterRef("case"))
    return items.annotate(paper_number=Subquery(newest.values("number")[:1]))


# Beside the paper -----------------------------------------------------------------------------------------------------


def treated_by(case: Case, reader: "Person") -> list[AgendaItem]:
    """Return where ``case`` is or has been treated, oldest first, as far as ``reader`` may read the agendas: the table
    of bodies on a case paper."""
    rows = readable_items(reader).filter(about(case), withdrawn_at__isnull=True)
    return list(rows.select_related("meeting__body").order_by("meeting__starts_at", "pk"))


def documents_of_paper(case: Case, *, drafts: bool) -> "QuerySet[Document]":
    """Return the documents of the paper of ``case``, for those who read all of it: attached in a version, and their
    redacted copies; with ``drafts`` also those that are not in any version yet."""
    rows = CasePaperVersion.objects.filter(paper__case=case).values_list("attachments", flat=True)
    wanted = {pk for row in rows for pk in row}
    found = Q(pk__in=wanted) | Q(redacts__in=wanted)
    if drafts:
        found |= Q(with_paper=True)
        draft = CasePaperDraft.objects.filter(paper__case=case).first()
        found |= Q(pk__in=draft.attachments if draft is not None else [])
    return Document.objects.filter(found, case=case)


def reason_of(version: CasePaperVersion, *, whole: bool) -> str:
    """Return what was changed, as it may be told: of what is exempt nothing is said."""
    return version.reason if whole or version.public_form == PublicForm.WHOLE else ""

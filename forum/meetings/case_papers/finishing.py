"""Finishing a case paper as its next version, which never changes (R22, R25, R29)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.enums import PublicForm
from forum.cases.models import Case
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers.drafts import FIELDS, Hold, hold, keep_in_draft, newest
from forum.meetings.case_papers.models import CasePaper, CasePaperVersion
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingStatus, PaperSection
from forum.meetings.minutes.public_version_checks import has_identity_number
from trepart import audit, clock
from trepart.access import policy
from trepart.access.models import User
from trepart.refusals import WrongState
from trepart.text import plain as plain_text
from trepart.text import rich as rich_text


def wrongs(content: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
    """Return what stands in the way of finishing ``content``, by field: the rules of R22 and R25, each said once."""
    found: dict[str, object] = {}
    form, basis, kept = content["public_form"], content["exempt_basis"], content["exempt_sections"]
    marked = any(rich_text.has_exempt(content[section.value]) for section in PaperSection)
    if not any(content[name] for name in ("recommendation", "facts", "assessment")):
        found["recommendation"] = _("Write a recommendation, the facts or an assessment first.")
    if not first and not content["reason"].strip():
        found["reason"] = _("Say what is changed, and why: those who have read the paper are to see it.")
    if form != PublicForm.WHOLE and basis not in dict(legal_bases.PROVISIONS):
        found["exempt_basis"] = _("Say on what legal basis it is exempt (Freedom of Information Act).")
    if form == PublicForm.REDACTED and not marked and not kept:
        found["public_form"] = _(
            "Nothing is marked as exempt. Mark passages, or choose whole sections, or let the public read all "
            "of it (Freedom of Information Act § 12)."
        )
    if form == PublicForm.WHOLE and (marked or kept):
        found["public_form"] = _(
            "Something is marked as exempt, but the public is to read all of it. Choose one of the two."
        )
    for section in PaperSection:
        shown = (
            ""
            if form == PublicForm.NOTHING or section.value in kept
            else rich_text.redacted(content[section.value], "")
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


def finish(
    case: Case, *, content: Mapping[str, object], seen: str, at_once: bool = False, actor: User, page: str = ""
) -> CasePaperVersion:
    """Finish the paper as its next version, which never changes, and return it. Whoever may read the case reads it with
    the notice of the meeting (`forum.meetings.case_papers.release`); ``at_once``: now.

    The recommendation, where it is public, becomes that of the item on agendas the actor plans and that have not begun:
    it is what the meeting votes on. Raises ``Overtaken``, ``NotPermitted``, and ``ValidationError`` by field for what
    :func:`wrongs` finds, and where nothing is changed.
    """
    with hold(case, actor=actor) as held:
        draft = keep_in_draft(held, content, seen, page)
        before = newest(held.case)
        said = {name: getattr(draft, name) for name in FIELDS}
        found = wrongs(said, first=before is None)
        if not found and before is not None and all(said[n] == getattr(before, n) for n in FIELDS if n != "reason"):
            found = {"reason": _("Nothing is changed since version %(number)s.") % {"number": before.number}}
        if found:
            raise ValidationError(found)
        if said["public_form"] == PublicForm.WHOLE:
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
        if at_once:
            show_ahead_under(held, version)
        _recommend(version, held.actor)
    return version


def show_ahead(case: Case, *, actor: User) -> None:
    """Let the newest finished version be read at once, before the notice. Raises ``WrongState`` where none is finished,
    and ``NotPermitted``."""
    with hold(case, actor=actor) as held:
        version = newest(held.case)
        if version is None:
            raise WrongState(_("The case paper is not finished yet."))
        show_ahead_under(held, version)


def show_ahead_under(held: Hold, version: CasePaperVersion) -> None:
    """As :func:`show_ahead`, where the case is held already. Nothing is written where it is read already."""
    paper = CasePaper.objects.select_for_update().get(pk=version.paper_id)
    if paper.shown_ahead >= version.number:
        return
    paper.shown_ahead = version.number
    with audit.recorded(
        "forum.paper_shown_ahead", actor=held.actor, acting=held.acting, subject=paper, root=held.case,
        data={"version": version.number},
    ):  # fmt: skip
        paper.save()


def recommendation_is_public(version: CasePaperVersion) -> bool:
    """Say whether the recommendation can be read by everybody as it stands: only then can it be the
    motion of an open item."""
    if version.public_form == PublicForm.WHOLE:
        return True
    kept = PaperSection.RECOMMENDATION in version.exempt_sections or rich_text.has_exempt(version.recommendation)
    return version.public_form == PublicForm.REDACTED and not kept


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

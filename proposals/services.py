"""Every write on a proposal that is not a step in its lifecycle, and the sending in, which opens the case first."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.deadlines import too_far
from forum.cases.enums import LetterFrom, ReferralStatus
from forum.cases.models import Document, Referral
from forum.cases.services.cases import add_document, open_case
from forum.meetings.agenda.services import rename_case
from forum.organisation.models import Body
from proposals import notifications
from proposals.consent.queries import pending
from proposals.enums import FeedbackOutcome, Origin, ProposalStatus
from proposals.forms.submission import CorrectForm, SubmitForm, Submitted
from proposals.models import Feedback, ProgressReport, Proposal
from proposals.paper_intake.forms import PaperCorrectForm
from proposals.queries import corrected
from proposals.workflow.answering import answer_all
from proposals.workflow.other_writes import UNDER_TREATMENT, holder, locked_proposal, writing
from trepart import audit, clock, languages
from trepart.access.models import User
from trepart.refusals import GuardRefused, InvalidInput, WrongState
from trepart.workflow import perform

_SUBMITTED = (
    "title",
    "what",
    "why",
    "expected_effect",
    "several_workplaces",
    "needs_grant",
    "grant_amount",
    "affects_users",
    "place",
    "association",
    "show_name",
)
_SHEET_BASIS = _("contact details of the sender (GDPR art. 5 no. 1 c)")


# The proposer ---------------------------------------------------------------------------------------------------------


def submit(
    *,
    proposer: User,
    data: Mapping[str, Any],
    files: Mapping[str, Any] | None = None,
    submission_key: uuid.UUID | None = None,
    origin: Origin | None = None,
    on_behalf_of: Body | None = None,
    part: str = "",
) -> Proposal:
    """Send in a proposal and return it: a case is opened, the first body receives it, the proposer gets a receipt.

    ``data`` and ``files`` are raw, as from `SubmitForm`. ``submission_key`` makes it safe to send twice: the second
    time returns the proposal that the first one made. ``origin`` is an employee's unless said; ``on_behalf_of`` names
    the village council it is raised for, ``part`` the part it comes from. A citizen who names an association sends it
    as the association's. Raises ``InvalidInput``, ``NotPermitted`` for who does not work or sit there or has no
    confirmed address, ``GuardRefused`` where nobody receives proposals.
    """
    key = submission_key or uuid.uuid4()
    origin = origin or (Origin.VILLAGE_COUNCIL if on_behalf_of else Origin.PART if part else Origin.EMPLOYEE)
    blank = Proposal(proposer=proposer, origin=origin, on_behalf_of=on_behalf_of, part=part)
    form = SubmitForm(data, files or {}, subject=blank, actor=proposer)
    saved: list[Document] = []
    try:
        with transaction.atomic():
            only_once(key)
            existing = Proposal.objects.filter(submission_key=key).select_related("case").first()
            if existing is not None:
                if existing.proposer_id != proposer.pk:
                    raise WrongState(_("This form was sent by somebody else. Open a new one."))
                return existing
            if not form.is_valid():
                raise InvalidInput(form)
            words = form.read()
            proposal = Proposal(
                case=open_case(title=words.title, actor=proposer),
                proposer=proposer,
                origin=Origin.ASSOCIATION if words.association else origin,
                unit=words.unit,
                on_behalf_of=on_behalf_of,
                part=part,
                submitted_at=clock.now(),
                submission_key=key,
                **submitted_fields(words),
            )
            done: Proposal = perform(proposal, "submit", actor=proposer, data=data, files=files)
            for upload in words.attachments:
                saved.append(add_document(done.case, upload=upload, actor=proposer))
    except BaseException:
        discard_files(saved)
        raise
    return done


def submitted_fields(words: Submitted) -> dict[str, object]:
    """Return those of ``words`` that are fields of a proposal."""
    return {name: getattr(words, name) for name in _SUBMITTED}


def only_once(key: uuid.UUID) -> None:
    """Let a form that is sent twice at the same moment wait for itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key.int & 0x7FFF_FFFF_FFFF_FFFF])


def discard_files(documents: list[Document]) -> None:
    """Take away the files of a sending that came to nothing."""
    for document in documents:
        document.file.delete(save=False)


def correct(
    proposal: Proposal,
    *,
    data: Mapping[str, object],
    files: Mapping[str, object] | None = None,
    actor: User,
    seen: int | None = None,
) -> Proposal:
    """Let the proposer put the own words right, until somebody has begun on it. What stood there
    before is kept in the history.

    What was entered from paper is put right by those who receive paper. ``data`` and ``files`` are raw, as from
    `CorrectForm`. Raises ``WrongState``, ``NotPermitted``, ``InvalidInput``.
    """
    saved: list[Document] = []
    received = frozenset({ProposalStatus.RECEIVED})
    try:
        paper = proposal.without_account
        with writing(
            proposal,
            "proposals.paper_corrected" if paper else "proposals.corrected",
            actor=actor,
            permission="proposals.send_letters" if paper else "proposals.correct",
            states=received,
            seen=seen,
        ) as (fresh, _event):
            if fresh.screened or pending(fresh.referral) is not None:
                # It has been read through and opened, and then passed on: what is added now would be read
                # by all, unseen by anybody. Nor is a yes given to other words than those that were read (R24).
                raise WrongState(_("Somebody has begun on the proposal, so it can no longer be corrected."))
            form = correct_form(fresh)(data, files or {}, subject=fresh, actor=actor)
            if not form.is_valid():
                raise InvalidInput(form)
            for name in (name for name in _SUBMITTED if name in form.cleaned_data):
                setattr(fresh, name, form.cleaned_data[name])
            fresh.save()
            name_case(fresh, actor)
            basis = sheet_basis() if paper else ""
            for upload in form.cleaned_data["attachments"]:
                whose = LetterFrom.PROPOSER if paper else None
                saved.append(
                    add_document(fresh.case, upload=upload, actor=actor, exempt_basis=basis, letter_from=whose)
                )
    except BaseException:
        discard_files(saved)
        raise
    return fresh


def correct_form(proposal: Proposal) -> type[CorrectForm]:
    """Return the form that puts ``proposal`` right: asked of the one who wrote it, or of the
    one who reads the sheet."""
    return PaperCorrectForm if proposal.without_account else CorrectForm


def sheet_basis() -> str:
    """Return why a scanned sheet is kept from others, in the municipality's language: who sent it stands on it, where
    they live, how they sign."""
    with languages.municipal():
        return str(_SHEET_BASIS)


def name_case(proposal: Proposal, actor: User, acting: audit.Acting | None = None) -> None:
    """Let the case bear the title that the proposal has now; the event says both."""
    before = proposal.case.title
    if before != proposal.title:
        proposal.case.title = proposal.title
        proposal.case.save()
        rename_case(proposal.case, before=before, actor=actor, acting=acting)


# Those who have it on their table -------------------------------------------------------------------------------------


def assess(
    proposal: Proposal,
    *,
    several: bool,
    grant: bool,
    text: str,
    amount: int | None = None,
    actor: User,
    seen: int | None = None,
) -> Proposal:
    """Record what the body finds that the proposal takes; its own assessment, which may differ from the
    proposer's (domain.md, step 4).

    ``amount`` in kroner. Raises ``WrongState``, ``NotPermitted``, and ``GuardRefused`` without ``text``.
    """
    if not text.strip():
        raise GuardRefused(_("Say why you see it so."))
    with writing(
        proposal,
        "proposals.assessed",
        actor=actor,
        permission="proposals.handle",
        states=UNDER_TREATMENT,
        seen=seen,
        data=lambda fresh: {**holder(fresh), "several": several, "grant": grant, "amount": amount},
        text={"assessment": text},
    ) as (fresh, _event):
        fresh.assessed_several, fresh.assessed_grant, fresh.assessment = several, grant, text.strip()
        if grant and amount is not None:
            fresh.grant_amount = amount
        fresh.save()
    return fresh


def give_preliminary_answer(
    proposal: Proposal, *, text: str, expected_on: date, actor: User, seen: int | None = None
) -> Feedback:
    """Answer that it takes time, with the reason and the day an answer is expected; the
    deadline moves to that day (R18).

    Raises ``WrongState``, ``NotPermitted``, and ``GuardRefused`` without ``text``, or with a day that has been.
    """
    if not text.strip():
        raise GuardRefused(_("Write the preliminary answer."))
    if expected_on <= clock.today():
        raise GuardRefused(_("Choose a day after today."))
    if why := too_far(expected_on):
        raise GuardRefused(why)
    waiting = frozenset({ProposalStatus.RECEIVED, ProposalStatus.IN_TREATMENT})
    with writing(
        proposal,
        "proposals.preliminary_answer",
        actor=actor,
        permission="proposals.answer",
        states=waiting,
        seen=seen,
        data=lambda fresh: {**holder(fresh), "expected_on": expected_on},
        text={"answer": text},
    ) as (fresh, event):
        referral = Referral.objects.select_related("body").get(case=fresh.case_id, status=ReferralStatus.OPEN)
        referral.preliminary_answer, referral.preliminary_at = text.strip(), clock.now()
        referral.due_on = expected_on
        referral.save()
        given = answer_all(
            fresh,
            outcome=FeedbackOutcome.PRELIMINARY,
            text=text.strip(),
            body=referral.body,
            given_by=actor,
            given_at=clock.now(),
            expected_on=expected_on,
            event=event,
        )
        notifications.tell_proposers(
            fresh,
            kind="preliminary_answer",
            template="preliminary",
            event=event,
            answer=text.strip(),
            body=referral.body,
            expected_on=expected_on,
        )
        notifications.tell_above(fresh, event, body=referral.body, answer=text.strip(), day=expected_on)
    return given


def send_corrected_answer(
    proposal: Proposal, *, text: str, actor: User, about: int | None = None, seen: int | None = None
) -> Feedback:
    """Tell the proposer, and those whose proposals were merged into this one, what a decision says that was corrected
    after they had been told of it (R18, R29): the one that has waited longest. ``about`` is the correction (id) that
    was read when ``text`` was written.

    Raises ``WrongState`` where nothing waits to be told, or something else than ``about``, ``NotPermitted``, and
    ``GuardRefused`` without ``text``.
    """
    if not text.strip():
        raise GuardRefused(_("Write the corrected answer."))
    with transaction.atomic():
        locked_proposal(proposal)
        found = corrected.waiting_with(proposal, actor)
        if not found:
            raise WrongState(_("The proposer has been told already."))
        if about is not None and about != found[0].correction:
            raise WrongState(_("What is to be told has been corrected since. The page shows what it says now."))
        item = found[0].item
        with writing(
            proposal,
            corrected.SENT,
            actor=actor,
            permission="proposals.correct_answer",
            states=frozenset(ProposalStatus),
            seen=seen,
            data=lambda fresh: {"item": item.pk, "label": item.label, "body": item.meeting.body.name},
            text={"answer": text},
        ) as (fresh, event):
            before = corrected.told_of(fresh, item)
            given = answer_all(
                fresh,
                outcome=before.outcome if before is not None else FeedbackOutcome.ON_ITS_WAY,
                text=text.strip(),
                body=item.meeting.body,
                given_by=actor,
                given_at=clock.now(),
                expected_on=before.expected_on if before is not None else None,
                event=event,
            )
            notifications.tell_proposers(
                fresh,
                kind="answer_corrected",
                template="answer_corrected",
                event=event,
                answer=text.strip(),
                body=item.meeting.body,
                label=item.label,
            )
    return given


# Follow-up ------------------------------------------------------------------------------------------------------------


def report_progress(
    proposal: Proposal, *, text: str, new_due_on: date | None = None, actor: User, seen: int | None = None
) -> ProgressReport:
    """Tell how the carrying out of an adopted measure goes, with a new day where the old one cannot be
    kept. The proposer is told.

    Raises ``WrongState``, ``NotPermitted``, and ``GuardRefused`` without ``text``, or with a day that has been.
    """
    if not text.strip():
        raise GuardRefused(_("Write how it goes."))
    if new_due_on is not None and new_due_on <= clock.today():
        raise GuardRefused(_("Choose a day after today."))
    with writing(
        proposal,
        "proposals.progress",
        actor=actor,
        permission="proposals.follow_up",
        states=frozenset({ProposalStatus.ADOPTED}),
        seen=seen,
        data=lambda fresh: {"due_on": fresh.due_on, "new_due_on": new_due_on},
        text={"progress": text},
    ) as (fresh, event):
        report = ProgressReport.objects.create(
            proposal=fresh, text=text.strip(), new_due_on=new_due_on, reported_by=actor, reported_at=clock.now()
        )
        if new_due_on is not None:
            fresh.due_on = new_due_on
            fresh.save()
        notifications.tell_proposers(
            fresh, kind="progress", template="progress", event=event, answer=text.strip(), expected_on=new_due_on
        )
    return report

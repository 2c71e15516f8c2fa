"""The daily jobs of proposals: what comes back on its day, and reminders of what is late.

All of them may run any number of times.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from forum.cases.enums import ReferralStatus
from forum.cases.models import Case
from proposals import notifications
from proposals.consent import services as consent
from proposals.drafts import services as drafts
from proposals.enums import OPEN_TO_TREATMENT, ProposalStatus
from proposals.models import Proposal
from proposals.paper_intake import services as on_paper
from trepart import audit, clock
from trepart.audit.models import Event
from trepart.notices.announcing import tell
from trepart.refusals import Refused
from trepart.workflow import perform

log = logging.getLogger(__name__)

#: Days between reminders of the same thing.
AGAIN = timedelta(days=7)


@app.periodic(cron="10 5 * * *")
@app.task(name="proposals.resume_considered", queue="daily")
def resume_considered(timestamp: int = 0) -> int:
    """Take up again what was to be considered until today or before, and return how many. The body and
    the proposer are told."""
    due = Proposal.objects.filter(
        status=ProposalStatus.CONSIDERED,
        case__referrals__status=ReferralStatus.RESTING,
        case__referrals__resumes_on__lte=clock.today(),
    )
    done = 0
    for proposal in due.order_by("pk"):
        try:
            perform(proposal, "resume", actor=None, seen=proposal.status_event_id)
        except Refused as refusal:
            # Somebody acted on it this very moment; if it still rests, the next run takes it.
            log.info("Proposal %s was not taken up again: %s", proposal.pk, refusal)
        else:
            done += 1
    return done


@app.periodic(cron="20 5 * * *")
@app.task(name="proposals.settle_conclusions", queue="daily")
def settle_conclusions(timestamp: int = 0) -> int:
    """Let provisional conclusions stand whose days for objecting are over, ask those who have got a seat since, and
    tell where a yes has not come (R24). Return how many stand by it."""
    return consent.settle_due()


@app.periodic(cron="30 5 * * *")
@app.task(name="proposals.remind", queue="daily")
def remind(timestamp: int = 0) -> int:
    """Remind of what is late: answers (R18), measures to be carried out (R16), the municipal council's answer, letters.
    Also of proposals that were written and never sent. Return how many reminders were given."""
    today = clock.today()
    overdue = Proposal.objects.filter(
        status__in=[ProposalStatus.RECEIVED, *OPEN_TO_TREATMENT],
        case__referrals__status=ReferralStatus.OPEN,
        case__referrals__due_on__lt=today,
    )
    measures = Proposal.objects.filter(status=ProposalStatus.ADOPTED, due_on__lt=today)
    council = Proposal.objects.filter(status=ProposalStatus.AWAITING_COUNCIL, ask_council_on__lte=today)
    reminders: tuple[tuple[str, list[int], Callable[[Proposal, Event], None]], ...] = (
        ("proposals.reminded", list(overdue.values_list("pk", flat=True)), _of_answer),
        ("proposals.measure_reminded", list(measures.values_list("pk", flat=True)), _of_measure),
        ("proposals.council_reminded", list(council.values_list("pk", flat=True)), _of_council),
    )
    return sum(_remind(pk, action, say) for action, found, say in reminders for pk in found) + (
        on_paper.remind() + drafts.remind()
    )


@app.periodic(cron="40 3 * * *")
@app.task(name="proposals.sweep_drafts", queue="daily")
def sweep_drafts(timestamp: int = 0) -> int:
    """Throw away what was written without an account and never sent (R31), and return how many."""
    return drafts.sweep()


@app.periodic(cron="50 3 * * *")
@app.task(name="proposals.sweep_paper", queue="daily")
def sweep_paper(timestamp: int = 0) -> int:
    """Erase how proposers on paper were reached, where nothing more is to be sent (R31), and return how many."""
    return on_paper.sweep()


def _remind(pk: int, action: str, say: Callable[[Proposal, Event], None]) -> int:
    with transaction.atomic():
        case_id = Proposal.objects.values_list("case", flat=True).get(pk=pk)
        # Two workers, or a worker and a person who acts: the one who comes second looks again.
        list(Case.objects.select_for_update(no_key=True).filter(pk=case_id).values_list("pk"))
        proposal = Proposal.objects.select_related("case", "responsible").get(pk=pk)
        recently = Event.objects.about(proposal.case).filter(action=action, at__gt=clock.now() - AGAIN)
        if recently.exists() or not _still(proposal, action):
            return 0
        referral = proposal.referral
        data = {"body": referral.body.name if referral else ""}
        with audit.recorded(action, actor=None, subject=proposal, root=proposal.case, data=data) as event:
            say(proposal, event)
    return 1


def _still(proposal: Proposal, action: str) -> bool:
    today, referral = clock.today(), proposal.referral
    if action == "proposals.reminded":
        return referral is not None and referral.status == ReferralStatus.OPEN and referral.due_on < today
    if action == "proposals.measure_reminded":
        return proposal.status == ProposalStatus.ADOPTED and proposal.due_on is not None and proposal.due_on < today
    return (
        proposal.status == ProposalStatus.AWAITING_COUNCIL
        and proposal.ask_council_on is not None
        and proposal.ask_council_on <= today
    )


def _of_answer(proposal: Proposal, event: Event) -> None:
    notifications.tell_handlers(
        proposal, kind="overdue", template="overdue", event=event, permission="proposals.answer"
    )


def _of_measure(proposal: Proposal, event: Event) -> None:
    tell(
        [proposal.responsible] if proposal.responsible else [],
        kind="proposals.measure_overdue",
        template="proposals/measures/mail/measure_overdue",
        context={**notifications.context(proposal), "subject": proposal},
        url=notifications.url(proposal),
        event=event,
    )


def _of_council(proposal: Proposal, event: Event) -> None:
    notifications.tell_handlers(
        proposal, kind="ask_council", template="ask_council", event=event, permission="proposals.record_council"
    )

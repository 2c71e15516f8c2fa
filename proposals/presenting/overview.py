"""A proposal as people read it: its status in words, its road as stations, what happens now, what one can do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import ReferralOutcome, ReferralStatus
from forum.cases.models import Referral
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingStatus
from proposals.enums import FINAL, ProposalStatus
from proposals.models import Proposal
from proposals.presenting import promises
from proposals.presenting.yes_words import agrees
from proposals.routing import road
from proposals.workflow.guards import standing_items, waits_for_council
from trepart import clock
from trepart.access.account_closure import CLOSED
from trepart.text.dates import date_text
from trepart.ui import Station, StationState, StatusMeaning
from trepart.workflow import Words

S = ProposalStatus
_MEANINGS: dict[ProposalStatus, StatusMeaning] = {
    S.RECEIVED: "info",
    S.IN_TREATMENT: "info",
    S.AWAITING_COUNCIL: "info",
    S.CONSIDERED: "warning",
    S.ADOPTED: "success",
    S.IMPLEMENTED: "success",
    S.DECLINED: "neutral",
    S.WITHDRAWN: "neutral",
    S.MERGED: "neutral",
    S.ELSEWHERE: "neutral",
}


@dataclass(frozen=True)
class Status:
    """The tag of a proposal."""

    label: str
    meaning: StatusMeaning


def status(proposal: Proposal) -> Status:
    """Return where the proposal stands, in words and with its one colour. Uses the stays as fetched."""
    stage, referral = proposal.stage, proposal.referral
    label = capfirst(str(stage.label))
    if stage == S.IN_TREATMENT and referral:
        label = _("Under treatment in %(body)s") % {"body": referral.body}
    elif stage == S.AWAITING_COUNCIL:
        label = _("Waiting for %(authority)s") % {"authority": proposal.authority}
    elif stage == S.ADOPTED and any(
        stay.outcome == ReferralOutcome.ADOPTED and agrees(stay.body) for stay in proposal.case.referrals.all()
    ):
        label = _("Agreed, to be done")
    elif stage == S.RECEIVED and referral:
        label = _("Received by %(body)s") % {"body": referral.body}
    return Status(label, _MEANINGS[stage])


def standing(proposals: Iterable[Proposal]) -> list[tuple[Proposal, str]]:
    """Return each of ``proposals`` with where it stands, in words."""
    return [(one, status(one).label) for one in proposals]


def late(proposal: Proposal) -> str:
    """Return what is overdue about the proposal, in words; empty where nothing is."""
    today, referral = clock.today(), proposal.referral
    if referral is not None and referral.status == ReferralStatus.OPEN and referral.due_on < today:
        return _("Answer overdue")
    if proposal.status == S.ADOPTED and proposal.due_on is not None and proposal.due_on < today:
        return _("Overdue")
    if (
        proposal.status == S.AWAITING_COUNCIL
        and proposal.ask_council_on is not None
        and proposal.ask_council_on < today
    ):
        return _("Time to ask again")
    return ""


# The road -------------------------------------------------------------------------------------------------------------

_DONE: dict[str, Words] = {
    ReferralOutcome.ADOPTED: gettext_lazy("Adopted %(date)s"),
    ReferralOutcome.DECLINED: gettext_lazy("Declined %(date)s"),
    ReferralOutcome.FORWARDED: gettext_lazy("Sent on %(date)s"),
    ReferralOutcome.RECOMMENDED: gettext_lazy("Recommendation %(date)s"),
    ReferralOutcome.DISAGREED: gettext_lazy("Did not agree %(date)s"),
    ReferralOutcome.SENT_BACK: gettext_lazy("Sent back %(date)s"),
    ReferralOutcome.PASSED_ON: gettext_lazy("Passed on %(date)s"),
    ReferralOutcome.DEMANDED: gettext_lazy("Demanded by members of the body above %(date)s"),
    ReferralOutcome.TO_COUNCIL: gettext_lazy("Recommended %(date)s"),
    ReferralOutcome.WITHDRAWN: gettext_lazy("Withdrawn %(date)s"),
    ReferralOutcome.MERGED: gettext_lazy("Merged %(date)s"),
    ReferralOutcome.ELSEWHERE: gettext_lazy("Answered %(date)s"),
}


def _day(moment: Any) -> str:
    return date_text(timezone.localtime(moment).date()) if moment else ""


def stations(proposal: Proposal, item: AgendaItem | None = None) -> list[Station]:
    """Return the road: what was done at each body, where the proposal is, what may come. ``item`` is its
    place on a called agenda."""
    found = [_stay(referral, proposal, item) for referral in proposal.case.referrals.all()]
    stage, referral = proposal.stage, proposal.referral
    if referral is not None:
        found += [
            Station(body.name, note, "next")
            for body in road.ahead(referral.body)
            if (note := _may_come(proposal, referral, body))
        ]
    if waits_for_council(proposal):
        waiting = stage == S.AWAITING_COUNCIL
        note = (
            _("We ask %(date)s") % {"date": date_text(proposal.ask_council_on)}
            if waiting and proposal.ask_council_on
            else _("Decided %(date)s") % {"date": date_text(proposal.council_decided_on)}
            if proposal.council_decided_on
            else ""
        )
        found.append(Station(capfirst(proposal.authority), note, "now" if waiting else "done"))
    if stage not in (S.DECLINED, S.WITHDRAWN, S.MERGED, S.ELSEWHERE):
        found.append(_carrying_out(proposal))
    return found


def _stay(referral: Referral, proposal: Proposal, item: AgendaItem | None) -> Station:
    if referral.status == ReferralStatus.CLOSED:
        words = _DONE.get(referral.outcome, "%(date)s")
        if referral.outcome == ReferralOutcome.ADOPTED and agrees(referral.body):
            words = gettext_lazy("Agreed %(date)s")
        note = str(words) % {"date": _day(referral.closed_at)}
        if referral.outcome == ReferralOutcome.FORWARDED:
            note = f"{note}: {_reason(proposal)}" if _reason(proposal) else note
        return Station(referral.body.name, note, "done")
    if item is not None:
        note = _("On the agenda %(date)s") % {"date": _day(item.meeting.starts_at)} + (
            f", {item.label}" if item.label else ""
        )
    elif referral.status == ReferralStatus.RESTING and referral.resumes_on:
        note = _("Comes back %(date)s") % {"date": date_text(referral.resumes_on)}
    else:
        note = _("Received %(date)s") % {"date": _day(referral.received_at)}
    return Station(referral.body.name, note, "now")


def _reason(proposal: Proposal) -> str:
    if proposal.wants_grant:
        return _("needs a grant")
    return _("concerns several workplaces") if proposal.concerns_several else ""


def _may_come(proposal: Proposal, referral: Referral, body: Any) -> str:
    """Return why ``body`` may come later on the road; empty where nothing points there."""
    final = road.next_body(body) is None
    if proposal.wants_grant:
        return _("Because it needs a grant") if final else _("With a recommendation")
    if proposal.concerns_several and referral.body.unit_id is not None and road.next_body(referral.body) == body:
        return _("Because it concerns several workplaces")
    return ""


def _carrying_out(proposal: Proposal) -> Station:
    state: StationState = "next"
    note = _("If it is adopted")
    if proposal.stage == S.ADOPTED:
        state = "now"
        note = _("By %(date)s") % {"date": date_text(proposal.due_on)} if proposal.due_on else ""
    elif proposal.stage == S.IMPLEMENTED:
        state = "done"
        note = (
            _("Carried out %(date)s") % {"date": date_text(proposal.carried_out_on)} if proposal.carried_out_on else ""
        )
    return Station(_("Carrying out"), note, state)


# What happens now -----------------------------------------------------------------------------------------------------


def on_agenda(proposal: Proposal) -> AgendaItem | None:
    """Return the proposal's place on an agenda that has been called, where it has one."""
    referral = proposal.referral
    called = (MeetingStatus.CALLED, MeetingStatus.IN_SESSION, MeetingStatus.ENDED)
    return (
        next((item for item in standing_items(referral) if item.meeting.status in called), None) if referral else None
    )


def now(proposal: Proposal, item: AgendaItem | None, *, own: bool) -> list[str]:
    """Return what happens now, sentence by sentence; ``own`` speaks to the proposer."""
    stage, referral = proposal.stage, proposal.referral
    said: list[str] = []
    if stage == S.RECEIVED and referral:
        said.append(
            _("%(body)s has received it.") % {"body": referral.body}
            if proposal.screened
            else _("%(body)s has received it, and reads it through before others can see it.") % {"body": referral.body}
        )
    elif stage == S.IN_TREATMENT and referral:
        said.append(
            _("%(body)s deals with it %(date)s.") % {"body": referral.body, "date": _day(item.meeting.starts_at)}
            if item
            else _("%(body)s has it on its table.") % {"body": referral.body}
        )
        if referral.needs_user_representatives:
            said.append(_("Representatives of the users are to take part."))
    elif stage == S.CONSIDERED and referral and referral.resumes_on:
        said.append(
            _("%(body)s considers it further and takes it up again %(date)s.")
            % {"body": referral.body, "date": date_text(referral.resumes_on)}
        )
    elif stage == S.AWAITING_COUNCIL and proposal.ask_council_on:
        said.append(
            _("It waits for %(authority)s. We ask what became of it %(date)s at the latest.")
            % {"authority": proposal.authority, "date": date_text(proposal.ask_council_on)}
        )
    elif stage == S.ADOPTED and proposal.due_on:
        said.append(
            _("%(name)s sees to it, by %(date)s.") % {"name": proposal.responsible, "date": date_text(proposal.due_on)}
        )
    elif stage == S.IMPLEMENTED:
        said.append(_("It is carried out. Nothing more is to be done."))
    elif stage == S.DECLINED:
        said.append(_("It was declined. The reason stands in the answer."))
    elif stage == S.ELSEWHERE:
        said.append(_("It belongs elsewhere. The answer says where."))
    elif stage == S.WITHDRAWN:
        said.append(_("The proposer withdrew it. Nobody goes on with it."))
    elif stage == S.MERGED and proposal.merged_into:
        said.append(
            _("It goes on together with %(reference)s, and gets the same answer.")
            % {"reference": proposal.merged_into.case.reference}
        )
    if nobody_to_answer(proposal):
        said += no_answer(proposal)
    elif stage in (S.RECEIVED, S.IN_TREATMENT) and referral:
        said.append(promises.of_answer(referral, own=own))
    return said


def nobody_to_answer(proposal: Proposal) -> bool:
    """Say whether the one who sent it in has closed the account, so that no answer reaches anybody (R18, R31)."""
    return proposal.proposer is not None and proposal.proposer.email.endswith(CLOSED)


def no_answer(proposal: Proposal) -> list[str]:
    """Return that nobody can be answered, and what is done instead."""
    said = [_("The one who sent it in has closed the account, so nobody can be answered.")]
    if proposal.stage in FINAL:
        said.append(_("The answer stands on this page, and in the archive."))
    else:
        said.append(
            _(
                "It is dealt with all the same, and the answer is written here. Whoever sent it in can ask for it by "
                "the number %(reference)s."
            )
            % {"reference": proposal.case.reference}
        )
    return said

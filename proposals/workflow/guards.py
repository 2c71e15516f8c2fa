"""When a step cannot be taken although the person has the right to it; each answer names the rule it rests on."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from forum.cases.enums import ReferralOutcome, Resolution
from forum.cases.models import Referral
from forum.delegations import judging
from forum.meetings.agenda import demands
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingStatus
from forum.organisation import body_kinds
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from proposals.consent.enums import ConclusionStatus
from proposals.consent.impartiality import queries as impartiality
from proposals.consent.models import Conclusion
from proposals.consent.queries import agrees_by_itself, pending
from proposals.forms.handling import Merged
from proposals.heard import who_is_heard
from proposals.models import Proposal
from proposals.notifications import duplicates
from proposals.routing import road
from trepart.workflow import Step, Words

Guard = Callable[[Step], Words | None]

#: Which decision of a meeting carries which step.
RESOLUTION_OF = {
    "adopt": Resolution.ADOPT,
    "consider": Resolution.CONSIDER,
    "decline": Resolution.DECLINE,
    "send_back": Resolution.SEND_BACK,
    "recommend": Resolution.RECOMMEND,
    "to_council": Resolution.TO_COUNCIL,
}


def all_of(*guards: Guard) -> Guard:
    """Return a guard that gives the first reason any of ``guards`` has."""

    def guard(step: Step) -> Words | None:
        return next((why for each in guards if (why := each(step))), None)

    # docs/workflow.md prints what shuts a step from here.
    said = (" ".join((each.__doc__ or "").strip().split("\n\n")[0].split()) for each in guards)
    guard.__doc__ = " ".join(each for each in said if each)
    return guard


def standing_items(referral: Referral) -> list[AgendaItem]:
    """Return the places ``referral`` has on agendas whose decision has not been carried out yet; at most one."""
    found = AgendaItem.objects.filter(referral=referral, withdrawn_at__isnull=True, settled_at__isnull=True)
    return list(found.select_related("meeting__body", "decision"))


def in_a_body(step: Step) -> Words | None:
    """A body must have the proposal."""
    return None if step.subject.referral else _("No body has the proposal on its table now.")


def decided_rightly(step: Step) -> Words | None:
    """A body under chapter 11 decides in a meeting, and what stands on a called agenda is decided
    there (koml § 11-2, R6). One provisional conclusion waits for answers at a time (R24). Nobody concludes who has said
    that they are partial (fvl § 6, R12)."""
    referral: Referral | None = step.subject.referral
    if referral is None:
        return _("No body has the proposal on its table now.")
    if isinstance(step.basis, AgendaItem):
        return _basis_fault(step, referral)
    if why := _not_on_called_agenda(referral) or nothing_provisional(step) or nobody_partial(step):
        return why
    if referral.body.chapter_11:
        return _("%(body)s decides in a meeting (Local Government Act § 11-2). Put the case on an agenda.") % {
            "body": referral.body
        }
    return None


def not_on_called_agenda(step: Step) -> Words | None:
    """What stands on a called agenda waits for the meeting."""
    referral: Referral | None = step.subject.referral
    return _not_on_called_agenda(referral) if referral else None


def not_demanded(step: Step) -> Words | None:
    """What is demanded stays with the body until a meeting has decided on it (koml § 11-3, R6)."""
    referral: Referral | None = step.subject.referral
    demand = demands.keeps(referral) if referral else None
    if demand is None:
        return None
    return _(
        "The case is demanded on the agenda (Local Government Act § 11-3), and is decided in a meeting. %(who)s."
    ) % {"who": demand.behind_it}


def _not_on_called_agenda(referral: Referral) -> Words | None:
    for item in standing_items(referral):
        if item.meeting.status != MeetingStatus.PLANNED:
            return _(
                "The case stands on the agenda of %(body)s %(date)s. It is decided there, or taken off that "
                "agenda first."
            ) % {"body": item.meeting.body, "date": f"{item.meeting.starts_at:%d.%m.%Y}"}
    return None


def _basis_fault(step: Step, referral: Referral) -> Words | None:
    item: AgendaItem = step.basis
    decision = item.decided
    if item.withdrawn_at is not None or item.referral_id != referral.pk:
        return _("The decision is about another stay of the case: it has moved on since.")
    if decision is None or item.meeting.status != MeetingStatus.ENDED:
        return _("A decision takes effect when the meeting has ended.")
    if decision.resolution != RESOLUTION_OF.get(step.transition.name):
        return _("The meeting decided something else.")
    return None


def consented(step: Step[object]) -> Words | None:
    """What a body that agrees has concluded stands only when leader and a union representative (or the safety
    representative in their place) have each said yes and nobody has objected in time, or when it was decided in a
    meeting (R24)."""
    referral: Referral | None = step.subject.referral
    if isinstance(step.basis, Conclusion):
        return _conclusion_fault(step, step.basis, referral)
    if step.actor is None:
        return _("This step is taken by a person.")
    if referral is None or isinstance(step.basis, AgendaItem) or not agrees_by_itself(referral.body):
        return None
    return _(
        "%(body)s concludes together: write a provisional conclusion, which stands when the leader and a union "
        "representative have each said yes from their own sign-in."
    ) % {"body": referral.body}


def _conclusion_fault(step: Step[object], conclusion: Conclusion, referral: Referral | None) -> Words | None:
    # One that has no status yet is being written: what it leads to is only tried.
    stands = conclusion.status in ("", ConclusionStatus.STANDS)
    if stands and referral is not None and conclusion.referral_id == referral.pk:
        return None if conclusion.step == step.transition.name else _("The conclusion says something else.")
    return _("The conclusion is about another stay of the case: it has moved on since.")


def nothing_provisional(step: Step) -> Words | None:
    """While a provisional conclusion waits for answers nobody writes another (R24)."""
    if step.basis is not None:
        return None
    if pending(step.subject.referral) is None:
        return None
    return _("A provisional conclusion waits for answers already. Answer it, or take it back first.")


def nobody_partial(step: Step) -> Words | None:
    """Nobody concludes who has said that they are partial in the case, nor under a leader in the line who has (fvl § 6,
    R12)."""
    referral: Referral | None = step.subject.referral
    if referral is None or step.actor is None or isinstance(step.basis, AgendaItem):
        return None
    return impartiality.barred(referral, step.actor)


def asked_of_own(step: Step[object]) -> Words | None:
    """Whoever concludes on what they have sent in themselves has said first whether they are partial in it (fvl § 6,
    R12); a meeting asks in its own way."""
    referral: Referral | None = step.subject.referral
    if referral is None or step.actor is None or isinstance(step.basis, AgendaItem):
        return None
    if not impartiality.sent_in(step.subject, step.actor):
        return None
    if not impartiality.has_answered(referral, step.actor):
        return _("You have sent this in yourself: answer first whether you are partial in the case.")
    return impartiality.barred(referral, step.actor)


def asked_of_own_measure(step: Step[object]) -> Words | None:
    """Whoever stops an adopted measure that they have proposed themselves has said first whether they are partial in
    it; nobody below a leader who is stops it instead (fvl § 6, R12)."""
    stay, actor = impartiality.stay_of(step.subject), step.actor
    if stay is None or actor is None:
        return None
    if impartiality.sent_in(step.subject, actor):
        if not impartiality.has_answered(stay, actor):
            return _("You have sent this in yourself: answer first whether you are partial in the case.")
        return impartiality.barred(stay, actor)
    below = impartiality.leader_is_aside(stay) and step.subject.responsible_id != actor.pk
    return impartiality.barred(stay, actor) if below else None


def employees_heard(step: Step) -> Words | None:
    """Where one leader decides, union and safety representative of the workplace, else the chief ones, are heard before
    an employee's proposal ends; silence holds it up for the days one can object in (R16)."""
    if step.basis is not None:
        return None
    return who_is_heard.why_not_yet(step.subject)


def leader_is_partial(step: Step) -> Words | None:
    """The one leader who would decide it has said that they are partial (fvl § 6)."""
    referral: Referral | None = step.subject.referral
    if referral is not None and impartiality.leader_is_aside(referral):
        return None
    return _("The leader has not said that they are partial in the case.")


def within_reach(step: Step) -> Words | None:
    """What concerns several workplaces, or needs a grant, is not for every body to carry out
    (the guide on LMU; R24)."""
    proposal: Proposal = step.subject
    referral = proposal.referral
    if referral is None:
        return None
    body, above = referral.body, road.next_body(referral.body)
    if above is None:
        return None
    if proposal.wants_grant:
        return _(
            "The proposal needs a grant. %(body)s cannot carry it out itself; send it on to %(next)s. (The guide: "
            "proposals that need a grant are dealt with by the three-party committee, with a recommendation.)"
        ) % {"body": body, "next": above}
    if proposal.concerns_several and body.unit_id is not None:
        why = _(
            "The proposal concerns several workplaces. %(body)s cannot carry it out itself; send it on to %(next)s."
        ) % {"body": body, "next": above}
        if above.kind in body_kinds.ENTRY:
            why += " " + _(
                "(The guide: proposals that concern several workplaces are dealt with by the coordination group.)"
            )
        return why
    return None


def has_authority(step: Step) -> Words | None:
    """A body that only recommends neither adopts nor declines; what a meeting decides is judged by the delegation in
    force that day (R34-R37)."""
    referral: Referral | None = step.subject.referral
    if referral is None or step.basis is not None:
        return None
    return judging.only_recommends(referral.body) or None


def users_have_joined(step: Step) -> Words | None:
    """A group ordered to bring user representatives in cannot conclude before they have joined (the guide on LMU)."""
    referral: Referral | None = step.subject.referral
    if referral is None or not referral.needs_user_representatives:
        return None
    if Membership.objects.running().filter(body=referral.body_id, role=Role.USER_REPRESENTATIVE).exists():
        return None
    return _("%(body)s has been asked to bring in representatives of the users, and none has joined yet.") % {
        "body": referral.body
    }


def has_next_body(step: Step) -> Words | None:
    """There must be somebody to send to."""
    referral: Referral | None = step.subject.referral
    if referral is None or road.next_body(referral.body) is not None:
        return None
    return _("%(body)s has no body above it to send to.") % {"body": referral.body}


def belongs_to_a_unit(step: Step) -> Words | None:
    """Only the group of a workplace can have got what belongs to another workplace."""
    referral: Referral | None = step.subject.referral
    if referral is None or referral.body.unit_id is not None:
        return None
    return _("%(body)s does not belong to one workplace; send the proposal back instead.") % {"body": referral.body}


def serves_no_single_unit(step: Step) -> Words | None:
    """The group of a workplace passes on to other workplaces; only a body for all hands over to other bodies."""
    referral: Referral | None = step.subject.referral
    if referral is None or referral.body.unit_id is None:
        return None
    return _("%(body)s passes on to another workplace instead.") % {"body": referral.body}


def has_way_in(step: Step) -> Words | None:
    """Somebody must receive it."""
    proposal: Proposal = step.subject
    if road.entry(proposal.origin, proposal.unit):
        return None
    return road.NO_WAY_IN if proposal.unit_id else road.NOBODY_RECEIVES


def nothing_decided(step: Step) -> Words | None:
    """Withdrawing and merging end when a meeting has decided, and while it sits over the case."""
    referral: Referral | None = step.subject.referral
    for item in standing_items(referral) if referral else []:
        if item.decided is not None:
            return _("A meeting has decided on the proposal.")
        if item.meeting.status == MeetingStatus.IN_SESSION:
            return _("A meeting has the proposal on its agenda just now.")
    return None


def nobody_leans_on_it(step: Step) -> Words | None:
    """Whoever has had a proposal merged into this one waits for its answer."""
    if duplicates(step.subject):
        return _("Others have proposed the same, and wait for the answer to this one. It can no longer be withdrawn.")
    return None


def not_in_circles(step: Step[Merged]) -> Words | None:
    """What is merged must end in a proposal that is on its way."""
    into = step.data.into
    if into.pk == step.subject.pk or into.pk in {p.pk for p in duplicates(step.subject)}:
        return _("A proposal cannot be merged with itself, or with one that was merged into it.")
    return None


def waits_for_council(proposal: Proposal) -> Referral | None:
    """Return the stay from which ``proposal`` was sent to whoever has the authority: that body records the answer."""
    sent = [r for r in proposal.case.referrals.all() if r.outcome == ReferralOutcome.TO_COUNCIL]
    return sent[-1] if sent else None


def is_last_body(step: Step) -> Words | None:
    """Only the body nobody stands above within the portal sends cases out of it."""
    referral: Referral | None = step.subject.referral
    above = road.next_body(referral.body) if referral else None
    if referral is None or above is None:
        return None
    return _("Only %(last)s sends cases out of the portal. Send it on with a recommendation.") % {
        "last": [*road.ahead(referral.body)][-1]
    }

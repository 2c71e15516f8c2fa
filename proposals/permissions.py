"""Who may do what with a proposal. Nothing here says when: that is the table's business (`proposals.workflow`)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess, ReferralOutcome, ReferralStatus
from forum.cases.models import CaseGuest, Referral
from forum.delegations.enums import Authority
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core.closed import access as closed_access
from forum.meetings.core.closed.access import kept_items_open_to
from forum.meetings.core.closed.stepped_aside import cases_left_by, left_asked_once, those_who_left
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import CallAnswer
from forum.organisation.enums import DecidesBy, OfficeKind, Role
from forum.organisation.models import Appointment, Body, Membership
from forum.organisation.permissions import EMPLOYEE
from forum.organisation.role_assignments import standing_in
from proposals import senders
from proposals.enums import ProposalStatus
from proposals.models import HeardWord, Proposal
from proposals.queries.awaiting import is_chief_executive
from proposals.routing import road
from trepart.access import grants
from trepart.access.policy import Permission, register
from trepart.access.rules import NOTHING, Everyone, InBody, Personal, When

_WAITING = (ReferralStatus.OPEN, ReferralStatus.RESTING)
_READABLE = (CaseAccess.EMPLOYEES, CaseAccess.PUBLIC)


# Bodies: who has it now, who has had it, who adopted it, who waits for the municipal council --------------------------


def _with_referrals(**conditions: object) -> Q:
    # Asked of one case at a time, by its index: a set of all cases a body has ever had would be
    # made anew for every page.
    return Q(Exists(Referral.objects.filter(case=OuterRef("case"), **conditions)))


def _holder(proposal: Proposal) -> list[int]:
    referral = proposal.referral
    return [referral.body_id] if referral else []


def _holders(proposal: Proposal) -> list[int]:
    return [referral.body_id for referral in proposal.case.referrals.all()]


def _raiser(proposal: Proposal) -> list[int]:
    return [proposal.on_behalf_of_id] if proposal.on_behalf_of_id else []


def _held_by(bodies: Collection[int]) -> Q:
    return _with_referrals(body__in=bodies, status__in=_WAITING)


def _adopter(proposal: Proposal) -> list[int]:
    return [proposal.adopted_by_id] if proposal.adopted_by_id else []


def _asker(proposal: Proposal) -> list[int]:
    return [r.body_id for r in proposal.case.referrals.all() if r.outcome == ReferralOutcome.TO_COUNCIL][-1:]


def _deciding(*by: DecidesBy) -> When:
    def test(proposal: Proposal) -> bool:
        referral = proposal.referral
        return referral is not None and referral.body.decides_by in by

    deciding = Body.objects.filter(decides_by__in=by).values("pk")
    return When(test, _with_referrals(body__in=deciding, status__in=_WAITING))


def _has_met(proposal: Proposal) -> bool:
    referral = proposal.referral
    return referral is not None and referral.items.filter(**_MET).exists()


#: A meeting has decided on the case and the decision waits to be carried into it: so may a group that
#: otherwise decides by consensus.
_MET = {"withdrawn_at__isnull": True, "settled_at__isnull": True, "decision__isnull": False}
_MET_OVER_IT = When(
    _has_met,
    _with_referrals(status__in=_WAITING, items__in=AgendaItem.objects.filter(**_MET).values("pk")),
)

_IN_HOLDER = InBody(_holder, _held_by)


# People ---------------------------------------------------------------------------------------------------------------


_PROPOSER = Personal(
    test=lambda person, proposal, on: proposal is not None and proposal.is_by(person),
    mine=lambda person, on: Q(proposer=person),
    whose=lambda proposal, on: Q(pk=proposal.proposer_id) if proposal.proposer_id else NOTHING,
)
_RESPONSIBLE = Personal(
    test=lambda person, proposal, on: proposal is not None and proposal.responsible_id == person.pk,
    mine=lambda person, on: Q(responsible=person),
    whose=lambda proposal, on: Q(pk=proposal.responsible_id) if proposal.responsible_id else NOTHING,
)


def _guest_in(person: Any, on: date) -> QuerySet[CaseGuest]:
    return CaseGuest.objects.filter(
        membership__person=person,
        membership__role=Role.USER_REPRESENTATIVE,
        membership__in=Membership.objects.running(on),
    )


def _is_guest(person: Any, proposal: Proposal, on: date) -> bool:
    # Asked only of who is somebody's guest at all.
    if proposal is None or not any(p.role == Role.USER_REPRESENTATIVE for p in grants.of(person).standings):
        return False
    return _guest_in(person, on).filter(referral__case=proposal.case_id).exists()


#: A user representative reads exactly the case they are a guest in (the guide on LMU).
_GUEST = Personal(
    test=_is_guest,
    mine=lambda person, on: (
        Q(case__in=_guest_in(person, on).values("referral__case"))
        if any(p.role == Role.USER_REPRESENTATIVE for p in grants.of(person).standings)
        else NOTHING
    ),
    whose=lambda proposal, on: Q(
        pk__in=CaseGuest.objects.filter(
            referral__case=proposal.case_id,
            membership__role=Role.USER_REPRESENTATIVE,
            membership__in=Membership.objects.running(on),
        ).values("membership__person")
    ),
)


def _chief_executives(on: date) -> Q:
    return Q(pk__in=Appointment.objects.running(on).filter(office=OfficeKind.CHIEF_EXECUTIVE).values("person"))


#: The chief executive answers what is recommended to the chief executive; others' answers are written down by the
#: secretary of the body that asked.
_HAS_AUTHORITY = Personal(
    test=lambda person, proposal, on: (
        proposal is not None and proposal.awaits == Authority.CHIEF_EXECUTIVE and is_chief_executive(person)
    ),
    mine=lambda person, on: Q(awaits=Authority.CHIEF_EXECUTIVE.value) if is_chief_executive(person) else NOTHING,
    whose=lambda proposal, on: _chief_executives(on) if proposal.awaits == Authority.CHIEF_EXECUTIVE else NOTHING,
)


_REPRESENTATIVES = (Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE)


def _heard_of(person: Any, on: date) -> QuerySet[HeardWord]:
    return HeardWord.objects.filter(
        membership__person=person,
        membership__role__in=_REPRESENTATIVES,
        membership__in=Membership.objects.running(on),
    )


def _may_be_heard(person: Any) -> bool:
    return any(place.role in _REPRESENTATIVES for place in grants.of(person).standings)


#: Union and safety representatives read what they are asked about, where one leader decides. Asked only of who holds
#: such a place at all.
_HEARD = Personal(
    test=lambda person, proposal, on: (
        proposal is not None and _may_be_heard(person) and _heard_of(person, on).filter(proposal=proposal.pk).exists()
    ),
    mine=lambda person, on: Q(pk__in=_heard_of(person, on).values("proposal")) if _may_be_heard(person) else NOTHING,
    whose=lambda proposal, on: Q(
        pk__in=HeardWord.objects.filter(
            proposal=proposal.pk,
            membership__role__in=_REPRESENTATIVES,
            membership__in=Membership.objects.running(on),
        ).values("membership__person")
    ),
)


#: Who has stepped aside in an exempt case reads it no more as one of those who treat it (fvl § 6, R12, R25).
_NOT_EXEMPT = When(
    lambda proposal: proposal.case.access != CaseAccess.RECEIVER, ~Q(case__access=CaseAccess.RECEIVER.value)
)
_NOT_STEPPED_ASIDE = Personal(
    test=lambda person, proposal, on: not left_asked_once(person, proposal.case),
    mine=lambda person, on: ~Q(case__in=cases_left_by(person)),
    whose=lambda proposal, on: ~Q(pk__in=those_who_left(proposal.case)),
)


def _items_of(proposal: Proposal) -> list[AgendaItem]:
    return list(AgendaItem.objects.filter(referral__case=proposal.case_id).select_related("meeting__body", "case"))


def _said_yes(**who: Any) -> QuerySet[DeputyCall]:
    """Return the calls that deputies have said yes to: they read ahead what the members read."""
    by = {f"deputy__{key}": value for key, value in who.items()}
    return DeputyCall.objects.filter(answer=CallAnswer.YES, absence__withdrawn_at__isnull=True, **by)


def _no_mere_deputy(person: Any, proposal: Proposal | None, on: date) -> bool:
    if proposal is None:
        return True
    holders = _holders(proposal)
    there = [place.role for place in grants.of(person).standings if place.body_id in holders]
    if any(role != Role.DEPUTY for role in there):
        return True
    if _said_yes(person=person).filter(absence__meeting__items__referral__case=proposal.case_id).exists():
        return True
    return any(closed_access.reads_item(person, item) for item in _items_of(proposal))


def _where_no_mere_deputy(person: Any, on: date) -> Q:
    places = grants.of(person).standings
    if not any(place.role == Role.DEPUTY for place in places):
        return Q()
    more = {place.body_id for place in places if place.body_id is not None and place.role != Role.DEPUTY}
    called = kept_items_open_to(person)
    meets = Q(case__in=AgendaItem.objects.filter(pk__in=called).values("referral__case")) if called else NOTHING
    ahead = _said_yes(person=person).values("absence__meeting__items__referral__case")
    return _with_referrals(body__in=more) | meets | Q(case__in=ahead)


def _but_mere_deputies(proposal: Proposal, on: date) -> Q:
    seats = Membership.objects.running(on).filter(body__in=_holders(proposal))
    deputies = seats.filter(role=Role.DEPUTY)
    if not deputies.exists():
        return Q()
    more = standing_in(on).filter(membership__body__in=_holders(proposal), membership__isnull=False)
    mere = deputies.exclude(person__in=seats.exclude(role=Role.DEPUTY).values("person")).exclude(
        person__in=more.values("person")
    )
    called = {reader for item in _items_of(proposal) for reader in closed_access.readers_of_item(item)}
    ahead = _said_yes().filter(absence__meeting__items__referral__case=proposal.case_id).values("deputy__person")
    return ~Q(pk__in=mere.values("person")) | Q(pk__in=called) | Q(pk__in=ahead)


#: A deputy who is not called takes part in nothing, and reads what others read (R5).
_NO_MERE_DEPUTY = Personal(test=_no_mere_deputy, mine=_where_no_mere_deputy, whose=_but_mere_deputies)


# Paper ----------------------------------------------------------------------------------------------------------------


def _entry(proposal: Proposal | None) -> list[int]:
    body = road.entry(proposal.origin, proposal.unit) if proposal is not None else None
    return [body.pk] if body is not None else []


def _enters_by(bodies: Collection[int]) -> Q:
    found = NOTHING
    for origin, units in road.ways_into(bodies).items():
        found |= Q(origin=origin.value) if units is None else Q(origin=origin.value, unit__in=units)
    return found


_TIED = When(
    lambda proposal: proposal.on_paper and proposal.proposer_id is not None, Q(on_paper=True, proposer__isnull=False)
)
_WITHOUT_ACCOUNT = When(lambda proposal: proposal.without_account, Q(on_paper=True, proposer__isnull=True))
register(
    Permission(
        name="proposals.enter_paper",
        label=_("enter a proposal that came on paper, for somebody without an account"),
        rule=InBody(_entry, _enters_by),
    ),
    Permission(
        name="proposals.send_letters",
        label=_(
            "see how a proposer without an account is reached, send the letters, and act for the proposer who asks"
        ),
        # In the bodies that have it or have had it: whoever answers, sends the answer.
        rule=_WITHOUT_ACCOUNT & InBody(_holders, lambda bodies: _with_referrals(body__in=bodies)),
    ),
    Permission(
        name="proposals.see_proposer",
        label=_(
            "know who sent a proposal in where the name is not shown to others, and tell the proposer that somebody "
            "has asked for it"
        ),
        # Those who receive and their secretary, where it is and where it has been; never the other members.
        rule=InBody(_holders, lambda bodies: _with_referrals(body__in=bodies)),
    ),
    Permission(
        name="proposals.correct_answer",
        label=_("send the proposer a corrected answer, when the decision it told of is corrected"),
        # Also where the proposal has gone on: the decision was the body's own.
        rule=InBody(_holders, lambda bodies: _with_referrals(body__in=bodies)),
    ),
    Permission(
        name="proposals.untie_account",
        label=_("take a proposal that came on paper away from an account that was not the proposer's"),
        rule=_TIED & InBody(_holders, lambda bodies: _with_referrals(body__in=bodies)),
    ),
    Permission(
        name="proposals.submit",
        label=_(
            "send in a proposal: from one's own workplace, as a citizen, for a village council or a part one belongs to"
        ),
        rule=Personal(
            test=senders.may_send,
            mine=lambda person, on: Q(proposer=person),
            whose=senders.who_may_send,
        ),
    ),
    Permission(
        name="proposals.view",
        label=_("read a proposal"),
        # What lets most people in stands first: the database asks in this order, and need not look for
        # stays where the first answers.
        rule=(
            When(lambda proposal: proposal.case.access == CaseAccess.PUBLIC, Q(case__access=CaseAccess.PUBLIC.value))
            & Everyone()
        )
        | (
            When(lambda proposal: proposal.case.access in _READABLE, Q(case__access__in=[*map(str, _READABLE)]))
            & EMPLOYEE
        )
        | _PROPOSER
        | _RESPONSIBLE
        | _GUEST
        | InBody(_raiser, lambda bodies: Q(on_behalf_of__in=bodies))
        | (
            InBody(_holders, lambda bodies: _with_referrals(body__in=bodies))
            & (_NOT_EXEMPT | (_NOT_STEPPED_ASIDE & _NO_MERE_DEPUTY))
        )
        | _HEARD,
    ),
    Permission(
        name="proposals.say_word",
        label=_("say what one thinks of an employee's proposal that one leader decides on, where one is asked"),
        rule=_HEARD,
    ),
    Permission(name="proposals.correct", label=_("correct one's own proposal"), rule=_PROPOSER),
    Permission(name="proposals.withdraw", label=_("withdraw one's own proposal"), rule=_PROPOSER),
    Permission(
        name="proposals.handle",
        label=_("receive, screen, assess, pass on and merge what the body has on its table"),
        rule=_IN_HOLDER,
    ),
    Permission(
        name="proposals.answer", label=_("give a preliminary answer to what the body has on its table"), rule=_IN_HOLDER
    ),
    Permission(
        name="proposals.agree",
        label=_("write down what a body that decides by consensus has agreed on"),
        rule=_IN_HOLDER & _deciding(DecidesBy.CONSENSUS),
    ),
    Permission(
        name="proposals.decide",
        label=_("carry out what a body that decides by vote, or a leader, has decided"),
        rule=_IN_HOLDER & (_deciding(DecidesBy.VOTE, DecidesBy.LEADER) | _MET_OVER_IT),
    ),
    Permission(
        name="proposals.record_council",
        label=_("write down what was answered by whoever has the authority, and put it right"),
        rule=(
            InBody(_asker, lambda bodies: _with_referrals(body__in=bodies, outcome=ReferralOutcome.TO_COUNCIL.value))
            | _HAS_AUTHORITY
        )
        & When(
            lambda proposal: (
                proposal.status == ProposalStatus.AWAITING_COUNCIL or proposal.council_decided_on is not None
            ),
            Q(status=ProposalStatus.AWAITING_COUNCIL.value) | Q(council_decided_on__isnull=False),
        ),
    ),
    Permission(
        name="proposals.follow_up",
        label=_("report on an adopted measure and say when it is carried out"),
        rule=_RESPONSIBLE | InBody(_adopter, lambda bodies: Q(adopted_by__in=bodies)),
    ),
)

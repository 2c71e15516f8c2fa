"""House rule 2: every step, from every state, tried by everybody.

What is expected is worked out here from `roles.py` and a short list of the rights that people have by themselves;
the rules and predicates of the rooms are not asked. Nothing is written: the executor is stopped where it has made
up its mind about who may.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from forum.cases.enums import CaseAccess, ReferralOutcome, ReferralStatus
from forum.cases.models import Case, Opinion, Referral
from forum.commissions.models import Commission
from forum.council.models import CouncilCase, CouncilList
from forum.meetings.core.models import Meeting
from forum.meetings.minutes.models import Minutes
from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis, OfficeKind, Part, Role
from forum.organisation.models import Body, Employment
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from proposals.enums import ProposalStatus
from proposals.models import Conclusion, Proposal
from tests.factories.councils import village_council
from tests.factories.organisation import Municipality, municipality
from tests.factories.snapshot import once
from trepart import clock, workflow
from trepart.access.models import User
from trepart.access.roles import ROLES
from trepart.refusals import NotPermitted, WrongState
from trepart.workflow import START, Transition, Workflow, all_workflows, perform

pytestmark = pytest.mark.django_db


class Reached(Exception):
    """The executor had nothing against this person in this state."""


@dataclass
class Cast:
    """Everybody: each role of `roles.py` in the body a thing is with, the same in another body,
    and those without a role."""

    bodies: dict[str, Body]
    unit_id: int
    town: Municipality
    #: Role in the body at hand, by (kind, role).
    roles: dict[tuple[str, str], User] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)

    def everybody(self) -> Iterator[tuple[str, tuple[str, str] | None, Any]]:
        for (kind, role), person in self.roles.items():
            yield f"{kind} {role}", (kind, role), person
        for name, person in self.others.items():
            yield name, None, person


@pytest.fixture
def cast(db: None) -> Cast:
    made = once("cast", lambda: _seat(municipality()))
    # Fetched anew, so that nobody carries an answer from before the last membership was entered.
    made.roles = {key: User.objects.get(pk=person.pk) for key, person in made.roles.items()}
    made.others = {n: User.objects.get(pk=p.pk) if p.pk and p.pk < 10**9 else p for n, p in made.others.items()}
    return made


def _leader_in_the_line(town: Municipality) -> tuple[Body, User]:
    """Let a workplace without an LMU have its leader as the body that receives."""
    unit = organisation.add_unit("Vassbygda skole", actor=None)
    body = organisation.add_body(
        name="Leder, Vassbygda skole", kind=BodyKind.LINE, legal_basis=LegalBasis.KOML_13_1, unit=unit,
        superior=town.committee, actor=None,
    )  # fmt: skip
    leader = organisation.add_person(email="linje@fjellvik.example", name="Leder i linja", actor=None)
    memberships.start_membership(
        person=leader,
        body=body,
        role=Role.LEADER,
        part=Part.ADMINISTRATION,
        valid_from=clock.today() - timedelta(days=1),
        actor=None,
    )
    return organisation.activate_body(body, actor=None), leader


def _seat(town: Municipality) -> Cast:
    made = Cast(
        {
            "lmu": town.lmus[0],
            "coordination": town.coordination,
            "committee": town.committee,
            "grendeutvalg": (council := village_council(town)).body,
            "office": town.committee,
            "council": town.council,
            "line": (line := _leader_in_the_line(town))[0],
        },
        town.units[0].pk,
        town,
    )
    yesterday = clock.today() - timedelta(days=1)
    chairs = {
        ("lmu", "leader"): town.lmu_leader(0),
        ("coordination", "leader"): town.coordination_leader,
        ("committee", "leader"): town.chair,
        ("committee", "deputy_leader"): town.elected[1],
        ("grendeutvalg", "leader"): council.leader,
        ("line", "leader"): line[1],
    }
    with organisation.in_bulk():
        for number, (kind, role) in enumerate(ROLES):
            if (kind, role) in chairs:  # there is only one at a time
                made.roles[kind, role] = chairs[kind, role]
                continue
            person = organisation.add_person(email=f"cast{number}@fjellvik.example", name=f"{kind} {role}", actor=None)
            made.roles[kind, role] = person
            if kind == "office":
                organisation.appoint(person=person, office=OfficeKind(role), valid_from=yesterday, actor=None)
                continue
            seat: dict[str, Any] = {"person": person, "role": role, "valid_from": yesterday, "actor": None}
            if role == Role.DEPUTY:
                seat["deputy_number"] = 9
            memberships.start_membership(body=made.bodies[kind], **seat)
        extra = {
            name: organisation.add_person(email=f"{name.replace(' ', '-')}@fjellvik.example", name=name, actor=None)
            for name in ("clerk of old", "clerk to be", "closed account", "hr")
        }
        clerk = {"body": town.committee, "role": Role.SECRETARY, "actor": None}
        old = memberships.start_membership(
            person=extra["clerk of old"], valid_from=yesterday - timedelta(days=9), **clerk
        )
        memberships.start_membership(person=extra["clerk to be"], valid_from=clock.today() + timedelta(days=1), **clerk)
        memberships.start_membership(person=extra["closed account"], valid_from=yesterday, **clerk)
        organisation.appoint(person=extra["hr"], office=OfficeKind.HR, valid_from=yesterday, actor=None)
    memberships.end_membership(old, on=yesterday, actor=None)
    extra["closed account"].is_active = False
    extra["closed account"].save()
    made.others = {
        **extra,
        "leader elsewhere": town.lmu_leader(1),
        "proposer": town.employee(0, 0),
        "colleague": town.employee(0, 1),
        "employee of another unit": town.employee(1),
        "responsible": town.employee(2),
        "stranger": town.outsider,
        "anonymous": AnonymousUser(),
        "superuser": User(pk=10**9, email="root@fjellvik.example", name="Root", is_staff=True, is_superuser=True),
    }
    return made


# Things in any state, made in memory: the executor is stopped before it writes ----------------------------------------
def _placed(subject: Any, state: str) -> Any:
    subject.status = state
    subject._state.adding = state == START
    return subject


def _meeting(cast: Cast, kind: str, state: str) -> Any:
    return _placed(Meeting(pk=10**6, body=cast.bodies[kind], starts_at=clock.now()), state)


def _minutes(cast: Cast, kind: str, state: str) -> Any:
    return _placed(Minutes(pk=10**6, meeting=_meeting(cast, kind, "ended")), state)


def _case(body: Body, **stay: Any) -> tuple[Case, Referral]:
    case = Case(pk=10**6, year=2026, number=1, access=CaseAccess.EMPLOYEES)
    referral = Referral(pk=10**6, case=case, body=body, received_at=clock.now(), due_on=clock.today(), **stay)
    case._prefetched_objects_cache = {"referrals": [referral]}  # type: ignore[attr-defined]  # as if fetched
    return case, referral


def _referral(cast: Cast, kind: str, state: str) -> Any:
    return _placed(_case(cast.bodies[kind])[1], state)


def _proposal(cast: Cast, kind: str, state: str) -> Any:
    body = cast.bodies[kind]
    if state == ProposalStatus.AWAITING_COUNCIL:
        stay = {"status": ReferralStatus.CLOSED, "outcome": ReferralOutcome.TO_COUNCIL}
    elif state in {ProposalStatus.RECEIVED, ProposalStatus.IN_TREATMENT, ProposalStatus.CONSIDERED}:
        stay = {"status": ReferralStatus.RESTING if state == ProposalStatus.CONSIDERED else ReferralStatus.OPEN}
    else:
        stay = {"status": ReferralStatus.CLOSED, "outcome": ReferralOutcome.ADOPTED}
    case, _stay = _case(body, **stay)
    decided = state in {ProposalStatus.ADOPTED, ProposalStatus.IMPLEMENTED}
    return _placed(
        Proposal(
            pk=10**6, case=case, unit_id=cast.unit_id, title="A", proposer=cast.others["proposer"],
            adopted_by=body if decided else None, responsible=cast.others["responsible"] if decided else None,
        ),
        state,
    )  # fmt: skip


def _opinion(cast: Cast, kind: str, state: str) -> Any:
    case, stay = _case(cast.bodies[kind])
    asked = cast.bodies["coordination" if kind == "grendeutvalg" else "grendeutvalg"]
    return _placed(
        Opinion(pk=10**6, case=case, referral=stay, asker=cast.bodies[kind], asked=asked, due_on=clock.today()), state
    )


def _commission(cast: Cast, kind: str, state: str) -> Any:
    """Given by the body of the kind, to the village council (the LMU where that is who gives),
    heard by the body itself."""
    case, _stay = _case(cast.bodies[kind])
    receiver = cast.bodies["lmu" if kind == "grendeutvalg" else "grendeutvalg"]
    body = cast.bodies[kind]
    return _placed(
        Commission(pk=10**6, case=case, giver=body, report_to=body, receiver_body=receiver, due_on=clock.today()), state
    )


def _council_case(cast: Cast, kind: str, state: str) -> Any:
    case, _stay = _case(cast.bodies[kind])
    body, today = cast.bodies[kind], clock.today()
    case_list = CouncilList(pk=10**6, body=body, council=cast.bodies["council"], held_on=today)
    return _placed(
        CouncilCase(pk=10**6, case_list=case_list, body=body, case=case, number="1/26", key="PS 1/26"), state
    )


def _conclusion(cast: Cast, kind: str, state: str) -> Any:
    _case_of_it, stay = _case(cast.bodies[kind])
    written = Conclusion(pk=10**6, referral=stay, step="turn_down", answer="A", concluded_by=cast.town.chair)
    return _placed(written, state)


_MAKERS: dict[str, Callable[[Cast, str, str], Any]] = {
    "meetings.meeting": _meeting,
    "meetings.minutes": _minutes,
    "cases.referral": _referral,
    "cases.opinion": _opinion,
    "commissions.commission": _commission,
    "council.councilcase": _council_case,
    "proposals.proposal": _proposal,
    "proposals.conclusion": _conclusion,
}

#: Rights that come with a role in the body the thing is with, as `roles.py` says.
_BY_ROLE = {
    "forum.plan_meeting",
    "forum.run_meeting",
    "forum.log_meeting",
    "forum.write_minutes",
    "forum.publish_minutes",
    "forum.approve_minutes",
    "forum.ask_opinion",
    "forum.give_commission",
    "forum.hear_commission",
    "forum.answer_opinion",
    "forum.carry_commission",
    "proposals.conclude",
    "proposals.take_position",
    "proposals.handle",
    "proposals.agree",
    "proposals.decide",
    "proposals.record_council",
    "proposals.follow_up",
    "proposals.send_letters",
}
#: Of these, the ones that belong to whoever is asked or commissioned, rather than to the body that asks.
_BY_RECEIVER = {"forum.answer_opinion", "forum.carry_commission"}
#: Of these, the ones that depend on how the body decides.
_BY_WAY = {"proposals.agree": DecidesBy.CONSENSUS, "proposals.decide": DecidesBy.VOTE}
#: Rights people have by themselves.
_BY_PERSON: dict[str, Callable[[Cast, str, Any], bool]] = {
    "proposals.submit": lambda cast, name, person: (
        person.is_authenticated and Employment.objects.filter(person=person.pk, unit=cast.unit_id).exists()
    ),
    # An employee's sheet comes in to the group at the workplace, wherever the case goes later.
    "proposals.enter_paper": lambda cast, name, person: name in {"lmu leader", "lmu deputy_leader"},
    "proposals.withdraw": lambda cast, name, person: name == "proposer",
    "proposals.correct": lambda cast, name, person: name == "proposer",
    "proposals.follow_up": lambda cast, name, person: name == "responsible",
}


def _may(cast: Cast, transition: Transition, kind: str, who: str, place: tuple[str, str] | None, person: Any) -> bool:
    right = transition.permission
    if right is None:
        return False  # follows from another step, or is the portal's own
    assert right in _BY_ROLE or right in _BY_PERSON, f"say in this test who has {right}"
    if right in _BY_PERSON and _BY_PERSON[right](cast, who, person):
        return True
    if right in _BY_RECEIVER:
        kind = "grendeutvalg"
    if right not in _BY_ROLE or place is None or place[0] != kind:
        return False
    way = _BY_WAY.get(right)
    return right in ROLES[place] and (way is None or cast.bodies[kind].decides_by == way)


def _attempt(subject: Any, transition: Transition, person: Any) -> str:
    try:
        perform(subject, transition.name, actor=person)
    except WrongState:
        return "wrong state"
    except NotPermitted:
        return "not permitted"
    except Reached:
        return "may"
    raise AssertionError("the executor went past its own check")


_EVERY = [(flow, transition) for flow in all_workflows() for transition in flow.transitions]


@pytest.mark.parametrize(("flow", "transition"), _EVERY, ids=[f"{flow.model}-{t.name}" for flow, t in _EVERY])
def test_every_step_from_every_state_by_everybody(
    flow: Workflow, transition: Transition, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorise = workflow._authorise

    def stop(step: Any) -> None:
        authorise(step)
        raise Reached

    # That locking, savepoints and fetching the person anew are done in earnest is tested elsewhere
    # (tests/trepart/test_executor.py).
    afresh = workflow.afresh
    monkeypatch.setattr(workflow, "_authorise", stop)
    monkeypatch.setattr(workflow, "_locked", lambda flow, subject: subject)
    monkeypatch.setattr(workflow, "lock", lambda root: None)
    monkeypatch.setattr(workflow, "afresh", lambda actor: actor if isinstance(actor, User) else afresh(actor))
    monkeypatch.setattr(workflow, "transaction", SimpleNamespace(atomic=nullcontext))
    wrong, tried, let_in = [], 0, 0
    for kind in ("lmu", "coordination", "committee"):
        for state in (START, *map(str, flow.states.values)):
            subject = _MAKERS[flow.model](cast, kind, state)
            if transition.permission == "proposals.send_letters":
                subject.on_paper, subject.proposer = True, None
            if state in transition.sources:
                got = _attempt(subject, transition, None)
                if got != ("may" if transition.automatic else "not permitted"):
                    wrong.append(f"the portal itself with a {flow.model} that is {state or 'new'} at {kind}: {got}")
            for who, place, person in cast.everybody():
                if state not in transition.sources:
                    expected = "wrong state"
                elif _may(cast, transition, kind, who, place, person):
                    expected = "may"
                else:
                    expected = "not permitted"
                got = _attempt(subject, transition, person)
                # A stranger to the portal is turned away before anything is looked at.
                if got != expected and not (got == "not permitted" and who == "anonymous"):
                    wrong.append(f"{who} with a {flow.model} that is {state or 'new'} at {kind}: {got}, not {expected}")
                tried += 1
                let_in += got == "may"
    assert wrong == []
    assert tried == 3 * (1 + len(flow.states)) * len(list(cast.everybody()))
    assert (let_in > 0) == (transition.permission is not None)


def test_every_role_and_every_lifecycle_is_tried(cast: Cast) -> None:
    assert set(cast.roles) == set(ROLES)
    assert set(_MAKERS) == {flow.model for flow in all_workflows()}

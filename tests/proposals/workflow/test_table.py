"""Every transition, from every state, tried by every role: who may, and nobody else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import connection

from forum.cases.enums import Resolution
from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Appointment, Membership
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships, people
from proposals.enums import ProposalStatus as S
from proposals.models import Proposal
from proposals.states import PROPOSAL
from proposals.workflow import PROPOSAL_WORKFLOW
from tests.factories.councils import village_council
from tests.proposals.conftest import Road, soon
from trepart.access import policy
from trepart.access.models import User
from trepart.access.roles import ROLES
from trepart.refusals import NotPermitted, Refused, WrongState
from trepart.workflow import perform

#: Who the case is with, in each state it can be in: (state, holder) -> how it got there.
PLACES: dict[tuple[str, str], Callable[[Road], object]] = {
    ("received", "lmu"): lambda road: road,
    ("in_treatment", "lmu"): lambda road: road.begin(),
    ("in_treatment", "coordination"): lambda road: road.begin().forward(),
    ("in_treatment", "committee"): lambda road: road.to_committee(),
    ("considered", "lmu"): lambda road: road.begin().agree("think_further", resumes_on=soon()),
    ("considered", "coordination"): lambda road: (
        road.begin().forward().step("consider", road.town.coordination_secretary, answer="x", resumes_on=soon())
    ),
    ("awaiting_council", "committee"): lambda road: _council(road),
    ("adopted", "lmu"): lambda road: road.begin().agree(
        "carry_out", responsible=road.town.outsider_at_work.pk, due_on=soon()
    ),
    ("implemented", "lmu"): lambda road: road.begin().agree("done_already", carried_out_on=soon(0), effect="x"),
    ("declined", "lmu"): lambda road: road.begin().agree("turn_down"),
    ("withdrawn", "lmu"): lambda road: road.step("withdraw", road.proposer),
    ("merged", "lmu"): lambda road: road.begin().step(
        "merge", road.leader, into=Road(road.town).proposal.case.reference, answer="x"
    ),
}


def _council(road: Road) -> object:
    return road.to_committee().decided(Resolution.TO_COUNCIL, due_on=soon())


@dataclass(frozen=True)
class Somebody:
    """One kind of person: a role in a body, or what one is to the proposal."""

    name: str
    kind: str
    role: str


ROLE_HOLDERS = [Somebody(f"{kind}:{role}", kind, role) for kind, role in sorted(ROLES)]


@pytest.fixture
def people_by_role(town):
    """One person for every role there is, in the bodies the proposal meets, and in a body it never meets."""
    bodies = {
        "lmu": town.lmus[0],
        "coordination": town.coordination,
        "committee": town.committee,
        "council": town.council,
        "grendeutvalg": village_council(town).body,
        "line": _leader_alone(town),
    }
    found = {}
    with organisation.in_bulk():
        for somebody in ROLE_HOLDERS:
            found[somebody.name] = _holder(somebody, bodies)
        found["proposer"] = town.employee(0)
        found["colleague"] = town.employee(0, 1)
        found["leader of another LMU"] = town.lmu_leader(1)
        found["nobody"] = town.outsider
        found["responsible"] = town.outsider_at_work = people.add_person(
            email="responsible@roles.example", name="Ansvarlig", actor=None
        )
        people.start_employment(person=town.outsider_at_work, unit=town.units[0], actor=None)
    return found


def _leader_alone(town):
    """A leader in the line, of a municipality without LMUs."""
    line = organisation.add_body(
        name="Kommunedirektøren", kind="line", legal_basis="koml_13_1", superior=town.committee, actor=None
    )
    leader = people.add_person(email="line@roles.example", name="Line Linje", actor=None)
    memberships.start_membership(person=leader, body=line, role=Role.LEADER, actor=None)
    return organisation.activate_body(line, actor=None)


def _holder(somebody, bodies):
    """Return who has the role in small Fjellvik, or give it to somebody new."""
    if somebody.kind == "office":
        there = Appointment.objects.running().filter(office=somebody.role).first()
    else:
        there = Membership.objects.running().filter(body=bodies[somebody.kind], role=somebody.role).first()
    if there is not None:
        return User.objects.get(pk=there.person_id)
    person = people.add_person(email=f"{somebody.kind}.{somebody.role}@roles.example", name=somebody.name, actor=None)
    if somebody.kind == "office":
        people.appoint(person=person, office=OfficeKind(somebody.role), actor=None)
    else:
        details = {"deputy_number": 9} if somebody.role == Role.DEPUTY else {}
        memberships.start_membership(
            person=person, body=bodies[somebody.kind], role=somebody.role, actor=None, **details
        )
    return person


def expected(permission: str | None, state: str, holder: str, who: str) -> bool:
    """Say, from the roles alone, whether ``who`` has the right; written without the rules, so
    that the two can disagree."""
    kind, _colon, role = who.partition(":")
    held = ROLES.get((kind, role), frozenset())
    if permission is None:
        return False  # follows from a conclusion that was not agreed on
    if permission in ("proposals.withdraw", "proposals.correct"):
        return who == "proposer"
    if permission == "proposals.send_letters":
        return False  # only for what came on paper, and none of these did
    if permission == "proposals.follow_up":
        adopted = state in ("adopted", "implemented")
        return adopted and ((who == "responsible" and state == "adopted") or (kind == "lmu" and permission in held))
    if permission == "proposals.record_council":
        return state == "awaiting_council" and kind == "committee" and permission in held
    if state in ("awaiting_council", "adopted", "implemented", "declined", "withdrawn", "merged"):
        return False
    mine = kind == holder and permission in held
    if permission == "proposals.agree":
        return mine and holder == "lmu"
    if permission == "proposals.decide":
        return mine and holder != "lmu"
    return mine


@pytest.mark.parametrize(("state", "holder"), PLACES)
def test_every_transition_by_everybody(town, people_by_role, state, holder):
    road = Road(town)
    PLACES[state, holder](road)
    proposal = road.fresh()
    assert proposal.status == state
    body = road.body
    wrong = []
    for who, person in people_by_role.items():
        for transition in PROPOSAL_WORKFLOW.transitions:
            if transition.name == "submit":
                continue
            fits = state in transition.sources
            if not fits and who not in ("proposer", f"{holder}:leader"):
                continue  # the state is asked about before the person: two are enough
            may = transition.permission is not None and policy.can(person, transition.permission, proposal)
            if fits and may != expected(transition.permission, state, holder, who):
                wrong.append(f"{who} {'may' if may else 'may not'} {transition.name}")
            refusal = _refusal(proposal, transition.name, person)
            if not fits and not isinstance(refusal, WrongState):
                wrong.append(f"{who} {transition.name}: {refusal!r} and not the wrong state")
            if fits and not may and not isinstance(refusal, NotPermitted):
                wrong.append(f"{who} {transition.name}: {refusal!r} and not refused the right")
            if fits and may and isinstance(refusal, NotPermitted | WrongState):
                wrong.append(f"{who} {transition.name}: has the right, and was refused it")
    assert not wrong
    assert Proposal.objects.get(pk=proposal.pk).status_event_id == proposal.status_event_id
    assert (body.kind if body else None) == (holder if body else None)


def _refusal(proposal, name, person):
    """Try the step with an empty form; whatever comes of it is undone."""
    sid = _savepoint()
    try:
        perform(proposal, name, actor=person, data={})
    except Refused as refusal:
        return refusal
    finally:
        _undo(sid)
    return None


def _savepoint() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tried")
    return "tried"


def _undo(name: str) -> None:
    with connection.cursor() as cursor:
        # Let go of as well: hundreds of them, one inside the other, cost the database more and more.
        cursor.execute(f"ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")


def test_the_table_walks_every_edge_and_the_database_knows_them():
    walked = {(source, t.target) for t in PROPOSAL_WORKFLOW.transitions for source in t.sources}
    assert walked == PROPOSAL
    with_states = {state for edge in walked for state in edge} - {""}
    assert with_states == set(S)


def test_the_database_guard_has_the_same_edges(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid = 'proposals_proposal'::regclass "
            "AND tgname = 'guard_status'"
        )
        (args,) = cursor.fetchone()
    known = {tuple(edge.split(":")) for edge in _edges(args)}
    assert known == {(a, str(b)) for a, b in PROPOSAL} | set()


def _edges(args: str) -> Iterator[str]:
    return (part for part in args.split("\\000")[1:] if ":" in part)

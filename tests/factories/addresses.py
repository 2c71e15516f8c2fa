"""An example of every address of the portal, for the tests that visit them all.

Who may come (architecture), and what axe says (e2e).
    stage = staged(town, "committee")      # a body of that kind with something of everything
    stage.url("forum:meeting_agenda")      # None where this kind of body has no such thing

An address that takes an id belongs in ``GIVEN``, or in ``OWN`` with the test that visits it; a test holds them against
the addresses of the portal. Each kind of body has a case that is read by others: only those who have it (village
council), all employees (LMU, coordination group), everybody (committee).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forum.cases.enums import CaseAccess
from forum.cases.services import cases, opinions
from forum.commissions import services as commissions
from forum.commissions.models import Commission
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import Meeting
from forum.meetings.enums import ItemKind
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Appointment, Body, Employment, Membership
from forum.organisation.queries import history
from forum.organisation.services import bodies as organisation
from forum.organisation.services import body_functions, memberships, stand_ins
from proposals import services as proposals
from proposals.consent import services as consent
from proposals.enums import IntakeKind, Origin
from proposals.models import Proposal
from proposals.routing import services as routing_services
from tests.factories.councils import Council, heard, village_council
from tests.factories.files import PDF
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from tests.factories.own_addresses import OWN
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access.models import User
from trepart.notices.models import Mail
from trepart.workflow import perform

#: The village council that is asked and commissioned.
VILLAGE = "furulia"

#: What somebody may come to write where others read it: markup, a picture of letters, a word no
#: screen is wide enough for.
AWKWARD = f"<img src=x onerror=alert(1)> & «Å» 👩‍👩‍👧 {'Uavbrutt' * 8}"

#: Which things an address takes: the argument of the address -> the name of the thing on the stage.
GIVEN: Mapping[str, Mapping[str, str]] = {
    "portal:help_page": {"slug": "=forslag"},
    "portal:paper": {"name": "=forslag"},
    "proposals:detail": {"pk": "case"},
    "proposals:redact": {"pk": "case"},
    "proposals:access_asked": {"pk": "case"},
    "proposals:assess": {"pk": "case"},
    "proposals:preliminary_answer": {"pk": "case"},
    "proposals:progress": {"pk": "adopted"},
    "proposals:document": {"pk": "case", "document": "document"},
    "proposals:step": {"pk": "case", "name": "=merge"},
    "proposals:conclusion": {"pk": "concluded", "conclusion": "conclusion"},
    "proposals:conclusion_step": {"case": "concluded", "pk": "conclusion", "name": "=take_back"},
    "proposals:documents": {"pk": "case"},
    "proposals:receipt": {"pk": "case"},
    "proposals:correct": {"pk": "case"},
    "portal:mail_again": {"pk": "mail"},
    "portal:mail_wrong": {"pk": "mail"},
    "portal:mail_right": {"pk": "mail"},
    "portal:mail_aside": {"pk": "mail"},
    "grendeutvalg:detail": {"slug": "village"},
    "grendeutvalg:work": {"slug": "village"},
    "grendeutvalg:about": {"slug": "village"},
    "grendeutvalg:show": {"slug": "village"},
    "forum:municipality_text": {"place": "=welcome", "language": "=nb"},
    "forum:history": {"kind": f"={history.KINDS['body']}", "pk": "body_id"},
    "forum:body_renew": {"slug": "body"},
    "forum:deputies": {"slug": "body"},
    "forum:person_invite": {"pk": "person"},
    "forum:person_withdraw": {"pk": "person"},
    "forum:person_second_step": {"pk": "person"},
    "forum:stand_in_new": {"kind": "=plass", "pk": "place"},
    "forum:stand_in_end": {"pk": "stand_in"},
    "forum:hearing": {"slug": "body"},
    "forum:hearing_rule": {"slug": "village", "pk": "hearing_rule"},
    "forum:opinion_ask": {"case": "case"},
    "forum:opinion_ask_at_once": {"case": "case", "slug": f"={VILLAGE}"},
    "forum:opinion_detail": {"pk": "opinion"},
    "forum:opinion_document": {"pk": "opinion", "document": "document"},
    "forum:opinion_step": {"pk": "opinion", "name": "=answer"},
    "forum:commission_new": {"slug": "giver"},
    "forum:commission_detail": {"pk": "commission"},
    "forum:commission_document": {"pk": "commission", "document": "commission_document"},
    "forum:commission_step": {"pk": "commission", "name": "=accept"},
    "forum:meeting_calendar": {"pk": "planned"},
    "lmu:detail": {"slug": "lmu"},
    "lmu:log": {"slug": "lmu"},
    **{key: {"slug": "lmu", "pk": "published"} for key in ("lmu:not_there", "lmu:log_correct", "lmu:was_there")},
    "lmu:answer": {"slug": "lmu", "pk": "=1"},
    "lmu:user_add": {"slug": "lmu"},
    "lmu:user_cases": {"slug": "lmu", "pk": "user_representative"},
    "lmu:user_end": {"slug": "lmu", "pk": "user_representative"},
    "forum:body_detail": {"slug": "body"},
    "forum:body_queue": {"slug": "body"},
    "forum:body_year_plan": {"slug": "body"},
    "forum:year_plan_make": {"slug": "body"},
    "forum:standing_order": {"slug": "body"},
    "forum:demands": {"slug": "body"},
    "forum:follow_up_board": {"slug": "body"},
    "forum:meeting_month_of": {"year": "=2026", "number": "=11"},
    "forum:body_facts": {"slug": "body"},
    "forum:body_activate": {"slug": "body"},
    "forum:body_close": {"slug": "body"},
    "forum:body_remove": {"slug": "body"},
    "forum:functions": {"slug": "body"},
    "forum:function_end": {"slug": "body", "pk": "function"},
    "forum:member_new": {"slug": "body"},
    "forum:member_end": {"slug": "body", "pk": "membership"},
    "forum:unit_change": {"pk": "unit"},
    "forum:person": {"pk": "person"},
    "forum:person_change": {"pk": "person"},
    "forum:employment_new": {"pk": "person"},
    "forum:appointment_new": {"pk": "person"},
    "forum:employment_end": {"pk": "employment"},
    "forum:appointment_end": {"pk": "appointment"},
    "forum:meeting_plan": {"slug": "body"},
    "forum:meeting_detail": {"pk": "planned"},
    "forum:meeting_agenda": {"pk": "planned"},
    "forum:meeting_late_item": {"pk": "in_session"},
    "forum:meeting_agenda_item": {"pk": "planned", "item": "item"},
    "forum:meeting_attendance": {"pk": "in_session"},
    "forum:absence_reasons": {"pk": "in_session"},
    "forum:meeting_run": {"pk": "in_session"},
    "forum:meeting_run_item": {"pk": "in_session", "item": "item_in_session"},
    "forum:meeting_step": {"pk": "planned", "name": "=cancel"},
    "forum:meeting_draft": {"pk": "in_session", "item": "item_in_session"},
    "forum:meeting_act": {"pk": "in_session", "item": "item_in_session", "act": "=orientering"},
    "forum:meeting_whole": {"pk": "in_session"},
    "forum:meeting_follow": {"pk": "in_session"},
    "forum:meeting_follow_part": {"pk": "in_session"},
    "forum:meeting_together": {"pk": "in_session"},
    "forum:meeting_settle": {"pk": "ended"},
    "forum:minutes_detail": {"pk": "published"},
    "forum:minutes_pdf": {"pk": "published"},
    "forum:minutes_version_pdf": {"pk": "published", "version": "=1"},
    "forum:minutes_edit": {"pk": "ended"},
    "forum:minutes_step": {"pk": "ended", "name": "=publish"},
    "forum:minutes_record": {"pk": "ended"},
    "forum:minutes_record_attendance": {"pk": "ended"},
    "forum:minutes_record_votes": {"pk": "voted", "key": "ballot"},
    "forum:minutes_record_movement": {"pk": "ended", "key": "item_ended"},
    "forum:minutes_record_recusal": {"pk": "ended", "key": "item_ended"},
    "forum:minutes_record_decision": {"pk": "ended", "key": "item_ended"},
    "forum:attendance_period": {"slug": "body"},
    "forum:attendance_sheet": {"pk": "ended"},
    "forum:roll_call": {"pk": "voted"},
}


#: Things that are the same whichever body one stands before.
_OF_NO_BODY = {"person", "employment", "appointment", "unit", "mail", "place", "stand_in"}


@dataclass
class Stage:
    """One body and what it has: ``things`` by the names that `GIVEN` uses.

    ``read_by`` says whom its case is open to, as `CaseAccess` does. ``reach`` names, for a right that reaches
    people in other bodies than this one, the kinds of body it is held in; ``own`` the people who have a right
    because the thing is theirs.
    """

    kind: str
    things: dict[str, Any] = field(default_factory=dict)
    read_by: str = CaseAccess.EMPLOYEES
    reach: dict[str, set[str]] = field(default_factory=dict)
    own: dict[str, set[int]] = field(default_factory=dict)
    #: Who leads the body, where that is nobody of the town's.
    leader: User | None = None

    def is_about(self, name: str) -> bool:
        """Say whether the address called ``name`` is about this body or something it has, and not about the
        municipality's people or mail."""
        wanted = {thing for thing in GIVEN.get(name, {}).values() if not thing.startswith("=")}
        return bool(wanted) and not wanted <= _OF_NO_BODY

    def url(self, name: str) -> str | None:
        """Return the address called ``name`` for this body; None where the body has no such thing."""
        if name in OWN:
            return None
        given = GIVEN.get(name, {})
        values = {
            key: wanted[1:] if wanted.startswith("=") else self.things.get(wanted) for key, wanted in given.items()
        }
        if None in values.values():
            return None
        return reverse("admin:index" if name == "admin" else name, kwargs=values)


def staged(town: Municipality, kind: str, *, council: Body | None = None) -> Stage:
    """Put something of everything before the body of ``kind`` ("lmu", "coordination", "committee" or "grendeutvalg").
    There is one village council, ``council`` where it is there already."""
    council = council or Body.objects.filter(slug=VILLAGE).first() or village_council(town).body
    return {"lmu": _lmu, "coordination": _coordination, "committee": _committee, "grendeutvalg": _village}[kind](
        town, council
    )


def _village(town: Municipality, council: Body) -> Stage:
    """A proposal the council has raised, not yet read through; a rule that it is heard."""
    leader = council.memberships.get(role=Role.LEADER).person
    for origin in (Origin.VILLAGE_COUNCIL, Origin.CITIZEN):
        routing_services.set_intake(origin=origin, kind=IntakeKind.BODY, body=town.coordination, actor=None)
    raised = proposals.submit(
        proposer=leader,
        on_behalf_of=council,
        data={
            "title": f"Benk {AWKWARD}", "what": AWKWARD, "why": AWKWARD, "place": "Furulia", "affects_users": "no",
            "several_workplaces": "no", "needs_grant": "no",
        },
    )  # fmt: skip
    rule = heard(town, Council(council, leader, leader, leader), always=True)
    holder = {"coordination"}
    return Stage(
        "grendeutvalg",
        {
            "village": council.slug,
            "body": council.slug,
            "body_id": council.pk,
            "case": raised.case_id,
            "document": _document(raised, leader),
            "hearing_rule": rule.pk,
        },
        read_by=CaseAccess.RECEIVER,
        reach={
            "proposals.view": {"grendeutvalg", "coordination"},
            "proposals.see_proposer": {"coordination"},
            **dict.fromkeys(("proposals.handle", "proposals.answer", "forum.ask_opinion"), holder),
        },
        own={"proposals.view": {leader.pk}, "proposals.correct": {leader.pk}},
        leader=leader,
    )


def _people(town: Municipality, stage: Stage) -> Stage:
    person, clerk = town.employee(2), town.employee(2, 1)
    office = Appointment.objects.filter(person=clerk).first() or organisation.appoint(
        person=clerk, office=OfficeKind.HR, actor=None
    )
    stage.things |= {
        "body_id": Body.objects.get(slug=stage.things["body"]).pk,
        "mail": Mail.objects.order_by("pk").values_list("pk", flat=True)[0],
        "unit": town.units[2].pk,
        "person": person.pk,
        "employment": Employment.objects.get(person=person).pk,
        "appointment": office.pk,
    }
    return stage


def _document(of: Proposal | Commission, by: Any) -> int:
    upload = SimpleUploadedFile("kart.pdf", PDF, content_type="application/pdf")
    return cases.add_document(of.case, upload=upload, actor=by).pk


def _lmu(town: Municipality, council: Body) -> Stage:
    """A case its employees may read, an adopted measure, a log, a user representative; and a
    leader who is to be away."""
    body, leader = town.lmus[0], town.lmu_leader(0)
    stage = Stage("lmu", {"body": body.slug, "lmu": body.slug})
    road = Road(town, title=f"Stativ {AWKWARD}", what=AWKWARD, why=AWKWARD, expected_effect=AWKWARD).begin()
    small = Road(town, title="Varmere garderobe").begin()
    small.agree("carry_out", responsible=town.lmu_members[0][1].pk, due_on=clock.today() + timedelta(days=9))
    waits = Road(town, title=f"Gåtur {AWKWARD}").begin()
    met = {"participants": waits.table(), "held_on": clock.today(), "answer": AWKWARD}
    conclusion = consent.conclude(waits.fresh(), "turn_down", actor=town.lmu_members[0][2], data=met)
    parent = organisation.add_person(email="forelder@fjellvik.example", name=f"Ås {'Lang' * 12}", actor=None)
    user = memberships.start_membership(
        person=parent, body=body, role=Role.USER_REPRESENTATIVE, valid_from=clock.today(), actor=None
    )
    logged = log_meeting(
        body=body,
        held_on=clock.today(),
        present=[town.membership(leader, body)],
        items=[LogItem(title=f"Vern {AWKWARD}", agreed=AWKWARD)],
        actor=leader,
    )
    seat = town.membership(town.secretary)
    away = stand_ins.start_stand_in(
        place=seat,
        person=town.coordination_secretary,
        valid_from=clock.today() + timedelta(days=30),
        valid_to=clock.today() + timedelta(days=40),
        actor=town.secretary,
    )
    stage.things |= {
        "case": road.fresh().case_id,
        "document": _document(road.proposal, leader),
        "adopted": small.fresh().case_id,
        "concluded": waits.fresh().case_id,
        "conclusion": conclusion.pk,
        "user_representative": user.pk,
        "membership": user.pk,
        "published": logged.pk,
        "place": seat.pk,
        "stand_in": away.pk,
    }
    stage.own = {
        "proposals.correct": {road.proposer.pk},
        "forum.choose_stand_in": {town.secretary.pk},
    }
    return _people(town, stage)


def _coordination(town: Municipality, council: Body) -> Stage:
    """A case its employees may read, over which the village council is asked for its opinion;
    meetings at every stage."""
    body, secretary = town.coordination, town.coordination_secretary
    stage = Stage("coordination", {"body": body.slug, "coordination": body.slug})
    road = Road(town, title=f"Pool {AWKWARD}", several_workplaces="yes").begin().forward()
    stage.things |= {"case": road.fresh().case_id, "document": _document(road.proposal, secretary)}
    due = clock.today() + timedelta(days=14)
    asked = {"to": f"body-{council.pk}", "question": AWKWARD, "due_on": due.isoformat()}
    stage.things["opinion"] = opinions.ask(road.proposal.case, data=asked, actor=secretary).pk
    # The LMU has had the case.
    stage.reach["forum.view_opinion"] = {"lmu", "coordination", "grendeutvalg"}
    stage.reach["proposals.view"] = stage.reach["proposals.see_proposer"] = {"lmu", "coordination"}
    stage.own["proposals.correct"] = {road.proposer.pk}
    _meetings(town, stage, body, secretary)
    stage.things["membership"] = Membership.objects.get(person=town.coordination_members[0], body=body).pk
    return _people(town, stage)


def _committee(town: Municipality, council: Body) -> Stage:
    """A case that everybody may read, a commission to the village council that employees may; meetings at every
    stage, minutes published."""
    body, secretary = town.committee, town.secretary
    stage = Stage("committee", {"body": body.slug, "giver": body.slug}, read_by=CaseAccess.PUBLIC)
    road = Road(town, 2, title=f"Vei {AWKWARD}", needs_grant="yes", grant_amount="90000").to_committee()
    cases.set_access(road.fresh().case, access=CaseAccess.PUBLIC, actor=secretary)
    stage.things |= {"case": road.fresh().case_id, "document": _document(road.proposal, secretary)}
    due = clock.today() + timedelta(days=60)
    wanted = {
        "by": "body", "council_decision": "", "title": f"Ute {AWKWARD}", "wanted": AWKWARD,
        "to": f"body-{council.pk}", "due_on": due.isoformat(), "report_to": body.pk, "item": "", "access": "employees",
    }  # fmt: skip
    commission = commissions.give(body, data=wanted, actor=secretary)
    stage.things["commission"] = commission.pk
    stage.things["commission_document"] = _document(commission, secretary)
    stage.reach["forum.view_commission"] = {"committee", "grendeutvalg"}
    stage.reach["proposals.see_proposer"] = {"coordination", "committee"}
    stage.own["proposals.correct"] = {road.proposer.pk}
    held = held_meeting(town)  # before one is opened: a body sits in one meeting at a time
    _meetings(town, stage, body, secretary)
    stage.things["ballot"] = held.items.order_by("position")[1].ballots.order_by("pk")[0].pk
    stage.things["published"] = stage.things["voted"] = perform(held.minutes, "publish", actor=secretary).meeting_id
    stage.things["membership"] = town.membership(town.elected[4]).pk
    stage.things["function"] = body_functions.add_function(body=body, name=f"Planutvalg {AWKWARD[-64:]}", actor=None).pk
    return _people(town, stage)


def _meetings(town: Municipality, stage: Stage, body: Any, secretary: Any) -> None:
    planned = _planned(body, secretary, days=20)
    stage.things["planned"] = planned.pk
    stage.things["item"] = planned.items.get().pk
    ended = _opened(_planned(body, secretary, days=0), secretary)
    for item in ended.items.all():
        decisions.decide(item, text=AWKWARD, resolution="noted", actor=secretary)
    ended = perform(Meeting.objects.get(pk=ended.pk), "end", actor=secretary)
    stage.things["ended"] = ended.pk
    stage.things["item_ended"] = ended.items.get().pk
    minutes_services.begin(ended)
    running = _opened(_planned(body, secretary, days=0), secretary)
    stage.things["in_session"] = running.pk
    stage.things["item_in_session"] = running.items.get().pk


def _planned(body: Any, secretary: Any, *, days: int) -> Meeting:
    planned = services.plan_meeting(
        body=body, starts_at=clock.now() + timedelta(days=days, minutes=5), place=AWKWARD[-60:], actor=secretary
    )
    agenda.add_item(planned, title=f"Nærvær {AWKWARD}", kind=ItemKind.RS, actor=secretary)
    return Meeting.objects.get(pk=planned.pk)


def _opened(planned: Meeting, secretary: Any) -> Meeting:
    called = perform(planned, "call", actor=secretary)
    roll_call.set_attendance(called, rows=roll_call.all_met(called), actor=secretary)
    opened: Meeting = perform(Meeting.objects.get(pk=called.pk), "open", actor=secretary, data={"other_day": "on"})
    return opened

"""What members of the three-party body demand goes up to it, whatever the chief executive selects (koml § 11-3; R6)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.agenda import demands
from forum.meetings.agenda.models import Demand
from forum.meetings.agenda.services import add_item, withdraw_item
from forum.meetings.core.models import Decision, Meeting
from forum.meetings.enums import DemandKind
from forum.organisation.enums import LegalBasis, Part
from forum.organisation.models import Body, Membership
from proposals.enums import ProposalStatus
from proposals.models import Feedback, Proposal
from proposals.presenting import overview
from tests.forum.meetings.test_lifecycle import plan
from tests.proposals.workflow.test_line import begun, granli, in_a_month, steps  # noqa: F401  # no LMUs
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.text.dates import date_text
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=proposal.pk)


def told(kind: str) -> set[User]:
    people = [notice.person for notice in Notice.objects.filter(kind=kind)]
    assert len(people) == len(set(people))
    return set(people)


@pytest.fixture
def waiting(granli: Any) -> Any:  # noqa: F811
    """A proposal open to all that waits with the chief executive, and the seats of the body above."""
    proposal = begun(granli, several_workplaces="yes")
    perform(proposal, "recommend", actor=granli.leader, data={"answer": "Den går videre.", "recommendation": "Kjøpes."})
    # Those elected are no employees: what they can name is what they can read.
    type(proposal.case).objects.filter(pk=proposal.case_id).update(access="public")
    granli.proposal, granli.committee, granli.secretary = fresh(proposal), granli.town.committee, granli.town.secretary
    granli.seats = list(demands.seats_in(granli.committee).select_related("person").order_by("pk"))
    return granli


def demanded(granli: Any, seats: list[Membership], **more: Any) -> Demand:  # noqa: F811
    words = {"kind": DemandKind.ITEM, "title": "Stativet", "why": "Vi vil treffe valget selv.", **more}
    demand = demands.raise_demand(granli.committee, actor=seats[0].person, **words)
    for seat in seats[1:]:
        demand = demands.support(demand, actor=seat.person)
    return demand


def test_the_very_case_goes_up_when_the_demand_binds(waiting: Any) -> None:
    third = demands.needed(len(waiting.seats))
    demand = demanded(waiting, waiting.seats[: third - 1], case=waiting.proposal.case_id)
    assert fresh(waiting.proposal).referral.body == waiting.chief  # type: ignore[union-attr]
    demand = demands.support(demand, actor=waiting.seats[third - 1].person)
    up = fresh(waiting.proposal)
    assert up.referral is not None
    assert (up.referral.body, up.status) == (waiting.committee, ProposalStatus.RECEIVED)
    behind = {seat.person for seat in waiting.seats[:third]}
    assert told("forum.demand_confirmed") == behind - told("forum.demand_binding")
    assert told("proposals.demanded_from") == {waiting.director, waiting.clerk}
    # The one who selects has no step left in it, and the proposer is told by the body that took it up.
    for who in (waiting.director, waiting.clerk):
        assert steps(up, who) == set()
        assert not policy.can(who, "proposals.handle", up)
    answer = Feedback.objects.filter(proposal=up).order_by("-pk")[0]
    assert (answer.body, answer.outcome) == (waiting.committee, "on_its_way")
    assert {n.person for n in Notice.objects.filter(kind="proposals.brought_up")} == {waiting.employee}
    # The road says that it was taken by a demand, and sent by nobody.
    notes = [str(station.note) for station in overview.stations(up)]
    assert any(note.startswith("Krevd av medlemmer i organet over") for note in notes)
    assert not any(note.startswith("Sendt til rett") for note in notes)
    event = Event.objects.get(action="proposals.brought_up")
    assert (event.actor, event.data["body"], event.data["to"]) == (None, waiting.chief.name, waiting.committee.name)
    # It is put on with its own case, once, and the meeting cannot be called without it.
    perform(up, "begin", actor=waiting.secretary, data={"access": "employees"})
    meeting = plan(waiting.town)
    add_item(meeting, title="Orientering", actor=waiting.secretary)
    with pytest.raises(GuardRefused, match="Sykkelstativ"):
        perform(Meeting.objects.get(pk=meeting.pk), "call", actor=waiting.secretary)
    item = demands.put_on(demand, meeting, actor=waiting.secretary)
    assert (item.referral, item.title) == (up.referral, "Sykkelstativ")
    with pytest.raises(WrongState):
        demands.put_on(demand, meeting, actor=waiting.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=waiting.secretary)


def test_no_mail_promises_an_answer_by_a_day_that_has_passed(waiting: Any) -> None:
    with clock.at(clock.now() + timedelta(days=60)):
        demanded(waiting, waiting.seats[:3], case=waiting.proposal.case_id)
        due = fresh(waiting.proposal).referral.due_on  # type: ignore[union-attr]
        assert due < clock.today()
        told_of = Notice.objects.filter(kind__in=["proposals.brought_up", "proposals.in_queue"]).order_by("-pk")
        bodies = [n.body for n in told_of if n.kind == "proposals.brought_up" or "skulle" in n.body]
        assert len(bodies) > 1
        assert all(f"Svaret skulle ha kommet innen {date_text(due)}." in body for body in bodies)
        assert not any("svar kommer innen" in body or "får svar" in body for body in bodies)


def test_what_is_demanded_is_neither_withheld_removed_nor_screened_away(waiting: Any) -> None:
    demand = demanded(waiting, waiting.seats[:3], case=waiting.proposal.case_id)
    up = perform(fresh(waiting.proposal), "begin", actor=waiting.secretary, data={"access": "employees"})
    other = begun(waiting)
    tries: dict[str, dict[str, object]] = {
        "hand_over": {"to_body": waiting.town.coordination.pk, "answer": "Det er deres."},
        "elsewhere": {"belongs_to": "Fylket", "answer": "Det er fylkets."},
        "merge": {"into": other.case.reference, "answer": "Det samme."},
    }
    for name, data in tries.items():
        with pytest.raises(GuardRefused, match="11-3"):
            perform(fresh(up), name, actor=waiting.secretary, data=data)
    # Taken from the queue before the demand was met: it is the same place on the agenda, and stays there.
    meeting = plan(waiting.town)
    taken = add_item(meeting, referral=fresh(up).referral, actor=waiting.secretary)
    assert demands.put_on(demand, meeting, actor=waiting.secretary) == taken
    with pytest.raises(GuardRefused, match="11-3"):
        withdraw_item(taken, reason="Ikke utvalgt", actor=waiting.secretary)
    # What a meeting postpones is still to be treated; when one has decided, it is as any other case.
    decision = Decision.objects.create(item=taken, text="Utsettes.", resolution=Resolution.POSTPONE)
    assert demands.keeps(fresh(up).referral) == demand  # type: ignore[arg-type]
    Decision.objects.filter(pk=decision.pk).update(text="Utredes.", resolution=Resolution.CONSIDER)
    assert demands.keeps(fresh(up).referral) is None  # type: ignore[arg-type]


def test_decided_wherever_it_stood_it_is_treated(waiting: Any) -> None:
    """Taken from the queue by itself, and decided: nothing is demanded any more, and the next meeting can be called."""
    demand = demanded(waiting, waiting.seats[:3], case=waiting.proposal.case_id)
    up = perform(fresh(waiting.proposal), "begin", actor=waiting.secretary, data={"access": "employees"})
    taken = add_item(plan(waiting.town), referral=fresh(up).referral, actor=waiting.secretary)
    assert list(demands.outstanding(waiting.committee.pk)) == [demand]
    Decision.objects.create(item=taken, text="Utredes.", resolution=Resolution.CONSIDER)
    assert demands.keeps(fresh(up).referral) is None  # type: ignore[arg-type]
    assert list(demands.outstanding(waiting.committee.pk)) == []


def test_only_what_waits_below_and_one_may_read_is_named(waiting: Any, client: Client) -> None:
    member, case = waiting.seats[0].person, waiting.proposal.case_id
    hidden = begun(waiting, title="Bare for ansatte", several_workplaces="yes")
    perform(hidden, "recommend", actor=waiting.leader, data={"answer": "Videre.", "recommendation": "Ja."})
    with_leader = begun(waiting, title="Hos lederen")
    page = reverse("forum:demands", args=[waiting.committee.slug])
    client.force_login(User.objects.get(pk=member.pk))
    said = client.get(page).content.decode()
    assert f'value="{case}"' in said
    for other in (hidden, with_leader):
        assert other.case.title not in said
        with pytest.raises(GuardRefused):
            demanded(waiting, [waiting.seats[0]], case=other.case_id)
    for who in (waiting.director, waiting.employee, waiting.secretary):
        with pytest.raises(NotPermitted):
            demands.raise_demand(waiting.committee, kind=DemandKind.ITEM, title="X", why="Y", case=case, actor=who)
    client.post(page, {"kind": "item", "title": "Stativet", "why": "Fordi.", "case": case})
    demand = Demand.objects.get()
    # It goes by the title of the case, whatever was written.
    assert (demand.case_id, demand.title) == (case, waiting.proposal.case.title)
    assert client.post(page, {"kind": "item", "title": "", "why": "Fordi.", "case": case}).status_code == 302
    assert client.post(page, {"kind": "item", "title": "", "why": "Fordi.", "case": ""}).status_code == 422
    assert client.post(page, {"kind": "meeting", "title": "", "why": "Fordi.", "case": case}).status_code == 422
    # No case is named in a demand for a meeting.
    assert demanded(waiting, [waiting.seats[1]], kind=DemandKind.MEETING, case=case).case_id is None


def test_what_has_been_decided_meanwhile_is_treated_in_its_own_right(waiting: Any) -> None:
    demand = demanded(waiting, waiting.seats[:2], case=waiting.proposal.case_id)
    perform(fresh(waiting.proposal), "decline", actor=waiting.director, data={"answer": "Ikke utvalgt til organet."})
    demand = demands.support(demand, actor=waiting.seats[2].person)
    assert fresh(waiting.proposal).status == ProposalStatus.DECLINED
    item = demands.put_on(demand, plan(waiting.town), actor=waiting.secretary)
    assert (item.title, item.referral) == ("Sykkelstativ", None)


def test_a_whole_part_is_enough_in_another_arrangement_and_only_there(waiting: Any) -> None:
    two = waiting.seats[-2:]
    Membership.objects.filter(pk__in=[seat.pk for seat in two]).update(part=Part.ADMINISTRATION)
    assert demanded(waiting, two).binding_at is None  # an elected body: a third, by law
    Body.objects.filter(pk=waiting.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    waiting.committee.refresh_from_db()
    demand = demanded(waiting, two[:1], title="En til")
    assert (demand.binding_at, demand.part) == (None, "")
    demand = demands.support(demand, actor=two[1].person)
    assert (demand.binding_at is not None, demand.part) == (True, Part.ADMINISTRATION)
    assert Event.objects.get(action="forum.demand_binding_for_part").data["part"] == Part.ADMINISTRATION
    town = waiting.town
    assert told("forum.demand_binding") == {town.secretary, town.chair, town.elected[1]}
    assert told("forum.demand_confirmed") == {seat.person for seat in two}
    with pytest.raises(WrongState):
        demands.withdraw_support(demand, actor=two[0].person)
    item = demands.put_on(demand, plan(waiting.town), actor=waiting.secretary)
    with pytest.raises(GuardRefused):
        withdraw_item(item, reason="Nei", actor=waiting.secretary)

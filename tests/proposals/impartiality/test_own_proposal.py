"""Whoever has a say in their own proposal is asked first whether they are partial in it (fvl § 6; R12)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.organisation.enums import Part, Role
from forum.organisation.models import Body
from forum.organisation.services import memberships, people, stand_ins
from proposals.consent import queries, services
from proposals.consent.impartiality.services import answer
from proposals.consent.models import Conclusion
from proposals.forms.fields import Answered
from proposals.models import Feedback, PartialityAnswer, Position, Proposal
from proposals.services import submit
from tests.factories.consent import take
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road, soon
from tests.proposals.workflow.test_line import WORDS, granli  # noqa: F401  # the municipality without LMUs
from trepart import clock
from trepart.access.models import User
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted, Refused
from trepart.workflow import available, perform

pytestmark = pytest.mark.django_db
ASK, ASIDE = "Svar først på om du er inhabil", "inhabil i saken"


def own(town: Municipality, who: User, **changes: Any) -> Road:
    """Something ``who`` in the LMU has sent in, begun on."""
    return Road(town, proposer=who, **changes).begin()


def conclude(road: Road, actor: User, name: str = "turn_down", **more: Any) -> Conclusion:
    data = {"participants": road.table(), "held_on": clock.today(), "answer": "Vi har ikke plass.", **more}
    return services.conclude(road.fresh(), name, actor=actor, data=data)


def say(conclusion: Conclusion, who: User, agrees: bool = True, text: str = "") -> Conclusion:
    return services.take_position(conclusion, agrees=agrees, text=text, actor=who)


# In a group -----------------------------------------------------------------------------------------------------------


def test_nobody_concludes_on_their_own_before_they_have_answered(town: Municipality) -> None:
    leader, union, safety = town.lmu_members[0]
    road = own(town, leader)
    for name, more in (("turn_down", {}), ("elsewhere", {"belongs_to": "Fylket"}), ("forward", {"note": ""})):
        with pytest.raises(GuardRefused, match=ASK):
            conclude(road, leader, name, **more)
    said = answer(road.fresh(), partial=False, actor=leader)
    assert answer(road.fresh(), partial=True, actor=leader) == said
    assert [(a.person, a.partial) for a in PartialityAnswer.objects.all()] == [(leader, False)]
    event = Event.objects.get(action="proposals.is_impartial")
    assert (event.actor, event.acting_body, event.root_id) == (leader, None, road.proposal.case_id)
    assert not Notice.objects.filter(kind="proposals.stepped_aside").exists()
    conclusion = conclude(road, leader)
    say(conclusion, union)
    assert say(conclusion, safety).status == "stands"


def test_the_answer_tells_nobody_who_sent_it_in(town: Municipality) -> None:
    leader = town.lmu_leader()
    road = own(town, leader)
    answer(road.fresh(), partial=False, actor=leader)
    told = timeline.entries(road.proposal.case, town.employee(0, 1))
    assert not any("inhabil" in str(entry.sentence) for entry in told)
    trail = timeline.entries(road.proposal.case, town.administrator, audit=True)
    asked = [entry for entry in trail if "inhabil" in str(entry.sentence)]
    assert len(asked) == 1
    assert leader.name not in str(asked[0])


def test_whoever_steps_aside_does_not_count_and_the_others_are_told(town: Municipality) -> None:
    leader, union, safety = town.lmu_members[0]
    road = own(town, leader)
    answer(road.fresh(), partial=True, actor=leader)
    told = Notice.objects.filter(kind="proposals.stepped_aside")
    assert {notice.person for notice in told} == {union, safety}
    with pytest.raises(GuardRefused, match=ASIDE):
        conclude(road, leader)
    assert not any(a.open and a.transition.name in queries.CONCLUDING for a in available(road.fresh(), leader))
    conclusion = conclude(road, union)
    with pytest.raises(GuardRefused, match=ASIDE):
        say(conclusion, leader)
    # Nobody else answers as the leader: the others need not wait for fourteen days.
    found = queries.verdict(conclusion)
    assert (found.disputed, found.nobody_left, found.leader) == (True, True, False)
    assert queries.waiting_for(leader) == []
    perform(conclusion, "send_up", actor=safety, data={"answer": "Lederen er inhabil, så gruppa over tar den."})
    assert road.body == town.coordination
    held = {position.membership.person: position.text for position in Position.objects.all()}
    assert held == {
        leader: "Deltok ikke: inhabil i saken (forvaltningsloven § 6).",
        union: "Enig i den foreløpige konklusjonen.",
        safety: "Har ikke svart.",
    }


@pytest.mark.parametrize(("part", "counts"), [(Part.UNION, True), (Part.ADMINISTRATION, False)])
def test_the_deputy_leader_answers_instead_unless_directly_below(town: Municipality, part: Part, counts: bool) -> None:
    """Who is directly below a leader who is partial does not decide either (fvl § 6 third paragraph)."""
    leader, union, safety = town.lmu_members[0]
    deputy = town.employee(0, 1)
    memberships.start_membership(
        person=deputy, body=town.lmus[0], role=Role.DEPUTY_LEADER, part=part, valid_from=clock.today(), actor=None
    )
    deputy = User.objects.get(pk=deputy.pk)
    road = own(town, leader)
    answer(road.fresh(), partial=True, actor=leader)
    conclusion = conclude(road, deputy)
    say(conclusion, union)
    assert (say(conclusion, safety).status == "stands") == counts
    assert queries.verdict(conclusion).leader == counts


def test_nor_does_one_who_stands_in_for_the_leader(town: Municipality) -> None:
    leader, union, _safety = town.lmu_members[0]
    other = town.employee(0, 1)
    seat = town.membership(leader, town.lmus[0])
    stand_ins.start_stand_in(place=seat, person=other, valid_from=clock.today(), valid_to=soon(9), actor=leader)
    road = own(town, leader)
    answer(road.fresh(), partial=True, actor=leader)
    conclusion = conclude(road, union)
    with pytest.raises(NotPermitted):
        say(conclusion, User.objects.get(pk=other.pk))
    assert queries.verdict(conclusion).nobody_left


def test_the_safety_representative_answers_where_the_union_is_partial(town: Municipality) -> None:
    leader, union, safety = town.lmu_members[0]
    road = own(town, union)
    conclusion = conclude(road, leader)
    with pytest.raises(GuardRefused, match=ASK):
        say(conclusion, union)
    answer(road.fresh(), partial=True, actor=union)
    assert say(conclusion, safety).status == "stands"


def test_what_was_merged_into_it_is_ones_own_too(town: Municipality) -> None:
    leader, union, safety = town.lmu_members[0]
    road = Road(town).begin()
    mine = own(town, leader, title="Det samme")
    answer(mine.fresh(), partial=False, actor=leader)
    take(mine.fresh(), "merge", actor=union, data={"into": road.proposal.case.reference, "answer": "Samme sak."})
    assert mine.fresh().status == "merged"
    with pytest.raises(GuardRefused, match=ASK):
        conclude(road, leader)
    answer(road.fresh(), partial=True, actor=leader)
    with pytest.raises(GuardRefused, match=ASIDE):
        conclude(road, leader)
    # The page says so before anybody has written anything: it was said at the deed alone.
    why = {one.transition.name: str(one.why) for one in available(road.fresh(), leader)}
    assert all("inhabil" in why[name] for name in ("turn_down", "carry_out", "forward", "merge")), why
    assert conclude(road, safety).status == "provisional"


def test_only_who_has_sent_it_in_and_has_a_say_answers(town: Municipality) -> None:
    road = Road(town).begin()
    with pytest.raises(GuardRefused):
        answer(road.fresh(), partial=True, actor=road.leader)
    for who in (road.proposer, town.lmu_leader(1), town.outsider):
        with pytest.raises(NotPermitted):
            answer(road.fresh(), partial=False, actor=who)
    assert not PartialityAnswer.objects.exists()


# One leader -----------------------------------------------------------------------------------------------------------


def sent_by(granli: Any, who: User) -> Proposal:  # noqa: F811
    answers = {"several_workplaces": "no", "needs_grant": "no", "affects_users": "no", "unit": granli.unit.pk}
    proposal = submit(proposer=who, data={**WORDS, **answers})
    begun: Proposal = perform(proposal, "begin", actor=granli.leader, data={"access": "employees"})
    return begun


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=proposal.pk)


def holder(proposal: Proposal) -> Body:
    referral = fresh(proposal).referral
    assert referral is not None
    return referral.body


def due_on(proposal: Proposal) -> date:
    referral = fresh(proposal).referral
    assert referral is not None
    return referral.due_on


def test_where_one_leader_decides_it_goes_to_the_one_above(granli: Any) -> None:  # noqa: F811
    proposal = sent_by(granli, granli.leader)
    with pytest.raises(GuardRefused, match=ASK):
        perform(fresh(proposal), "decline", actor=granli.leader, data={"answer": "Nei."})
    due = due_on(proposal)
    answer(fresh(proposal), partial=True, actor=granli.leader)
    up = fresh(proposal)
    assert (up.status, holder(up), due_on(up)) == ("received", granli.chief, due)
    told = Feedback.objects.get(proposal=proposal)
    assert (told.outcome, told.text) == (
        "on_its_way", "Kommunedirektøren behandler saken i stedet for Leder, Vassbygda skole.",
    )  # fmt: skip
    assert {n.person for n in Notice.objects.filter(kind="proposals.in_queue", event=up.status_event)} == {
        granli.director, granli.clerk,
    }  # fmt: skip
    with pytest.raises(Refused):
        perform(up, "elsewhere", actor=granli.leader, data={"answer": "Nei.", "belongs_to": "Fylket"})
    perform(up, "begin", actor=granli.clerk, data={"access": "employees"})
    data = {"answer": "Ja.", "responsible": granli.leader.pk, "due_on": clock.today() + timedelta(days=30)}
    assert perform(fresh(proposal), "adopt", actor=granli.director, data=data).status == "adopted"


def test_what_is_considered_further_goes_up_too(granli: Any) -> None:  # noqa: F811
    clerk = granli.town.employee(1)
    memberships.start_membership(
        person=clerk, body=granli.line, role=Role.SECRETARY, valid_from=clock.today(), actor=None
    )
    proposal = sent_by(granli, granli.leader)
    data = {"answer": "Vi tenker.", "resumes_on": clock.today() + timedelta(days=30)}
    perform(fresh(proposal), "consider", actor=User.objects.get(pk=clerk.pk), data=data)
    answer(fresh(proposal), partial=True, actor=granli.leader)
    assert (fresh(proposal).status, holder(proposal)) == ("received", granli.chief)


def test_a_partial_chief_executive_leaves_it_to_the_three_parts(granli: Any) -> None:  # noqa: F811
    people.start_employment(person=granli.director, unit=granli.unit, actor=None)
    proposal = sent_by(granli, granli.director)
    up = {"answer": "Videre.", "recommendation": "Gjøres."}
    perform(fresh(proposal), "recommend", actor=granli.leader, data=up)
    answer(fresh(proposal), partial=True, actor=granli.director)
    assert holder(proposal) == granli.town.committee


def test_nobody_below_a_partial_leader_decides(granli: Any) -> None:  # noqa: F811
    """Also where there is nobody above to leave it to."""
    people.start_employment(person=granli.director, unit=granli.unit, actor=None)
    proposal = sent_by(granli, granli.director)
    perform(fresh(proposal), "recommend", actor=granli.leader, data={"answer": "Videre.", "recommendation": "Gjøres."})
    Body.objects.filter(pk=granli.chief.pk).update(superior=None)
    answer(fresh(proposal), partial=True, actor=granli.director)
    for who in (granli.clerk, granli.director):
        with pytest.raises(GuardRefused, match="inhabil"):
            perform(fresh(proposal), "decline", actor=who, data={"answer": "Nei."})
    assert fresh(proposal).status == "in_treatment"


def test_nobody_leaves_it_to_the_one_above_without_that(granli: Any) -> None:  # noqa: F811
    proposal = sent_by(granli, granli.leader)
    with pytest.raises(GuardRefused):
        perform(fresh(proposal), "step_aside", actor=granli.leader, given=Answered(answer="Ta den, du."))


# Near the button ------------------------------------------------------------------------------------------------------

QUESTION = "Er du inhabil i saken?"


def test_the_form_asks_once(town: Municipality, client: Client) -> None:
    leader = town.lmu_leader()
    road = own(town, leader)
    url = reverse("proposals:step", args=[road.proposal.case_id, "turn_down"])
    client.force_login(leader)
    assert QUESTION in client.get(url).content.decode()
    data = {
        "participants": road.table(),
        "held_on": clock.today(),
        "answer": "Nei.",
        "seen": road.fresh().status_event_id,
    }
    for wrong in ({}, {"partial": "kanskje"}):
        refused = client.post(url, {**data, **wrong})
        assert (refused.status_code, QUESTION in refused.content.decode()) == (422, True)
    assert not PartialityAnswer.objects.exists()
    # The answer holds although something else must be put right.
    assert client.post(url, {**data, "answer": " ", "partial": "no"}).status_code == 422
    assert QUESTION not in client.get(url).content.decode()
    assert client.post(url, data).status_code == 302
    assert Conclusion.objects.get().concluded_by == leader
    client.force_login(town.lmu_members[0][1])
    assert QUESTION not in client.get(Conclusion.objects.get().get_absolute_url()).content.decode()


def test_stepping_aside_in_the_form(town: Municipality, client: Client) -> None:
    leader = town.lmu_leader()
    road = own(town, leader)
    url = reverse("proposals:step", args=[road.proposal.case_id, "turn_down"])
    client.force_login(leader)
    given = client.post(url, {"partial": "yes", "seen": road.fresh().status_event_id}, follow=True)
    assert given.redirect_chain[0][0] == road.proposal.get_absolute_url()
    assert "du er inhabil" in given.content.decode()
    assert not Conclusion.objects.exists()
    assert road.fresh().status == "in_treatment"


def test_the_page_of_a_conclusion_asks_who_answers(town: Municipality, client: Client) -> None:
    leader, union, safety = town.lmu_members[0]
    road = own(town, union)
    url = conclude(road, leader).get_absolute_url()
    client.force_login(union)
    assert QUESTION in client.get(url).content.decode()
    assert client.post(url, {"stance": "yes"}).status_code == 422
    assert client.post(url, {"partial": "yes"}).status_code == 302
    shown = client.get(url).content.decode()
    assert "Inhabil, deltar ikke" in shown
    assert 'name="stance"' not in shown
    client.force_login(safety)
    assert client.post(url, {"stance": "yes"}).status_code == 302
    assert road.fresh().status == "declined"


def test_the_page_takes_a_no_and_the_answer_in_one_press(town: Municipality, client: Client) -> None:
    leader, union, _safety = town.lmu_members[0]
    road = own(town, union)
    url = conclude(road, leader).get_absolute_url()
    client.force_login(union)
    assert client.post(url, {"stance": "yes", "partial": "no"}).status_code == 302
    assert queries.verdict(Conclusion.objects.get()).employees

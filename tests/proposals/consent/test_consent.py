"""A conclusion of an LMU or the coordination group is provisional until it has the yeses it needs (R24)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.organisation.enums import Part, Role
from forum.organisation.services import memberships, stand_ins
from lmu.services import let_in
from proposals import services as proposals
from proposals import tasks
from proposals.consent import queries, services
from proposals.consent.models import Conclusion, Stance
from proposals.models import Feedback, Position
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import available, perform

pytestmark = pytest.mark.django_db


def conclude(road: Road, name: str = "turn_down", actor: User | None = None, **data: Any) -> Conclusion:
    table = {"participants": road.table(), "held_on": clock.today()} if road.lmu == road.body else {}
    given = {"answer": "Vi har ikke plass.", **table, **data}
    return services.conclude(road.fresh(), name, actor=actor or road.leader, data=given)


def say(conclusion: Conclusion, who: User, agrees: bool = True, text: str = "") -> Conclusion:
    return services.take_position(conclusion, agrees=agrees, text=text, actor=who)


def after(days: int) -> Any:
    return clock.at(clock.now() + timedelta(days=days))


@pytest.fixture
def people(road: Road) -> list[User]:
    road.begin()
    return road.town.lmu_members[0]


def test_nothing_happens_before_it_stands(road: Road, people: list[User]) -> None:
    leader, union, safety = people
    before = road.fresh()
    due, answers, told = road.referral.due_on, Feedback.objects.count(), Notice.objects.filter(person=road.proposer)
    had = told.count()
    conclusion = conclude(road)
    assert conclusion.status == "provisional"
    assert (road.fresh().status, road.fresh().status_event_id) == (before.status, before.status_event_id)
    assert (road.referral.status, road.referral.due_on, road.referral.answer) == ("open", due, "")
    assert (Feedback.objects.count(), told.count()) == (answers, had)
    # Those with a seat are asked; not whoever wrote it.
    asked = Notice.objects.filter(kind="proposals.consent_asked")
    assert {notice.person for notice in asked} == {union, safety}
    assert say(conclusion, union).status == "provisional"
    assert say(conclusion, safety).status == "stands"
    assert road.fresh().status == "declined"
    assert Feedback.objects.get(event=road.fresh().status_event_id).text == "Vi har ikke plass."
    assert told.count() == had + 1
    # Whoever said the last yes saw it on the page.
    assert {n.person for n in Notice.objects.filter(kind="proposals.consent_stands")} == {leader, union}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("turn_down", {}), ("forward", {"note": ""}), ("think_further", {"resumes_on": soon()}),
        ("elsewhere", {"belongs_to": "Fylket"}), ("pass_on", {"unit": None}), ("done_already", {"effect": "x"}),
        ("carry_out", {"due_on": soon()}), ("merge", {"into": None}),
    ],
)  # fmt: skip
def test_no_single_member_concludes(road: Road, people: list[User], name: str, data: dict[str, Any]) -> None:
    """Also not by passing it on, by saying that it belongs elsewhere, or by merging it."""
    other = Road(road.town)
    filled = {
        "answer": "Svar.", "participants": road.table(), "held_on": clock.today(), "responsible": people[0].pk,
        "carried_out_on": clock.today(), **data,
    } | {key: {"unit": road.town.units[1].pk, "into": other.fresh().case.reference}[key] for key in data
         if data[key] is None}  # fmt: skip
    for who in people:
        with pytest.raises(GuardRefused, match="sin egen innlogging"):
            perform(road.fresh(), name, actor=who, data=filled)
    conclusion = services.conclude(road.fresh(), name, actor=people[2], data=filled)
    assert conclusion.status == "provisional"
    with after(60):
        tasks.settle_conclusions()
    assert road.fresh().status == "in_treatment"
    say(conclusion, people[0])
    assert say(conclusion, people[1]).status == "stands"
    assert road.fresh().status_event_id != conclusion.status_event_id
    assert road.referral.body != road.lmu if name in ("forward", "pass_on") else True


def test_the_portal_itself_takes_no_step_without_a_conclusion(road: Road, people: list[User]) -> None:
    with pytest.raises(GuardRefused):
        perform(
            road.fresh(), "turn_down", actor=None,
            data={"answer": "Nei.", "participants": road.table(), "held_on": clock.today()},
        )  # fmt: skip
    provisional = conclude(road)
    with pytest.raises(GuardRefused):
        perform(road.fresh(), "turn_down", actor=None, data=provisional.filled_in, basis=provisional)
    with pytest.raises(GuardRefused):
        perform(provisional, "stand", actor=None)
    assert road.fresh().status == "in_treatment"


def test_the_days_let_it_stand_and_silence_is_printed_as_silence(road: Road, people: list[User]) -> None:
    conclusion = conclude(road)
    say(conclusion, people[1])
    last = queries.verdict(conclusion).lapses_on
    assert last is not None
    with clock.at(clock.now() + (last - clock.today())):
        assert tasks.settle_conclusions() == 0
    with clock.at(clock.now() + (last - clock.today()) + timedelta(days=1)):
        # Too late to object: it stands although the job has not come by.
        assert say(conclusion, people[2], False, "Nei!").status == "stands"
    assert road.fresh().status == "declined"
    silent = Stance.objects.get(conclusion=conclusion, membership__person=people[2])
    assert (silent.agrees, silent.text) == (None, "")
    assert [line.agrees for line in queries.lines(conclusion)] == [True, True, None]


def test_the_job_lets_it_stand_once(road: Road, people: list[User]) -> None:
    conclusion = conclude(road)
    say(conclusion, people[1])
    with after(12):
        assert (tasks.settle_conclusions(), tasks.settle_conclusions()) == (1, 0)
    done = road.fresh().status_event
    assert (done.action, done.actor) == ("proposals.declined", None)
    # Whose answer it is stands on the answer.
    assert Feedback.objects.get(event=done).given_by == people[0]


def test_an_objection_is_disagreement_that_any_one_member_sends_up(road: Road, people: list[User]) -> None:
    leader, union, safety = people
    conclusion = conclude(road)
    assert [a for a in available(conclusion, safety) if a.transition.name == "send_up" and a.open] == []
    with pytest.raises(GuardRefused):
        perform(conclusion, "send_up", actor=union, data={"answer": "Vi ble ikke enige."})
    with pytest.raises(GuardRefused):
        say(conclusion, union, False, "   ")
    say(conclusion, union, False, "Vi kan flytte lageret.")
    objected = Notice.objects.filter(kind="proposals.consent_objection")
    assert {notice.person for notice in objected} == {leader, safety}
    assert all("Vi kan flytte lageret." in notice.body for notice in objected)
    with after(40):
        assert tasks.settle_conclusions() == 0
    perform(conclusion, "send_up", actor=safety, data={"answer": "Vi ble ikke enige."})
    assert road.body == road.town.coordination
    assert road.fresh().case.referrals.first().outcome == "disagreed"
    held = {p.membership.person: p.text for p in Position.objects.all()}
    assert held == {
        leader: "Enig i den foreløpige konklusjonen.", union: "Vi kan flytte lageret.", safety: "Har ikke svart.",
    }  # fmt: skip


def test_a_missing_yes_is_disagreement_after_fourteen_days(road: Road, people: list[User]) -> None:
    conclusion = conclude(road, actor=people[1])
    with after(14):
        assert tasks.settle_conclusions() == 0
        assert not queries.verdict(conclusion).disputed
    with after(15):
        for _twice in range(2):
            assert tasks.settle_conclusions() == 0
        assert Notice.objects.filter(kind="proposals.consent_late").count() == 3
        assert queries.verdict(conclusion).disputed
        # A yes that comes first still counts.
        say(conclusion, people[0])
        assert road.fresh().status == "declined"


def test_whoever_objected_may_change_their_mind(road: Road, people: list[User]) -> None:
    conclusion = conclude(road)
    say(conclusion, people[1], False, "Ikke nå.")
    say(conclusion, people[2])
    assert say(conclusion, people[1]).status == "stands"
    stance = Stance.objects.get(conclusion=conclusion, membership__person=people[1])
    assert (stance.agrees, stance.text) == (True, "")
    # What was said first is in the trail.
    said = Event.objects.filter(action="proposals.position_taken", actor=people[1])
    assert [event.data["agrees"] for event in said.order_by("id")] == [False, True]


def test_secretary_users_and_strangers_do_not_count(road: Road, people: list[User]) -> None:
    guest = road.town.outsider
    place = memberships.start_membership(
        person=guest, body=road.lmu, role=Role.USER_REPRESENTATIVE, valid_from=clock.today(), actor=None
    )
    let_in(place, cases=[road.referral], actor=road.leader)
    conclusion = conclude(road)
    for who in (guest, road.proposer, road.town.coordination_secretary, road.town.lmu_leader(1)):
        with pytest.raises(NotPermitted):
            say(conclusion, User.objects.get(pk=who.pk))
    assert Stance.objects.filter(conclusion=conclusion).count() == 3


def test_one_person_in_two_seats_is_not_two(road: Road, people: list[User]) -> None:
    """Whoever stands in for the leader is chosen as union representative meanwhile."""
    leader, union, safety = people
    both = road.town.employee(0, 1)
    seat = road.town.membership(leader, road.lmu)
    stand_ins.start_stand_in(place=seat, person=both, valid_from=clock.today(), valid_to=soon(20), actor=leader)
    memberships.start_membership(
        person=both, body=road.lmu, role=Role.UNION_REPRESENTATIVE, part=Part.UNION, valid_from=clock.today(),
        actor=None,
    )  # fmt: skip
    conclusion = conclude(road, actor=User.objects.get(pk=both.pk), participants=[seat.pk])
    assert [line.agrees for line in queries.lines(conclusion)] == [True, None, True, None]
    say(conclusion, safety)
    with after(9):
        assert tasks.settle_conclusions() == 0
    assert road.fresh().status == "in_treatment"
    assert say(conclusion, union).status == "stands"


def test_somebody_else_who_stands_in_counts_as_the_leader(road: Road, people: list[User]) -> None:
    leader, union, safety = people
    other = road.town.employee(0, 1)
    seat = road.town.membership(leader, road.lmu)
    stand_ins.start_stand_in(place=seat, person=other, valid_from=clock.today(), valid_to=soon(9), actor=leader)
    conclusion = conclude(road, actor=union)
    assert other in {notice.person for notice in Notice.objects.filter(event=conclusion.status_event)}
    say(conclusion, safety)
    assert say(conclusion, User.objects.get(pk=other.pk)).status == "stands"
    assert [line.who for line in queries.lines(conclusion)] == [other.name, union.name, safety.name]


def test_a_new_leader_must_say_yes_and_a_new_seat_has_its_own_days(road: Road, people: list[User]) -> None:
    conclusion = conclude(road)
    place = road.town.membership(people[0], road.lmu)
    memberships.end_membership(place, on=clock.today(), actor=None)
    with after(1):
        new = memberships.start_membership(
            person=road.town.employee(0, 1), body=road.lmu, role=Role.LEADER, part=Part.ADMINISTRATION,
            valid_from=clock.today(), actor=None,
        )  # fmt: skip
        say(conclusion, people[1])
    with after(8):
        assert tasks.settle_conclusions() == 0
        assert Stance.objects.get(conclusion=conclusion, membership=new).told_on == clock.today()
        asked = Notice.objects.filter(kind="proposals.consent_asked", person=new.person)
        assert asked.count() == 1
        say(conclusion, User.objects.get(pk=new.person_id))
        # The old leader's yes is printed and counts for nothing; the safety representative's days are over.
        assert [line.seated for line in queries.lines(conclusion)] == [True, True, True, False]
        assert tasks.settle_conclusions() + (road.fresh().status == "declined") >= 1
    assert road.fresh().status == "declined"


def test_one_conclusion_at_a_time_taken_back_with_a_reason(road: Road, people: list[User]) -> None:
    first = conclude(road)
    with pytest.raises(GuardRefused):
        conclude(road, "forward", note="")
    with pytest.raises(InvalidInput):
        perform(first, "take_back", actor=people[1], data={"reason": " "})
    perform(first, "take_back", actor=people[1], data={"reason": "Vi må regne på nytt."})
    with pytest.raises(WrongState):
        say(first, people[2])
    assert conclude(road, "forward", note="").status == "provisional"


def test_what_the_proposer_takes_back_ends_it(road: Road, people: list[User]) -> None:
    conclusion = conclude(road)
    road.step("withdraw", road.proposer, reason="")
    conclusion.refresh_from_db()
    assert (road.fresh().status, conclusion.status) == ("withdrawn", "dropped")
    assert tasks.settle_conclusions() == 0


def test_what_cannot_be_carried_out_keeps_its_answers_and_says_why(road: Road, people: list[User]) -> None:
    conclusion = conclude(road, "carry_out", responsible=people[0].pk, due_on=soon())
    proposals.assess(
        road.fresh(), several=False, grant=True, amount=90_000, text="Det trenger penger.", actor=people[1]
    )
    say(conclusion, people[1])
    assert say(conclusion, people[2]).status == "provisional"
    assert "tilskudd" in services.what_stops(Conclusion.objects.get())
    assert road.fresh().status == "in_treatment"


def test_the_order_for_user_representatives_is_not_slipped_out_of(road: Road, people: list[User]) -> None:
    road.forward()
    road.step(
        "send_back", road.town.coordination_secretary, back_to=road.lmu.pk, answer="LMU spør brukerne.", note="",
        needs_user_representatives="on",
    )  # fmt: skip
    for name in ("pass_on", "elsewhere", "turn_down", "forward", "carry_out"):
        with pytest.raises(GuardRefused, match="brukerrepresentanter"):
            conclude(road, name, unit=road.town.units[1].pk, belongs_to="Fylket")


def test_the_coordination_group_does_not_conclude_by_one_press_of_its_secretary(road: Road) -> None:
    town = road.town
    road.begin().forward()
    leader, (union, elected), clerk = town.coordination_leader, town.coordination_members, town.coordination_secretary
    data = {"responsible": town.lmu_leader(1).pk, "due_on": soon(), "answer": "Ja."}
    for who in (clerk, leader):
        with pytest.raises(GuardRefused):
            perform(road.fresh(), "adopt", actor=who, data=data)
    conclusion = services.conclude(road.fresh(), "adopt", actor=clerk, data=data)
    assert {notice.person for notice in Notice.objects.filter(event=conclusion.status_event)} == {
        leader,
        union,
        elected,
    }
    with pytest.raises(NotPermitted):
        say(conclusion, clerk)
    say(conclusion, leader)
    with after(60):
        assert tasks.settle_conclusions() == 0
    say(conclusion, union)
    say(conclusion, elected, False, "For dyrt.")
    perform(conclusion, "send_up", actor=elected, data={"answer": "Vi ble ikke enige."})
    assert road.body == town.committee


# Its page -------------------------------------------------------------------------------------------------------------


def test_the_page_takes_one_press(road: Road, people: list[User], client: Client) -> None:
    conclusion = conclude(road)
    url = conclusion.get_absolute_url()
    client.force_login(people[1])
    shown = client.get(url)
    text = shown.content.decode()
    assert shown.status_code == 200
    assert text.count("Har ikke svart") == 2
    assert "Vi har ikke plass." in text
    assert client.post(url, {"stance": "no", "text": " "}).status_code == 422
    assert client.post(url, {"stance": "kanskje"}).status_code == 422
    assert client.post(url, {"stance": "yes", "text": "x"}).status_code == 302
    assert Stance.objects.get(conclusion=conclusion, membership__person=people[1]).agrees is True
    detail = client.get(reverse("proposals:detail", args=[road.proposal.case_id])).content.decode()
    assert url in detail
    assert url in client.get(reverse("lmu:detail", args=[road.lmu.slug])).content.decode()
    client.force_login(people[2])
    assert url in client.get(reverse("portal:my_page")).content.decode()


def test_an_objection_that_comes_too_late_stands_on_the_page(road: Road, people: list[User], client: Client) -> None:
    """The conclusion had come to stand meanwhile: the page said so, and the words were nowhere."""
    conclusion = conclude(road)
    say(conclusion, people[1])
    say(conclusion, people[2])
    client.force_login(people[2])
    late = {"stance": "no", "text": "Det er ikke hørt hos oss."}
    answer = client.post(Conclusion.objects.get(pk=conclusion.pk).get_absolute_url(), late)
    assert answer.status_code in (403, 409)
    assert late["text"] in answer.content.decode()


def test_nobody_else_knows_of_it(road: Road, people: list[User], client: Client) -> None:
    conclusion = conclude(road)
    say(conclusion, people[1], False, "Min egen mening.")
    url = conclusion.get_absolute_url()
    send_up = reverse("proposals:conclusion_step", args=[conclusion.referral.case_id, conclusion.pk, "send_up"])
    for who in (road.proposer, road.town.outsider, road.town.lmu_leader(1)):
        client.force_login(who)
        assert (client.get(url).status_code, client.post(url, {"stance": "yes"}).status_code) == (404, 404)
        assert client.get(send_up).status_code == 404
    client.force_login(road.proposer)
    seen = client.get(reverse("proposals:detail", args=[road.proposal.case_id])).content.decode()
    assert "oreløpige konklusjon" not in seen
    assert "oreløpig konklusjon" not in seen
    assert "Min egen mening." not in seen
    assert "Vi har ikke plass." not in seen


def test_the_form_of_the_step_says_that_it_is_provisional(road: Road, people: list[User], client: Client) -> None:
    url = reverse("proposals:step", args=[road.proposal.case_id, "turn_down"])
    client.force_login(people[2])
    assert "foreløpig konklusjon" in client.get(url).content.decode()
    seen = road.fresh().status_event_id
    data = {"participants": road.table(), "held_on": clock.today(), "answer": "Nei.", "seen": seen, "environment": "on"}
    answer = client.post(url, data)
    conclusion = Conclusion.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, conclusion.get_absolute_url())
    assert (conclusion.environment, conclusion.concluded_by) == (True, people[2])
    # In a matter of the working environment the safety representative answers too.
    say(conclusion, people[0])
    with after(12):
        assert tasks.settle_conclusions() == 1

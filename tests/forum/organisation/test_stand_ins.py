"""Standing in: the same rights in the days agreed on and not a minute longer, and who can have none."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Body, StandIn
from forum.organisation.queries import stand_ins as queries
from forum.organisation.services import memberships, stand_in_days
from forum.organisation.services import stand_ins as services
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access import grants, policy, sync
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import NotPermitted

pytestmark = pytest.mark.usefixtures("in_english")


def agree(town: Municipality, *, begins: int = 0, days: int = 7, **changes: Any) -> StandIn:
    """Let an employee stand in for the leader of the first LMU."""
    leader, today = town.lmu_leader(), clock.today()
    given: dict[str, Any] = {
        "place": town.membership(leader, town.lmus[0]),
        "person": town.employee(),
        "valid_from": today + timedelta(days=begins),
        "valid_to": today + timedelta(days=begins + days),
        "actor": leader,
    }
    return services.start_stand_in(**given | changes)


def may(town: Municipality, name: str = "proposals.handle") -> tuple[bool, bool, bool]:
    """Ask the three questions about the stand-in: the button, the list, the mail."""
    person, proposal = town.employee(), Road(town, proposer=town.employee(0, 1)).proposal
    grants.forget(person)
    return (
        policy.can(person, name, proposal),
        policy.visible_to(person, name, type(proposal)._default_manager.all()).filter(pk=proposal.pk).exists(),
        policy.people_who_can(name, proposal).filter(pk=person.pk).exists(),
    )


def test_the_rights_hold_in_these_days_alone_although_no_job_has_run(town: Municipality) -> None:
    assert may(town) == (False, False, False)
    agree(town, begins=2, days=3)
    assert not sync.difference()
    assert may(town) == (False, False, False)
    for days, wanted in ((2, True), (5, True), (6, False)):
        with clock.at(clock.now() + timedelta(days=days)):
            assert may(town) == (wanted,) * 3, days


def test_what_is_done_is_written_down_as_done_for_the_other(town: Municipality) -> None:
    agree(town)
    road = Road(town, proposer=town.employee(0, 1))
    road.step("begin", town.employee(), access="employees")
    event = Event.objects.get(actor=town.employee(), action="proposals.begun")
    assert event.acting_role == Role.LEADER
    assert event.acting_body == town.lmus[0].pk
    assert event.acting_label.endswith(f"standing in for {town.lmu_leader().name}")


def test_it_ends_with_the_place_itself(town: Municipality) -> None:
    agree(town, days=30)
    memberships.end_membership(town.membership(town.lmu_leader(), town.lmus[0]), on=clock.today(), actor=None)
    assert may(town) == (True, True, True)
    with clock.at(clock.now() + timedelta(days=1)):
        assert may(town) == (False, False, False)


def test_an_office_can_be_stood_in_for_too(town: Municipality) -> None:
    office = town.administrator.appointments.get(office=OfficeKind.ADMINISTRATOR)
    agree(town, place=office, actor=town.administrator)
    person = town.employee()
    assert policy.can(person, "forum.manage_organisation")
    assert set(policy.people_who_can("forum.manage_organisation")) == {person, town.administrator}
    with clock.at(clock.now() + timedelta(days=8)):
        assert not policy.can(type(person).objects.get(pk=person.pk), "forum.manage_organisation")


def test_elected_members_and_whom_others_have_chosen_have_none(town: Municipality) -> None:
    union, safety = town.lmu_members[0][1:3]
    for place, said in (
        (town.membership(town.chair), "§ 7-10"),
        (town.membership(town.union[0]), "§ 7-10"),
        (town.membership(town.deputies["employees"][0]), "§ 7-10"),
        (town.membership(union, town.lmus[0]), "others have chosen"),
        (town.membership(safety, town.lmus[0]), "others have chosen"),
    ):
        with pytest.raises(ValidationError, match=said):
            agree(town, place=place, actor=town.administrator)
    agree(town, place=town.membership(town.secretary), actor=town.administrator)
    assert StandIn.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"begins": -9, "days": 2}, "over"),
        ({"days": 400}, "a year"),
        ({"days": -1}, "before it begins"),
    ],
)
def test_days_that_cannot_be(town: Municipality, changes: dict[str, int], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        agree(town, **changes)


def test_who_cannot_be_it(town: Municipality) -> None:
    for person, said in (
        (town.outsider, "works in the municipality"),
        (town.lmu_leader(), "oneself"),
        (town.lmu_members[0][1], "sits in the body"),
    ):
        with pytest.raises(ValidationError, match=said):
            agree(town, person=person)
    agree(town)
    with pytest.raises(ValidationError, match="some of these days"):
        agree(town, begins=3, person=town.employee(0, 1))
    assert StandIn.objects.count() == 1


def test_nobody_chooses_for_another_but_the_administrator(town: Municipality) -> None:
    for actor in (town.employee(), town.chair, town.secretary, town.lmu_leader(1)):
        with pytest.raises(NotPermitted):
            agree(town, actor=actor)
    made = agree(town, actor=town.administrator)
    with pytest.raises(NotPermitted):
        services.end_stand_in(made, on=clock.today(), actor=town.employee())
    assert StandIn.objects.get().valid_to == made.valid_to


def test_ended_early_and_taken_back(town: Municipality) -> None:
    made = agree(town)
    with clock.at(clock.now() + timedelta(days=1)):
        services.end_stand_in(made, on=clock.today(), actor=town.lmu_leader())
    with clock.at(clock.now() + timedelta(days=2)):
        assert may(town) == (False, False, False)
    coming = agree(town, begins=10)
    services.end_stand_in(coming, on=clock.today(), actor=town.administrator)
    assert list(StandIn.objects.all()) == [made]
    assert StandIn.history.filter(id=coming.pk).count() == 2
    assert Event.objects.filter(action="forum.stand_in_withdrawn", actor=town.administrator).count() == 1
    assert not sync.difference()


def test_chosen_by_mistake_it_is_over_at_once(town: Municipality) -> None:
    made = agree(town)
    assert may(town) == (True, True, True)
    services.end_stand_in(made, on=clock.today(), actor=town.lmu_leader())
    assert may(town) == (False, False, False)
    assert not StandIn.objects.exists()
    assert StandIn.history.filter(id=made.pk).count() == 2
    assert not sync.difference()
    # Who has the place instead is chosen on the same day.
    assert agree(town, person=town.employee(0, 1)).person == town.employee(0, 1)


def test_the_pages(client: Client, town: Municipality) -> None:
    place = town.membership(town.lmu_leader(), town.lmus[0])
    new = reverse("forum:stand_in_new", args=["plass", place.pk])
    for person, wanted in (
        (town.employee(), 404),
        (town.chair, 404),
        (town.lmu_leader(), 200),
        (town.administrator, 200),
    ):
        client.force_login(person)
        assert client.get(new).status_code == wanted, person
        assert client.get(reverse("forum:stand_ins")).status_code == 200
    client.force_login(town.lmu_leader())
    found = client.get(new, {"q": "fjellvik"}).context["found"]
    assert town.outsider not in found
    assert town.lmu_leader() not in found
    today, end = clock.today().isoformat(), (clock.today() + timedelta(days=3)).isoformat()
    url = f"{new}?person={town.employee().pk}"
    wrong = client.post(url, {"valid_from": end, "valid_to": today})
    assert wrong.status_code == 422
    assert wrong.context["form"]["valid_from"].value() == end
    assert client.post(url, {"valid_from": today, "valid_to": end}).status_code == 302
    made = StandIn.objects.get()
    assert [p.stand_ins for p in queries.places_of(town.lmu_leader())] == [[made]]
    client.force_login(town.employee())
    assert client.get(reverse("forum:stand_in_end", args=[made.pk])).status_code == 404
    assert town.lmu_leader().name in client.get(reverse("forum:stand_ins")).content.decode()
    assert Body.objects.get(pk=town.lmus[0].pk) in list(client.get("/organer/").context["own"])
    for bad in ("plass/999999", "verv/1", "tull/1"):
        assert client.get(f"/stedfortredere/ny/{bad}/").status_code == 404


def test_a_refused_choice_does_not_hold_the_next_one(client: Client, town: Municipality) -> None:
    """What was kept of the refused days hid the address that says who: only the search was shown."""
    leader = town.lmu_leader()
    new = reverse("forum:stand_in_new", args=["plass", town.membership(leader, town.lmus[0]).pk])
    client.force_login(leader)
    today, end = clock.today().isoformat(), (clock.today() + timedelta(days=3)).isoformat()
    assert client.post(f"{new}?person={leader.pk}", {"valid_from": today, "valid_to": end}).status_code == 422
    other = client.get(f"{new}?person={town.employee().pk}")
    assert town.employee().name in other.content.decode()
    assert "form" in other.context
    assert "found" not in other.context


def test_it_is_found_and_shown(client: Client, town: Municipality) -> None:
    leader, address, group = town.lmu_leader(), reverse("forum:stand_ins"), town.lmus[0]
    for person, wanted in (
        (leader, True),
        (town.administrator, True),
        (town.secretary, True),
        (town.employee(), False),
    ):
        client.force_login(person)
        assert (address in client.get(reverse("portal:my_page")).content.decode()) == wanted, person
    client.force_login(leader)
    assert address in client.get(group.get_absolute_url()).content.decode()
    agree(town)
    assert (
        f"{town.employee().name} stands in until"
        in client.get(reverse("lmu:detail", args=[group.slug])).content.decode()
    )


# The first day and the last -------------------------------------------------------------------------------------------


def told(kind: str) -> set[User]:
    """Return who was told, once each, and forget it."""
    notices = Notice.objects.filter(kind=f"forum.stand_in_{kind}")
    people = [notice.person for notice in notices]
    assert len(people) == len(set(people))
    assert all(notice.mail for notice in notices)
    notices.delete()
    return set(people)


def on_day(days: int) -> int:
    """Run the job on a day, twice."""
    with clock.at(clock.now() + timedelta(days=days)):
        return stand_in_days.tell_of_the_day() + stand_in_days.tell_of_the_day()


def test_both_and_the_leader_are_told_on_the_first_day_and_on_the_last(town: Municipality) -> None:
    """Nobody was told on either day."""
    secretary, stand_in, leader = town.secretary, town.employee(), town.chair
    agree(town, place=town.membership(secretary), actor=secretary, begins=3, days=4)
    everybody = {secretary, stand_in, leader}
    assert [on_day(days) for days in (0, 2)] == [0, 0]
    assert on_day(3) == 1
    assert told("begins") == everybody
    assert [on_day(days) for days in (4, 6)] == [0, 0]
    assert on_day(7) == 1
    assert told("ends") == everybody
    assert [on_day(days) for days in (8, 30)] == [0, 0]


def test_what_a_day_without_a_worker_missed_is_told_the_next(town: Municipality) -> None:
    agree(town, begins=3, days=9)
    assert on_day(5) == 1
    assert told("begins") == {town.lmu_leader(), town.employee()}
    assert on_day(14) == 1
    assert told("ends") == {town.lmu_leader(), town.employee()}


def test_who_chose_it_for_today_is_not_told_what_they_did(town: Municipality) -> None:
    made = agree(town)
    assert told("begins") == {town.employee()}
    assert on_day(0) == 0
    with clock.at(clock.now() + timedelta(days=1)):
        services.end_stand_in(made, on=clock.today(), actor=town.administrator)
    assert told("ends") == {town.lmu_leader(), town.employee()}
    assert on_day(1) == 0


def test_what_was_taken_back_begins_for_nobody(town: Municipality) -> None:
    coming = agree(town, begins=3)
    assert told("started") == {town.employee()}
    services.end_stand_in(coming, on=clock.today(), actor=town.administrator)
    # Whoever was told that it was chosen is told that it is not.
    assert told("withdrawn") == {town.lmu_leader(), town.employee()}
    assert [on_day(days) for days in (3, 10)] == [0, 0]
    # Who was told this morning that it begins is told that it does not.
    services.end_stand_in(agree(town), on=clock.today(), actor=town.lmu_leader())
    assert told("begins") == told("withdrawn") == {town.employee()}
    assert [on_day(days) for days in (0, 7)] == [0, 0]


def test_it_ends_on_the_last_day_of_the_place(town: Municipality) -> None:
    made = agree(town, begins=1, days=30)
    last = clock.today() + timedelta(days=5)
    memberships.end_membership(town.membership(town.lmu_leader(), town.lmus[0]), on=last, actor=None)
    assert on_day(5) == 2  # that it began was not told either
    assert told("ends") == {town.lmu_leader(), town.employee()}
    assert stand_in_days.last_day(StandIn.objects.get(pk=made.pk)) == last
    assert on_day(31) == 0

"""The pages of bodies and the administrator's pages: who sees what, and what it costs."""

from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.meetings.planning import services as planning_services
from forum.organisation.enums import BodyKind, LegalBasis, Part, Role, Side
from forum.organisation.models import Body, Membership
from forum.organisation.queries.bodies import members_of
from forum.organisation.services import bodies as services
from forum.organisation.services import memberships
from proposals.services import submit
from tests.factories.consent import take
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("in_english")


def propose(town: Municipality, title: str = "Sykkelstativ", number: int = 0) -> Any:
    answers = {"several_workplaces": "no", "needs_grant": "no", "affects_users": "no"}
    words = {"title": title, "what": "Et stativ.", "why": "Syklene velter.", "expected_effect": "Orden."}
    return submit(proposer=town.employee(number), data={**words, **answers, "unit": town.units[number].pk})


def office_urls(town: Municipality) -> list[str]:
    slug = town.committee.slug
    person = town.employee()
    return [
        *(
            reverse(f"forum:{name}")
            for name in ("organisation", "body_new", "unit_new", "party_new", "people", "person_new")
        ),
        reverse("forum:body_facts", args=[slug]),
        reverse("forum:body_activate", args=[slug]),
        reverse("forum:body_close", args=[slug]),
        reverse("forum:body_remove", args=[slug]),
        reverse("forum:member_new", args=[slug]),
        reverse("forum:member_new", args=[slug]) + f"?person={town.outsider.pk}",
        reverse("forum:member_new", args=[slug]) + "?q=fjellvik",
        reverse("forum:member_end", args=[slug, town.membership(town.chair).pk]),
        reverse("forum:unit_change", args=[town.units[0].pk]),
        reverse("forum:person", args=[person.pk]),
        reverse("forum:person_change", args=[person.pk]),
        reverse("forum:employment_new", args=[person.pk]),
        reverse("forum:appointment_new", args=[person.pk]),
        reverse("forum:employment_end", args=[person.employments.get().pk]),
        reverse("forum:appointment_end", args=[town.administrator.appointments.get().pk]),
    ]


# Who sees what --------------------------------------------------------------------------------------------------------


def test_the_administrators_pages_are_the_administrators(town: Municipality, client: Client) -> None:
    urls = office_urls(town)
    for url in urls:
        assert client.get(url).status_code == 302
    for person in (town.chair, town.secretary, town.lmu_leader(), town.employee(), town.outsider):
        client.force_login(person)
        for url in urls:
            assert client.get(url).status_code == 404, (url, person)
            assert client.post(url, {"name": "X"}).status_code == 404
    client.force_login(town.administrator)
    for url in urls:
        assert client.get(url).status_code == 200, url


def test_the_public_sees_the_committee_and_not_who_is_in_the_lmu(town: Municipality, client: Client) -> None:
    page = client.get(reverse("forum:body_list")).content.decode()
    assert town.committee.name in page
    assert town.lmus[0].name in page
    assert town.chair.name in client.get(town.committee.get_absolute_url()).content.decode()
    leader, union, safety = town.lmu_members[0]
    page = client.get(town.lmus[0].get_absolute_url()).content.decode()
    assert not any(person.name in page for person in (leader, union, safety))
    assert "see the names when they have signed in" in page
    client.force_login(town.employee(1))
    page = client.get(town.lmus[0].get_absolute_url()).content.decode()
    assert all(person.name in page for person in (leader, union, safety))
    client.force_login(town.outsider)
    assert union.name not in client.get(town.lmus[0].get_absolute_url()).content.decode()


def test_it_says_whether_the_rules_for_meetings_bind_it_by_law(town: Municipality, client: Client) -> None:
    """Another arrangement is no elected body: chapter 11 is its own choice (§ 5-2)."""
    where = town.committee.get_absolute_url()
    assert "Chapter 11 of the Local Government Act<" in client.get(where).content.decode()
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    page = client.get(where).content.decode()
    assert "Chapter 11 of the Local Government Act, by the body" in page
    Body.objects.filter(pk=town.committee.pk).update(chapter_11=False)
    assert "Rules for meetings" not in client.get(where).content.decode()


def test_whoever_sets_up_a_body_reads_what_follows_from_each_legal_basis(town: Municipality, client: Client) -> None:
    client.force_login(town.administrator)
    page = client.get(reverse("forum:body_new")).content.decode()
    assert "its name contains “utvalg” (§ 5-1)" in page
    assert "it recommends, and never decides" in page


def test_a_body_being_set_up_is_the_administrators_alone(town: Municipality, client: Client) -> None:
    body = services.add_body(name="Ny gruppe", kind="coordination", legal_basis="cooperation", actor=None)
    assert client.get(body.get_absolute_url()).status_code == 404
    assert "Ny gruppe" not in client.get(reverse("forum:body_list")).content.decode()
    client.force_login(town.administrator)
    page = client.get(body.get_absolute_url()).content.decode()
    assert "Being set up" in page
    assert "The coordination group has no leader" in page
    assert "Ny gruppe" in client.get(reverse("forum:body_list")).content.decode()
    assert client.get("/organer/finnes-ikke/").status_code == 404


def test_composition_problems_are_for_the_administrator(town: Municipality, client: Client) -> None:
    memberships.end_membership(town.membership(town.chair), on=clock.today() - timedelta(days=1), actor=None)
    url = town.committee.get_absolute_url()
    assert "§ 5-11)." not in client.get(url).content.decode()
    client.force_login(town.administrator)
    assert "The body has no leader" in client.get(url).content.decode()
    assert "The body has no leader" in client.get(reverse("forum:organisation")).content.decode()


def test_deputies_stand_in_their_order(town: Municipality, client: Client) -> None:
    page = client.get(town.committee.get_absolute_url()).content.decode()
    first, second = town.deputies[Side.EMPLOYEES]
    start = page.index("Deputies for the employees")
    assert page.index(first.name, start) < page.index(second.name, start)


def test_meetings_on_the_page_follow_who_may_see_them(town: Municipality, client: Client) -> None:
    starts = clock.now() + timedelta(days=10)
    planning_services.plan_meeting(body=town.committee, starts_at=starts, place="Rådhuset", actor=town.secretary)
    planning_services.plan_meeting(
        body=town.coordination, starts_at=starts, place="Møterom 2", actor=town.coordination_secretary
    )
    assert "Rådhuset" in client.get(town.committee.get_absolute_url()).content.decode()
    assert "Møterom 2" not in client.get(town.coordination.get_absolute_url()).content.decode()
    client.force_login(town.coordination_members[0])
    assert "Møterom 2" in client.get(town.coordination.get_absolute_url()).content.decode()


def test_search(town: Municipality, client: Client) -> None:
    page = client.get(reverse("forum:body_list"), {"q": "solbakken"}).content.decode()
    assert "LMU Solbakken" in page
    assert "Ørneset" not in page
    assert town.committee.name not in page
    assert "No body fits" in client.get(reverse("forum:body_list"), {"q": "<b>xyz"}).content.decode()
    assert client.get(reverse("forum:body_list"), {"q": "a\x00b"}).status_code == 200


# The queue ------------------------------------------------------------------------------------------------------------


def test_the_queue_is_for_those_who_sit_there(town: Municipality, client: Client) -> None:
    propose(town)
    url = reverse("forum:body_queue", args=[town.lmus[0].slug])
    assert client.get(url).status_code == 302
    for person in (town.employee(), town.secretary, town.administrator, town.lmu_leader(1), town.outsider):
        client.force_login(person)
        assert client.get(url).status_code == 404, person
    for person in town.lmu_members[0]:
        client.force_login(person)
        assert "Sykkelstativ" in client.get(url).content.decode()


def test_the_queue_says_what_is_due_overdue_and_resting(db: None, client: Client) -> None:
    now = clock.now()
    with clock.at(now - timedelta(days=100)):
        town = municipality()
    lmu, leader = town.lmus[0], town.lmu_leader()
    with clock.at(now - timedelta(days=40)):
        propose(town, "Gammel sak")
    with clock.at(now - timedelta(days=25)):
        propose(town, "Haster snart")
    propose(town, "Helt ny")
    resting = propose(town, "Hviler litt")
    perform(resting, "begin", actor=leader, data={"access": "employees"})
    here = list(Membership.objects.running().filter(body=lmu).values_list("pk", flat=True))
    take(
        resting, "think_further", actor=leader,
        data={
            "participants": here, "held_on": clock.today(), "answer": "Vi ser på det til våren.",
            "resumes_on": clock.today() + timedelta(days=90),
        },
    )  # fmt: skip
    client.force_login(leader)
    url = reverse("forum:body_queue", args=[lmu.slug])
    page = client.get(url).content.decode()
    titles = ["Gammel sak", "Haster snart", "Helt ny", "Hviler litt"]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)
    assert "1 overdue" in page
    assert "Overdue, was due" in page
    assert "Considered further, comes back" in page
    for shown, title in (("forfalt", "Gammel sak"), ("snart", "Haster snart"), ("hviler", "Hviler litt")):
        part = client.get(url, {"vis": shown}).content.decode()
        assert [other for other in titles if other in part] == [title]
    assert client.get(url, {"vis": "tull"}).status_code == 200
    assert client.get(url, {"page": "999"}).status_code == 200
    assert reverse("proposals:detail", args=[resting.case_id]) in page


def test_an_empty_queue_says_what_belongs_there(town: Municipality, client: Client) -> None:
    client.force_login(town.lmu_leader())
    url = reverse("forum:body_queue", args=[town.lmus[0].slug])
    assert "The queue is empty" in client.get(url).content.decode()
    assert "Nothing is overdue" in client.get(url, {"vis": "forfalt"}).content.decode()


# What it costs --------------------------------------------------------------------------------------------------------


def cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_cost_the_same_for_three_and_for_thirty(town: Municipality, client: Client) -> None:
    propose(town, "Nummer 0")
    queue = reverse("forum:body_queue", args=[town.lmus[0].slug])
    overview, bodies = reverse("forum:organisation"), reverse("forum:body_list")
    detail, lmu = town.coordination.get_absolute_url(), town.lmus[0].get_absolute_url()
    people = reverse("forum:people")
    as_admin = (overview, bodies, detail, f"{people}?q=person1")

    def costs() -> dict[str, int]:
        client.force_login(town.administrator)
        found = {url: cost(client, url) for url in as_admin}
        client.force_login(town.lmu_leader())
        return found | {url: cost(client, url) for url in (queue, lmu, bodies + "?")}

    few = costs()
    for number in range(1, 28):
        propose(town, f"Nummer {number}")
    with services.in_bulk():
        for number in range(27):
            unit = services.add_unit(f"Arbeidsplass {number}", town.units[0].parent, actor=None)
            services.add_body(
                name=f"LMU {unit.name}", kind=BodyKind.LMU, legal_basis=LegalBasis.COOPERATION, unit=unit,
                superior=town.coordination, actor=None,
            )  # fmt: skip
            person = services.add_person(email=f"person1x{number}@fjellvik.example", name=f"Nr {number}", actor=None)
            services.start_employment(person=person, unit=unit, actor=None)
            memberships.start_membership(
                person=person, body=town.coordination, role=Role.MEMBER, part=Part.UNION,
                valid_to=clock.today() + timedelta(days=number), actor=None,
            )  # fmt: skip
    assert costs() == few


# The technical administration -----------------------------------------------------------------------------------------


def test_one_who_got_a_seat_is_not_listed_as_deputy_too(town: Municipality) -> None:
    first, second = town.deputies[Side.EMPLOYEES]
    running = list(Membership.objects.running().filter(body=town.committee).select_related("person"))
    elected = copy(town.membership(town.union[2]))
    elected.person = first
    found = members_of([*running, elected])
    assert first.pk not in {m.person_id for _key, listed in found.deputies for m in listed}
    assert second.pk in {m.person_id for _key, listed in found.deputies for m in listed}

"""The pages of bodies and the administrator's pages: who sees what, what is written, and what it costs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from forum.meetings.planning import services as planning_services
from forum.organisation.enums import BodyKind, LegalBasis, OfficeKind, Part, Role, Side
from forum.organisation.models import Body, Employment, Membership, Unit
from forum.organisation.services import bodies as services
from proposals.services import submit
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.workflow import perform


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.LANGUAGES = [("en", "English")]
    with translation.override("en"):
        yield


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
    services.end_membership(town.membership(town.chair), on=clock.today() - timedelta(days=1), actor=None)
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
    perform(
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


# The administrator writes ---------------------------------------------------------------------------------------------


@pytest.fixture
def office(town: Municipality, client: Client) -> Client:
    client.force_login(town.administrator)
    return client


def test_from_nothing_to_a_body_at_work_in_the_browser(town: Municipality, office: Client) -> None:
    """Unit, people, LMU, its three members and activation, all through the forms."""
    today = clock.today().isoformat()
    assert office.post(reverse("forum:unit_new"), {"name": "Biblioteket", "parent": ""}).status_code == 302
    unit = Unit.objects.get(name="Biblioteket")
    people = []
    for number, name in enumerate(("Gro Ås", "Leif Bø", "Nils Øy")):
        email = f"bib{number}@fjellvik.example"
        response = office.post(
            reverse("forum:person_new"),
            {"name": name, "email": email, "unit": unit.pk, "title": "Bibliotekar", "valid_from": today},
        )
        person = User.objects.get(email=email)
        assert response.headers["Location"] == reverse("forum:person", args=[person.pk])
        assert person.employments.get().unit == unit
        people.append(person)
    response = office.post(
        reverse("forum:body_new"),
        {
            "kind": "lmu", "unit": unit.pk, "name": "LMU Biblioteket", "legal_basis": "cooperation",
            "superior": town.coordination.pk,
        },
    )  # fmt: skip
    body = Body.objects.get(name="LMU Biblioteket")
    assert response.headers["Location"] == body.get_absolute_url()
    activate = reverse("forum:body_activate", args=[body.slug])
    response = office.post(activate)
    assert response.status_code == 422
    assert "no safety representative" in response.content.decode()
    enter = reverse("forum:member_new", args=[body.slug])
    assert f"?person={people[0].pk}" in office.get(enter, {"q": "gro bib0@"}).content.decode()
    for person, role, part in zip(
        people,
        (Role.LEADER, Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE),
        ("administration", "union", ""),
        strict=True,
    ):
        assert person.name in office.get(enter, {"person": person.pk}).content.decode()
        data = {"person": person.pk, "role": role, "part": part, "valid_from": today, "valid_to": ""}
        assert office.post(enter, data).status_code == 302
        again = office.post(enter, data)
        assert again.status_code == 422
        assert "already" in again.content.decode()
    assert office.post(activate).status_code == 302
    body.refresh_from_db()
    assert body.is_active
    assert office.post(activate).status_code == 422
    end = reverse("forum:member_end", args=[body.slug, people[0].memberships.get().pk])
    assert office.post(end, {"on": "tull"}).status_code == 422
    # An LMU without a leader breaks its rule (R24): that is said first, and saved only when it is said yes to.
    asked = office.post(end, {"on": today})
    assert asked.status_code == 422
    assert asked.context["foreseen"]
    assert office.post(end, {"on": today, "all_the_same": "1"}).status_code == 302
    assert people[0].memberships.get().valid_to == clock.today()
    other = reverse("forum:member_end", args=[town.committee.slug, people[0].memberships.get().pk])
    assert office.get(other).status_code == 404


def test_person_and_employment_are_entered_both_or_neither(
    town: Municipality, office: Client, monkeypatch: Any
) -> None:
    def fail(**kwargs: Any) -> None:
        from django.core.exceptions import ValidationError

        raise ValidationError({"unit": "No."})

    monkeypatch.setattr(services, "start_employment", fail)
    data = {"name": "Ny", "email": "ny@fjellvik.example", "unit": town.units[0].pk, "valid_from": "2026-01-01"}
    response = office.post(reverse("forum:person_new"), data)
    assert response.status_code == 422
    assert not User.objects.filter(email="ny@fjellvik.example").exists()


def test_facts_offices_and_ends(town: Municipality, office: Client) -> None:
    facts = reverse("forum:body_facts", args=[town.committee.slug])
    page = office.get(facts).content.decode()
    assert town.committee.mandate in page
    data = {
        "name": "Trepartsutvalget", "legal_basis": LegalBasis.KOML_5_11, "mandate": "Nytt reglement.",
        "superior": town.council.pk,
        "decides_by": "vote", "meetings_open": "on", "chapter_11": "on", "notice_days": 8, "answer_days": 21,
        "minutes_approval": "next_meeting",
    }  # fmt: skip
    assert office.post(facts, data).status_code == 302
    town.committee.refresh_from_db()
    assert (town.committee.name, town.committee.answer_days) == ("Trepartsutvalget", 21)
    response = office.post(facts, data | {"mandate": ""})
    assert response.status_code == 422
    assert "§ 5-13" in response.content.decode()
    person = town.outsider
    new = reverse("forum:appointment_new", args=[person.pk])
    assert office.post(new, {"office": OfficeKind.ARCHIVE, "valid_from": clock.today()}).status_code == 302
    appointment = person.appointments.get()
    end = reverse("forum:appointment_end", args=[appointment.pk])
    assert office.post(end, {"on": clock.today()}).status_code == 302
    own = reverse("forum:appointment_end", args=[town.administrator.appointments.get().pk])
    response = office.post(own, {"on": clock.today()})
    assert response.status_code == 422
    assert "only administrator" in response.content.decode()
    employment = reverse("forum:employment_new", args=[person.pk])
    assert office.post(employment, {"unit": town.units[1].pk, "valid_from": clock.today()}).status_code == 302
    end = reverse("forum:employment_end", args=[person.employments.get().pk])
    assert office.post(end, {"on": clock.today()}).status_code == 302
    assert Employment.objects.get(person=person).valid_to == clock.today()
    page = office.get(reverse("forum:person", args=[person.pk])).content.decode()
    assert town.units[1].name in page
    assert office.post(reverse("forum:party_new"), {"name": "Ærlige liste", "short": "ÆL"}).status_code == 302
    assert office.post(reverse("forum:party_new"), {"name": "Ærlige liste", "short": "ÆL"}).status_code == 422
    change = reverse("forum:unit_change", args=[town.units[0].pk])
    assert office.post(change, {"name": "Solbakken", "parent": town.units[1].pk, "closed_on": ""}).status_code == 302
    close = reverse("forum:body_close", args=[town.lmus[2].slug])
    assert office.post(close, {"on": clock.today()}).status_code == 302
    office.get(reverse("forum:body_list"))  # says that it is closed
    assert town.lmus[2].name not in office.get(reverse("forum:body_list")).content.decode()


def test_a_body_set_up_by_mistake_is_deleted_and_the_trail_remembers_it(town: Municipality, office: Client) -> None:
    body = services.add_body(
        name="Feil utvalg",
        kind=BodyKind.COMMITTEE,
        legal_basis=LegalBasis.KOML_5_11_OTHER,
        evidence="K-sak 3/26",
        actor=town.administrator,
    )
    services.start_membership(
        person=town.outsider,
        body=body,
        role=Role.MEMBER,
        part=Part.ELECTED,
        valid_from=clock.today(),
        actor=town.administrator,
    )
    address = reverse("forum:body_remove", args=[body.slug])
    assert address in office.get(body.get_absolute_url()).content.decode()
    answer = office.post(address, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("forum:organisation")
    assert "Feil utvalg is deleted." in answer.content.decode()
    assert not Body.objects.filter(pk=body.pk).exists()
    assert not Membership.objects.filter(body=body.pk).exists()
    event = Event.objects.get(action="forum.body_removed")
    assert (event.actor_id, event.subject_id, event.data["name"]) == (town.administrator.pk, body.pk, "Feil utvalg")
    gone = Membership.history.filter(body_id=body.pk, history_type="-")
    assert [(line.person_id, line.event_id) for line in gone] == [(town.outsider.pk, event.pk)]
    assert Body.history.get(id=body.pk, history_type="-").name == "Feil utvalg"
    assert office.post(address).status_code == 404
    assert office.get(body.get_absolute_url()).status_code == 404


def test_a_body_that_has_been_at_work_or_is_pointed_to_is_not_deleted(town: Municipality, office: Client) -> None:
    answer = office.post(reverse("forum:body_remove", args=[town.committee.slug]))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert f"{town.committee.name} has been put to work." in said
    assert "(Archives Act § 11). Close it instead." in said
    above = services.add_body(
        name="Overordnet", kind=BodyKind.COORDINATION, legal_basis=LegalBasis.COOPERATION, actor=town.administrator
    )
    Body.objects.filter(pk=town.lmus[0].pk).update(superior=above)
    services.start_membership(
        person=town.outsider,
        body=above,
        role=Role.MEMBER,
        part=Part.ADMINISTRATION,
        valid_from=clock.today(),
        actor=town.administrator,
    )
    answer = office.post(reverse("forum:body_remove", args=[above.slug]))
    assert answer.status_code == 422
    assert "Something in the portal points to Overordnet." in answer.content.decode()
    assert above.memberships.count() == 1
    assert not Event.objects.filter(action="forum.body_removed").exists()


def test_who_is_shut_out_is_out_at_the_next_request(town: Municipality, office: Client) -> None:
    secretary = Client()
    secretary.force_login(town.secretary)
    queue = reverse("forum:body_queue", args=[town.committee.slug])
    assert secretary.get(queue).status_code == 200
    change = reverse("forum:person_change", args=[town.secretary.pk])
    data = {"name": "Nytt Navn", "email": town.secretary.email}
    assert office.post(change, data).status_code == 302
    assert secretary.get(queue).status_code == 302
    town.secretary.refresh_from_db()
    assert (town.secretary.name, town.secretary.is_active) == ("Nytt Navn", False)
    assert office.post(change, data | {"email": town.chair.email}).status_code == 422
    own = reverse("forum:person_change", args=[town.administrator.pk])
    assert office.post(own, {"name": "X", "email": "x@fjellvik.example"}).status_code == 422
    town.administrator.refresh_from_db()
    assert town.administrator.is_active


def test_what_was_typed_survives_an_expired_session(town: Municipality, client: Client) -> None:
    client.force_login(town.administrator)
    url = reverse("forum:member_new", args=[town.coordination.slug])
    owner = client.get(url, {"person": town.outsider.pk}).context["form_owner"]
    client.logout()
    data = {
        "person": town.outsider.pk,
        "role": "member",
        "part": "union",
        "valid_from": "2026-12-24",
        "form_owner": owner,
    }
    response = client.post(url, data)
    assert response.status_code == 302
    session = client.session
    kept = dict(session["kept_forms"])
    client.force_login(town.administrator)
    session = client.session
    session["kept_forms"] = kept
    session.save()
    page = client.get(url).content.decode()
    assert town.outsider.name in page
    assert "2026-12-24" in page
    assert not town.outsider.memberships.exists()


def test_bad_numbers_are_not_found(town: Municipality, office: Client) -> None:
    enter = reverse("forum:member_new", args=[town.committee.slug])
    for number in ("x", "-1", "9" * 30, "²"):
        assert office.get(enter, {"person": number}).status_code == 200
        assert office.post(enter, {"person": number}).status_code == 404
    assert office.get(reverse("forum:person", args=[10**9])).status_code == 404
    assert office.get(reverse("forum:people"), {"page": "x", "q": "%_' \\"}).status_code == 200


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
            services.start_membership(
                person=person, body=town.coordination, role=Role.MEMBER, part=Part.UNION,
                valid_to=clock.today() + timedelta(days=number), actor=None,
            )  # fmt: skip
    assert costs() == few


# The technical administration -----------------------------------------------------------------------------------------


def test_the_technical_administration_shows_and_changes_nothing(town: Municipality, client: Client) -> None:
    propose(town)
    client.force_login(town.administrator)
    assert client.get("/teknisk/organisation/body/").status_code == 404
    root = User.objects.create_superuser("rot@fjellvik.example", "Rot")
    client.force_login(root)
    models = [model for model in admin.site._registry if model.__module__.startswith(("forum.", "trepart.access."))]
    assert len(models) > 20
    for model in models:
        base = f"/teknisk/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(base).status_code == 200, base
        assert client.get(f"{base}add/").status_code == 403
        row = model._base_manager.first()
        if row is not None:
            change = f"{base}{quote(row.pk)}/change/"
            assert client.get(change).status_code == 200, change
            assert client.post(change, {"name": "X"}).status_code == 403
            assert client.post(f"{base}{quote(row.pk)}/delete/", {"post": "yes"}).status_code == 403
            assert model._base_manager.filter(pk=row.pk).exists()

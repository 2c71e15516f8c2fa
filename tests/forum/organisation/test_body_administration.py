"""The administrator sets up bodies and people, changes them, and takes away what was a mistake."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from forum.organisation.enums import BodyKind, LegalBasis, OfficeKind, Part, Role
from forum.organisation.models import Body, Employment, Membership, Unit
from forum.organisation.services import bodies as services
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event

pytestmark = pytest.mark.usefixtures("in_english")


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
    memberships.start_membership(
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
    assert "(Archives Act § 5). Close it instead." in said
    above = services.add_body(
        name="Overordnet", kind=BodyKind.COORDINATION, legal_basis=LegalBasis.COOPERATION, actor=town.administrator
    )
    Body.objects.filter(pk=town.lmus[0].pk).update(superior=above)
    memberships.start_membership(
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

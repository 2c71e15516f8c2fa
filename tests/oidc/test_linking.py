"""Linking an account to a sign-in service, and taking the link away."""

import pytest
from django.test import Client

from tests.oidc.conftest import Visitor
from tests.oidc.hostile import HostileService
from tests.oidc.people import PASSWORD, linked_person, make_person
from trepart.access.models import User
from trepart.access.oidc.models import Identity
from trepart.audit.models import Event
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db


def _signed_in(service: HostileService, person: User) -> Visitor:
    visitor = Visitor(Client(), service)
    visitor.client.post("/konto/login/", {"login": person.email, "password": PASSWORD})
    assert visitor.is_in
    return visitor


def _show_again(visitor: Visitor) -> None:
    visitor.client.post("/konto/reauthenticate/", {"password": PASSWORD})


def test_linking_asks_for_the_password_first_and_tells_by_mail(hostile: HostileService) -> None:
    person = make_person()
    visitor = _signed_in(hostile, person)
    answer = visitor.client.post("/konto/oidc/idporten/knytt/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/reauthenticate/")
    _show_again(visitor)
    asked = visitor.begin("knytt")
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    assert visitor.back(asked)["Location"] == "/konto/oidc/"
    assert Identity.objects.get().person == person
    assert "ID-porten" in visitor.client.get("/konto/oidc/").content.decode()
    [message] = Mail.objects.all()
    assert (message.to, message.kind) == (person.email, "access/mail/oidc_linked")
    [event] = Event.objects.filter(action="oidc.linked")
    assert (event.actor, event.data) == (person, {"service": "ID-porten"})


def test_linking_is_for_who_began_it(hostile: HostileService) -> None:
    person, other = make_person(), make_person("ola@fjellvik.example")
    visitor = _signed_in(hostile, person)
    _show_again(visitor)
    asked = visitor.begin("knytt")
    session = visitor.client.session
    rows = session["oidc_asked"]
    visitor.client.post("/konto/logout/")
    visitor.client.post("/konto/login/", {"login": other.email, "password": PASSWORD})
    session = visitor.client.session
    session["oidc_asked"] = rows
    session.save()
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    assert visitor.back(asked).context["problem"] == "other_person"
    assert not Identity.objects.exists()


def test_one_cannot_be_two(hostile: HostileService) -> None:
    linked_person(hostile)
    other = make_person("ola@fjellvik.example")
    visitor = _signed_in(hostile, other)
    _show_again(visitor)
    asked = visitor.begin("knytt")
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    assert visitor.back(asked).context["problem"] == "taken"
    Identity.objects.create(person=other, issuer=hostile.issuer, subject="pairwise-ola")
    asked = visitor.begin("knytt")
    hostile.token = hostile.sign(hostile.claims(asked["nonce"], sub="pairwise-new"))
    assert visitor.back(asked).context["problem"] == "other_one"
    assert Identity.objects.count() == 2


def test_unlinking(hostile: HostileService) -> None:
    person = linked_person(hostile)
    visitor = _signed_in(hostile, person)
    assert visitor.client.post("/konto/oidc/idporten/fjern/")["Location"].startswith("/konto/reauthenticate/")
    assert Identity.objects.exists()
    _show_again(visitor)
    visitor.client.post("/konto/oidc/idporten/fjern/")
    assert not Identity.objects.exists()
    assert Event.objects.filter(action="oidc.unlinked", actor=person).count() == 1
    assert Mail.objects.get().kind == "access/mail/oidc_unlinked"


def test_the_only_way_in_is_not_unlinked(hostile: HostileService) -> None:
    linked_person(hostile, password=None)
    visitor = Visitor(Client(), hostile)
    visitor.sign_in()
    page = visitor.client.get("/konto/oidc/").content.decode()
    assert "/konto/oidc/idporten/fjern/" not in page
    visitor.client.post("/konto/oidc/idporten/fjern/")
    assert Identity.objects.exists()

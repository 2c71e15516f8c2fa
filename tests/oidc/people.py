"""People of the tests of sign-in services: with an account here, and known there."""

import re

from allauth.account.models import EmailAddress

from tests.oidc.hostile import HostileService
from trepart.access.models import User
from trepart.access.oidc.models import Identity
from trepart.notices.models import Mail

PASSWORD = "en lang nok hemmelighet"


def make_person(email: str = "kari@fjellvik.example", *, password: str | None = PASSWORD) -> User:
    person = User.objects.create_user(email, "Kari Nordmann", password)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def linked_person(service: HostileService, *, password: str | None = PASSWORD) -> User:
    person = make_person(password=password)
    Identity.objects.create(person=person, issuer=service.issuer, subject="pairwise-kari")
    return person


def link_in(message: Mail) -> str:
    found = re.search(r"http://testserver(/konto/confirm-email/\S+)", message.text)
    assert found
    return found[1]

"""Who somebody from a sign-in service is here: first visits, invitations, the second step; never by e-mail alone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.oidc.conftest import Visitor, decoded, environment
from tests.oidc.hostile import HostileService
from tests.oidc.people import PASSWORD, link_in, linked_person, make_person
from trepart.access import account_closure
from trepart.access.models import Invitation, User
from trepart.access.oidc import config
from trepart.access.oidc.models import Identity, ServiceSession
from trepart.access.sign_in import arrival, invitations
from trepart.audit.models import Event
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db


def test_a_first_visit_asks_for_name_and_address_and_lets_in_when_it_is_confirmed(visitor: Visitor) -> None:
    assert (
        visitor.sign_in(name="Feil Navn", email="annen@fjellvik.example", email_verified=True)["Location"]
        == "/konto/oidc/ny/"
    )
    page = visitor.client.get("/konto/oidc/ny/")
    assert page.status_code == 200
    wrong = visitor.client.post("/konto/oidc/ny/", {"name": "Kari", "email": "ingen adresse"})
    assert wrong.status_code == 422
    assert b'value="Kari"' in wrong.content
    given = {"name": " Kari  Nordmann ", "email": "Kari@Fjellvik.example"}
    answer = visitor.client.post("/konto/oidc/ny/", given)
    assert answer["Location"] == reverse("account_email_verification_sent")
    person = User.objects.get()
    assert (person.name, person.email, person.has_usable_password()) == (
        "Kari Nordmann",
        "kari@fjellvik.example",
        False,
    )
    row = EmailAddress.objects.get()
    assert (row.user, row.verified) == (person, False)
    identity = Identity.objects.get()
    assert (identity.person, identity.issuer, identity.subject) == (person, visitor.service.issuer, "pairwise-kari")
    assert not visitor.is_in
    [message] = Mail.objects.all()
    assert message.kind == "access/mail/email_confirmation_signup"
    assert visitor.client.post(link_in(message)).status_code == 302
    assert visitor.is_in
    # The session is the service's, also when we have asked for more on the way.
    assert ServiceSession.objects.get().session_key == visitor.client.session.session_key
    assert [e.action for e in Event.objects.order_by("id")] == [
        "oidc.signed_up",
        "access.address_confirmed",
        "oidc.signed_in",
    ]
    # The next time one is let in at once.
    other = Visitor(Client(), visitor.service)
    assert other.sign_in()["Location"] == "/min-side/"
    assert other.is_in


def test_what_was_written_before_comes_along(visitor: Visitor) -> None:
    seen: list[tuple[str, str]] = []
    arrival.register("test.oidc", lambda request, person: seen.append((person.email, request.session["mark"])))
    try:
        visitor.client.get("/")
        visitor.begin()
        session = visitor.client.session
        session["mark"] = "a proposal"
        session.save()
        visitor.sign_in()
        visitor.client.post("/konto/oidc/ny/", {"name": "Kari", "email": "kari@fjellvik.example"})
        assert seen == [("kari@fjellvik.example", "a proposal")]
        visitor.client.post(link_in(Mail.objects.get()))
        assert seen == [("kari@fjellvik.example", "a proposal")] * 2
    finally:
        del arrival._asked["test.oidc"]


def test_an_address_that_has_an_account_is_not_taken_over_and_reads_the_same(visitor: Visitor) -> None:
    owner = make_person()
    visitor.sign_in()
    answer = visitor.client.post("/konto/oidc/ny/", {"name": "En Annen", "email": "KARI@fjellvik.example"})
    other = Visitor(Client(), visitor.service)
    other.sign_in(sub="pairwise-ola")
    free = other.client.post("/konto/oidc/ny/", {"name": "Ola", "email": "ola@fjellvik.example"})
    assert (answer.status_code, answer["Location"]) == (free.status_code, free["Location"])
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    pages = [token.sub("", v.client.get(free["Location"]).content.decode()) for v in (visitor, other)]
    assert pages[0] == pages[1]
    assert list(Identity.objects.values_list("subject", flat=True)) == ["pairwise-ola"]
    told = Mail.objects.order_by("id").first()
    assert told is not None
    assert (told.to, told.kind) == (owner.email, "access/mail/account_already_exists")
    owner.refresh_from_db()
    assert owner.name == "Kari Nordmann"


def test_a_mistyped_address_can_be_corrected_at_the_next_visit(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.client.post("/konto/oidc/ny/", {"name": "Kari", "email": "kair@fjellvik.example"})
    other = Visitor(Client(), visitor.service)
    assert other.sign_in()["Location"] == "/konto/oidc/ny/"
    assert b'value="kair@fjellvik.example"' in other.client.get("/konto/oidc/ny/").content
    other.client.post("/konto/oidc/ny/", {"name": "Kari", "email": "kari@fjellvik.example"})
    person = User.objects.get()
    assert person.email == "kari@fjellvik.example"
    assert [(row.email, row.verified) for row in EmailAddress.objects.all()] == [("kari@fjellvik.example", False)]
    first, second = Mail.objects.order_by("id")
    assert (first.to, second.to) == ("kair@fjellvik.example", "kari@fjellvik.example")
    # The link to the wrong address opens nothing any more.
    stranger = Client()
    stranger.post(link_in(first))
    assert not EmailAddress.objects.filter(verified=True).exists()
    other.client.post(link_in(second))
    assert other.is_in


def test_the_form_is_only_for_who_comes_from_a_service(client: Client, hostile: HostileService) -> None:
    for answer in (client.get("/konto/oidc/ny/"), client.post("/konto/oidc/ny/", {"name": "x", "email": "x@x.no"})):
        assert answer["Location"] == "/konto/login/"
    assert not User.objects.exists()


def test_two_presses_make_one_account(visitor: Visitor) -> None:
    visitor.sign_in()
    form = {"name": "Kari", "email": "kari@fjellvik.example"}
    before = dict(visitor.client.session)
    visitor.client.post("/konto/oidc/ny/", form)
    session = visitor.client.session
    session["oidc_new"] = before["oidc_new"]
    session.save()
    assert visitor.client.post("/konto/oidc/ny/", form).status_code == 302
    assert (User.objects.count(), Identity.objects.count()) == (1, 1)


@pytest.fixture
def entra(db: None, settings: Any) -> Iterator[Visitor]:
    """A browser at a portal whose employees come from their own tenant."""
    cache.clear()
    service = HostileService("/tenant-1/v2.0")
    settings.SITE_URL = "http://testserver"
    settings.OIDC = config.read(environment(service.issuer, "entra", TRUST_EMAIL="1"))
    assert settings.OIDC.faults == ()
    yield Visitor(Client(), service, "entra")
    service.close()


def test_an_employee_comes_in_from_the_municipality_s_own_tenant(entra: Visitor) -> None:
    person = make_person()
    Identity.objects.create(person=person, issuer=entra.service.issuer, subject="pairwise-kari")
    asked = entra.begin()
    # Not pushed, no level, and the proof is made out to the address the code is given to.
    assert "acr_values" not in asked
    assert [path for path, _form in entra.service.sent] == []
    entra.service.token = entra.service.sign(entra.service.claims(asked["nonce"], tid="tenant-1", acr=None))
    assert entra.back(asked)["Location"] == "/min-side/"
    path, form = entra.service.sent[-1]
    assert (path, decoded(form["client_assertion"])["aud"]) == ("/token", f"{entra.service.root}/token")


@pytest.mark.parametrize("tenant", ["tenant-2", "", None, ["tenant-1"]], ids=str)
def test_another_tenant_is_refused(tenant: Any, entra: Visitor) -> None:
    person = make_person()
    Identity.objects.create(person=person, issuer=entra.service.issuer, subject="pairwise-kari")
    assert entra.sign_in(tid=tenant).context["problem"] == "tenant"
    assert not entra.is_in


def test_nobody_is_found_by_e_mail(entra: Visitor) -> None:
    """However sure the service is of it: an employee has been invited, or links the account."""
    owner = make_person()
    answer = entra.sign_in(tid="tenant-1", email=owner.email, email_verified=True, xms_edov=True)
    assert (answer.status_code, answer.context["problem"]) == (403, "unknown")
    assert not entra.is_in
    assert not Identity.objects.exists()


def test_where_the_service_makes_no_accounts_one_is_told_what_to_do(hostile: HostileService, settings: Any) -> None:
    owner = make_person()
    settings.OIDC = config.read(environment(hostile.issuer, SIGNUP="0"))
    visitor = Visitor(Client(), hostile)
    answer = visitor.sign_in(email=owner.email, email_verified=True)
    assert (answer.status_code, answer.context["problem"]) == (403, "unknown")
    assert not visitor.is_in
    assert not Identity.objects.exists()


def test_a_trusted_address_needs_no_mail_and_only_that_one(hostile: HostileService, settings: Any) -> None:
    settings.OIDC = config.read(environment(hostile.issuer, TRUST_EMAIL="1"))
    visitor = Visitor(Client(), hostile)
    visitor.sign_in(name="Kari Nordmann", email="kari@fjellvik.example", email_verified=True)
    visitor.client.post("/konto/oidc/ny/", {"name": "Kari Nordmann", "email": "kari@fjellvik.example"})
    assert visitor.is_in
    other = Visitor(Client(), hostile)
    other.sign_in(sub="pairwise-ola", email="ola@fjellvik.example", email_verified=True)
    other.client.post("/konto/oidc/ny/", {"name": "Ola", "email": "ordforer@fjellvik.example"})
    assert not other.is_in


def test_an_invited_employee_links_through_the_invitation(hostile: HostileService, settings: Any) -> None:
    settings.OIDC = config.read(environment(hostile.issuer, SIGNUP="0"))
    person = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann")
    invitations.invite([person], actor=None)
    found = re.search(r"/konto/invitasjon/([^/\s]+)/", Mail.objects.get().text)
    assert found
    secret = found[1]
    visitor = Visitor(Client(), hostile)
    assert f'name="invitation" value="{secret}"' in visitor.client.get(f"/konto/invitasjon/{secret}/").content.decode()
    asked = visitor.begin(invitation=secret)
    # The secret itself is not kept anywhere on the way.
    assert secret not in str(dict(visitor.client.session))
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    assert visitor.back(asked).status_code == 302
    assert visitor.is_in
    assert Identity.objects.get().person == person
    assert Invitation.objects.get().accepted_at is not None
    assert EmailAddress.objects.get().verified
    # It works once.
    other = Visitor(Client(), hostile)
    answer = other.client.post("/konto/oidc/idporten/inn/", {"invitation": secret})
    assert (answer.status_code, answer.context["problem"]) == (410, "invitation")


def test_an_invitation_withdrawn_on_the_way_opens_nothing(hostile: HostileService) -> None:
    person = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann")
    invitations.invite([person], actor=None)
    found = re.search(r"/konto/invitasjon/([^/\s]+)/", Mail.objects.get().text)
    assert found
    visitor = Visitor(Client(), hostile)
    asked = visitor.begin(invitation=found[1])
    invitations.withdraw(person, actor=person)
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    assert visitor.back(asked).context["problem"] == "invitation"
    assert not visitor.is_in
    assert not Identity.objects.exists()


def test_who_is_shut_out_does_not_come_in(hostile: HostileService) -> None:
    person = linked_person(hostile)
    person.is_active = False
    person.save()
    visitor = Visitor(Client(), hostile)
    assert visitor.sign_in()["Location"] == reverse("account_inactive")
    assert not visitor.is_in
    assert not ServiceSession.objects.exists()


def test_closing_the_account_forgets_who_one_is_there(hostile: HostileService) -> None:
    person = linked_person(hostile)
    visitor = Visitor(Client(), hostile)
    visitor.sign_in()
    account_closure.close(person, actor=person)
    assert not Identity.objects.exists()
    assert not ServiceSession.objects.exists()
    assert visitor.client.get("/min-side/").status_code == 302


@pytest.mark.parametrize(("level", "asked_for"), [("idporten-loa-high", False), ("idporten-loa-substantial", True)])
def test_our_second_step_is_asked_for_below_the_level_that_is_set(
    level: str, asked_for: bool, hostile: HostileService, settings: Any
) -> None:
    settings.OIDC = config.read(environment(hostile.issuer, SECOND_STEP_FROM="idporten-loa-high"))
    person = linked_person(hostile)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    visitor = Visitor(Client(), hostile)
    answer = visitor.sign_in(acr=level)
    assert (answer["Location"] == reverse("mfa_authenticate")) is asked_for
    assert visitor.is_in is not asked_for
    assert ServiceSession.objects.exists() is not asked_for


def test_a_password_after_the_service_is_no_way_round_the_second_step(hostile: HostileService) -> None:
    """What the service said at one sign-in does not count for the next."""
    person = linked_person(hostile)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    visitor = Visitor(Client(), hostile)
    visitor.sign_in()
    visitor.client.post("/konto/logout/")
    answer = visitor.client.post("/konto/login/", {"login": person.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not visitor.is_in


def test_whose_role_asks_for_a_second_step_need_not_set_one_up_when_the_service_vouches(
    hostile: HostileService, settings: Any, town: Any
) -> None:
    settings.TWO_STEP_ROLES = ["administrator"]
    person = town.administrator
    Identity.objects.create(person=person, issuer=hostile.issuer, subject="pairwise-admin")
    visitor = Visitor(Client(), hostile)
    visitor.sign_in(sub="pairwise-admin")
    assert visitor.client.get("/min-side/").status_code == 200
    settings.OIDC = config.read(environment(hostile.issuer, SECOND_STEP_FROM="idporten-loa-high"))
    lower = Visitor(Client(), hostile)
    lower.sign_in(sub="pairwise-admin")
    assert lower.client.get("/min-side/")["Location"] == reverse("access:must_set_up")


def test_no_mail_goes_out_by_itself(hostile: HostileService) -> None:
    linked_person(hostile)
    Visitor(Client(), hostile).sign_in()
    assert mail.outbox == []
    assert not Mail.objects.exists()

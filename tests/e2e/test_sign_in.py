"""Signing in in a real browser: a citizen, an invited employee, a passkey, codes from an app."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from tests.access.test_second_step import code_now
from tests.e2e.conftest import PASSWORD, Visitor
from tests.factories.organisation import Municipality, municipality
from trepart.access.models import User
from trepart.access.sign_in import invitations
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Any


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def town() -> Municipality:
    return municipality()


def person_with_password() -> User:
    person = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann", PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def link_in_mail(to: str) -> str:
    text = Mail.objects.filter(to=to).latest("id").text
    found = re.search(r"https?://\S+", text)
    assert found, text
    return found.group(0)


def give_passkeys(visitor: Visitor) -> Any:
    """Put a telephone that keeps passkeys beside the browser: it says yes at once, with a finger on it."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


def sign_out(visitor: Visitor) -> None:
    visitor.go(reverse("account_logout"))
    with visitor.page.expect_navigation():
        visitor.page.locator("main form button[type=submit]").click()


def test_a_citizen_signs_up_and_opens_the_link_on_a_telephone(visit: Visit, town: Municipality) -> None:
    desk, telephone = visit(), visit()
    desk.go("/konto/login/")
    desk.press("Lag en konto")
    page = desk.page
    page.get_by_label("Navn").fill("Kari Nordmann")
    page.get_by_label("E-postadresse").fill("kari")
    page.get_by_label("Passord").fill("kort")
    desk.press("Lag kontoen")  # both are wrong, and said so; the name stays
    assert page.get_by_label("Navn").input_value() == "Kari Nordmann"
    page.get_by_label("E-postadresse").fill("kari@fjellvik.example")
    page.get_by_label("Passord").fill(PASSWORD)
    desk.press("Lag kontoen")
    assert page.url.endswith("/konto/confirm-email/")
    desk.press("Send e-posten på nytt")
    link = link_in_mail("kari@fjellvik.example")
    telephone.go(link)
    telephone.press("Ja, bekreft adressen")
    telephone.go(link)  # once more: said kindly
    telephone.press("Logg inn")
    telephone.page.get_by_label("E-postadresse").fill("kari@fjellvik.example")
    telephone.page.get_by_label("Passord", exact=True).fill(PASSWORD)
    telephone.page.locator("main form button[type=submit]").click()
    telephone.page.wait_for_url("**/min-side/**")
    telephone.look()


def test_an_employee_comes_in_by_invitation(visit: Visit, town: Municipality) -> None:
    invitations.invite([town.outsider], actor=town.administrator)
    visitor = visit()
    link = link_in_mail(town.outsider.email)
    visitor.go(link)
    visitor.page.get_by_label("Velg et passord").fill("kort")
    with visitor.page.expect_navigation():
        visitor.page.locator("main form button[type=submit]").click()
    visitor.look()
    visitor.page.get_by_label("Velg et passord").fill(PASSWORD)
    visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_url("**/min-side/**")
    visitor.look()
    used = visitor.page.goto(link)
    assert used is not None
    assert used.status == 410
    visitor.look()


def test_a_passkey_is_made_and_signed_in_with(visit: Visit, town: Municipality) -> None:
    person = person_with_password()
    visitor = visit(person)
    devtools, telephone = give_passkeys(visitor)
    page = visitor.page
    visitor.go(reverse("access:security"))
    visitor.press("Sett opp et ekstra steg")
    visitor.press("Legg til en passnøkkel")
    page.get_by_label("Passord", exact=True).fill(PASSWORD)  # it is a while since: once more
    visitor.press("Bekreft")
    page.get_by_label("Navn").fill("Telefonen min")
    page.get_by_role("button", name="Lag passnøkkelen").click()
    page.wait_for_url("**/recovery-codes/")
    visitor.look()
    assert page.locator(".codes li").count() == 10
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": telephone})["credentials"]) == 1
    sign_out(visitor)
    # In again, without address or password.
    visitor.go("/konto/login/")
    page.get_by_role("button", name="Logg inn med passnøkkel").click()
    page.wait_for_url("**/min-side/**")
    visitor.look()
    sign_out(visitor)
    # With the password, the passkey is the second step.
    visitor.go("/konto/login/")
    page.get_by_label("E-postadresse").fill("kari@fjellvik.example")
    page.get_by_label("Passord", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/2fa/authenticate/")
    visitor.look()
    page.get_by_role("button", name="Bruk passnøkkelen").click()
    page.wait_for_url("**/min-side/**")
    # Where the finger is not the right one, it is said in words.
    sign_out(visitor)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": telephone, "isUserVerified": False})
    visitor.go("/konto/login/")
    page.get_by_role("button", name="Logg inn med passnøkkel").click()
    page.get_by_text("Passnøkkelen kunne ikke brukes").wait_for()
    visitor.look()


def test_an_app_with_codes_and_every_page_of_the_account(visit: Visit, town: Municipality) -> None:
    person = person_with_password()
    visitor = visit(person)
    page = visitor.page
    visitor.go(reverse("mfa_index"))
    visitor.press("Sett opp en app")
    page.get_by_label("Passord", exact=True).fill(PASSWORD)
    visitor.press("Bekreft")
    page.get_by_label("Kode").fill("000000")
    visitor.press("Ta appen i bruk")
    secret = page.locator("main code").inner_text()
    page.get_by_label("Kode").fill(code_now(secret))
    page.get_by_role("button", name="Ta appen i bruk").click()
    page.wait_for_url("**/recovery-codes/")
    visitor.look()
    for name in (
        "access:security",
        "access:name",
        "access:sessions",
        "access:close",
        "account_email",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_add_webauthn",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "account_logout",
    ):
        visitor.go(reverse(name))
    for name in (
        "account_reset_password",
        "account_reset_password_done",
        "account_inactive",
        "account_reset_password_from_key_done",
    ):
        visitor.go(reverse(name))
    visitor.go(reverse("account_email"))
    page.get_by_label("Ny e-postadresse").fill("ny@fjellvik.example")
    visitor.press("Endre adressen")
    assert page.get_by_text("ny@fjellvik.example venter på å bli bekreftet").count() == 1


def test_the_administrator_takes_in_many(visit: Visit, town: Municipality) -> None:
    visitor = visit(town.administrator)
    page = visitor.page
    visitor.go(reverse("forum:people_file"))
    page.get_by_label("Eller lim inn linjene her").fill(
        f"Åse Ås;aase@fjellvik.example;{town.units[0].name};Lærer\nIngen Adresse;;;\n"
    )
    visitor.press("Se på linjene")
    visitor.press("Legg inn 1 person")
    visitor.go(reverse("forum:invitations"))
    person = User.objects.get(email="aase@fjellvik.example")
    visitor.go(reverse("forum:person", args=[person.pk]))
    visitor.press("Trekk tilbake invitasjonen")
    assert not invitations.found(link_in_mail(person.email).rstrip("/").rsplit("/", 1)[1])


def test_back_shows_nobody_another_s_page(visit: Visit, town: Municipality) -> None:
    person_with_password()
    visitor = visit(User.objects.get(email="kari@fjellvik.example"))
    visitor.go(reverse("access:security"))
    sign_out(visitor)
    visitor.page.go_back()
    visitor.page.go_back()
    visitor.page.wait_for_load_state()
    assert "kari@fjellvik.example" not in visitor.page.content()

"""The second step at sign-in: codes, recovery codes, who must have one, and what happens when it is lost.

Passkeys are tried in a browser (tests/e2e/test_sign_in.py).
"""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from tests.access.test_account import NEW, PASSWORD, is_in, signed_in, sure
from tests.factories.organisation import Municipality
from trepart.access.models import User
from trepart.access.sign_in.second_step import SecondStepAdapter
from trepart.audit.models import Event
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari() -> User:
    return User.objects.create_user("kari@fjellvik.example", "Kari Nordmann", PASSWORD)


def code_now(secret: str, later: int = 1) -> str:
    """Return a code that is right now: the app's own, or the one before (the first to be given, at set-up)."""
    return totp.format_hotp_value(totp.hotp_value(secret, list(totp.yield_hotp_counters_from_time())[later]))


def set_up_app(client: Client, capture: Any) -> str:
    """Set up an app as one does on the pages; return its secret."""
    activate = reverse("mfa_activate_totp")
    page = client.get(activate)
    if page.status_code == 302:
        sure(client)
        page = client.get(activate)
    secret: str = page.context["form"].secret
    with capture(execute=True):
        assert client.post(activate, {"code": code_now(secret, 0)}).url == reverse("mfa_view_recovery_codes")
    return secret


def password_only(person: User) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def test_an_app_is_set_up_and_asked_for(kari: User, django_capture_on_commit_callbacks: Any) -> None:
    first = signed_in()
    assert first.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    secret = set_up_app(first, django_capture_on_commit_callbacks)
    row = Authenticator.objects.get(type="totp")
    # What stands in the database opens nothing by itself.
    assert secret not in str(row.data)
    assert Event.objects.get(action="access.second_step_added").data == {"kind": "totp"}
    assert Mail.objects.latest("id").kind == "access/mail/totp_activated"
    client, answer = password_only(kari)
    assert answer.url == reverse("mfa_authenticate")
    assert not is_in(client)
    assert client.post(answer.url, {"code": "000000"}).status_code == 200
    assert not is_in(client)
    assert client.post(answer.url, {"code": code_now(secret)}).status_code == 302
    assert is_in(client)


def test_a_code_is_used_once_and_guessing_is_stopped(kari: User, django_capture_on_commit_callbacks: Any) -> None:
    secret = set_up_app(signed_in(), django_capture_on_commit_callbacks)
    code = code_now(secret)
    one, answer = password_only(kari)
    one.post(answer.url, {"code": code})
    assert is_in(one)
    other, answer = password_only(kari)
    other.post(answer.url, {"code": code})
    assert not is_in(other)
    said = [str(other.post(answer.url, {"code": f"{n:06}"}).context["form"].errors["code"][0]) for n in range(6)]
    assert len(set(said)) == 2
    assert said[-1] == said[-2]


def test_the_code_that_set_the_app_up_signs_nobody_in(
    kari: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 6238, 5.2: nor does one that was used, for as long as it would be right."""
    now = time.time()
    secret = set_up_app(signed_in(), django_capture_on_commit_callbacks)
    code = code_now(secret, 0)
    client, answer = password_only(kari)
    client.post(answer.url, {"code": code})
    assert not is_in(client)
    used = code_now(secret, 2)
    client.post(answer.url, {"code": used})
    assert is_in(client)
    # allauth itself would have forgotten it by now; half a minute off, it is still right.
    monkeypatch.setattr(time, "time", lambda: now + 45)
    other, answer = password_only(kari)
    other.post(answer.url, {"code": used})
    assert not is_in(other)


def test_a_recovery_code_works_once(kari: User, django_capture_on_commit_callbacks: Any) -> None:
    set_up_app(signed_in(), django_capture_on_commit_callbacks)
    code = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    for expected in (True, False):
        client, answer = password_only(kari)
        client.post(answer.url, {"code": code})
        assert is_in(client) is expected


def test_a_role_that_must_have_a_second_step_sets_it_up_first(
    town: Municipality, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.TWO_STEP_ROLES = ["administrator", "secretary"]
    for person in (town.administrator, town.secretary, town.employee()):
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    employee = signed_in(town.employee().email)
    assert is_in(employee)
    client = signed_in(town.secretary.email)
    must = reverse("access:must_set_up")
    for page in ("portal:my_page", "proposals:new", "access:security", "account_email"):
        answer = client.get(reverse(page))
        assert (answer.status_code, answer.url) == (302, must)
    assert client.get(must).status_code == 200
    # Also what would end it: one may always sign out.
    assert client.get(reverse("account_logout")).status_code == 200
    secret = set_up_app(client, django_capture_on_commit_callbacks)
    assert is_in(client)
    assert secret
    # It cannot be taken away again, while the role is held.
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=town.secretary, type="totp").exists()
    # One whose role does not ask may.
    set_up_app(employee, django_capture_on_commit_callbacks)
    employee.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=town.employee()).exists()
    assert Event.objects.filter(action="access.second_step_removed").count() == 1


def test_a_demo_or_a_test_that_steps_in_is_not_asked(town: Municipality, settings: Any) -> None:
    settings.TWO_STEP_ROLES = ["secretary"]
    client = Client()
    client.force_login(town.secretary)
    assert is_in(client)


def test_the_administrator_lets_in_whoever_has_lost_everything(
    town: Municipality, django_capture_on_commit_callbacks: Any
) -> None:
    person = town.employee()
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    theirs = signed_in(person.email)
    set_up_app(theirs, django_capture_on_commit_callbacks)
    office = Client()
    office.force_login(town.administrator)
    url = reverse("forum:person_second_step", args=[person.pk])
    stranger = Client()
    stranger.force_login(town.lmu_leader())
    assert stranger.post(url).status_code == 404
    assert Authenticator.objects.filter(user=person).exists()
    office.post(url)
    assert not Authenticator.objects.filter(user=person).exists()
    assert not is_in(theirs)
    event = Event.objects.get(action="access.second_step_taken_away")
    assert (event.actor, event.subject_id, event.data) == (town.administrator, person.pk, {"kind": "totp"})
    mail = Mail.objects.get(kind="access/mail/second_step_taken_away")
    assert mail.to == person.email
    assert town.administrator.name in mail.text
    office.post(url)
    assert Mail.objects.filter(kind="access/mail/second_step_taken_away").count() == 1


def test_secrets_of_an_older_key_are_still_read(kari: User, settings: Any) -> None:
    locked = SecondStepAdapter().encrypt("a secret")
    assert "secret" not in locked
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert SecondStepAdapter().decrypt(locked) == "a secret"


def test_what_is_not_offered_does_not_exist(kari: User) -> None:
    client = signed_in()
    for path in (
        "login/code/",
        "login/code/confirm/",
        "phone/verify/",
        "signup/passkey/",
        "2fa/trust/",
        "2fa/webauthn/signup/",
        "sessions/",
        "social/connections/x/",
    ):
        assert client.get(f"/konto/{path}").status_code == 404, path


def test_another_s_passkey_does_not_exist(kari: User, town: Municipality) -> None:
    owner = town.employee()
    key = Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefon"})
    client = signed_in()
    sure(client)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        url = reverse(name, args=[key.pk])
        assert (client.get(url).status_code, client.post(url, {"name": "Min"}).status_code) == (404, 404)
    key.refresh_from_db()
    assert key.data["name"] == "Telefon"


@pytest.mark.parametrize("name", [
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes",
    "mfa_download_recovery_codes", "mfa_deactivate_totp", "account_change_password", "account_email", "access:close",
])  # fmt: skip
def test_a_session_somebody_else_has_got_hold_of_changes_no_way_in(
    kari: User, django_capture_on_commit_callbacks: Any, name: str
) -> None:
    """A quarter of an hour after the sign-in every page that gives or shows a way in asks who it is; a password
    change asks for the old one."""
    client = signed_in()
    client.get(reverse("mfa_activate_totp"))
    set_up_app(client, django_capture_on_commit_callbacks)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert codes
    before = (
        kari.email,
        kari.password,
        list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)),
        list(EmailAddress.objects.values_list("email", flat=True)),
    )
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= 16 * 60
    session.save()
    form = {"email": "ny@fjellvik.example", "action_add": "", "oldpassword": "x", "password1": NEW, "password2": NEW}
    for answer in (client.get(reverse(name)), client.post(reverse(name), form)):
        assert not any(code in answer.content.decode() for code in codes)
        assert "secret" not in (answer.context or {})
    kari.refresh_from_db()
    assert before == (
        kari.email,
        kari.password,
        list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)),
        list(EmailAddress.objects.values_list("email", flat=True)),
    )

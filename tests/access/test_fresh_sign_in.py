"""A session that somebody has taken over is not made into an account for good."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from tests.access.test_account import is_in, signed_in
from trepart.access.models import User

pytestmark = pytest.mark.django_db

#: Every page that shows or changes a way in.
PAGES = [
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "account_set_password",
    "access:close",
]


def _way(name: str, key: Authenticator) -> str:
    return reverse(name, args=[key.pk] if name.endswith(("remove_webauthn", "edit_webauthn")) else [])


def _aged(client: Client, minutes: int) -> None:
    """Let the session have been signed in ``minutes`` ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - 60 * minutes
    session.save()


def _taken_over(person: User, *, with_app: bool) -> tuple[Client, Authenticator, list[str]]:
    """Return a session of twenty minutes ago, a passkey of the person, and the recovery codes."""
    client = signed_in(person.email)
    key = Authenticator(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "A", "credential": {}})
    if with_app:
        TOTP.activate(person, generate_totp_secret())
        key.save()
        codes = RecoveryCodes.activate(person).get_unused_codes()
    else:
        key.pk, codes = 1, []
    _aged(client, 20)
    return client, key, codes


@pytest.mark.parametrize("name", PAGES)
def test_a_taken_over_session_changes_no_way_in(kari: User, name: str) -> None:
    client, key, codes = _taken_over(kari, with_app=True)
    before = sorted(Authenticator.objects.values_list("pk", "type"))
    if name == "account_set_password":
        # With a passkey or an app, and no password.
        kari.set_unusable_password()
        kari.save(update_fields=["password"])
        client.force_login(kari)
    for ask in (client.get, client.post):
        answer = ask(_way(name, key))
        assert not any(code in answer.content.decode() for code in codes)
        assert answer.status_code in (302, 403, 405, 200)
        if answer.status_code == 302:
            assert "reauthenticate" in answer.url
        elif answer.status_code == 200:
            assert name == "mfa_view_recovery_codes"
    assert sorted(Authenticator.objects.values_list("pk", "type")) == before
    kari.refresh_from_db()
    assert kari.is_active


@pytest.mark.parametrize("name", [*PAGES, "account_email"])
def test_whoever_has_only_a_service_signs_in_again(kari: User, name: str) -> None:
    """The wrong side: with neither a password nor a second step there was nothing to ask for, and nothing was."""
    client, key, _codes = _taken_over(kari, with_app=False)
    User.objects.filter(pk=kari.pk).update(password="!")
    kari.refresh_from_db()
    session = client.session
    session["_auth_user_hash"] = kari.get_session_auth_hash()
    session.save()
    assert is_in(client)
    new = "en helt annen hemmelighet"
    answer = client.post(_way(name, key), {"password1": new, "password2": new, "sure": "on"})
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={_way(name, key)}")
    assert not is_in(client)
    kari.refresh_from_db()
    assert (kari.has_usable_password(), kari.is_active) == (False, True)


def test_whoever_has_just_signed_in_goes_on(kari: User) -> None:
    client, _key, _codes = _taken_over(kari, with_app=False)
    User.objects.filter(pk=kari.pk).update(password="!")
    kari.refresh_from_db()
    session = client.session
    session["_auth_user_hash"] = kari.get_session_auth_hash()
    session.save()
    _aged(client, 5)
    assert client.get(reverse("account_set_password")).status_code == 200

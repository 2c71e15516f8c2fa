"""Whoever gets hold of a backup comes in nowhere with it."""

import io
import re
import zipfile

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from tests.access.conftest import PASSWORD
from tests.access.test_account import NEW, signed_in
from trepart import clock
from trepart.access.models import User
from trepart.access.oidc.models import ServiceSession
from trepart.access.sign_in import addresses, invitations
from trepart.backups import making
from trepart.notices.models import Mail, MailState

pytestmark = pytest.mark.django_db(transaction=True)


def _of(archive: zipfile.ZipFile, table: str) -> list[dict[str, str]]:
    columns = making.tables()[table]
    rows = archive.read(f"database/{table}.copy").decode().splitlines()
    return [dict(zip(columns, row.split("\t"), strict=True)) for row in rows]


def test_no_value_that_opens_anything_is_in_an_archive(kari: User) -> None:
    client = signed_in()
    key = client.session.session_key
    assert UserSession.objects.filter(session_key=key).exists()
    begun = ServiceSession.objects.create(
        person=kari, issuer="https://id.example", subject="kari", session_key="k" * 32, begun_at=clock.now()
    )
    # A link of every kind, in a mail that has not gone out yet.
    Client().post(reverse("account_reset_password"), {"email": kari.email})
    new = User.objects.create_user("ny@fjellvik.example", "Ny")
    invitations.invite([new], actor=None)
    addresses.give(kari, "kari@annet.example", actor=None)
    Client().post(reverse("account_signup"), {"name": "Ola", "email": "ola@fjellvik.example", "password1": NEW})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    # And one that went out, and is kept in the demo.
    Mail.objects.create(
        to=kari.email, language="nb", kind="x", subject="s", text="https://x.example/gammel/", secret=True,
        state=MailState.SENT, sent_at=clock.now(),
    )  # fmt: skip
    secrets = [key, begun.session_key]
    for mail in Mail.objects.filter(secret=True):
        secrets += re.findall(r"https?://\S+?/([^/\s]{16,})/", mail.text) + re.findall(r"https?://\S+/", mail.text)
    assert len(secrets) > 8
    pipe = io.BytesIO()
    making.write(pipe, lambda _words: None)
    archive = zipfile.ZipFile(pipe)
    everything = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert [(name, value) for value in secrets for name, text in everything.items() if str(value) in text] == []
    # What was on its way stands as mail that did not arrive, of which no words are left: nobody sends an empty one.
    told = {row["kind"]: row for row in _of(archive, "notices_mail") if row["state"] != MailState.SENT}
    assert {"access/mail/invitation", "access/addresses/mail/address_given"} <= told.keys()
    for row in told.values():
        assert (row["state"], row["text"], row["subject"], row["label"]) == ("failed", "", "", "")
        assert r"\N" not in (row["blanked_at"], row["troubled_at"])

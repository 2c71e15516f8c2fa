"""No way in lies in a backup."""

import io
import zipfile

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from tests.factories.organisation import municipality
from trepart.access.oidc.models import ServiceSession
from trepart.backups import making
from trepart.notices.mail import queue_mail
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "en lang nok hemmelighet"


def test_no_way_in_lies_in_an_archive() -> None:
    """Whoever gets hold of one finds no session, no link from a mail, and nothing that was counted in the cache."""
    person = municipality().chair
    email = person.email
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    browser = Client(HTTP_USER_AGENT="Firefox/1")
    browser.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    session = browser.session.session_key
    assert UserSession.objects.get().session_key == session
    ServiceSession.objects.create(person=person, issuer="x", subject="y", session_key="k" * 32)
    Client().post(reverse("account_reset_password"), {"email": email})
    mail = Mail.objects.get(to=email, secret=True, kind="access/mail/password_reset_key")
    link = next(word for word in mail.text.split() if "/reset/key/" in word)
    plain = queue_mail(to=email, language="nb", template="access/mail/password_changed", context={})
    book = io.BytesIO()
    making.write(book, lambda _words: None)
    archive = zipfile.ZipFile(book)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (session, "k" * 32, link, link.rstrip("/").rsplit("/", 1)[-1]):
        assert secret.encode() not in everything
    # What the rows say of it holds together, and other mail goes out as it was to.
    rows = archive.read("database/notices_mail.copy").decode().splitlines()
    columns = making.tables()["notices_mail"]
    found = {row["id"]: row for row in (dict(zip(columns, line.split("\t"), strict=True)) for line in rows)}
    assert (found[str(mail.pk)]["state"], found[str(mail.pk)]["text"]) == ("dropped", "")
    assert found[str(mail.pk)]["blanked_at"] != "\\N"
    assert found[str(plain.pk)]["state"] == "queued"
    assert found[str(plain.pk)]["text"]
    # A table that holds the keys of sessions is known to be one.
    assert {name for name, columns in making.tables().items() if "session_key" in columns} <= making.EMPTY

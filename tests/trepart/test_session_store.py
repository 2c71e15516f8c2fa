"""The portal's sessions: Django's, in the database; what has been ended is never brought back."""

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session

pytestmark = pytest.mark.django_db


def _store(key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def test_what_is_saved_is_read_back_whole() -> None:
    session = _store()
    session["first"] = "Å"
    session.save()
    again = _store(session.session_key)
    again["second"] = [1, {"x": None}]
    again.save()
    read = _store(session.session_key)
    assert dict(read.items()) == {"first": "Å", "second": [1, {"x": None}]}
    row = Session.objects.get(session_key=session.session_key)
    assert abs((row.expire_date - read.get_expiry_date()).total_seconds()) < 60


def test_a_session_that_has_been_ended_stays_ended() -> None:
    session = _store()
    session["first"] = 1
    session.save()
    running = _store(session.session_key)
    assert running["first"] == 1
    Session.objects.filter(session_key=session.session_key).delete()
    running["first"] = 2
    with pytest.raises(UpdateError):
        running.save()
    assert not Session.objects.filter(session_key=session.session_key).exists()

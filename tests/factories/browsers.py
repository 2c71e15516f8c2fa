"""Somebody's browser, in English."""

from typing import Any

from django.conf import settings
from django.test import Client


def as_(person: Any = None) -> Client:
    """Return a browser that reads English, whatever catalogues are compiled."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if person is not None:
        client.force_login(person)
    return client


def text_of(response: Any) -> str:
    """Return what the page says, with its markup."""
    return response.content.decode()

"""House rule 3: every address declares who may come; and what it declares is what happens."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from trepart.access import policy
from trepart.access.models import User
from trepart.access.web import Access, RequireDeclaredAccess, declared

_EXAMPLES = {
    "IntConverter": 1,
    "SlugConverter": "x",
    "StringConverter": "x",
    "PathConverter": "x",
    "UUIDConverter": "00000000-0000-0000-0000-000000000000",
}


def walk(
    patterns: list[Any] | None = None, namespaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern, Access | None]]:
    """Give every address of the portal by its full name, with what it declares."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from walk(pattern.url_patterns, inner)
        else:
            namespace = ":".join(namespaces)
            name = f"{namespace}:{pattern.name}" if namespace else str(pattern.name)
            yield name, pattern, declared(pattern.callback, namespace=namespace, url_name=pattern.name or "")


def test_every_address_declares_its_access() -> None:
    silent = [f"{name} ({pattern.pattern})" for name, pattern, access in walk() if access is None]
    assert silent == []


def test_every_right_an_address_takes_exists() -> None:
    for _name, _pattern, access in walk():
        for right in (access.permission, access.about) if access is not None else ():
            if right:
                policy.get(right)


def _example(name: str, pattern: URLPattern) -> str | None:
    """Return an address of that name, with made-up ids."""
    if pattern.name is None:
        return None
    try:
        given = {key: _EXAMPLES[type(c).__name__] for key, c in pattern.pattern.converters.items()}
        return reverse(name, kwargs=given)
    except Exception:
        return None


def test_most_addresses_can_be_tried() -> None:
    """The two tests below say something only if the examples reach the rooms' pages."""
    ours = [
        (name, p)
        for name, p, _a in walk()
        if name.split(":")[0] in {"portal", "proposals", "forum", "lmu", "grendeutvalg"}
    ]
    assert [name for name, pattern in ours if _example(name, pattern) is None] == []


@pytest.mark.django_db
def test_who_has_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    wrong = []
    for name, pattern, access in walk():
        url = _example(name, pattern)
        if url is None or access is None or access.level == "public":
            continue
        for answer in (client.get(url), client.post(url, {})):
            if answer.status_code != 302 or not answer["Location"].startswith(reverse(settings.LOGIN_URL)):
                wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.django_db
def test_no_page_breaks_on_what_does_not_exist(client: Client) -> None:
    """Unknown ids are a 404 (or a way to sign in), never a fault of ours; for somebody without any role, too."""
    client.raise_request_exception = True
    person = User.objects.create_user("nobody@fjellvik.example", "Nobody")
    wrong = []
    for signed_in in (False, True):
        if signed_in:
            client.force_login(person)
        for name, pattern, _access in walk():
            url = _example(name, pattern)
            if url is None or name.split(":")[0] not in {"portal", "proposals", "forum", "lmu", "grendeutvalg"}:
                continue
            answer = client.get(url)
            if answer.status_code >= 400 and answer.status_code not in {403, 404, 405}:
                wrong.append(f"{name}: {answer.status_code}")
            if pattern.pattern.converters and answer.status_code == 200:
                wrong.append(f"{name}: 200 for a made-up id")
    assert wrong == []


def test_an_address_that_declares_nothing_is_refused(rf: RequestFactory) -> None:
    def silent(request: HttpRequest) -> HttpResponse:
        return HttpResponse("open to all")  # pragma: no cover

    request = rf.get("/")
    request.user = AnonymousUser()
    request.resolver_match = None
    with pytest.raises(ImproperlyConfigured):
        RequireDeclaredAccess(silent).process_view(request, silent, (), {})

"""What somebody had typed when the session ran out, and what one page hands to the form on the next: kept on the server, given to that person only."""

import time
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

_KEY = "kept_forms"
_OFFERS = "offered_forms"
#: The hidden field that says whose form it was; signed, so that nobody reads another's text on a shared computer.
OWNER_FIELD = "form_owner"
_SALT = "trepart.kept"
#: Seconds the text is kept while somebody signs in, and how much of it.
_KEEP_SECONDS = 60 * 60
_KEEP_BYTES = 200_000
#: Forms kept at a time; the oldest go first.
_KEEP_FORMS = 5
_NEVER = {"csrfmiddlewaretoken", OWNER_FIELD, "password"}


def owner_token(request: HttpRequest) -> str:
    """Return the signed mark that a form carries in its hidden field ``form_owner``; empty for somebody not signed in."""
    return signing.dumps(request.user.pk, salt=_SALT) if request.user.is_authenticated else ""


def keep(request: HttpRequest) -> None:
    """Keep the text of a form that arrived after the session had ended."""
    try:
        owner = signing.loads(request.POST.get(OWNER_FIELD, ""), salt=_SALT, max_age=60 * 60 * 24)
    except signing.BadSignature:
        return
    fields = {key: values for key, values in request.POST.lists() if key not in _NEVER}
    if sum(len(value.encode()) for values in fields.values() for value in values) > _KEEP_BYTES:
        return
    forms = request.session.get(_KEY, {})
    forms.pop(request.path, None)
    forms[request.path] = {"owner": owner, "at": time.time(), "fields": fields}
    request.session[_KEY] = dict(list(forms.items())[-_KEEP_FORMS:])


def give_back(request: HttpRequest) -> QueryDict | None:
    """Return, once, what this person had typed on this page before signing in again; None where there is nothing."""
    forms: dict[str, Any] = request.session.get(_KEY, {})
    found = forms.get(request.path)
    if found is None or not request.user.is_authenticated or found["owner"] != request.user.pk:
        return None
    del forms[request.path]
    request.session[_KEY] = forms
    if time.time() - found["at"] > _KEEP_SECONDS:
        return None
    data = QueryDict(mutable=True)
    for key, values in found["fields"].items():
        data.setlist(key, values)
    return data


def offer(request: HttpRequest, path: str, fields: Mapping[str, Any]) -> None:
    """Let the form at ``path`` open with ``fields`` (plain values, by field name): what one page knows already is not asked for again on the next."""
    offers = request.session.get(_OFFERS, {})
    offers.pop(path, None)
    offers[path] = {"owner": request.user.pk, "at": time.time(), "fields": dict(fields)}
    request.session[_OFFERS] = dict(list(offers.items())[-_KEEP_FORMS:])


def offered(request: HttpRequest) -> dict[str, Any]:
    """Return what another page has offered this person for the form here; empty where nothing was. Stays until it is replaced or an hour old."""
    found = request.session.get(_OFFERS, {}).get(request.path)
    if found is None or found["owner"] != request.user.pk or time.time() - found["at"] > _KEEP_SECONDS:
        return {}
    fields: dict[str, Any] = found["fields"]
    return fields

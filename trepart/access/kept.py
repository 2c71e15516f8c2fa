"""What somebody had typed when the session ran out: kept on the server, given back after signing in, to that person only."""

import time
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

_KEY = "kept_forms"
#: The hidden field that says whose form it was; signed, so that nobody reads another's text on a shared computer.
OWNER_FIELD = "form_owner"
_SALT = "trepart.kept"
#: Seconds the text is kept while somebody signs in, and how much of it.
_KEEP_SECONDS = 60 * 60
_KEEP_BYTES = 200_000
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
    if sum(len(value) for values in fields.values() for value in values) > _KEEP_BYTES:
        return
    forms = request.session.get(_KEY, {})
    forms[request.path] = {"owner": owner, "at": time.time(), "fields": fields, "files": sorted(request.FILES)}
    request.session[_KEY] = forms


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

"""Forms that were interrupted: what somebody had typed when the session ran out or the language was changed.

It is kept on the server and given back to that person only; so is what one page hands to the form on the next.
"""

import time
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

_KEY = "kept_forms"
_OFFERS = "offered_forms"
#: The hidden field that says whose form it was; signed, so that nobody reads another's text on a shared computer.
OWNER_FIELD = "form_owner"
_SALT = "trepart.kept"
#: Seconds the text is kept while somebody signs in, and how much of it: from people we know, and from others.
_KEEP_SECONDS = 60 * 60
_KEEP_BYTES = 200_000
_KEEP_BYTES_UNKNOWN = 50_000
#: Forms kept at a time, and how much of them in one session together; the oldest go first.
_KEEP_FORMS = 5
_KEEP_ALL_BYTES = 2 * _KEEP_BYTES
_NEVER = {"csrfmiddlewaretoken", OWNER_FIELD, "password", "left_at"}


def owner_token(request: HttpRequest) -> str:
    """Return the signed mark that a form carries in its hidden field ``form_owner``; empty for
    somebody not signed in."""
    return signing.dumps(request.user.pk, salt=_SALT) if request.user.is_authenticated else ""


def keep(request: HttpRequest) -> None:
    """Keep the text of a form that arrived after the session had ended."""
    token = request.POST.get(OWNER_FIELD, "")
    if token and (owner := _owner(token)) is not None:
        _store(request, request.path, owner=owner, files=bool(request.FILES))


def carry(request: HttpRequest, path: str, *, files: bool = False) -> bool:
    """Keep the text of a form that is to be gone on with at ``path`` in another language; ``files`` says that it can
    have attachments, which do not come along.

    Answers False where there is more than is kept. Somebody not signed in gets it back in the same session.
    """
    token = request.POST.get(OWNER_FIELD, "")
    owner = _owner(token) if token else None
    if owner is None and (token or request.user.is_authenticated):
        return True  # somebody else's, or nobody's: there is nothing to carry
    return _store(request, path, owner=owner, files=files, carried=True)


def leave(request: HttpRequest, path: str) -> bool:
    """Keep the text of a form that somebody leaves without sending it, for when the same person comes back to ``path``:
    the browser keeps none of these pages. Answers False where there is more than is kept."""
    token = request.POST.get(OWNER_FIELD, "")
    if not token or _owner(token) != request.user.pk:
        return True  # somebody else's, or nobody's: there is nothing to keep
    return _store(request, path, owner=request.user.pk, files=False, left=True)


def sent(request: HttpRequest) -> None:
    """Forget what had been left half written at this address: it has been sent now."""
    forms = request.session.get(_KEY, {})
    if forms.get(request.path, {}).get("left"):
        del forms[request.path]
        request.session[_KEY] = forms


def _owner(token: str) -> int | None:
    try:
        owner: int = signing.loads(token, salt=_SALT, max_age=60 * 60 * 24)
    except signing.BadSignature:
        return None
    return owner


def _store(
    request: HttpRequest, path: str, *, owner: int | None, files: bool, carried: bool = False, left: bool = False
) -> bool:
    fields = {key: values for key, values in request.POST.lists() if key not in _NEVER and "password" not in key}
    most = _KEEP_BYTES if owner is not None else _KEEP_BYTES_UNKNOWN
    if _size(fields) > most:
        return False
    forms = request.session.get(_KEY, {})
    forms.pop(path, None)
    forms[path] = {
        "owner": owner,
        "at": time.time(),
        "fields": fields,
        "files": files,
        "carried": carried or left,
        "left": left,
    }
    newest = list(forms.items())[-_KEEP_FORMS:]
    # Somebody unknown fills a session with no more than one form may hold: a session costs nothing to get.
    room = _KEEP_ALL_BYTES if request.user.is_authenticated else most
    while sum(_size(form["fields"]) for _path, form in newest) > room:
        newest.pop(0)
    request.session[_KEY] = dict(newest)
    return True


def _size(fields: Mapping[str, list[str]]) -> int:
    return sum(len(name.encode()) + sum(len(value.encode()) for value in values) for name, values in fields.items())


class Kept(QueryDict):
    """What had been typed. ``unjudged``: it was not sent in, so nothing is said about what is
    missing (`trepart.forms`)."""

    unjudged = False


def give_back(request: HttpRequest) -> Kept | None:
    """Return what this person had typed on this page before, and say that it is here; None where there is nothing.
    Once; what was left half written stays for an hour, or until it is sent."""
    forms: dict[str, Any] = request.session.get(_KEY, {})
    found = forms.get(request.path)
    if found is None or found["owner"] != request.user.pk:
        return None
    left = found.get("left", False)
    if not left or time.time() - found["at"] > _KEEP_SECONDS:
        del forms[request.path]
        request.session[_KEY] = forms
    if time.time() - found["at"] > _KEEP_SECONDS:
        return None
    data = Kept(mutable=True)
    for key, values in found["fields"].items():
        data.setlist(key, values)
    data.unjudged = found.get("carried", False)
    if left:
        messages.info(request, _("What you had written here, and not sent, is here again."))
    elif not data.unjudged:
        messages.info(request, _("You had been signed out. What you had written is here again."))
    if found.get("files"):
        messages.info(request, _("If you had chosen files, choose them again."))
    return data


def offer(request: HttpRequest, path: str, fields: Mapping[str, object]) -> None:
    """Let the form at ``path`` open with ``fields`` (plain values, by field name): what one page knows already is not
    asked for again on the next."""
    offers = request.session.get(_OFFERS, {})
    offers.pop(path, None)
    offers[path] = {"owner": request.user.pk, "at": time.time(), "fields": dict(fields)}
    request.session[_OFFERS] = dict(list(offers.items())[-_KEEP_FORMS:])


def offered(request: HttpRequest) -> dict[str, object]:
    """Return what another page has offered this person for the form here; empty where nothing was. Stays until it is
    replaced or an hour old."""
    found = request.session.get(_OFFERS, {}).get(request.path)
    if found is None or found["owner"] != request.user.pk or time.time() - found["at"] > _KEEP_SECONDS:
        return {}
    fields: dict[str, object] = found["fields"]
    return fields

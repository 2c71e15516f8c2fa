"""Forms that were interrupted: what somebody had typed when the session ran out, the language was changed, the page was
left or what was sent was refused.

It is kept on the server and given back to that person only, each form of a page by itself; so is what one page hands to
the form on the next.
"""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from trepart import clock
from trepart.access import limits
from trepart.reading import outside_json
from trepart.text import normal
from trepart.text.dates import time_text

_KEY = "kept_forms"
_OFFERS = "offered_forms"
_STEPS = "between_steps"
#: Forms with several steps that are under way at a time.
_STEPS_KEPT = 3
#: The hidden field that says whose form it was; signed, so that nobody reads another's text on a shared computer.
OWNER_FIELD = "form_owner"
_SALT = "trepart.kept"
#: Seconds the text is kept while somebody signs in, and how much of it: from people we know, and from others.
_KEEP_SECONDS = 60 * 60
_KEEP_BYTES = 200_000
_KEEP_BYTES_UNKNOWN = 50_000
#: What somebody left on a page stays as long as they can be signed in, or until it is sent.
_LEFT_SECONDS = 10 * 60 * 60
#: Forms kept at a time, and how much of them in one session together; the oldest go first. A page can have several.
_KEEP_FORMS = 12
_KEEP_ALL_BYTES = 2 * _KEEP_BYTES
#: The page that a script writes from, and the other half-written forms of that page, each as a browser would send it.
PAGE_FIELD = "left_at"
#: Among the request's own facts: what was sent is kept already.
IS_KEPT = "trepart.text_is_kept"
ALONG_FIELD = "kept_along"
#: What is said of a draft is marked so: the page has the button beside it.
DRAFT = "draft"
#: Among the request's own facts: the drafts that stand on the page, so that it offers to throw them away.
GIVEN_BACK = "trepart.given_back"
_NEVER = {"csrfmiddlewaretoken", OWNER_FIELD, "password", PAGE_FIELD, ALONG_FIELD}
#: What says which form it is and what its page was made from: nothing that somebody wrote.
_MARKS = {
    "do", "seen", "was", "page", "motion", "ballot", "election", "resolution", "go", "som", "submission_key", "guest",
}  # fmt: skip
#: What the running page sends along with its other buttons is a draft of its own as soon as it has arrived
#: (`forum.meetings.session.discussion`).
_DRAFT_ALREADY = {"treatment", "treatment_page", "treatment_began"}


def owner_token(request: HttpRequest) -> str:
    """Return the signed mark that a form carries in its hidden field ``form_owner``; empty for
    somebody not signed in."""
    return signing.dumps(request.user.pk, salt=_SALT) if request.user.is_authenticated else ""


def is_from_script(request: HttpRequest) -> bool:
    """Say whether a page's script saves by itself, and waits for an answer it can show on the page."""
    return request.headers.get("Accept") == "application/json"


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that what was sent was written on; empty where it is none of ours."""
    path = request.POST.get(PAGE_FIELD, "")
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


def keep(request: HttpRequest) -> bool:
    """Keep the text of a form that arrived after the session had ended, and what else was half written on its page.
    Answers False where nothing is kept: for those who are not signed in there is a limit, as anybody can send it."""
    token = request.POST.get(OWNER_FIELD, "")
    if not token or (owner := _owner(token)) is None:
        return False
    if not request.user.is_authenticated and not limits.room_for_text(request):
        return False
    along = _along(request, owner)
    # What saves itself, and what is left, has an address of its own; it comes back on the page it was written on.
    page = page_of(request)
    path = page if page and (is_from_script(request) or not _fields(request.POST)) else request.path
    return _store(request, path, owner=owner, files=bool(request.FILES)) and along


def carry(request: HttpRequest, path: str, *, files: bool = False) -> bool:
    """Keep the text of a form that is to be gone on with at ``path`` in another language; ``files`` says that it can
    have attachments, which do not come along.

    Answers False where there is more than is kept. Somebody not signed in gets it back in the same session.
    """
    token = request.POST.get(OWNER_FIELD, "")
    owner = _owner(token) if token else None
    if owner is None and (token or request.user.is_authenticated):
        return True  # somebody else's, or nobody's: there is nothing to carry
    if owner is not None:
        _along(request, owner)
    return _store(request, path, owner=owner, files=files, carried=True)


def leave(request: HttpRequest, path: str) -> bool:
    """Keep the text of a form that somebody leaves without sending it, or that was refused, for when the same person
    comes back to ``path``: the browser keeps none of these pages. Answers False where there is more than is kept."""
    token = request.POST.get(OWNER_FIELD, "")
    if not token or _owner(token) != request.user.pk:
        return True  # somebody else's, or nobody's: there is nothing to keep
    kept = _along(request, request.user.pk)
    return _store(request, path, owner=request.user.pk, files=bool(request.FILES), left=True) and kept


def sent(request: HttpRequest) -> None:
    """Forget what had been left half written in this form: it has been sent now. What came along of the other forms on
    the page is kept."""
    forms: dict[str, Any] = request.session.get(_KEY, {})
    if forms.get(_key(request.path, request.POST), {}).get("left"):
        forget(request, request.path, request.POST)
    token = request.POST.get(OWNER_FIELD, "")
    if token and _owner(token) == request.user.pk:
        _along(request, request.user.pk)


def is_own(request: HttpRequest) -> bool:
    """Say whether the form that was sent is the reader's own."""
    return request.user.is_authenticated and _owner(request.POST.get(OWNER_FIELD, "")) == request.user.pk


def of_others(request: HttpRequest) -> dict[str, Any]:
    """Return what this session keeps for others than the reader: they wrote it here, and come back for it."""
    forms: dict[str, Any] = request.session.get(_KEY, {})
    if not forms:
        return {}
    return {key: one for key, one in forms.items() if one["owner"] not in (None, request.user.pk)}


def put_back(request: HttpRequest, forms: Mapping[str, Any]) -> None:
    """Keep ``forms`` in the session that has come in the place of the one they were kept in, for as long as was
    said."""
    now = time.time()
    waiting = {key: one for key, one in forms.items() if now - one["at"] <= _KEEP_SECONDS}
    if waiting:
        request.session[_KEY] = waiting | request.session.get(_KEY, {})


def discard(request: HttpRequest, keys: Iterable[str]) -> None:
    """Throw away what the reader had left in the forms named ``keys`` (``GIVEN_BACK``)."""
    forms, wanted = request.session.get(_KEY, {}), set(keys)
    kept = {key: one for key, one in forms.items() if key not in wanted or one["owner"] != request.user.pk}
    if kept != forms:
        request.session[_KEY] = kept


def forget(request: HttpRequest, path: str, form: Mapping[str, Any]) -> None:
    """Forget the form at ``path`` that ``form`` says which is: its text is saved another way now, or emptied."""
    forms, key = request.session.get(_KEY, {}), _key(path, form)
    if key in forms:
        request.session[_KEY] = {name: one for name, one in forms.items() if name != key}


def _owner(token: str) -> int | None:
    try:
        owner: int = signing.loads(token, salt=_SALT, max_age=60 * 60 * 24)
    except signing.BadSignature:
        return None
    return owner


def told_apart_by(path: str) -> tuple[str, ...]:
    """Return the fields that tell the forms of the page at ``path`` apart: what its view declares as ``forms_by``."""
    try:
        view = resolve(path).func
    except Resolver404:
        return ()
    names: tuple[str, ...] = getattr(getattr(view, "view_class", view), "forms_by", ())
    return names


def _key(path: str, form: Mapping[str, Any]) -> str:
    """Return the name a form is kept under: its address, and which of the forms there it is."""
    which = "&".join(f"{name}={str(form[name])[:40]}" for name in told_apart_by(path) if form.get(name))
    return f"{path}?{which}" if which else path


def _fields(form: QueryDict) -> dict[str, list[Any]]:
    return {key: values for key, values in form.lists() if key not in _NEVER and "password" not in key}


def words(request: HttpRequest) -> list[str]:
    """Return the texts somebody wrote in the form that was sent: sentences and phrases, no marks, choices or
    passwords. None where nothing says that it was a page of ours it was written on: another site puts no words in our
    mouth."""
    token = request.POST.get(OWNER_FIELD, "")
    if not getattr(request, "csrf_processing_done", False) and not (token and _owner(token) is not None):
        return []
    found = [
        normal.lines(str(value)).strip()
        for name, values in _fields(request.POST).items()
        if name not in _MARKS and not name.endswith("code")
        for value in values
    ]
    return [text for text in found if " " in text and text[0] not in "<[{"]


def _is_written(fields: Mapping[str, list[Any]]) -> bool:
    return any(name not in _MARKS and any(map(str.strip, values)) for name, values in fields.items())


def _along(request: HttpRequest, owner: int | None) -> bool:
    """Keep the other half-written forms of the page, which its script sends along with the one that is sent."""
    try:
        forms = outside_json.read(request.POST.get(ALONG_FIELD, "[]"))
    except ValueError:
        return True
    page = page_of(request)
    if not page or not isinstance(forms, list):
        return True
    kept = [
        _store(request, page, owner=owner, left=True, form=QueryDict(one))
        for one in forms[:_KEEP_FORMS]
        if isinstance(one, str) and len(one) < 4 * _KEEP_BYTES
    ]
    return all(kept)


def _store(
    request: HttpRequest,
    path: str,
    *,
    owner: int | None,
    files: bool = False,
    carried: bool = False,
    left: bool = False,
    form: QueryDict | None = None,
) -> bool:
    form = request.POST if form is None else form
    fields = _fields(form)
    if left:
        fields = {name: values for name, values in fields.items() if name not in _DRAFT_ALREADY}
    key = _key(path, form)
    if not _is_written(fields):
        if left and fields:
            forget(request, path, form)  # emptied: there is nothing to give back
        return True
    most = _KEEP_BYTES if owner is not None else _KEEP_BYTES_UNKNOWN
    if _size(fields) > most:
        return False
    forms = request.session.get(_KEY, {})
    forms.pop(key, None)
    forms[key] = {
        "path": path,
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
    """Return what this person had typed in the form of this page before, and say that it is here; None where there is
    nothing. Once; what was left half written stays until it is sent."""
    given = give_back_all(request, newest=True)
    return given[-1] if given else None


def give_back_all(request: HttpRequest, *, newest: bool = False) -> list[Kept]:
    """Return the same for a page with several forms: each as it was typed, the oldest first. ``newest``: the last one
    alone."""
    forms: dict[str, Any] = request.session.get(_KEY, {})
    mine = {key: one for key, one in forms.items() if one["owner"] == request.user.pk}
    here = [key for key, one in mine.items() if one.get("path", key) == request.path]
    if not here:
        return []
    taken = here[-1:] if newest else here
    now = time.time()
    kept, found = dict(forms), []
    for key in here:
        one = forms[key]
        if now - one["at"] > (_LEFT_SECONDS if one["left"] else _KEEP_SECONDS):
            del kept[key]
        elif key in taken:
            found.append(one)
            if one["owner"] is None:
                del kept[key]
            elif not one["left"]:
                fields = {name: text for name, text in one["fields"].items() if name not in _DRAFT_ALREADY}
                kept[key] = one | {"left": True, "carried": True, "files": False, "fields": fields}
                if not _is_written(fields):
                    del kept[key]
    if kept != forms:
        request.session[_KEY] = kept
    _say(request, found)
    request.META[GIVEN_BACK] = [key for key in taken if kept.get(key, {}).get("left")]
    return [_kept(one) for one in found]


def _kept(found: Mapping[str, Any]) -> Kept:
    data = Kept(mutable=True)
    for key, values in found["fields"].items():
        data.setlist(key, values)
    data.unjudged = found["carried"]
    return data


def _say(request: HttpRequest, found: list[Any]) -> None:
    """Say what is here again, and from when."""
    left = [one for one in found if one["left"]]
    if left:
        when = {"time": time_text(datetime.fromtimestamp(left[-1]["at"], UTC))}
        said = _("You have a draft from %(time)s here: what you had written stands here again.") % when
        messages.info(request, said, extra_tags=DRAFT)
    if any(not one["carried"] for one in found):
        messages.info(request, _("You had been signed out. What you had written is here again."))
    if any(one["files"] for one in found):
        messages.info(request, _("If you had chosen files, choose them again."))


def hand_on(request: HttpRequest, key: str, **changes: str) -> bool:
    """Keep what was sent on one step of a form with several, with ``changes``, for the page of the next step: it is
    opened by an address, so that Back asks for that page and never for what was sent. ``key`` says which form it is.

    Answers False where nothing is kept: then the page is the answer. For those who are not signed in there is a limit,
    as anybody can send it.
    """
    token, owner = request.POST.get(OWNER_FIELD, ""), request.user.pk
    if token and _owner(token) != owner:
        return False
    form = request.POST.copy()
    for name, value in changes.items():
        form[name] = value
    fields = _fields(form)
    if _size(fields) > _KEEP_BYTES_UNKNOWN or (owner is None and not limits.room_for_text(request)):
        return False
    steps = {name: one for name, one in request.session.get(_STEPS, {}).items() if name != key}
    steps[key] = {"owner": owner, "at": clock.now().timestamp(), "fields": fields}
    request.session[_STEPS] = dict(list(steps.items())[-_STEPS_KEPT:])
    if token:  # whoever leaves the next page finds the text again where it was begun
        _store(request, request.path, owner=owner, left=True, form=form)
    return True


def handed_on(request: HttpRequest, key: str) -> tuple[QueryDict, float] | None:
    """Return what this reader sent on the step before of the form ``key``, and when; None where nothing is kept."""
    one = request.session.get(_STEPS, {}).get(key)
    if one is None or one["owner"] != request.user.pk or clock.now().timestamp() - one["at"] > _KEEP_SECONDS:
        return None
    data = QueryDict(mutable=True)
    for name, values in one["fields"].items():
        data.setlist(name, values)
    return data, one["at"]


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

"""Between the steps of sending in: what was written has an address of its own on each step, so that the browser's Back
opens the step before, and never an answer that nobody keeps."""

import uuid
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from proposals.drafts import services as drafts
from proposals.models import Proposal, ProposalDraft
from proposals.senders import Sender
from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.text import normal

#: In the address: the last look, else the writing.
LOOK = "se-over"
#: In the session: what the last forms have become, and how many are remembered.
_SENT, _REMEMBERED = "sent_forms", 10


def onward(request: HttpRequest, key: uuid.UUID, sender: Sender, *, look: bool = False) -> HttpResponseBase | None:
    """Hand on what was sent and lead to the next step; None where it cannot be kept: then the page is the answer."""
    if not interrupted_forms.hand_on(request, str(key), som=sender.key):
        return None
    return redirect(_address(key, look=look))


def address_of(request: HttpRequest, key: uuid.UUID, sender: Sender) -> str:
    """Keep what was refused, and return where it is opened again; empty where it cannot be kept, or the form is opened
    by its own address with what was written in it."""
    if request.user.is_authenticated or not interrupted_forms.hand_on(request, str(key), som=sender.key):
        return ""
    return _address(key)


def _address(key: uuid.UUID, *, look: bool = False) -> str:
    query = urlencode({"submission_key": key, **({LOOK: "1"} if look else {})})
    return f"{reverse('proposals:new')}?{query}"


def gone_on_with(request: HttpRequest) -> QueryDict | None:
    """Return what was written last in the form named in the address, here or in its draft."""
    key = key_of(request.GET)
    if key is None:
        return None
    draft, handed = drafts.reachable(request, key), interrupted_forms.handed_on(request, str(key))
    if handed is not None and (draft is None or handed[1] >= draft.changed_at.timestamp()):
        return handed[0]
    if draft is None:
        return None
    words = QueryDict(mutable=True)
    words.update(draft.words)
    return words


def receipt(request: HttpRequest, key: uuid.UUID, proposal: Proposal) -> HttpResponse:
    """Lead to the receipt, and remember what the form has become, so that Back from there leads to it again."""
    sent = {**request.session.get(_SENT, {}), str(key): proposal.case_id}
    request.session[_SENT] = dict(list(sent.items())[-_REMEMBERED:])
    return redirect("proposals:receipt", pk=proposal.case_id)


def sent_already(request: HttpRequest) -> int | None:
    """Return the case the form named in the address has become, where it was the reader who sent it."""
    case = request.session.get(_SENT, {}).get(str(key_of(request.GET)))
    found = Proposal.objects.filter(case=case).select_related("case").first() if case is not None else None
    known = found is not None and isinstance(request.user, User) and found.is_by(request.user)
    return case if known else None


def lost(uploads: Iterable[Any], draft: ProposalDraft | None) -> str:
    """Return the names of the files that were chosen and are not kept: a browser forgets them with the page."""
    chosen = [str(upload.name) for upload in uploads]
    held = draft.files.values_list("name", flat=True) if chosen and draft is not None else ()
    kept = {PurePath(name).stem for name in held}  # a picture can have got another ending
    return ", ".join(name for name in chosen if PurePath(normal.line(name)).stem not in kept)


def key_of(data: QueryDict | None) -> uuid.UUID | None:
    """Return the key that a form or an address carries, if any."""
    try:
        return uuid.UUID(data.get("submission_key", "")) if data is not None else None
    except (ValueError, AttributeError):
        return None

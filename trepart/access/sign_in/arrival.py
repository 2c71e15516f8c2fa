"""Where somebody goes who has just signed up, confirmed the address or signed in.

The rooms say so; `access` only asks.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from trepart.access.models import User

#: Asked with the request and the person; returns an address within the portal, or None where it
#: has nothing for this person.
OnArrival = Callable[[HttpRequest, "User"], str | None]

log = logging.getLogger(__name__)
_asked: dict[str, OnArrival] = {}


def register(name: str, on_arrival: OnArrival) -> None:
    """Let a room be asked about everybody who arrives. ``name`` is unique: registering again replaces it.

    Called from ``AppConfig.ready``; those asked first are those whose app stands first in INSTALLED_APPS backwards, so
    nothing may hang on the order.
    """
    _asked[name] = on_arrival


def on_the_way(request: HttpRequest, person: "User") -> str | None:
    """Ask every room and return the first address given, or None.

    All are asked, also after the first answer: what a room ties to the person (a kept draft) is tied whoever
    leads the way. A room that fails is written in the log and passed over: nobody is kept from signing in by a
    draft that cannot be read.
    """
    found: str | None = None
    for name, on_arrival in _asked.items():
        try:
            with transaction.atomic():
                address = on_arrival(request, person)
        except Exception:
            log.exception("Arrival: %s failed.", name)
            continue
        if address and found is None and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
            found = address
    return found

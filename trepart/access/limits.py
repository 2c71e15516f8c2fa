"""How much anybody may send: counted by person, by where it comes from, and in all, before anything costly is done.

What is counted stands in the settings (ACCOUNT_RATE_LIMITS), under the name of what is sent: ``NAME_person``,
``NAME_place`` and ``NAME_all``. Whoever is stopped is told which, and keeps what was written. How often one person
sends anything at all is counted by `trepart.access.writing`.
"""

from allauth.core import ratelimit
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from trepart.server import health

#: Whoever runs the portal is told when so much of the room is taken.
_FULL = 0.8


def exceeded(request: HttpRequest, what: str) -> str:
    """Count one of ``what``, and return in words why it cannot be taken now; nothing where it can.

    The person is asked first: whoever sends far too much is stopped before it counts against everybody.
    """
    if request.user.is_authenticated and not ratelimit.consume(request, action=f"{what}_person"):
        return _("You have sent many in a short time. Wait a while and press once more: what you have written is here.")
    if not ratelimit.consume(request, action=f"{what}_place"):
        return _("Many have written from here in a short time. Wait a little and press once more.")
    if not ratelimit.consume(request, action=f"{what}_all", key="all"):
        return _(
            "Unusually many are writing just now. Wait a while and press once more: what you have written is here."
        )
    return ""


def room_for_text(request: HttpRequest) -> bool:
    """Count one form that is to be kept for somebody not signed in, and say whether it may be: so many from a place and
    in all, while sessions have room."""
    return (
        ratelimit.consume(request, action="carried_form")
        and ratelimit.consume(request, action="carried_form_all", key="all")
        and _held() < settings.SESSIONS_MAX_BYTES
    )


def _held() -> int:
    """Return how many bytes all sessions hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(pg_column_size(session_data)), 0) FROM django_session")
        row: tuple[int] = cursor.fetchone()
    return int(row[0])


def sessions() -> health.Finding:
    """Say whether sessions leave room for what is half written (``/helse/drift``)."""
    size = _held()
    return health.Finding("sessions", size < _FULL * settings.SESSIONS_MAX_BYTES, f"{size // (1024 * 1024)} MB")

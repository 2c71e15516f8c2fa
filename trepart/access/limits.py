"""How much anybody may send: counted by person, by where it comes from, and in all, before anything costly is done.

What is counted stands in the settings (ACCOUNT_RATE_LIMITS), under the name of what is sent: ``NAME_person``,
``NAME_place`` and ``NAME_all``. Whoever is stopped is told which, and keeps what was written.
"""

from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext as _


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

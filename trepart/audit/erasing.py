"""Erasing personal words (R31) without breaking the chain.

The chain covers a salted digest of them, and salt and words go together.
"""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from trepart.access.models import User
from trepart.audit import recording
from trepart.audit.comparing.cross_checks import ERASED
from trepart.audit.models import Event, EventContent
from trepart.authorising import authorise
from trepart.refusals import Refused


def erase_content(event: Event, *, reason: str, actor: User) -> Event:
    """Erase the words that went with ``event`` and return the event that says so, with ``reason``.

    What stands in the tables of other rooms (an answer, a text) is erased by those rooms; this takes the copy in
    the trail. Raises ``NotPermitted`` for somebody without ``audit.erase``, ``Refused`` without a reason or where
    there is nothing to erase.
    """
    by = authorise(actor, "audit.erase", event)
    if not reason.strip():
        raise Refused(_("Say why the words are erased."))
    root = apps.get_model(event.root_type)(pk=event.root_id)
    with recording.recorded(
        ERASED,
        actor=by.actor,
        subject=event,
        root=root,
        acting=by.acting,
        data={"event": event.pk},
        text={"reason": reason.strip()},
    ) as erasure:
        gone, _each = EventContent.objects.filter(event=event).delete()
        if not gone:
            raise Refused(_("There are no words in this event."))
    return erasure

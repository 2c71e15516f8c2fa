"""Two at the same thing at once: whoever saves last is told what the other did, instead of undoing it unseen."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from trepart.access.models import User
from trepart.templatetags.trepart_ui import moment_text


def version_of(thing: Model | None) -> str:
    """Return the version of ``thing``: the number of the newest row of its history. Empty for nothing, and for
    what is not saved yet."""
    newest = _newest(thing)
    return str(newest.history_id) if newest else ""


def _newest(thing: Model | None) -> Any:
    if thing is None or thing._state.adding:
        return None
    history: Any = thing.history  # type: ignore[attr-defined]  # every domain model has one (house rule 4)
    return history.order_by("-history_id").first()


def check(thing: Model | None, seen: str) -> None:
    """Refuse to save over what somebody else has changed since ``seen`` was shown; an empty ``seen`` asks for nothing.

    Call it in the transaction that saves: the row is held from here, so that of two who press at
    once exactly one is told.
    """
    if thing is None or not seen or thing._state.adding:
        return
    type(thing)._base_manager.select_for_update(no_key=True).filter(pk=thing.pk).first()
    newest = _newest(thing)
    if newest is None or str(newest.history_id) == seen:
        return
    person = User.objects.filter(pk=newest.history_user_id).first()
    said = {"name": person.name if person else _("The portal"), "moment": moment_text(newest.history_date)}
    raise ValidationError(
        _(
            "%(name)s changed this %(moment)s, while you were writing. Nothing is lost: what you wrote stands here. "
            "Look at the history first; if you save again, yours is what counts."
        )
        % said,
        code="stale",
    )

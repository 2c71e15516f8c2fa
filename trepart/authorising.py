"""The right to write, asked for under the lock: every write that is no step of a lifecycle goes this way.

Lock the row (`trepart.db.locking.lock`), read anew what is judged by, authorise, and write inside
``audit.recorded(…, actor=by.actor, acting=by.acting)``. Steps of a lifecycle do the same in `trepart.workflow.perform`.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from trepart.access import policy
from trepart.access.models import User
from trepart.audit.recording import Acting
from trepart.refusals import NotPermitted


@dataclass(frozen=True)
class Authorised:
    """Somebody who may do it, as fetched under the lock; ``acting`` is the place it is done from, None where the right
    is the person's own."""

    actor: User
    acting: Acting | None


def afresh(actor: User) -> User:
    """Fetch the person under the lock: a membership that ended a second ago gives nothing any more. ``NotPermitted``
    for somebody who is gone."""
    found = User.objects.filter(pk=actor.pk).first()
    if found is None:
        raise NotPermitted(_("Sign in first."))
    return found


def authorise(actor: User, right: str, subject: object = None) -> Authorised:
    """Fetch ``actor`` anew, ask for ``right`` over ``subject``, and return who acts and from which place.

    Raises ``NotPermitted``.
    """
    fresh = afresh(actor)
    return Authorised(fresh, acting_with(fresh, right, subject))


def authorise_own(actor: User, owner: int, right: str, subject: object) -> Authorised:
    """As :func:`authorise`, where the person with number ``owner`` needs no right: it is their own.

    Raises ``NotPermitted``, also for an owner whose account is closed.
    """
    fresh = afresh(actor)
    if fresh.is_active and fresh.pk == owner:
        return Authorised(fresh, None)
    return Authorised(fresh, acting_with(fresh, right, subject))


def acting_with(actor: User, right: str, subject: object = None) -> Acting | None:
    """Return the place from which ``actor``, who is fetched anew already, has ``right`` over ``subject``.

    Raises ``NotPermitted`` where there is no such right.
    """
    if not policy.can(actor, right, subject):
        raise NotPermitted
    return policy.acting_for(actor, right, subject)

"""What stops a deed, each with the sentence for the person who tried it."""

from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: For a right that is not held.
NOT_HELD = _("You cannot do this. It takes a role that you do not hold today.")
#: For what was acted on by somebody else first.
ACTED_FIRST = _(
    "Somebody has acted on this since you opened the page. Nothing of yours was carried out; look at what has "
    "happened and try again."
)


class Refused(Exception):
    """A deed that cannot be done. ``message`` is for the person who tried, in their language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


class NotPermitted(Refused):
    """The person has no right to this; says so unless another sentence is given."""

    def __init__(self, message: str | Promise = NOT_HELD) -> None:
        super().__init__(message)


class Unseen(NotPermitted):
    """The person may not even know that the subject exists."""


class WrongState(Refused):
    """The subject is no longer where the deed begins: somebody else acted first, or it was done already."""

    def __init__(self, message: str | Promise = ACTED_FIRST) -> None:
        super().__init__(message)


class GuardRefused(Refused):
    """A rule stands in the way; the message names it."""


class InvalidInput(Refused):
    """The form was not filled in as it must be. ``form`` carries the messages field by field."""

    def __init__(self, form: BaseForm) -> None:
        super().__init__(_("Some of the fields need another look."))
        self.form = form

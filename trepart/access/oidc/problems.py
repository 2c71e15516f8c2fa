"""Why somebody does not come in: one word for the log, and a sentence for the person.

Neither holds anything a token said.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_UNTRUSTED = _("What {service} answered could not be trusted, so nobody has been signed in.")
_AGAIN = _("The sign-in took too long, was used already, or began in another window. Try once more.")
_DOWN = _("We cannot reach {service} just now. Try again in a few minutes, or sign in another way.")

#: The word in the log -> (status, sentence). A word that is not here is a programming error.
PROBLEMS: dict[str, tuple[int, Promise | str]] = {
    "state": (400, _AGAIN),
    "code": (400, _AGAIN),
    "mixed_up": (400, _UNTRUSTED),
    "token": (403, _UNTRUSTED),
    "signature": (403, _UNTRUSTED),
    "algorithm": (403, _UNTRUSTED),
    "key": (403, _UNTRUSTED),
    "issuer": (403, _UNTRUSTED),
    "audience": (403, _UNTRUSTED),
    "nonce": (403, _UNTRUSTED),
    "expired": (403, _UNTRUSTED),
    "subject": (403, _UNTRUSTED),
    "tenant": (403, _UNTRUSTED),
    "level": (
        403,
        _(
            "You signed in at {service} with a level of security that is too low here. Choose another way "
            "there, for example BankID."
        ),
    ),
    "cancelled": (403, _("You cancelled at {service}. Nothing has happened, and you can try again.")),
    "refused": (403, _("{service} did not let you through.")),
    "unknown": (
        403,
        _(
            "Nobody here is linked to that account at {service} yet. Open the invitation you got by e-mail, or "
            "sign in with your password and link {service} on the page about signing in."
        ),
    ),
    "taken": (403, _("This account at {service} is linked to somebody else here already.")),
    "other_one": (403, _("Your account is linked to another account at {service}. Unlink that one first.")),
    "other_person": (403, _("Somebody else has signed in in the meantime. Nothing has been linked.")),
    "invitation": (
        410,
        _("The invitation cannot be used. It has been used already, is too old, or has been replaced by a newer one."),
    ),
    "unreachable": (503, _DOWN),
    "configuration": (503, _DOWN),
}


class Refused(Exception):
    """Somebody is not let in. ``problem`` is one of ``PROBLEMS``; ``detail`` names a rule or a
    library's error, never a value."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(problem)
        self.problem, self.detail = problem, detail
        self.answer, self.sentence = PROBLEMS[problem]

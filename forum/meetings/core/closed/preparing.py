"""Who has stepped aside in a case neither prepares it for a meeting (fvl § 6: also "tilrettelegge grunnlaget"; R12)."""

from django.utils.translation import gettext as _

from forum.cases import own_cases
from forum.cases.models import Case
from forum.meetings.core.closed.stepped_aside import has_left
from trepart.access.models import User
from trepart.refusals import GuardRefused
from trepart.text.administration_act import Matter, cite


def check(person: User, case: Case | None) -> None:
    """Refuse to let ``person`` prepare ``case`` where they have stepped aside in it, in a meeting or where they said it
    themselves. Raises ``GuardRefused``."""
    if case is not None and (has_left(person, case) or own_cases.stepped_aside(case, person)):
        raise GuardRefused(
            _(
                "You have stepped aside in the case, so you do not prepare it either (%(act)s). Another of those who "
                "prepare the cases of the body does it."
            )
            % {"act": cite(Matter.PARTIAL)}
        )

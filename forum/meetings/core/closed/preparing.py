"""Who has stepped aside in a case neither prepares it for a meeting (fvl § 6: also "tilrettelegge grunnlaget"; R12).

To carry out what was decided is neither to prepare nor to decide: the law bars nobody from that, and whoever gives the
job to somebody who stepped aside is asked once (`forum.meetings.follow_up`).
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from forum.cases import own_cases
from forum.cases.models import Case
from forum.meetings.core.closed.stepped_aside import how_left
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import RecusalKind
from trepart.access.models import User
from trepart.refusals import GuardRefused
from trepart.text.administration_act import Matter, cite


def check(person: User, thing: Case | AgendaItem | None) -> None:
    """Refuse to let ``person`` prepare a case, or an item that stands alone, where they have stepped aside in it, in a
    meeting or where they said it themselves. Raises ``GuardRefused``."""
    if thing is None:
        return
    left = how_left(person, thing)
    case = thing.folder if isinstance(thing, AgendaItem) else thing
    if left or (case is not None and own_cases.stepped_aside(case, person)):
        raise GuardRefused(f"{why_not(left)} {_('Another of those who prepare the cases of the body does it.')}")


def why_not(left: Collection[RecusalKind]) -> str:
    """Return, to somebody who has ``left`` a case, that they do not prepare it, with the paragraph on which they left:
    whoever is exempted at their own request (koml § 11-11) is not partial."""
    if set(left) == {RecusalKind.EXEMPTION}:
        return _(
            "The body has exempted you from the case (Local Government Act § 11-11), so you do not prepare it either."
        )
    return _("You have stepped aside in the case, so you do not prepare it either (%(act)s).") % {
        "act": cite(Matter.PARTIAL)
    }

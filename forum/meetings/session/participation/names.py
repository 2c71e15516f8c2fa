"""How somebody at the meeting is written on its pages: name, party, part, for whom a deputy meets."""

from django.utils.translation import gettext as _

from forum.meetings.core.voter import Voter
from forum.organisation.models import Membership
from trepart import ui


def with_party(membership: Membership) -> str:
    """Return a name with the political party behind it."""
    name = membership.person.name
    return f"{name} ({membership.party.short})" if membership.party is not None else name


def who(voter: Voter, *, presiding: int | None = None) -> ui.PersonLine:
    """Return somebody at the table as one line: name, party, part, for whom a deputy meets, who presides."""
    seat = voter.seat
    said = []
    if voter.stands_for is not None:
        said.append(_("deputy for %(name)s") % {"name": voter.stands_for.person.name})
    if voter.pk == presiding:
        said.append(_("presiding"))
    party = voter.membership.party
    return ui.PersonLine(
        name=voter.membership.person.name,
        role=" · ".join(said),
        part=seat.part,
        party=party.short if party is not None else "",
    )

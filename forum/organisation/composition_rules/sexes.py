"""Both sexes among those elected to a body (R3, koml §§ 7-4 to 7-7)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.organisation.composition_rules.problem import Found, Problem
from forum.organisation.enums import Role, Sex

if TYPE_CHECKING:
    from forum.organisation.models import Membership


def balance(people: "Sequence[Membership]", word: str) -> Found:
    """koml §§ 7-4 to 7-7: at least 40 per cent of each sex where four or more are elected, both
    sexes where two or three are.

    Binding for the members kommunestyret elects; advice for its deputies and for everybody else (R3 [?]).
    """
    for chosen, group in (
        (True, [m for m in people if m.seated and m.elected_by_council]),
        (False, [m for m in people if m.role == Role.DEPUTY and m.elected_by_council]),
        (False, [m for m in people if m.seated and not m.elected_by_council]),
    ):
        if len(group) < 2:
            continue
        if any(not m.sex for m in group):
            if chosen:
                names = ", ".join(sorted(m.person.name for m in group if not m.sex))
                yield Problem(
                    _(
                        "Register the sex of %(names)s: the balance among those elected by the municipal "
                        "council must be checked (Local Government Act §§ 7-4 to 7-7)."
                    )
                    % {"names": names},
                    "R3",
                )
            continue
        fewest = min(sum(m.sex == sex for m in group) for sex in Sex)
        if fewest >= least_of_each_sex(len(group)):
            continue
        values = {"group": word, "count": fewest, "total": len(group)}
        if len(group) < 4:
            message = _(
                "Both sexes must be represented among those elected to %(group)s (Local Government Act §§ 7-4 to 7-7)."
            )
        else:
            message = _(
                "At least 40 per cent of those elected to %(group)s must be of each sex. Now it is %(count)s "
                "of %(total)s (Local Government Act §§ 7-4 to 7-7)."
            )
        yield Problem(message % values, "R3", warning=not chosen)


def least_of_each_sex(elected: int) -> int:
    """Return how many of each sex there must be among ``elected`` people: one of two or three, 40 per cent
    rounded up from four on."""
    if elected < 2:
        return 0
    return 1 if elected < 4 else -(-elected * 2 // 5)

"""Both sexes among those elected to a body (R3, koml §§ 7-4 to 7-7, ldl § 28)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.organisation.composition_rules.problem import Found, Problem
from forum.organisation.enums import Role, Sex

if TYPE_CHECKING:
    from forum.organisation.models import Membership


def balance(people: "Sequence[Membership]") -> Found:
    """Say where there are too few of one sex among ``people``, all who have a place in a body.

    Of those kommunestyret has elected it is counted among all of them in the body where they were elected by agreement,
    and on each list by itself where they were elected by lists (koml §§ 7-4 to 7-7). It is binding for its members and
    advice for its deputies; of the others ldl § 28 is held up as advice (R3 [?]).
    """
    for seated in (True, False):
        chosen = [m for m in people if m.elected_by_council and (m.seated if seated else m.role == Role.DEPUTY)]
        for word, group in _by_list(chosen):
            yield from _elected(group, word, binding=seated)
    yield from _others([m for m in people if m.seated and not m.elected_by_council])


def _by_list(people: "Sequence[Membership]") -> "Iterator[tuple[str, list[Membership]]]":
    for name in sorted({m.election_list for m in people}):
        word = _("the body from the list %(name)s") % {"name": name} if name else _("the body")
        yield word, [m for m in people if m.election_list == name]


def _elected(group: "Sequence[Membership]", word: str, *, binding: bool) -> Found:
    if len(group) < 2:
        return
    if any(not m.sex for m in group):
        if binding:
            names = ", ".join(sorted(m.person.name for m in group if not m.sex))
            yield Problem(
                _(
                    "Register the sex of %(names)s: the balance among those elected by the municipal "
                    "council must be checked (Local Government Act §§ 7-4 to 7-7)."
                )
                % {"names": names},
                "R3",
            )
        return
    fewest = _fewest(group)
    if fewest >= least_of_each_sex(len(group)):
        return
    if len(group) < 4:
        message = _(
            "Both sexes must be represented among those elected to %(group)s (Local Government Act §§ 7-4 to 7-7)."
        )
    else:
        message = _(
            "At least 40 per cent of those elected to %(group)s must be of each sex. Now it is %(count)s "
            "of %(total)s (Local Government Act §§ 7-4 to 7-7)."
        )
    yield Problem(message % {"group": word, "count": fewest, "total": len(group)}, "R3", warning=not binding)


def _others(group: "Sequence[Membership]") -> Found:
    if any(not m.sex for m in group):
        return
    least = least_appointed(len(group))
    fewest = _fewest(group)
    if fewest < least:
        yield Problem(
            _(
                "Of those the municipal council has not elected, at least %(least)s should be of each sex. Now it is "
                "%(count)s of %(total)s (Equality and Anti-Discrimination Act § 28)."
            )
            % {"least": least, "count": fewest, "total": len(group)},
            "R3",
            warning=True,
        )


def _fewest(group: "Sequence[Membership]") -> int:
    return min(sum(m.sex == sex for m in group) for sex in Sex)


def least_of_each_sex(elected: int) -> int:
    """Return how many of each sex there must be among ``elected`` people: one of two or three, 40 per cent
    rounded up from four on."""
    if elected < 2:
        return 0
    return 1 if elected < 4 else -(-elected * 2 // 5)


def least_appointed(members: int) -> int:
    """Return how many of each sex there should be among ``members`` who are appointed, by the table of ldl § 28."""
    if members < 2:
        return 0
    return next((least for most, least in ((3, 1), (5, 2), (8, 3), (9, 4)) if members <= most), -(-members * 2 // 5))

"""Equality of the three parts, where a body rests on it (another arrangement under koml § 5-11, R2).

It is shown, and checked, at every meeting and vote.
"""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from forum.organisation.enums import Part
from forum.organisation.models import Body


def is_wanted(body: Body) -> bool:
    """Say whether the three parts are to be equal in ``body``."""
    return body.is_another_arrangement


def unequal(body: Body, parts: Iterable[str]) -> str:
    """Return, in a sentence, that the parts are not equal among those who met or voted (``parts``: the part of each);
    empty where they are, or need not be.

    A meeting is held and a vote stands all the same: the law asks for equality of the body, not of a day. What is
    asked is that it is seen.
    """
    if not is_wanted(body):
        return ""
    counted = Counter(parts)
    numbers = {str(part): counted[part] for part in Part}
    if len(set(numbers.values())) == 1:
        return ""
    return (
        _(
            "The parts were not equal: %(elected)s elected politicians, %(administration)s from the "
            "administration and %(union)s union representatives (another arrangement, Local Government Act § "
            "5-11)."
        )
        % numbers
    )

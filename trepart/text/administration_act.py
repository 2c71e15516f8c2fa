"""The Public Administration Act as sentences name it: the one act until the day the municipality has set, the other
from then (`trepart.municipality.Municipality.under_new_act`).

What is stored or belongs to a meeting is cited by its own day, what is said now by today's. Of the new act
(LOV-2025-06-20-81) the chapters are cited, or its name alone (docs/rulebook.md). What is stored as a legal basis is a
table of its own (`forum.cases.legal_bases`).
"""

from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trepart import clock, municipality


class Matter(StrEnum):
    """What the act is cited for."""

    PARTIAL = "partial"
    #: Who is directly below somebody partial.
    BELOW = "below"
    #: Who decides whether somebody takes part.
    DECIDED = "decided"
    PARTIAL_AND_DECIDED = "partial and decided"
    #: What was posted in time.
    POSTED = "posted"
    #: Examples beside a field for a legal basis, in the short form that is written there.
    SECRECY_SHORT = "secrecy, short"
    PARTY_SHORT = "party, short"
    #: In a body that is no elected one.
    PARTY_ELSEWHERE_SHORT = "party elsewhere, short"


#: As the act in force names it, and as the new one does.
_CITED: dict[Matter, tuple[Promise, Promise]] = {
    Matter.PARTIAL: (_("Public Administration Act § 6"), _("Public Administration Act chapter 4")),
    Matter.BELOW: (_("Public Administration Act § 6 third paragraph"), _("Public Administration Act chapter 4")),
    Matter.DECIDED: (_("Public Administration Act § 8"), _("Public Administration Act chapter 4")),
    Matter.PARTIAL_AND_DECIDED: (_("Public Administration Act §§ 6 and 8"), _("Public Administration Act chapter 4")),
    Matter.POSTED: (_("Public Administration Act § 30"), _("Public Administration Act")),
    Matter.SECRECY_SHORT: (_("fvl § 13"), _("fvl chapter 5")),
    Matter.PARTY_SHORT: (_("fvl. § 6 first paragraph"), _("fvl. chapter 4")),
    Matter.PARTY_ELSEWHERE_SHORT: (_("fvl. § 6 first paragraph, cf. § 10"), _("fvl. chapter 4")),
}


def cite(matter: Matter, on: date | None = None) -> str:
    """Return the act with its paragraph, as it applies on a day or at a moment (today unless said)."""
    day = timezone.localtime(on).date() if isinstance(on, datetime) else on
    former, new = _CITED[matter]
    return str(new if municipality.current().under_new_act(day or clock.today()) else former)

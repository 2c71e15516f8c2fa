"""What kind of matter a case is to those who may decide it: whose, from whom, and with how much money (R35, R37)."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a delegation is held against. None: nobody has said, and whoever records the decision judges it."""

    #: Between the municipality as employer and its employees (koml § 5-11).
    employer: bool | None = None
    #: Proposed by somebody employed here.
    from_employee: bool | None = None
    #: Whether it takes money beyond the budget of those who carry it out, and how much in kroner where that is known.
    money: bool | None = None
    amount: int | None = None


class Nature(TextChoices):
    """What a case may be that a three-party body cannot treat as it treats others."""

    ORDINARY = "ordinary", _("an ordinary case")
    INDIVIDUAL = "individual", _("one employee's appointment, dismissal or redundancy")
    NEGOTIATION = "negotiation", _("a negotiation between the municipality and the unions")

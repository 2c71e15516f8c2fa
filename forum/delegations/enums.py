"""The values of a delegation, and who holds the authority a body does not have."""

from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from forum.organisation.enums import LegalBasis


class Scope(TextChoices):
    """What a delegation covers."""

    EMPLOYER = "employer", _("matters between the municipality as employer and its employees")
    EMPLOYEE_GRANTS = "employee_grants", _("money for what employees propose")
    OTHER = "other", _("other matters")


#: What a party-composed committee can be given (koml § 5-11, R35): nothing but the matters of employer and employees.
OF_EMPLOYER = frozenset({Scope.EMPLOYER.value, Scope.EMPLOYEE_GRANTS.value})


class Authority(TextChoices):
    """Who has the last word where a body has not, and is sent its recommendation."""

    COUNCIL = "council", _("the municipal council")
    EXECUTIVE_COMMITTEE = "executive_committee", _("the executive committee")
    COMMITTEE = "committee", _("another committee")
    CHIEF_EXECUTIVE = "chief_executive", _("the chief executive")


def authority_name(value: str, name: str = "") -> str:
    """Return who has the last word, in words: a committee by its name, the others by what they are; empty for none."""
    return name or (str(Authority(value).label) if value else "")


class AuthorityAnswer(TextChoices):
    """How what was decided there stands to what the body recommended."""

    WHOLLY = "wholly", _("as recommended")
    PARTLY = "partly", _("partly as recommended")
    OTHERWISE = "otherwise", _("otherwise than recommended")


class Power(Enum):
    """What a body's yes is worth."""

    #: Decides what kommunestyret has delegated to it, and recommends the rest.
    DELEGATED = "delegated"
    #: Recommends, whatever it is about: no folkevalgt organ, so nothing can be delegated to it (R34).
    RECOMMENDS = "recommends"
    #: Agrees, and the leader who holds delegated authority decides.
    AGREES = "agrees"
    #: Decides by its own right: a leader in the line, an association, the municipal council.
    OWN = "own"


#: By what a body rests on (koml §§ 5-3 (3), 5-11; R34, R35).
POWER_OF = {
    LegalBasis.KOML_5_7: Power.DELEGATED,
    LegalBasis.KOML_5_11: Power.DELEGATED,
    LegalBasis.KOML_5_11_OTHER: Power.RECOMMENDS,
    LegalBasis.COOPERATION: Power.AGREES,
}


def power_of(legal_basis: str) -> Power:
    """Return what the yes of a body that rests on ``legal_basis`` is worth."""
    return POWER_OF.get(LegalBasis(legal_basis), Power.OWN) if legal_basis else Power.OWN

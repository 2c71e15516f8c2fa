"""What became of a case, in words: what was decided, by which authority, or to whom it was recommended."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from forum.cases.case_owners import is_view
from forum.cases.enums import Resolution
from forum.delegations import judging
from forum.delegations.enums import Power, power_of
from trepart.templatetags.text_filters import kroner
from trepart.templatetags.trepart_ui import part_word

if TYPE_CHECKING:
    from forum.meetings.core.models import Decision
    from forum.organisation.models import Body


def words(decision: "Decision", body: "Body") -> str:
    """Return what became of the case, as it stands after "Decision ·". A body that recommends has adopted nothing,
    and one that agrees has not either."""
    if gives_view(decision):
        return pgettext("what a body gives the municipal council", "a view")
    authority = decision.authority if decision.goes_to else ""
    return said(decision.resolution, body, authority=authority, own_affairs=bool(decision.options.get("own_affairs")))


def said(resolution: str, body: "Body", *, authority: str = "", own_affairs: bool = False) -> str:
    """Return what ``resolution`` of ``body`` came to, in the words of what its yes is worth (R24, R34, R35);
    ``authority`` is to whom it recommended, ``own_affairs`` whether it concerned nobody but the body."""
    power = power_of(body.legal_basis)
    if resolution == Resolution.TO_COUNCIL and authority:
        return _("recommended to %(authority)s") % {"authority": authority}
    if resolution == Resolution.ADOPT and power == Power.AGREES:
        return _("agreed")
    if resolution == Resolution.ADOPT and power == Power.RECOMMENDS:
        return _("the body's own affairs") if own_affairs else _("supported")
    return str(Resolution(resolution).label)


def only_recommends(body: "Body") -> bool:
    """Say whether what ``body`` adopts is a recommendation: nothing can be delegated to it (R34)."""
    return power_of(body.legal_basis) == Power.RECOMMENDS


def unanimous(body: "Body") -> str:
    """Return what it is called that everybody in ``body`` was for."""
    return _("Supported unanimously") if only_recommends(body) else _("Adopted unanimously")


def gives_view(decision: "Decision") -> bool:
    """Say whether the words of a decision are a view to whoever decides the case elsewhere: the body has decided
    nothing, so there is nothing to review the legality of either (koml § 27-1)."""
    return decision.resolution == Resolution.ADOPT and is_view(decision.item.referral)


def rests_on(decision: "Decision") -> str:
    """Return the delegation a decision rests on as the minutes cite it; empty where it rests on none."""
    delegation = decision.delegation
    if delegation is None:
        return ""
    said = _("Decided by delegation: %(matter)s (%(decision)s).") % {
        "matter": delegation.matter.rstrip("."),
        "decision": judging.decision_of(delegation),
    }
    if decision.amount:
        said += " " + _("%(amount)s from %(source)s.") % {
            "amount": kroner(decision.amount),
            "source": delegation.source,
        }
    return said


def consent(decision: "Decision") -> str:
    """Return how many said yes to what a body agreed on, and how many have not answered, by part: silence is printed
    as silence (R24). Empty where nobody was asked."""
    yes = _counted(decision.options.get("agreed_by", ()))
    said = _("Said yes: %(who)s.") % {"who": yes} if yes else ""
    return f"{said} {silent(decision)}".strip()


def silent(decision: "Decision") -> str:
    """Return how many have not answered what a body agreed on, by part; empty where everybody has (R24)."""
    who = _counted(decision.options.get("silent", ()))
    return _("Has not answered: %(who)s.") % {"who": who} if who else ""


def _counted(parts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{part_word(part, count)} {count}" for part, count in parts)

"""Whether a body may decide a matter: a decision is judged by the delegations in force that day (R35-R37)."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from forum.cases.matters import Matter
from forum.delegations.enums import OF_EMPLOYER, Power, Scope, power_of
from forum.delegations.models import Delegation
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from trepart.templatetags.text_filters import kroner
from trepart.text.dates import date_text


def in_force(body: Body, on: date) -> list[Delegation]:
    """Return what ``body`` may decide on the day ``on``, in the order it was given; nothing where its legal basis gives
    it nothing to decide."""
    if power_of(body.legal_basis) != Power.DELEGATED:
        return []
    found = Delegation.objects.running(on).filter(body=body)
    if body.legal_basis == LegalBasis.KOML_5_11:
        found = found.filter(scope__in=sorted(OF_EMPLOYER))
    return list(found.order_by("valid_from", "pk"))


def why_not(delegation: Delegation, matter: Matter, *, gives: bool = True) -> str:
    """Return why ``delegation`` does not cover ``matter``; empty where it does. ``gives`` is False for a no, which
    gives no money."""
    if delegation.scope in OF_EMPLOYER and matter.employer is False:
        return _("It covers only matters between the municipality as employer and its employees (§ 5-11).")
    if delegation.scope == Scope.EMPLOYEE_GRANTS:
        if matter.from_employee is False:
            return _("It covers only what employees have proposed.")
        if not (matter.money or matter.amount):
            return _("It covers money, and the case asks for none.")
    if not gives or not (matter.money or matter.amount):
        return ""
    if delegation.limit is None:
        return _("It gives the body no money to use.")
    if matter.amount is None:
        return _("Write how many kroner the decision gives.")
    if matter.amount > delegation.limit:
        return _("%(sum)s is more than the %(limit)s it gives in each case.") % {
            "sum": kroner(matter.amount),
            "limit": kroner(delegation.limit),
        }
    return ""


def fitting(found: Iterable[Delegation], matter: Matter, *, gives: bool = True) -> list[Delegation]:
    """Return those of ``found`` that cover ``matter``."""
    return [one for one in found if not why_not(one, matter, gives=gives)]


def only_recommends(body: Body) -> str:
    """Return that ``body`` never decides, with the law; empty for a body that can be given something to decide."""
    if power_of(body.legal_basis) != Power.RECOMMENDS:
        return ""
    return _(
        "%(body)s is another arrangement and no elected body: it recommends, and whoever has the authority decides "
        "(Local Government Act §§ 5-3 and 5-11)."
    ) % {"body": body.name}


def none_fits(body: Body, found: list[Delegation], matter: Matter, on: date, *, gives: bool = True) -> str:
    """Return in words that nothing in force on the day ``on`` lets ``body`` decide ``matter``: the body recommends."""
    if never := only_recommends(body):
        return never
    if body.legal_basis == LegalBasis.KOML_5_11 and matter.employer is False:
        return _(
            "%(body)s decides only matters between the municipality as employer and its employees (Local Government "
            "Act § 5-11). Recommend it to whoever has the authority."
        ) % {"body": body.name}
    reasons = list(dict.fromkeys(why_not(one, matter, gives=gives) for one in found))
    if len(reasons) == 1:
        return _(
            "The delegation to %(body)s does not reach that far. %(why)s Recommend it to whoever has the authority "
            "(Local Government Act § 5-3)."
        ) % {"body": body.name, "why": reasons[0]}
    return _(
        "Nothing that %(body)s may decide on %(date)s covers this. Recommend it to whoever has the authority (Local "
        "Government Act § 5-3)."
    ) % {"body": body.name, "date": date_text(on, year=True)}


def name_of(delegation: Delegation) -> str:
    """Return what a delegation is called where one is chosen: the matter, the money, and the decision."""
    said = [delegation.matter]
    if delegation.limit is not None:
        said.append(_("up to %(limit)s from %(source)s") % {
            "limit": kroner(delegation.limit), "source": delegation.source,
        })  # fmt: skip
    said.append(decision_of(delegation))
    return ", ".join(said)


def decision_of(delegation: Delegation) -> str:
    """Return kommunestyret's decision as it is cited: "the municipal council's PS 88/25 of 17 December 2025"."""
    return _("the municipal council's %(reference)s of %(date)s") % {
        "reference": delegation.reference,
        "date": date_text(delegation.decided_on, year=True),
    }

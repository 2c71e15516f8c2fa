"""Asking for opinions, and deciding who is always heard."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import ReferralStatus
from forum.cases.models import Case, HearingRule, Opinion, Referral
from forum.organisation.models import Body
from forum.organisation.services.grants import acting as office_of
from trepart import audit, clock
from trepart.refusals import GuardRefused
from trepart.workflow import perform, reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User


def stay(case: Case) -> Referral:
    """Return where ``case`` is now. Raises ``GuardRefused`` where no body has it."""
    found = case.referrals.exclude(status=ReferralStatus.CLOSED).select_related("body").first()
    if found is None:
        raise GuardRefused(_("No body has the case on its table now."))
    return found


def blank(case: Case) -> Opinion:
    """Return an unsaved question from the body that has ``case`` now, for the form and the right to be judged by;
    raises as :func:`stay`."""
    referral = stay(case)
    return Opinion(case=case, referral=referral, asker=referral.body)


def ask(case: Case, *, data: Mapping[str, object], actor: "User") -> Opinion:
    """Ask for an opinion on ``case`` on behalf of the body that has it, and return the question; ``data``
    is raw, as from `AskForm`.

    Raises ``InvalidInput``, ``NotPermitted``, and ``GuardRefused`` for a case that nobody has, or that only
    those who treat it may read.
    """
    done: Opinion = perform(blank(case), "ask", actor=actor, data=data)
    return done


def usual(case: Case, to: Body) -> dict[str, str]:
    """Return what is asked in one press: the usual question, and the days the rule for ``to`` gives."""
    from forum.cases.forms.opinions import OPINION_DAYS  # the forms read the services
    from forum.cases.workflow.opinion import usual_question  # as above

    referral = stay(case)
    rule = HearingRule.objects.filter(asker=referral.body_id, asked=to).first()
    due = clock.today() + timedelta(days=rule.days if rule else OPINION_DAYS)
    return {"to": f"body-{to.pk}", "question": usual_question(referral), "due_on": due.isoformat()}


@transaction.atomic
def set_hearing_rule(rule: HearingRule, *, actor: "User | None") -> HearingRule:
    """Store whom a body hears; the caller has asked whether ``actor`` may (``forum.manage_organisation``).

    Raises ``ValidationError`` where somebody else has stored one for the same two, or taken this one
    away, since the page was made.
    """
    adding = rule.pk is None
    _hold(rule)
    others = HearingRule.objects.filter(asker=rule.asker_id, asked=rule.asked_id).exclude(pk=rule.pk or 0)
    if others.exists():
        raise ValidationError({"asker": _("There is a rule for that body already.")})
    if not adding and not HearingRule.objects.filter(pk=rule.pk).exists():
        raise ValidationError(
            _("Somebody has taken this rule away meanwhile. Store it as a new one if it is still wanted.")
        )
    if adding:
        rule.pk = reserve_pk(HearingRule)
    data = {"asker": rule.asker_id, "asked": rule.asked_id, "always": rule.always, "days": rule.days}
    with audit.recorded(
        "forum.hearing_rule_set", actor=actor, subject=rule, root=rule.asked, acting=office_of(actor), data=data
    ):
        rule.save(force_insert=adding)
    return rule


def _hold(rule: HearingRule) -> None:
    """Let two who decide by whom a body is heard meet at that body."""
    Body.objects.select_for_update(no_key=True).get(pk=rule.asked_id)


@transaction.atomic
def remove_hearing_rule(rule: HearingRule, *, actor: "User | None") -> None:
    """Take a rule away; what has been asked stays asked. Nothing is written where somebody else has done so already."""
    _hold(rule)
    if not HearingRule.objects.filter(pk=rule.pk).exists():
        return
    with audit.recorded(
        "forum.hearing_rule_removed", actor=actor, subject=rule, root=rule.asked, acting=office_of(actor)
    ):
        rule.delete()

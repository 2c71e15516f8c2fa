"""Who is told of commissions: event, recipients, template."""

from collections.abc import Iterable

from forum.cases.notifications import told
from trepart.access import policy
from trepart.access.models import User
from trepart.workflow import Step


def _those_who_carry(step: Step) -> Iterable[User]:
    return policy.people_who_can("forum.carry_commission", step.subject)


def _those_who_gave(step: Step) -> Iterable[User]:
    return policy.people_who_can("forum.give_commission", step.subject)


def _those_who_hear(step: Step) -> Iterable[User]:
    return policy.people_who_can("forum.hear_commission", step.subject)


def _both_ends(step: Step) -> Iterable[User]:
    return [*_those_who_gave(step), *_those_who_carry(step)]


COMMISSION_GIVEN = told("commissions/mail/commission_given", _those_who_carry)
COMMISSION_ACCEPTED = told("commissions/mail/commission_accepted", _those_who_gave, mail=False)
COMMISSION_PASSED_ON = told("commissions/mail/commission_passed_on", _those_who_gave)
COMMISSION_SENT_BACK = told("commissions/mail/commission_sent_back", _those_who_gave)
COMMISSION_REPORTED = told("commissions/mail/commission_reported", _those_who_hear)
COMMISSION_CONCLUDED = told("commissions/mail/commission_concluded", _both_ends)
COMMISSION_GOES_ON = told("commissions/mail/commission_goes_on", _both_ends)
COMMISSION_CALLED_BACK = told("commissions/mail/commission_called_back", _those_who_carry)

#: Told by `tasks.remind`.
COMMISSION_REMINDED = "forum.commission_reminded"

"""Who is told of a provisional conclusion: those who answer for a seat, and nobody else (R24)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from proposals.consent.models import Conclusion
from proposals.consent.rules import working_days_after
from proposals.consent.who_answers import answerers
from proposals.notifications import kept
from proposals.presenting.yes_words import named
from trepart import clock, municipality
from trepart.access.models import User
from trepart.notices.announcing import Announcement, tell

if TYPE_CHECKING:
    from trepart.audit.models import Event
    from trepart.workflow import Step, Words

_PATH = "proposals/consent/mail"


def words(conclusion: Conclusion, **more: object) -> dict[str, object]:
    """Return what the mails read."""
    own = municipality.current()
    case = conclusion.referral.case
    return {
        "conclusion": conclusion,
        "subject": conclusion,
        "label": label(conclusion),
        "body": conclusion.referral.body,
        "reference": case.reference,
        "title": case.title,
        "object_by_on": working_days_after(clock.today(), own.objection_days),
        "late_days": own.disagreement_days,
        "kept": kept(case.proposal),
        **more,
    }


def label(conclusion: Conclusion) -> "Words":
    """Return what is concluded, in the words of the step it leads to."""
    from proposals.workflow.table import PROPOSAL_WORKFLOW  # the table's guards read the conclusions

    return named(PROPOSAL_WORKFLOW[conclusion.step], conclusion).label


def _seats(step: "Step") -> Iterable[User]:
    return answerers(step.subject.referral.body_id)


def _others(step: "Step") -> Iterable[User]:
    return [person for person in _seats(step) if step.actor is None or person.pk != step.actor.pk]


def _all_but_the_last(step: "Step") -> Iterable[User]:
    """Return everybody who answers but whoever pressed what let it stand: that page says so."""
    return [person for person in _seats(step) if person != step.basis]


def _url(step: "Step") -> str:
    return str(step.subject.get_absolute_url())


def _words(step: "Step") -> Mapping[str, object]:
    return words(step.subject)


#: To everybody who answers for a seat: it takes one press, from the own sign-in.
ASKED = Announcement(
    name="proposals.consent_asked", recipients=_others, template=f"{_PATH}/consent_asked", url=_url, context=_words,
    at_once=True,
)  # fmt: skip
STANDS = Announcement(
    name="proposals.consent_stands",
    recipients=_all_but_the_last,
    template=f"{_PATH}/consent_stands",
    url=_url,
    context=_words,
)
DROPPED = Announcement(
    name="proposals.consent_dropped", recipients=_others, template=f"{_PATH}/consent_dropped", url=_url, context=_words
)
SENT_UP = Announcement(
    name="proposals.consent_sent_up", recipients=_others, template=f"{_PATH}/consent_sent_up", url=_url, context=_words
)


def tell_asked(conclusion: Conclusion, people: Iterable[User], event: "Event") -> None:
    """Ask those who got a seat after the others were asked."""
    tell(
        people, kind="proposals.consent_asked", template=f"{_PATH}/consent_asked", context=words(conclusion),
        url=conclusion.get_absolute_url(), event=event, at_once=True,
    )  # fmt: skip


def tell_objection(conclusion: Conclusion, *, by: User, text: str, event: "Event") -> None:
    """Tell the others that somebody does not agree, and why."""
    tell(
        [person for person in answerers(conclusion.referral.body_id) if person.pk != by.pk],
        kind="proposals.consent_objection", template=f"{_PATH}/consent_objection",
        context=words(conclusion, name=by.name, text=text), url=conclusion.get_absolute_url(), event=event,
    )  # fmt: skip


def tell_late(conclusion: Conclusion, event: "Event") -> None:
    """Tell everybody that a yes that must be there has not come, and that any one of them may send it up."""
    tell(
        answerers(conclusion.referral.body_id),
        kind="proposals.consent_late", template=f"{_PATH}/consent_late", context=words(conclusion),
        url=conclusion.get_absolute_url(), event=event,
    )  # fmt: skip

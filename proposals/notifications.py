"""Who is told what about a proposal, as a table: event -> recipients -> template. Exactly these people, nobody else.

The proposer is never named to others unless the name may be shown: what others are sent says where the proposal
comes from, not from whom.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from forum.delegations.enums import Authority
from forum.organisation import body_kinds
from forum.organisation.enums import SEATED, OfficeKind, Role
from forum.organisation.models import Appointment, Body, Membership
from proposals.enums import Origin, ProposalStatus
from proposals.models import Proposal
from proposals.paper_intake import letters
from proposals.presenting import promises, told_along
from proposals.presenting.display_names import sent_by
from proposals.presenting.yes_words import by_agreement, decided_elsewhere, standing
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.announcing import Announcement, tell

if TYPE_CHECKING:
    from datetime import date

    from trepart.workflow import Step


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a step came to that is told: the answer, the body the step was taken in, and who had
    the proposal before it."""

    body: Body | None
    answer: str = ""
    handlers: Sequence[User] = ()


def url(proposal: Proposal) -> str:
    """Return the page of ``proposal``."""
    return reverse("proposals:detail", args=[proposal.case_id])


def duplicates(proposal: Proposal) -> list[Proposal]:
    """Return what was merged into ``proposal``, and into those, as deep as it goes."""
    found: list[Proposal] = []
    layer = [proposal.pk]
    while layer:
        known = {p.pk for p in found} | {proposal.pk}
        merged = (
            Proposal.objects.filter(merged_into__in=layer)
            .exclude(pk__in=known)
            .select_related("case", "proposer", "paper")
        )
        found += (fresh := list(merged))
        layer = [p.pk for p in fresh]
    return found


def handlers(proposal: Proposal) -> Iterable[User]:
    """Return those who have the proposal on their table now: told when something new has come in to them."""
    return policy.people_who_can("proposals.handle", proposal) if proposal.referral else []


def proposers(proposal: Proposal) -> list[User]:
    """Return who is told as the proposer: whoever sent it in, and the leader of the village council it was raised for.
    Who sent it on paper gets a letter."""
    found = [proposal.proposer] if proposal.proposer is not None else []
    if proposal.on_behalf_of_id:
        leaders = Membership.objects.running().filter(body=proposal.on_behalf_of_id, role=Role.LEADER)
        found += [m.person for m in leaders.select_related("person") if m.person_id != proposal.proposer_id]
    return found


def _proposer(step: "Step") -> Iterable[User]:
    return proposers(step.subject)


def _handlers(step: "Step") -> Iterable[User]:
    return handlers(step.subject)


def _url(step: "Step") -> str:
    return url(step.subject)


def _words(step: "Step") -> Mapping[str, object]:
    reply = _reply(step)
    decider = decided_elsewhere(step.subject, step.transition.name)
    return context(step.subject, answer=reply.answer, body=reply.body, decider=decider)


def _reply(step: "Step") -> Reply:
    return step.result if isinstance(step.result, Reply) else Reply(body=None)


def context(proposal: Proposal, **more: object) -> dict[str, object]:
    """Return what the mail templates of the room read, with ``more`` on top."""
    referral = proposal.referral
    return {
        "proposal": proposal,
        "reference": proposal.case.reference,
        "referral": referral,
        "holder": referral.body if referral else None,
        "today": clock.today(),
        "sent_by": sent_by(proposal),
        "kept": kept(proposal),
        # Said as each mail is written, in the language of whoever reads it.
        "standing": partial(standing, proposal),
        "promise": partial(promises.of_answer, referral, own=True),
        "owed": partial(promises.of_answer, referral, own=False),
        **more,
    }


def _letter(announcement: Announcement, step: "Step") -> None:
    words = {"step": step, "subject": step.subject, **_words(step)}
    _write(step.subject, announcement.name, announcement.template, words, step.event)


def _write(proposal: Proposal, kind: str, template: str, words: Mapping[str, Any], event: "Event | None") -> None:
    """Write the letter, from the body that answers, to a proposer who has no account."""
    answers = words.get("body") or words.get("holder")
    letters.write(proposal, kind=kind, template=template, words=words, event=event, body=answers)


def _promised(step: "Step") -> Mapping[str, object]:
    # Said as each mail is written, in the language of whoever reads it.
    return {**_words(step), "promised": partial(promises.of_proposal, step.subject)}


def _receipt_letter(announcement: Announcement, step: "Step") -> None:
    words = {"step": step, "subject": step.subject, **_promised(step)}
    _write(step.subject, announcement.name, announcement.template, words, step.event)


def kept(*proposals: Proposal) -> str:
    """Return the number of the first of ``proposals`` that is exempt, so that mail says no more than that
    (R25); empty where none is."""
    return next((p.case.reference for p in proposals if p.case.access_basis), "")


def _to_proposer(name: str, template: str, *, mail: bool = True, at_once: bool = False) -> Announcement:
    return Announcement(
        name=f"proposals.{name}",
        recipients=_proposer,
        template=f"proposals/mail/{template}",
        url=_url,
        context=_words,
        mail=mail,
        at_once=at_once,
        # What is only on "my page" is not worth a stamp.
        otherwise=_letter if mail else None,
    )


RECEIPT = Announcement(
    name="proposals.receipt",
    recipients=_proposer,
    template="proposals/mail/receipt",
    url=_url,
    context=_promised,
    at_once=True,
    otherwise=_receipt_letter,
)
BEGUN = _to_proposer("begun", "begun", mail=False)
PASSED_ON = _to_proposer("passed_on", "moved")
BROUGHT_UP = _to_proposer("brought_up", "brought_up")
MOVED = _to_proposer("moved", "moved")
ANSWER = _to_proposer("answer", "answer")
TO_COUNCIL = _to_proposer("to_council", "to_council")
ASKED_AGAIN = _to_proposer("asked_again", "progress")
RESUMED = _to_proposer("resumed", "resumed")
MERGED = _to_proposer("merged", "merged")
WITHDRAWN_RECEIPT = _to_proposer("withdrawn_receipt", "withdrawn_receipt")

#: To the others of the part in whose name it is sent, who are as much its senders.
SENT_FOR_PART = Announcement(
    name="proposals.sent_for_part",
    recipients=lambda step: _others_of_the_part(step.subject),
    template="proposals/waiting/mail/sent_for_part",
    url=_url,
    context=_words,
)
#: To the body that has just received it.
IN_QUEUE = Announcement(
    name="proposals.in_queue",
    recipients=_handlers,
    template="proposals/waiting/mail/in_queue",
    url=_url,
    context=_words,
)
BACK_IN_QUEUE = Announcement(
    name="proposals.back_in_queue",
    recipients=_handlers,
    template="proposals/waiting/mail/back_in_queue",
    url=_url,
    context=_words,
)
#: To the leader above, each time an answer that was put off is put off again.
PUT_OFF_AGAIN = Announcement(
    name="proposals.put_off_again",
    recipients=lambda step: above_for(step.subject, _reply(step).body, step.event),
    template="proposals/waiting/mail/put_off_again",
    url=_url,
    context=lambda step: {**_words(step), "expected_on": waits_until(step.subject)},
)
#: To the chief executive, where it is the chief executive who has the authority.
RECOMMENDED_TO_YOU = Announcement(
    name="proposals.recommended_to_you",
    recipients=lambda step: _chief_executives(step.subject) if step.subject.awaits == Authority.CHIEF_EXECUTIVE else [],
    template="proposals/waiting/mail/recommended_to_you",
    url=_url,
    context=_words,
)
#: To those who had it, when the proposer has taken it back.
WITHDRAWN = Announcement(
    name="proposals.withdrawn",
    recipients=lambda step: _reply(step).handlers,
    template="proposals/mail/withdrawn",
    url=_url,
    context=_words,
)
#: To those who had it, when the body above has demanded it.
DEMANDED_FROM = Announcement(
    name="proposals.demanded_from",
    recipients=lambda step: _reply(step).handlers,
    template="proposals/waiting/mail/demanded_from",
    url=_url,
    context=_words,
)
#: To whoever is to carry it out.
RESPONSIBLE = Announcement(
    name="proposals.responsible",
    recipients=lambda step: [step.subject.responsible] if step.subject.responsible else [],
    template="proposals/measures/mail/responsible",
    url=_url,
    context=lambda step: {**_words(step), "agreed": by_agreement(step.subject)},
)


#: What lets a proposer wait longer for an answer.
_PUTS_OFF = (
    "proposals.considered",
    "proposals.preliminary_answer",
    "proposals.postponed",
    "proposals.council_asked_again",
    "proposals.to_council",
)


def above_for(proposal: Proposal, body: Body | None, event: "Event | None") -> list[User]:
    """Return who is told that an answer is put off again: the leader of the body above the one that has it, or the
    chief executive where none stands above within the portal; nobody the first time, and nobody who may not read it."""
    earlier = Event.objects.about(proposal.case).filter(action__in=_PUTS_OFF)
    if event is not None:
        earlier = earlier.exclude(pk=event.pk)
    if body is None or not earlier.exists():
        return []
    above = body.superior if body.superior_id else None
    if above is None or above.kind in body_kinds.OUTSIDE or not above.is_active:
        return _chief_executives(proposal)
    leaders = Membership.objects.running().filter(body=above, role=Role.LEADER)
    held = list(leaders.values_list("person", flat=True))
    return list(policy.people_who_can("proposals.view", proposal).filter(pk__in=held))


def _others_of_the_part(proposal: Proposal) -> list[User]:
    if proposal.origin != Origin.PART:
        return []
    seats = Membership.objects.running().filter(
        body__kind__in=body_kinds.PROPOSES_FOR_PART, part=proposal.part, role__in=SEATED
    )
    people = policy.people_who_can("proposals.view", proposal).filter(pk__in=seats.values("person"))
    return [person for person in people if person.pk != proposal.proposer_id]


def _chief_executives(proposal: Proposal) -> list[User]:
    chief = Appointment.objects.running().filter(office=OfficeKind.CHIEF_EXECUTIVE)
    held = list(chief.values_list("person", flat=True))
    return list(policy.people_who_can("proposals.view", proposal).filter(pk__in=held))


def waits_until(proposal: Proposal) -> "date | None":
    """Return the day an answer is put off to: when it comes back, or when whoever has the authority is asked."""
    if proposal.status == ProposalStatus.AWAITING_COUNCIL:
        return proposal.ask_council_on
    referral = proposal.referral
    return (referral.resumes_on or referral.due_on) if referral is not None else None


def tell_above(proposal: Proposal, event: "Event", *, body: Body, answer: str, day: "date | None") -> None:
    """Tell the leader above that an answer is put off again, outside the steps (:func:`above_for`)."""
    tell(
        above_for(proposal, body, event),
        kind="proposals.put_off_again",
        template="proposals/waiting/mail/put_off_again",
        context={**context(proposal, answer=answer, body=body, expected_on=day), "subject": proposal},
        url=url(proposal),
        event=event,
    )


def _closed_to(target: Proposal) -> dict[str, object]:
    """Return what stands in place of the answer and the state of ``target`` where that is closed (R25); they are
    said as each mail is written, in the language of whoever reads it."""
    if told_along.may_be_told(target):
        return {}
    return {"answer": partial(told_along.instead, target), "standing": gettext_lazy("not told"), "expected_on": None}


def tell_duplicates(step: "Step", reply: Reply) -> None:
    """Give the proposers of merged proposals the same answer, each about the own one."""
    for duplicate in duplicates(step.subject):
        kind, template = f"proposals.answer_duplicate.{duplicate.pk}", "proposals/mail/answer_duplicate"
        words = {
            "step": step,
            "subject": duplicate,
            **context(step.subject, answer=reply.answer, body=reply.body),
            "proposal": duplicate,
            "target": step.subject,
            "kept": kept(duplicate, step.subject),
            **_closed_to(step.subject),
        }
        tell(proposers(duplicate), kind=kind, template=template, context=words, url=url(duplicate), event=step.event)
        _write(duplicate, kind, template, words, step.event)


def tell_proposers(proposal: Proposal, *, kind: str, template: str, event: "Event", **words: object) -> None:
    """Tell the proposer, and those whose proposals were merged into this one, about something that is not a step."""
    for each in [proposal, *duplicates(proposal)]:
        name = f"proposals.{kind}" if each == proposal else f"proposals.{kind}.{each.pk}"
        closed = _closed_to(proposal) if each != proposal else {}
        said = {
            **context(proposal, **words),
            "subject": each,
            "proposal": each,
            "target": proposal,
            "kept": kept(each, proposal),
            **closed,
        }
        path = f"proposals/mail/{'answer_duplicate' if closed else template}"
        tell(proposers(each), kind=name, template=path, context=said, url=url(each), event=event)
        _write(each, name, path, said, event)


def tell_proposer(proposal: Proposal, *, kind: str, template: str, event: "Event", **words: object) -> None:
    """Tell the proposer alone about something that concerns nobody else, whatever was merged into it."""
    name, path = f"proposals.{kind}", f"proposals/mail/{template}"
    said = {**context(proposal, **words), "subject": proposal}
    people = [proposal.proposer] if proposal.proposer is not None else []
    tell(people, kind=name, template=path, context=said, url=url(proposal), event=event)
    _write(proposal, name, path, said, event)


def tell_handlers(
    proposal: Proposal, *, kind: str, template: str, event: "Event", permission: str, **words: object
) -> None:
    """Remind those who hold ``permission`` over the proposal of something that is due."""
    tell(
        policy.people_who_can(permission, proposal),
        kind=f"proposals.{kind}",
        template=f"proposals/mail/{template}",
        context={**context(proposal, **words), "subject": proposal},
        url=url(proposal),
        event=event,
    )

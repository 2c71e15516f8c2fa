"""The writes of consent: a conclusion is written, each seat says yes or no, and what has all it needs stands (R24)."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from forum.cases.models import Referral
from forum.organisation.models import StandIn
from proposals.consent import notifications
from proposals.consent.enums import ConclusionStatus
from proposals.consent.impartiality import queries as impartiality
from proposals.consent.models import Conclusion, Stance
from proposals.consent.queries import CONCLUDING, agrees_by_itself, conclusions, verdict
from proposals.consent.who_answers import seats, seats_of
from proposals.forms.fields import Decided
from proposals.models import Proposal
from proposals.workflow.other_writes import locked_proposal
from trepart import audit, clock
from trepart.access import policy
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.authorising import afresh, authorise
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, Refused, Unseen, WrongState
from trepart.workflow import Step, perform, reserve_pk, workflow_of

log = logging.getLogger(__name__)


def is_concluded_by_consent(proposal: Proposal, name: str) -> bool:
    """Say whether the step ``name`` on ``proposal`` is a conclusion that its body must consent to (R24)."""
    referral = proposal.referral
    return name in CONCLUDING and referral is not None and agrees_by_itself(referral.body)


def conclude(
    proposal: Proposal,
    name: str,
    *,
    actor: User,
    data: Mapping[str, object],
    files: Mapping[str, object] | None = None,
    environment: bool = False,
    seen: int | None = None,
    visible: str | None = None,
) -> Conclusion:
    """Write that the body that has ``proposal`` has concluded with the step ``name``, and return the provisional
    conclusion (R24).

    Everything that would stop the step stops it here already; nothing of it happens before the conclusion stands. Every
    seat is asked. Whoever writes it says yes by that for their own seat.

    Raises ``NotPermitted``, ``WrongState``, ``GuardRefused`` or ``InvalidInput``, as the step itself would.
    """
    conclusion = _conclude(
        proposal, name, actor=actor, data=data, files=files or {}, environment=environment, seen=seen, visible=visible
    )
    settle(conclusion, by=actor)
    return conclusion


@transaction.atomic
def _conclude(
    proposal: Proposal,
    name: str,
    *,
    actor: User,
    data: Mapping[str, object],
    files: Mapping[str, object],
    environment: bool,
    seen: int | None,
    visible: str | None,
) -> Conclusion:
    fresh, actor = locked_proposal(proposal), afresh(actor)
    if visible is not None and not policy.can(actor, visible, fresh):
        raise Unseen
    flow = workflow_of(Proposal)
    transition = flow[name]
    if fresh.status not in transition.sources or (seen is not None and seen != fresh.status_event_id):
        raise WrongState
    if transition.permission is None:
        raise NotPermitted
    authorise(actor, transition.permission, fresh)
    referral = fresh.referral
    if referral is None or not is_concluded_by_consent(fresh, name):
        raise GuardRefused(_("This is no conclusion that the body must agree to."))
    conclusion = Conclusion(
        referral=referral, step=name, environment=environment, concluded_by=actor, concluded_at=clock.now()
    )
    step: Step[Any] = Step(flow, transition, fresh, actor, clock.now(), data=None, basis=conclusion)
    if transition.guard and (why := transition.guard(step)):
        raise GuardRefused(why)
    form: Any = transition.form(data, files, subject=fresh, actor=actor) if transition.form else None
    if form is None or not form.is_valid():
        raise InvalidInput(form)
    step.data = form.read()
    if transition.check and (why := transition.check(step)):
        raise GuardRefused(why)
    conclusion.answer = step.data.answer
    conclusion.filled_in = _as_filled_in(form)
    conclusion.pk = reserve_pk(Conclusion)
    conclusion = perform(conclusion, "conclude", actor=actor)
    own = _answering(actor, referral)
    if own:
        _say(conclusion, own, agrees=True, text="", actor=actor)
    return conclusion


def take_position(conclusion: Conclusion, *, agrees: bool, text: str = "", actor: User) -> Conclusion:
    """Say yes or no for the seats ``actor`` holds or stands in for, and return the conclusion: it stands at once where
    nothing more is needed (R24).

    Raises ``NotPermitted`` for somebody without a seat, ``GuardRefused`` for a no without a reason, ``WrongState``
    where it no longer waits for answers, also because the days for objecting are over.
    """
    if settle(conclusion):
        # What had all it needed stands, although nobody has come by to see it before; it is too late to object.
        return conclusions().get(pk=conclusion.pk)
    _take_position(conclusion, agrees=agrees, text=text.strip(), actor=actor)
    settle(conclusion, by=actor)
    return conclusions().get(pk=conclusion.pk)


@transaction.atomic
def _take_position(conclusion: Conclusion, *, agrees: bool, text: str, actor: User) -> None:
    fresh = _locked(conclusion)
    actor = authorise(actor, "proposals.take_position", fresh).actor
    if fresh.status != ConclusionStatus.PROVISIONAL:
        raise WrongState(_("The conclusion no longer waits for answers. The page shows what became of it."))
    own = _answering(actor, fresh.referral)
    if not own:
        raise NotPermitted(_("Only those who have a seat in the group, or stand in for one, answer."))
    if impartiality.is_asked(fresh.referral.case.proposal, actor):
        raise GuardRefused(_("You have sent this in yourself: answer first whether you are partial in the case."))
    if not agrees and not text:
        raise GuardRefused(_("Write why you do not agree, so that the others can understand it."))
    own = {pk: stand_in for pk, stand_in in own.items() if stand_in is None or not _holder_has_answered(fresh, pk)}
    if not own:
        raise GuardRefused(_("Whoever you stand in for has answered themselves, and that answer stands."))
    event = _say(fresh, own, agrees=agrees, text=text, actor=actor)
    if not agrees:
        notifications.tell_objection(fresh, by=actor, text=text, event=event)


def _holder_has_answered(conclusion: Conclusion, seat: int) -> bool:
    own = conclusion.stances.filter(membership=seat, agrees__isnull=False, stand_in__isnull=True)
    return own.exists()


def _answering(actor: User, referral: Referral) -> dict[int, StandIn | None]:
    """Return the seats ``actor`` answers for in this stay: none where they are partial, and not that of a holder who
    is (fvl § 6)."""
    aside = impartiality.stepped_aside(referral)
    if actor.pk in aside:
        raise GuardRefused(impartiality.you_stepped_aside())
    found = seats_of(actor, referral.body_id)
    if not aside:
        return found
    gone = {seat.pk for seat in seats(referral.body_id) if seat.person_id in aside}
    return {pk: stand_in for pk, stand_in in found.items() if pk not in gone}


def settle(conclusion: Conclusion, *, by: User | None = None) -> bool:
    """Let the conclusion stand if it has all it needs, and say whether it does. ``by`` pressed last, sees it on the
    page and gets no mail of it. What cannot be carried out after all
    (whoever was to see to it has left) leaves the answers as they are; its page says why."""
    if not verdict(conclusion).stands:
        return False
    try:
        perform(conclusion, "stand", actor=None, basis=by)
    except Refused as refusal:
        log.info("Conclusion %s cannot be carried out: %s", conclusion.pk, refusal)
        return False
    return True


def what_stops(conclusion: Conclusion) -> str:
    """Return why a conclusion that has all it needs cannot be carried out as it is written; empty where nothing stops
    it."""
    flow = workflow_of(Proposal)
    transition, proposal = flow[conclusion.step], conclusion.referral.case.proposal
    step: Step[Any] = Step(flow, transition, proposal, None, clock.now(), data=None, basis=conclusion)
    if transition.guard and (why := transition.guard(step)):
        return str(why)
    form: Any = transition.form(Decided(conclusion.filled_in), {}, subject=proposal, actor=None)  # type: ignore[misc]
    if form.is_valid():
        return ""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def settle_due() -> int:
    """Ask those who have got a seat since, let stand what has all it needs, and tell where a yes has not come within
    the days. Return how many conclusions stand by it. May be run any number of times."""
    return sum(_settle_one(pk) for pk in Conclusion.objects.provisional().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _settle_one(pk: int) -> int:
    conclusion = _locked(Conclusion.objects.select_related("referral__case__proposal").get(pk=pk))
    if conclusion.status != ConclusionStatus.PROVISIONAL:
        return 0
    _ask_the_new(conclusion)
    if settle(conclusion):
        return 1
    found = verdict(conclusion)
    if found.disputed and not found.objections and not _told_late(conclusion):
        with _recorded("proposals.consent_late", conclusion, actor=None) as event:
            notifications.tell_late(conclusion, event)
    return 0


def _told_late(conclusion: Conclusion) -> bool:
    told = Event.objects.about(conclusion.referral.case).filter(action="proposals.consent_late")
    return told.filter(subject_id=conclusion.pk).exists()


def _ask_the_new(conclusion: Conclusion) -> None:
    known = set(conclusion.stances.values_list("membership", flat=True))
    new = [seat for seat in seats(conclusion.referral.body_id) if seat.pk not in known]
    if not new:
        return
    with _recorded("proposals.consent_asked", conclusion, actor=None) as event:
        for seat in new:
            Stance.objects.create(conclusion=conclusion, membership=seat, told_on=clock.today())
        notifications.tell_asked(conclusion, [seat.person for seat in new], event)


def _say(conclusion: Conclusion, own: Mapping[int, Any], *, agrees: bool, text: str, actor: User) -> Event:
    with _recorded(
        "proposals.position_taken", conclusion, actor=actor, agrees=agrees, text={"reason": text} if text else None
    ) as event:
        for pk, stand_in in own.items():
            stance = Stance.objects.filter(conclusion=conclusion, membership=pk).first()
            stance = stance or Stance(conclusion=conclusion, membership_id=pk, told_on=clock.today())
            stance.agrees, stance.text = agrees, text
            stance.said_by, stance.stand_in, stance.said_at = actor, stand_in, clock.now()
            stance.save()
    return event


def _recorded(
    action: str, conclusion: Conclusion, *, actor: User | None, text: Mapping[str, object] | None = None, **data: object
) -> Any:
    acting = authorise(actor, "proposals.take_position", conclusion).acting if actor is not None else None
    return audit.recorded(
        action,
        actor=actor,
        subject=conclusion,
        root=conclusion.referral.case,
        acting=acting,
        data={"body": conclusion.referral.body.name, **data},
        text=text,
    )


def _locked(conclusion: Conclusion) -> Conclusion:
    locked_proposal(conclusion.referral.case.proposal)
    found = Conclusion.objects.select_for_update(no_key=True, of=("self",))
    return found.select_related("referral__case__proposal", "referral__body", "concluded_by").get(pk=conclusion.pk)


def _as_filled_in(form: Any) -> dict[str, object]:
    """Return what was filled in, as the form reads it again on the day the conclusion stands."""
    raw = {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }
    kept = {name: value for name, value in raw.items() if value is not None and value is not False}
    found: dict[str, object] = json.loads(json.dumps(kept, cls=DjangoJSONEncoder))
    return found

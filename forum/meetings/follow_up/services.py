"""Carrying out decisions: who sees to it and by when, and the list on the next agenda (koml § 13-1, R16)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from forum.cases.case_owners import owner_of
from forum.cases.enums import Resolution
from forum.delegations.enums import Authority, AuthorityAnswer
from forum.meetings import notifications
from forum.meetings.agenda.services import add_item
from forum.meetings.core import outcome_words
from forum.meetings.core.closed.stepped_aside import how_left
from forum.meetings.core.locking import Hold, lock
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.enums import ItemKind, RecusalKind
from forum.meetings.follow_up import queries
from forum.meetings.follow_up.models import FollowUp, FollowUpNote
from forum.meetings.follow_up.sources import Measure
from forum.organisation.enums import OfficeKind
from forum.organisation.models import Appointment
from forum.organisation.responsibilities import Task
from trepart import audit, clock, languages
from trepart.access import policy
from trepart.access.models import User
from trepart.authorising import authorise
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, WrongState
from trepart.text.dates import date_text
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.audit.models import Event

RIGHT = "forum.follow_up"


def begin(held: Hold, item: AgendaItem) -> None:
    """Begin to follow up the decision in ``item`` when it is carried out: where it names somebody, has adopted
    something, or waits for the answer of whoever has the authority; those responsible are told.

    Called under the event that settles the item. What an owner of cases (proposals) follows up itself
    is not followed up twice.
    """
    decision = item.decided
    if decision is None:
        return
    there = FollowUp.objects.filter(decision=decision).first()
    if there is not None:
        if there.lapsed:
            with held.about("forum.follow_up_begun", item, data={"responsible": there.responsible_id}):
                there.lapsed, there.done_on = False, None
                there.save()
                if decision.responsible is None:  # what turning it down took off the decision stands there again
                    decision.responsible, decision.due_on = there.responsible, there.due_on
                    decision.save()
        return
    if decision.responsible is None and decision.resolution not in (Resolution.ADOPT, Resolution.TO_COUNCIL):
        return
    if item.approves_id is not None:
        return
    made = FollowUp(
        pk=reserve_pk(FollowUp), decision=decision, responsible=decision.responsible, due_on=decision.due_on
    )
    with held.about(
        "forum.follow_up_begun", item, data={"responsible": decision.responsible_id, "due_on": decision.due_on}
    ) as event:
        made.save(force_insert=True)
        if made.responsible is not None:
            _tell([made.responsible], made, item, notifications.FOLLOW_UP_GIVEN, "follow_up_given", event)  # fmt: skip
        if made.awaits_answer and decision.goes_to == Authority.CHIEF_EXECUTIVE:
            chief = (
                Appointment.objects.running().filter(office=OfficeKind.CHIEF_EXECUTIVE).values_list("person", flat=True)
            )
            people = policy.people_who_can("forum.view_meeting", item.meeting).filter(pk__in=list(chief))
            kind, template = notifications.FOLLOW_UP_RECOMMENDED, "follow_up_recommended"
            _tell(people, made, item, kind, template, event, url=item.meeting.get_absolute_url())


def lapse(held: Hold, item: AgendaItem, *, reason: str) -> None:
    """Let what followed from the decision in ``item`` lapse, where it was corrected after the meeting and nobody has
    carried it out: it is over, and is not told as done."""
    locked = FollowUp.objects.select_for_update(no_key=True, of=("self",))
    going = locked.filter(decision__item=item, done_on__isnull=True).first()
    if going is None:
        return
    with languages.municipal():
        words = _("The decision was corrected after the meeting, and is not to be carried out. %(reason)s")
        text = words % {"reason": reason.strip()}
    note = FollowUpNote(
        pk=reserve_pk(FollowUpNote), follow_up=going, text=text, done=False, written_by=held.actor, at=clock.now()
    )
    with held.about("forum.follow_up_lapsed", item, text={"note": text}):
        note.save(force_insert=True)
        going.lapsed, going.done_on = True, clock.today()
        going.save()


def tell_corrected(held: Hold, item: AgendaItem, event: "Event", *, over: bool = False) -> None:
    """Tell whoever carries out or goes on with what was decided in ``item`` that it has been corrected since it was
    out, under the ``event`` of the correction; the one who corrected it knows. ``over`` is that nothing is to be
    carried out any more."""
    one = FollowUp.objects.filter(decision__item=item).select_related("responsible").first()
    decision = item.decided
    people = {one.responsible} if one is not None and one.responsible is not None else set()
    url = one.get_absolute_url() if one is not None else item.meeting.get_absolute_url()
    owner = owner_of(item.referral)
    if owner is not None and item.referral is not None:
        people |= set(owner.goes_on_with(item.referral))
        url = owner.url(item.referral)
    tell(
        sorted(people - {held.actor}, key=lambda person: person.pk),
        kind=notifications.DECISION_CORRECTED,
        template="meetings/follow_up/mail/decision_corrected",
        context={
            "item": item,
            "decision": decision,
            "outcome": outcome_words.words(decision, item.meeting.body) if decision is not None else "",
            "kept": item.label if item.is_withheld else "",
            "over": over,
        },
        url=url,
        event=event,
    )


def stepped_aside(one: FollowUp, person: User) -> frozenset[RecusalKind]:
    """Return how ``person``, who is to see to the decision and has not seen to it so far, stepped aside in its case:
    the law bars nobody from carrying out what others decided (fvl § 6), but it is asked about once (R12)."""
    return how_left(person, one.decision.item) if one.responsible_id != person.pk else frozenset()


def assign(one: FollowUp, *, responsible: User, due_on: date, actor: User, although_aside: bool = False) -> FollowUp:
    """Say who sees to the decision and by when; whoever is new is told. Raises ``GuardRefused`` for a day gone by, and
    for somebody who has stepped aside in the case, where nobody has said that it shall be them ``although_aside``;
    ``WrongState`` where it is done."""
    with transaction.atomic():
        fresh, acting = _locked(one, actor, right="forum.assign_follow_up")
        if fresh.done_on is not None:
            raise WrongState(_("It is done already."))
        if due_on < clock.today() and due_on != fresh.due_on:
            raise GuardRefused(_("The date has passed already."))
        if stepped_aside(fresh, responsible) and not although_aside:
            raise GuardRefused(
                _("%(name)s has stepped aside in the case. Choose somebody else, or say that it shall be them.")
                % {"name": responsible.name}
            )
        before = fresh.responsible
        if (before, fresh.due_on) == (responsible, due_on):
            return fresh
        fresh.responsible, fresh.due_on = responsible, due_on
        data = {"name": responsible.name, "due_on": due_on}
        with _about(fresh, "forum.follow_up_assigned", actor, acting, data=data) as event:
            fresh.save()
            if before != responsible:
                _tell(
                    [responsible], fresh, fresh.decision.item, notifications.FOLLOW_UP_GIVEN, "follow_up_given", event
                )
    return fresh


def report(one: FollowUp, *, text: str, done: bool, actor: User) -> FollowUpNote:
    """Tell how it goes, or that it is done; those who keep the body's list are told when it is. Raises ``GuardRefused``
    without words, ``WrongState`` where it is done."""
    with transaction.atomic():
        fresh, acting = _locked(one, actor, right=RIGHT)
        if fresh.done_on is not None:
            raise WrongState(_("It is done already."))
        if not text.strip():
            raise GuardRefused(_("Write how it goes."))
        note = FollowUpNote(
            pk=reserve_pk(FollowUpNote), follow_up=fresh, text=text.strip(), done=done, written_by=actor, at=clock.now()
        )
        action = "forum.follow_up_done" if done else "forum.follow_up_noted"
        with _about(fresh, action, actor, acting, text={"note": note.text}) as event:
            note.save(force_insert=True)
            if done:
                fresh.done_on = clock.today()
                fresh.save()
                keepers = policy.people_who_can("forum.assign_follow_up", fresh).exclude(pk=actor.pk)
                _tell(
                    keepers,
                    fresh,
                    fresh.decision.item,
                    notifications.FOLLOW_UP_DONE,
                    "follow_up_done",
                    event,
                    mail=False,
                )
    return note


def record_answer(
    one: FollowUp, *, text: str, answered: AuthorityAnswer | str, answered_on: date, actor: User
) -> FollowUpNote:
    """Write down what was answered to a recommendation by whoever has the authority, word for word; it is followed up
    no longer. Raises ``GuardRefused`` without words or for a day to come, ``WrongState`` where no answer is waited for,
    ``NotPermitted``."""
    with transaction.atomic():
        fresh, acting = _locked(one, actor, right="forum.assign_follow_up")
        if not fresh.awaits_answer:
            raise WrongState(_("No answer is waited for here."))
        if not text.strip():
            raise GuardRefused(_("Write what was decided, word for word."))
        if not day_of(fresh.decision.item.meeting) <= answered_on <= clock.today():
            raise GuardRefused(_("It was decided after it was recommended, and not later than today."))
        note = FollowUpNote(
            pk=reserve_pk(FollowUpNote), follow_up=fresh, text=text.strip(), done=True, written_by=actor, at=clock.now()
        )
        data = {
            "authority": fresh.decision.goes_to_name or fresh.decision.goes_to,
            "answered": AuthorityAnswer(answered),
            "answered_on": answered_on,
        }
        with _about(
            fresh, "forum.recommendation_answered", actor, acting, data=data, text={"note": note.text}
        ) as event:
            note.save(force_insert=True)
            fresh.answered, fresh.answered_on, fresh.done_on = AuthorityAnswer(answered), answered_on, clock.today()
            fresh.save()
            _tell_members(fresh, event, but=actor)
    return note


def _tell_members(one: FollowUp, event: "Event", *, but: User) -> None:
    """Tell those who sit in the body what became of its recommendation."""
    members = policy.people_who_can("forum.view_follow_up", one).exclude(pk=but.pk)
    _tell(members, one, one.decision.item, notifications.FOLLOW_UP_ANSWERED, "follow_up_answered", event, mail=False)


@transaction.atomic
def put_on_agenda(meeting: Meeting, *, actor: User) -> AgendaItem:
    """Put the body's list of follow-up on the agenda of ``meeting``, for information, as it stands today.

    What is kept from some stands there by its number only. Raises ``GuardRefused`` where there is nothing to follow up,
    ``WrongState`` where it stands there.
    """
    lock(meeting)  # sent twice at once, the second waits here and finds what the first has put on
    with languages.municipal():
        title = _("Follow-up of decisions")
        board = queries.board(meeting.body, actor)
        if board.empty:
            raise GuardRefused(_("There is nothing to follow up."))
        if meeting.items.filter(kind=ItemKind.RS, title=title, withdrawn_at__isnull=True).exists():
            raise WrongState(_("The follow-up stands on that agenda already."))
        said = [
            _("The follow-up is taken note of. It stood like this on %(date)s:")
            % {"date": date_text(clock.today(), year=True)}
        ]
        for heading, measures in (
            (_("Overdue"), board.overdue),
            (_("Due soon"), board.soon),
            (_("Under way"), board.open),
            (_("Nobody is responsible, or there is no date"), board.unassigned),
            (_("Done since the last meeting"), board.done),
            (_("No longer to be carried out, since the decision was corrected"), board.lapsed),
        ):
            if measures:
                said.append("\n".join([f"{heading}:", *(f"– {_sentence(measure)}" for measure in measures)]))
        return add_item(meeting, title=title, kind=ItemKind.RS, recommendation="\n\n".join(said), actor=actor)


def _sentence(measure: Measure) -> str:
    kept = measure.public or measure.title
    said = [f"{measure.label} {kept}".strip()]
    if measure.responsible:
        said.append(measure.responsible)
    day = measure.done_on or measure.due_on
    if day is not None and not measure.lapsed:
        words = _("the answer is asked for %(date)s") if measure.awaits else _("by %(date)s")
        said.append((_("done %(date)s") if measure.done_on else words) % {"date": date_text(day, year=True)})
    return ", ".join(said)


def remind(one: FollowUp, event: "Event") -> None:
    """Remind whoever is responsible, or those who keep the body's list to ask what came of its recommendation, under
    ``event``."""
    if one.awaits_answer:
        keepers = policy.people_who_can("forum.assign_follow_up", one)
        _tell(keepers, one, one.decision.item, notifications.FOLLOW_UP_ASK, "follow_up_ask", event)
    elif one.responsible is not None:
        _tell([one.responsible], one, one.decision.item, notifications.FOLLOW_UP_REMINDED, "follow_up_reminded", event)


def _locked(one: FollowUp, actor: User, *, right: str) -> tuple[FollowUp, audit.Acting | None]:
    """Fetch the follow-up anew under its lock, and ask for the right afresh."""
    fresh = (
        FollowUp.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "responsible", "decision__item__meeting__body", "decision__item__case", "decision__item__referral__case"
        )
        .get(pk=one.pk)
    )
    return fresh, authorise(actor, right, fresh).acting


def _about(
    one: FollowUp,
    action: str,
    actor: User | None,
    acting: audit.Acting | None,
    *,
    data: Mapping[str, object] | None = None,
    text: Mapping[str, object] | None = None,
) -> AbstractContextManager["Event"]:
    item = one.decision.item
    return audit.recorded(
        action,
        actor=actor,
        subject=item,
        root=item.meeting,
        acting=acting,
        data={"label": item.label, "closed": item.is_withheld_by_doors, **(data or {})},
        text=text,
    )


def _tell(
    people: Iterable[User],
    one: FollowUp,
    item: AgendaItem,
    kind: str,
    template: str,
    event: "Event",
    *,
    mail: bool = True,
    url: str = "",
) -> None:
    tell(
        people,
        kind=kind,
        template=f"meetings/follow_up/mail/{template}",
        # Of what is kept a mail says the number and no more (R8, R25).
        context={"follow_up": one, "item": item, "kept": item.label if item.is_withheld else ""},
        url=url or one.get_absolute_url(),
        event=event,
        mail=mail,
    )


class DecisionsToCarryOut:
    """Decisions that people are to carry out by name, as a source of `forum.organisation.responsibilities`."""

    def open(self, people: Collection[int] | None = None) -> Sequence[Task]:
        """Return what is not done and hangs on ``people`` (ids; everybody where None); one query."""
        found = FollowUp.objects.filter(done_on__isnull=True, responsible__isnull=False)
        if people is not None:
            found = found.filter(responsible__in=people)
        return [
            Task(
                pk=one.pk,
                # Only the number: the words may be behind closed doors.
                words=_("Decision %(label)s") % {"label": one.decision.item.label},
                url=one.get_absolute_url(),
                person_id=one.responsible_id or 0,
                body_id=one.decision.item.meeting.body_id,
            )
            for one in found.select_related("decision__item__meeting").order_by("due_on", "pk")
        ]

    def hand_over(self, task: Task, to: User, *, actor: User | None) -> None:
        """Make ``to`` responsible, and tell them; nothing happens where it has been done or moved since."""
        one = (
            FollowUp.objects.select_for_update(no_key=True, of=("self",))
            .select_related("decision__item__meeting__body", "decision__item__case", "decision__item__referral__case")
            .get(pk=task.pk)
        )
        if one.done_on is not None or one.responsible_id != task.person_id:
            return
        one.responsible = to
        with _about(
            one, "forum.follow_up_assigned", actor, None, data={"name": to.name, "due_on": one.due_on}
        ) as event:
            one.save()
            _tell([to], one, one.decision.item, notifications.FOLLOW_UP_GIVEN, "follow_up_given", event)

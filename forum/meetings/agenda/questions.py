"""Questions from members to the leader, ahead of a meeting, and their answers (koml § 11-2)."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.meetings.agenda.models import Question
from forum.meetings.agenda.services import PLAN, add_item
from forum.meetings.core.locking import BEFORE_THE_END, hold
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.enums import ItemKind, MeetingStatus
from forum.meetings.notifications import QUESTION_ASKED
from forum.organisation.enums import SEATED
from forum.organisation.models import Membership
from trepart import audit, clock
from trepart.access import policy
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.text.normal import LONGEST_TITLE
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User

BEFORE = (MeetingStatus.PLANNED, MeetingStatus.CALLED)


def seat_of(person: "User", meeting: Meeting) -> Membership | None:
    """Return the seat ``person`` has in the body on the day of the meeting: who may ask, and report absence
    and possible partiality."""
    running = Membership.objects.running(day_of(meeting)).filter(body=meeting.body_id, person=person, role__in=SEATED)
    return running.select_related("person", "body").order_by("pk").first()


@transaction.atomic
def ask(meeting: Meeting, *, title: str, text: str, actor: "User") -> Question:
    """Ask the leader a question to be answered at ``meeting``, and return it. The secretary and the chair are told.

    Raises ``NotPermitted`` for somebody without a seat in the body that day, ``WrongState`` once the meeting has begun.
    """
    meeting = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=meeting.pk)
    seat = seat_of(actor, meeting)
    if seat is None or not actor.is_active:
        raise NotPermitted(_("Members of the body ask questions (Local Government Act § 11-2)."))
    if meeting.status not in BEFORE:
        raise WrongState(_("The meeting has begun, or will not be held. Ask at the next one."))
    question = Question(pk=reserve_pk(Question), meeting=meeting, asked_by=seat, title=title.strip(), text=text.strip())
    with audit.recorded(
        "forum.question_asked", actor=actor, subject=question, root=meeting, data={"name": actor.name},
        text={"question": question.text},
    ) as event:  # fmt: skip
        question.save(force_insert=True)
        tell(
            policy.people_who_can(PLAN, meeting).exclude(pk=actor.pk),
            kind=QUESTION_ASKED,
            template="meetings/agenda/mail/question_asked",
            context={"question": question, "meeting": meeting, "name": actor.name},
            url=question.get_absolute_url(),
            event=event,
        )
    return question


@transaction.atomic
def put_on(question: Question, *, closed_basis: str = "", public_title: str = "", actor: "User") -> AgendaItem:
    """Put a question on the agenda of its meeting as FO, and return the item. Raises as `add_item`; ``WrongState``
    where it stands there already."""
    locked = (
        Question.objects.select_for_update(no_key=True, of=("self",))
        .select_related("meeting", "asked_by__person")
        .get(pk=question.pk)
    )
    if locked.item is not None and locked.item.withdrawn_at is None:
        raise WrongState(_("The question stands on the agenda already."))
    title = _("Question from %(name)s: %(title)s") % {"name": locked.asked_by.person.name, "title": locked.title}
    if len(title) > LONGEST_TITLE:  # a title is never cut; who asks stands beside it
        title = locked.title
    with audit.recorded(
        "forum.question_put_on",
        actor=actor,
        subject=locked,
        root=locked.meeting,
        data={"name": locked.asked_by.person.name},
    ):
        locked.item = add_item(
            locked.meeting, kind=ItemKind.FO, title=title, actor=actor,
            wanted_by=locked.asked_by.person.name, why_late=locked.text,
            closed_basis=closed_basis, public_title=public_title,
        )  # fmt: skip
        locked.save()
    return locked.item


def answer(question: Question, *, text: str, actor: "User", seen: str = "") -> Question:
    """Write down the leader's answer, before or at the meeting; it stands in the item as its
    treatment, and so in the minutes.

    Raises ``GuardRefused`` without words, ``WrongState`` once the meeting has ended or another has answered meanwhile
    (``seen`` is the answer that was on the screen), ``NotPermitted``.
    """
    with hold(question.meeting, actor=actor, permission=PLAN, at=BEFORE_THE_END) as held:
        fresh = (
            Question.objects.select_for_update(no_key=True, of=("self",))
            .select_related("item", "asked_by__person")
            .get(pk=question.pk)
        )
        if not text.strip():
            raise GuardRefused(_("Write the answer."))
        if fresh.answer.strip() != seen.strip():
            raise WrongState(_("Somebody has written an answer since you opened the page. Look at it first."))
        before = f"{fresh.text}\n\n{fresh.answer}".strip()
        fresh.answer, fresh.answered_at = text.strip(), clock.now()
        with audit.recorded(
            "forum.question_answered", actor=held.actor, subject=fresh, root=held.meeting, acting=held.acting,
            data={"name": fresh.asked_by.person.name}, text={"answer": fresh.answer},
        ):  # fmt: skip
            fresh.save()
            if fresh.item is not None:
                fresh.item.discussion = _said(fresh, before=before)
                fresh.item.save()
    return fresh


def _said(question: Question, *, before: str) -> str:
    """Return the treatment of the question's item with the answer in it: in the place of the one that stood there, else
    first; what else was written stays."""
    now = f"{question.text}\n\n{question.answer}"
    there = question.item.discussion if question.item is not None else ""
    if before in there:
        return there.replace(before, now, 1)
    return f"{now}\n\n{there}".strip()

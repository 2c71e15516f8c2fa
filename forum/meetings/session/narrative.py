"""What happened in a meeting beside the votes, in the words of the minutes (R4, R5, R7, R8, R12-R14).

Plain text only, as all of the structure in `forum.meetings.minutes.structure`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.cases.enums import Resolution
from forum.meetings.attendance import in_one_case
from forum.meetings.core.models import AgendaItem, Decision, Meeting, Recusal
from forum.meetings.enums import Capacity, MeetingKind, MovementKind, PollKind, RecusalKind, Settled
from forum.meetings.session.elections.models import Election, Round
from forum.meetings.session.elections.rules import outcome
from forum.meetings.session.models import DoorPeriod, Movement
from forum.organisation.models import Membership
from forum.organisation.queries import told_apart
from trepart.text.administration_act import Matter, cite
from trepart.text.dates import date_text, time_text


@dataclass(frozen=True)
class AdditionBlock:
    """A statement put into the minutes at somebody's request."""

    name: str
    text: str


@dataclass(frozen=True)
class ElectionBlock:
    """One place filled: what, the rounds in words, and who was elected."""

    place: str
    rounds: tuple[str, ...]
    result: str


def movements_of(meeting: Meeting) -> list[Movement]:
    """Return the comings and goings of ``meeting`` in order, with the people and the items."""
    people = ("membership__person", "membership__party", "stands_for__person", "because", "item")
    return list(Movement.objects.in_order().filter(meeting=meeting).select_related(*people))


def discussion(item: AgendaItem) -> str:
    """Return what the minutes say of the treatment. A question to the leader stands there with who asked it, also where
    nobody answered (koml § 11-2)."""
    question = getattr(item, "question", None)
    if question is None or question.answer:  # the answer was written there together with the question
        return item.discussion
    asked = _("Question from %(name)s:") % {"name": question.asked_by.person.name} + f"\n{question.text}"
    if item.discussion.strip():
        return item.discussion if question.text in item.discussion else f"{asked}\n\n{item.discussion}"
    return f"{asked}\n\n" + _("The question was not answered at the meeting.")


def clock_time(moment: object) -> str:
    """Return a time of day in the municipality's time zone."""
    return time_text(timezone.localtime(moment))  # type: ignore[arg-type]  # a moment as stored


def notes_on(membership: Membership, movements: Iterable[Movement]) -> list[str]:
    """Return what the list of who met says of somebody's coming and going: "left before PS 4/26 (11.10)", or "left
    during" it where votes had been held there."""
    said = []
    own = [movement for movement in movements if movement.membership_id == membership.pk]
    several = len(seats_taken(own)) > 1
    for movement in own:
        words = {"item": movement.item.label, "time": clock_time(movement.at)}
        during = movement.after_a_vote
        if movement.kind == MovementKind.LEFT and movement.only:
            said.append(in_one_case.out(movement))
        elif movement.kind == MovementKind.LEFT:
            left = _("left during %(item)s (%(time)s)") if during else _("left before %(item)s (%(time)s)")
            said.append(left % words)
        elif movement.only and movement.stands_for_id is not None:
            where = (_("only in %(item)s from %(time)s") if during else _("only in %(item)s")) % words
            said.append(f"{where} {_for(movement.stands_for)}" if several else where)
        else:
            came = _("came during %(item)s (%(time)s)") if during else _("came before %(item)s (%(time)s)")
            said.append(f"{came % words} {_for(movement.stands_for)}" if several else came % words)
    return said


def _for(seat: Membership | None) -> str:
    return _("for %(name)s") % {"name": seat.person.name} if seat is not None else ""


def seats_taken(movements: Iterable[Movement]) -> set[int]:
    """Return the seats (ids) of others that were taken in ``movements``, all of one person's."""
    return {one.stands_for_id for one in movements if one.kind == MovementKind.CAME and one.stands_for_id is not None}


def newcomers(known: Iterable[int], movements: Iterable[Movement]) -> list[Movement]:
    """Return the first coming of each who was not on the list when the meeting began: deputies who
    took a seat during it."""
    there = set(known)
    found = []
    for movement in movements:
        if movement.kind == MovementKind.CAME and movement.membership_id not in there:
            there.add(movement.membership_id)
            found.append(movement)
    return found


def coming_and_going(movements: Sequence[Movement]) -> tuple[str, ...]:
    """Return in sentences who left, who came and who sat in for whom, as ``movements`` say in order."""
    followed: dict[int, list[Movement]] = {}
    for movement in movements:
        if movement.because_id:
            followed.setdefault(movement.because_id, []).append(movement)
    said = []
    people = (one for movement in movements for one in (movement.membership, movement.stands_for) if one is not None)
    names = told_apart.members(people)
    for movement in movements:
        if movement.because_id:
            continue
        say = _left if movement.kind == MovementKind.LEFT else _came
        said.append(say(movement, followed.get(movement.pk, []), names))
    return tuple(said)


def _left(movement: Movement, deputies: Sequence[Movement], names: Mapping[int, str]) -> str:
    words = {"name": names[movement.membership_id], "time": clock_time(movement.at)}
    if movement.only and movement.after_a_vote:
        said = _("%(name)s left at %(time)s, and did not take part in the rest of this case.") % words
    elif movement.only:
        said = _("%(name)s did not take part in this case.") % words
    else:
        said = _("%(name)s left at %(time)s.") % words
    for deputy in deputies:
        said += " " + _("%(deputy)s took the seat.") % {"deputy": names[deputy.membership_id]}
    return said


def _came(movement: Movement, deputies: Sequence[Movement], names: Mapping[int, str]) -> str:
    words = {"name": names[movement.membership_id], "time": clock_time(movement.at)}
    if movement.stands_for is not None:
        return _("%(name)s came at %(time)s and met for %(member)s.") % {
            **words,
            "member": names[movement.stands_for.pk],
        }
    said = _("%(name)s came at %(time)s.") % words
    for deputy in deputies:
        said += " " + _("%(deputy)s stepped down.") % {"deputy": names[deputy.membership_id]}
    return said


def how(settled: str) -> str:
    """Return how the body came to something about its own procedure."""
    if settled == Settled.LAW:
        return _("The law leaves no choice.")
    return "" if settled == Settled.VOTE else _("The body was asked, and nobody objected.")


def doors(period: DoorPeriod) -> str:
    """Return what the minutes say of one time the doors were closed: that the body closed them, when, on what basis and
    how it came to it, and when they were opened again (koml § 11-5, R8)."""
    said = _("The body closed the doors at %(time)s under %(basis)s.") % {
        "time": clock_time(period.closed_at),
        "basis": period.basis,
    }
    if period.settled == Settled.LAW:
        said += " " + _("The provision requires it of the body, and no vote was held.")
    elif period.settled != Settled.VOTE:
        said += " " + how(period.settled)
    if period.debate_closed:
        said += " " + _("The debate on closing was itself held behind closed doors; the decision was made in the open.")
    if period.opened_at is not None:
        said += " " + _("The doors were opened again at %(time)s.") % {"time": clock_time(period.opened_at)}
    return said


def recusal(one: Recusal) -> str:
    """Return what the minutes say of somebody who did not take part, how it was decided, and the
    deputy for the item (R12)."""
    words = (
        _("%(name)s was disqualified (%(basis)s) and did not take part.")
        if one.kind == RecusalKind.PARTIALITY
        else _("%(name)s was exempted (%(basis)s) and did not take part.")
    )
    said = words % {"name": one.membership.person.name, "basis": one.basis}
    if one.settled != Settled.VOTE:
        said += " " + how(one.settled)
    if one.deputy is not None:
        aside = any(other.membership_id == one.deputy_id for other in one.item.recusals.all())
        words = _("%(name)s was called as deputy in this case.") if aside else _("%(name)s met as deputy in this case.")
        said += " " + words % {"name": told_apart.beside(one.deputy, one.membership)}
    return said


def settled(decision: Decision) -> str:
    """Return how the body came to postpone a case, where it did not vote on it; empty otherwise."""
    agreed = decision.options.get("settled") == Settled.AGREED and decision.ballot_id is None
    return how(Settled.AGREED) if agreed and decision.resolution == Resolution.POSTPONE else ""


def out_of_the_room(item: AgendaItem) -> str:
    """Return who leaves the room while the doors are closed for an item, and by which paragraphs; empty where nobody
    has stepped aside, or the doors are open."""
    left = {one.kind for one in item.recusals.all()}
    if not left or not any(period.opened_at is None for period in item.door_periods.all()):
        return ""
    act = cite(Matter.PARTIAL, item.meeting.starts_at)
    if RecusalKind.EXEMPTION not in left:
        return _("Whoever has stepped aside is not in the room while the doors are closed for this case (%(act)s).") % {
            "act": act
        }
    if left == {RecusalKind.EXEMPTION}:
        return _(
            "Whoever is exempted is not in the room while the doors are closed for this case (Local Government Act § "
            "11-11)."
        )
    return _(
        "Whoever has stepped aside or is exempted is not in the room while the doors are closed for this case "
        "(%(act)s, Local Government Act § 11-11)."
    ) % {"act": act}


def objections(item: AgendaItem) -> str:
    """Return who objected to deciding an item that came late; empty where nobody did (R7)."""
    names = [one.membership.person.name for one in item.objections.all()]
    if not names:
        return ""
    return _("Objected to deciding the case at this meeting (Local Government Act § 11-3): %(names)s.") % {
        "names": ", ".join(names)
    }


def together(item: AgendaItem) -> str:
    """Return with which other cases an item was treated as one; empty where it was treated alone."""
    decision = item.decided
    labels = decision.options.get("together", []) if decision is not None else []
    return _("Treated together with %(items)s.") % {"items": ", ".join(labels)} if labels else ""


def informed(item: AgendaItem) -> tuple[str, ...]:
    """Return who informed the body in an item, and who attended and spoke for the employees, recorded as that (R5)."""
    words = {
        True: _("%(name)s attended and spoke for the employees (Local Government Act § 13-4)."),
        False: _("%(name)s informed the body."),
    }
    return tuple(
        words[one.capacity == Capacity.EMPLOYEES] % {"name": f"{one.name}, {one.title}" if one.title else one.name}
        for one in item.attendees.all()
    )


def attendees(meeting: Meeting) -> tuple[str, ...]:
    """Return those without a seat who attended the meeting, with what they were."""
    said = []
    for one in meeting.attendees.filter(item__isnull=True):
        note = one.title or (str(Capacity(one.capacity).label) if one.capacity != Capacity.OTHER else "")
        said.append(f"{one.name}, {note}" if note else one.name)
    return tuple(said)


def recordings(meeting: Meeting) -> tuple[str, ...]:
    """Return the requests to record the meeting, with the answers (R14)."""
    said = []
    for one in meeting.recording_requests.all():
        words = {"by": one.by, "what": one.what}
        line = (
            _("%(by)s asked to record the meeting (%(what)s). The person presiding allowed it.")
            if one.allowed
            else _("%(by)s asked to record the meeting (%(what)s). The person presiding refused it.")
        ) % words
        said.append(f"{line} {one.reason}".strip())
    return tuple(said)


def additions(item: AgendaItem) -> tuple[AdditionBlock, ...]:
    """Return the statements put into the minutes of an item."""
    blocks = []
    for one in item.additions.all():
        who = one.membership
        name = f"{who.person.name} ({who.party.short})" if who.party is not None else who.person.name
        if one.on_behalf:
            name = _("%(name)s on behalf of %(whom)s") % {"name": name, "whom": one.on_behalf}
        blocks.append(AdditionBlock(name=name, text=one.text))
    return tuple(blocks)


def election(
    one: Election,
    comings: Mapping[int, Sequence[str]] | None = None,
    corrected: Mapping[int, Sequence[str]] | None = None,
) -> ElectionBlock:
    """Return one election with its rounds and its result; ``comings`` has who came and went before each round, by its
    moment, and ``corrected`` what was put right in it after the meeting, by its id."""
    result = ""
    if one.elected is not None:
        words = {"name": one.elected.name}
        if one.by_lot:
            result = _("It was a draw, and the lot fell on %(name)s (Local Government Act § 7-8).") % words
        elif one.kind == PollKind.APPOINTMENT:
            result = _("%(name)s was appointed.") % words
        else:
            result = _("%(name)s was elected.") % words
    rounds = [
        [*(comings or {}).get(round_.moment, ()), counted(round_), *(corrected or {}).get(round_.pk, ())]
        for round_ in one.rounds.all()
    ]
    return ElectionBlock(place=one.place, rounds=tuple(line for lines in rounds for line in lines), result=result)


def counted(round_: Round) -> str:
    """Return what a round of an election was counted to, and what came of it where nobody was elected."""
    counts = list(round_.counts.all())
    got = ", ".join(f"{count.candidate.name} {count.votes}" for count in counts)
    said = _("Round %(number)s: %(counts)s.") % {"number": round_.number, "counts": got}
    if round_.blank:
        said += " " + ngettext("%(n)s blank vote.", "%(n)s blank votes.", round_.blank) % {"n": round_.blank}
    if round_.secret:
        said += " " + _("The vote was in writing.")
    came_to = outcome(round_.number, {count.candidate_id: count.votes for count in counts}, round_.blank)
    if came_to.again:
        said += (
            " " + _("Nobody got more than half of the votes.") if round_.number == 1 else " " + _("Nobody was elected.")
        )
    return said


def urgent(meeting: Meeting) -> str:
    """Return how an urgent case was treated, and why it could not wait (koml § 11-8, R10)."""
    said = (
        _("Treated in writing under § 11-8 of the Local Government Act.")
        if meeting.kind == MeetingKind.WRITTEN
        else _("Urgent remote meeting under § 11-8 of the Local Government Act.")
    )
    called = timezone.localtime(meeting.called_at) if meeting.called_at is not None else None
    if called is not None:
        said += " " + _("Sent out %(date)s at %(time)s.") % {
            "date": date_text(called, year=True),
            "time": time_text(called),
        }
    said += " " + _("The leader chose it.")
    return said + " " + _("It could not wait: %(reason)s") % {"reason": meeting.urgent_reason}


def answers(item: AgendaItem) -> tuple[str, ...]:
    """Return what each member answered in writing, where that is how it was treated: taken to a meeting, the votes
    there are what counts."""
    if item.meeting.kind != MeetingKind.WRITTEN:
        return ()
    yes, no = _("yes"), _("no")
    return tuple(
        _("%(name)s: %(proposal)s to what is proposed, %(procedure)s to treating it in writing.")
        % {
            "name": one.membership.person.name,
            "proposal": yes if one.accepts_proposal else no,
            "procedure": yes if one.accepts_procedure else no,
        }
        for one in item.written_answers.all()
    )

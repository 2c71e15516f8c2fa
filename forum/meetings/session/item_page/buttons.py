"""What the buttons on the page of an item do, each with the sentence that says it was done."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import models, transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.cases.case_owners import owner_of
from forum.cases.enums import Resolution
from forum.meetings.core import outcome_words
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import authority, consistency
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions.forms import DecisionForm, ReasonForm
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.elections import services as elections
from forum.meetings.session.elections import taking_back
from forum.meetings.session.elections.forms import RoundBackForm, RoundForm
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.minute_additions import services as minute_additions
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots, corrections, motions
from forum.meetings.session.votes.forms import CorrectForm, MotionForm
from trepart.access.web import reader_of
from trepart.refusals import GuardRefused
from trepart.text.dates import time_text
from trepart.text.numbers import number

M = TypeVar("M", bound=models.Model)


def seen_of(request: HttpRequest) -> int | None:
    """Return the version of the item that the page was made from."""
    return number(request.POST.get("seen"))


def _chosen(request: HttpRequest, name: str, rows: Iterable[M]) -> M:
    """Return which of ``rows`` the button is about; 404 where it is none of them."""
    wanted = number(request.POST.get(name))
    found = next((row for row in rows if row.pk == wanted), None)
    if found is None:
        raise Http404
    return found


def unanimous(request: HttpRequest, table: Table, form: None) -> str:
    """Record that everybody was for; a free-standing case is decided by it in the same press."""
    motion = _chosen(request, "motion", table.item.motions.all())
    actor, everybody = reader_of(request), outcome_words.unanimous(table.meeting.body)
    with transaction.atomic():
        ballot = ballots.record_ballot(table.item, motion=motion, actor=actor, seen=seen_of(request))
        if owner_of(table.item.referral) is not None:
            return f"{everybody}. " + _("Now write what it means for the case.")
        if authority.matter_of(table.item) is not None:
            return f"{everybody}. " + _("Now say what the decision rests on.")
        # Fetched anew: with the vote just held, and what was adopted before it.
        voted = table.item.ballots.select_related("motion", "opponent").prefetch_related("votes").all()
        if consistency.kept_behind_doors(table.item, ballots=voted):
            return f"{everybody}. " + _("Now write the decision in words that everybody may read.")
        words = consistency.words(voted)
        decisions.decide(table.item, text=words, resolution=Resolution.ADOPT, ballot=ballot, actor=actor)
    return f"{everybody}."


def noted(request: HttpRequest, table: Table, form: None) -> str:
    """Take note of an item."""
    decisions.decide(
        table.item,
        text=table.words(Resolution.NOTED),
        resolution=Resolution.NOTED,
        actor=reader_of(request),
        seen=seen_of(request),
    )
    return _("Taken note of.")


def move(request: HttpRequest, table: Table, form: MotionForm) -> str:
    """Record a motion."""
    motions.add_motion(table.item, **form.cleaned_data, actor=reader_of(request), seen=seen_of(request))
    return _("The motion is recorded.")


def correct(request: HttpRequest, table: Table, form: CorrectForm) -> str:
    """Put a vote right."""
    vote, choice = form.turned()
    decided = table.item.decided is not None
    corrections.correct_vote(
        vote, choice=choice, reason=form.cleaned_data["reason"], actor=reader_of(request), seen=seen_of(request)
    )
    said = _("The vote of %(name)s is corrected.") % {"name": vote.name}
    if decided and not AgendaItem.objects.filter(pk=table.item.pk, decision__isnull=False).exists():
        said += " " + _("The result turned, and the decision must be recorded anew.")
    return said


def lift(request: HttpRequest, table: Table, form: None) -> str:
    """Take back a recusal recorded by mistake."""
    recusal = _chosen(request, "recusal", table.item.recusals.all())
    recusals.lift_recusal(recusal, actor=reader_of(request), seen=seen_of(request))
    return _("%(name)s takes part in this case after all.") % {"name": recusal.membership.person.name}


def undo(request: HttpRequest, table: Table, form: None) -> str:
    """Take back a coming or going recorded by mistake."""
    movement = _chosen(request, "movement", table.item.movements.all())
    movement.item = table.item
    movements.take_back(movement, actor=reader_of(request), seen=seen_of(request))
    return _("Taken back.")


def take_out(request: HttpRequest, table: Table, form: None) -> str:
    """Take an addition out of the minutes again."""
    addition = _chosen(request, "addition", table.item.additions.all())
    addition.item = table.item
    minute_additions.take_out(addition, actor=reader_of(request), seen=seen_of(request))
    return _("Taken back.")


def open_doors(request: HttpRequest, table: Table, form: None) -> str:
    """Open the doors again, where it is said that everybody may read the case."""
    if not request.POST.get("may_be_read"):
        raise GuardRefused(_("Say that everybody may read the case, or leave the doors closed."))
    closed_doors.open_doors(table.item, actor=reader_of(request), seen=seen_of(request))
    return _("The doors are open for this case.")


def keep_doors_open(request: HttpRequest, table: Table, form: None) -> str:
    """Record that everybody voted against closing the doors."""
    closed_doors.keep_doors_open(table.item, actor=reader_of(request), seen=seen_of(request))
    return _("The doors stay open.")


def count_round(request: HttpRequest, table: Table, form: RoundForm) -> str:
    """Count one round of an election."""
    form.election.item = table.item
    came_to = elections.hold_round(form.election, **form.result(), actor=reader_of(request), seen=seen_of(request))
    if came_to.elected is not None:
        name = next(one.name for one in form.candidates if one.pk == came_to.elected)
        return _("%(name)s was elected.") % {"name": name}
    if came_to.lot:
        return _("It is a draw. Draw the lot.")
    return _("Nobody was elected. Vote again.")


def take_round_back(request: HttpRequest, table: Table, form: RoundBackForm) -> str:
    """Take back the last round of an election."""
    last = max(form.election.rounds.all(), key=lambda one: one.number, default=None)
    if last is None:
        raise Http404
    last.election.item = table.item
    taking_back.take_round_back(
        last, reason=form.cleaned_data["reason"], actor=reader_of(request), seen=seen_of(request)
    )
    return _("The round is taken back, and can be held anew.")


def withdraw_candidate(request: HttpRequest, table: Table, form: None) -> str:
    """Take somebody off who does not stand after all."""
    standing = [one for election in table.item.elections.all() for one in election.candidates.all()]
    candidate = _chosen(request, "candidate", standing)
    candidate.election.item = table.item
    taking_back.withdraw_candidate(candidate, actor=reader_of(request), seen=seen_of(request))
    return _("%(name)s does not stand any more.") % {"name": candidate.name}


def take_election_back(request: HttpRequest, table: Table, form: None) -> str:
    """Take back an election that was set up by mistake."""
    election = _chosen(request, "election", table.item.elections.all())
    election.item = table.item
    taking_back.take_election_back(election, actor=reader_of(request), seen=seen_of(request))
    return _("The election is taken back.")


def draw_lot(request: HttpRequest, table: Table, form: None) -> str:
    """Draw the lot."""
    election = _chosen(request, "election", table.item.elections.all())
    election.item = table.item
    drawn = elections.draw_lot(election, actor=reader_of(request), seen=seen_of(request))
    return _("The lot fell on %(name)s.") % {"name": drawn.name}


def discuss(request: HttpRequest, table: Table, form: DiscussionForm) -> str:
    """Save what was said."""
    discussion.save_discussion(
        table.item,
        text=form.cleaned_data["text"],
        actor=reader_of(request),
        seen=seen_of(request),
        page=form.cleaned_data["page"],
        began=form.cleaned_data["began"] or None,
    )
    return _("Saved.")


def decide(request: HttpRequest, table: Table, form: DecisionForm) -> str:
    """Record what was decided."""
    data, opened = form.cleaned_data, _opens_with(table)
    decided = decisions.decide(
        table.item,
        text=data["text"],
        resolution=form.resolution,
        answer=data.get("answer", ""),
        responsible=data.get("responsible"),
        due_on=data.get("due_on"),
        options=form.options(),
        differs=data.get("differs", ""),
        **form.rests(),
        actor=reader_of(request),
        seen=seen_of(request),
    )
    said = _("%(item)s: %(outcome)s.") % {
        "item": table.item.label,
        "outcome": outcome_words.words(decided, table.meeting.body),
    }
    return f"{said} {opened}".strip()


def _opens_with(table: Table) -> str:
    """Return that the doors open with the decision, and that the minutes say when: nobody pressed anything for that."""
    if not any(period.opened_at is None for period in table.item.door_periods.all()):
        return ""
    return _("With it the doors are recorded as open again at %(time)s; the minutes say so.") % {
        "time": time_text(timezone.localtime())
    }


def again(request: HttpRequest, table: Table, form: ReasonForm) -> str:
    """Take a decision up again."""
    decisions.take_up_again(
        table.item, reason=form.cleaned_data["reason"], actor=reader_of(request), seen=seen_of(request)
    )
    return _("The decision is taken back, and can be recorded anew.")


#: By the name a button is sent with. Each takes the form of its own class that :func:`.page_forms.form_of` made.
BUTTONS: dict[str, Callable[[HttpRequest, Table, Any], str]] = {
    "unanimous": unanimous,
    "noted": noted,
    "motion": move,
    "correct": correct,
    "lift": lift,
    "undo": undo,
    "take_out": take_out,
    "open_doors": open_doors,
    "keep_doors_open": keep_doors_open,
    "round": count_round,
    "round_back": take_round_back,
    "withdraw_candidate": withdraw_candidate,
    "election_back": take_election_back,
    "lot": draw_lot,
    "discussion": discuss,
    "decide": decide,
    "again": again,
}

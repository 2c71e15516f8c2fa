"""What the page of one item in a meeting in session shows."""

from collections.abc import Sequence
from typing import TypeVar

from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.cases import legal_bases
from forum.cases.case_owners import owner_of
from forum.cases.enums import Resolution
from forum.cases.queries.opinions import opinions_on
from forum.delegations.enums import Power, power_of
from forum.meetings.attendance import conflict_reports, conflicts_of_interest
from forum.meetings.core import outcome_words, participants, queries, voting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.readable_items import own_items
from forum.meetings.core.web import crumbs_of, title_of
from forum.meetings.enums import TAKEN_NOTE_OF, Choice
from forum.meetings.session import narrative
from forum.meetings.session.decisions.forms import DecisionForm, ReasonForm
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.discussion.services import draft_of
from forum.meetings.session.elections import services as elections
from forum.meetings.session.elections.forms import RoundBackForm, RoundForm
from forum.meetings.session.elections.models import Election
from forum.meetings.session.item_page.actions import links
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.item_page.results import Result
from forum.meetings.session.models import Movement
from forum.meetings.session.narrative import coming_and_going
from forum.meetings.session.votes.forms import CorrectForm, MotionForm, VoteForm
from trepart import ui
from trepart.access import interrupted_forms, policy
from trepart.access.web import reader_of
from trepart.audit.models import Event
from trepart.outdated_pages import version
from trepart.refusals import Refused
from trepart.text.dates import date_text, time_text
from trepart.workflow import available

Sent = TypeVar("Sent", bound=BaseForm)


def comings(table: Table) -> list[tuple[Movement, str, bool]]:
    """Return the comings and goings of an item in sentences, each with what followed from it, and whether it can be
    taken back as far as the item knows: nothing has been voted on in it since."""
    rows = list(table.item.movements.all())
    firsts = [movement for movement in rows if not movement.because_id]
    rounds = [round_.moment for one in table.item.elections.all() for round_ in one.rounds.all()]
    newest = max([ballot.moment for ballot in table.all_ballots] + rounds, default=0)
    return [
        (movement, said, table.item.decided is None and movement.moment > newest)
        for movement, said in zip(firsts, coming_and_going(rows), strict=True)
    ]


def context_of(
    request: HttpRequest, meeting: Meeting, item: AgendaItem, typed: Sequence[BaseForm], refusal: Refused | None
) -> dict[str, object]:
    """Return what the page of an item shows; ``typed`` are the forms that were sent or half written, which keep what
    they hold."""
    table = Table(meeting, item)

    def sent(kind: type[Sent]) -> Sent | None:
        return next((one for one in typed if isinstance(one, kind)), None)

    sees_closed = policy.can(request.user, "forum.view_closed", meeting)
    lines = queries.item_lines(meeting, sees_closed=sees_closed, own=own_items(request.user, meeting), inside=True)
    owner = owner_of(item.referral)
    decision = item.decided
    last = Event.objects.about(meeting).first()
    draft = draft_of(item, reader_of(request)) if sent(DiscussionForm) is None else None
    partiality_first = not table.settled and bool(conflict_reports.comes_first(item, table.table))
    return {
        "meeting": meeting,
        "item": item,
        "title": title_of(meeting),
        "when": date_text(meeting.starts_at),
        "presence": participants.present_of_each_part(table.seats, table.voters),
        "sides": table.sides,
        "parts": table.parts,
        "quorum": quorum_words(table),
        "quorate": table.quorate,
        "agenda": [agenda_line(meeting, line, item) for line in lines],
        "saved": _("Last saved at %(time)s") % {"time": time_text(last.at)} if last is not None else "",
        "case_url": owner.url(item.referral) if owner is not None and item.referral is not None else "",
        "summary": owner.summary(item.referral) if owner is not None and item.referral is not None else "",
        "opinions": opinions_on(item.folder, request.user) if item.folder is not None else [],
        "decision": decision,
        "outcome": queries.short_outcome(item),
        "rests_on": outcome_words.rests_on(decision) if decision is not None else "",
        "settled": narrative.settled(decision) if decision is not None else "",
        "votes": table.votes,
        "choices": [(value, str(label).capitalize()) for value, label in Choice.choices],
        "can_note": item.kind in TAKEN_NOTE_OF,
        "unanimous": outcome_words.unanimous(meeting.body),
        "recommends": outcome_words.only_recommends(meeting.body),
        "vote_forms": vote_forms(table, [one for one in typed if isinstance(one, VoteForm)])
        if table.votes
        and table.quorate
        and not (decision or table.stopped or item.is_proposed_closed or partiality_first)
        else [],
        # Beside its vote each stands by itself; where there is none to hold, and afterwards, they stand here.
        "moved": [(voting.mover_of(one), one.text) for one in table.open_motions if not one.is_recommendation],
        "withdrawn": [(voting.mover_of(one), one.text) for one in item.motions.all() if one.withdrawn_at is not None],
        "results": [Result.of(ballot, sent(CorrectForm), meeting.body) for ballot in table.all_ballots],
        "motion_form": sent(MotionForm) or MotionForm(voters=table.voters, movers=table.movers),
        "recusals": [(one, narrative.how(one.settled)) for one in item.recusals.all()],
        "partiality_first": partiality_first,
        "prompts": conflicts_of_interest.prompts(item, table.table) if not table.settled else [],
        "comings": comings(table),
        "open_question": not table.settled,
        "stopped": table.stopped,
        "objections": narrative.objections(item),
        "doors": [narrative.doors(period) for period in item.door_periods.all()],
        "must_close": item.is_proposed_closed and legal_bases.is_second_paragraph(item.closed_basis),
        "doors_closed": any(period.opened_at is None for period in item.door_periods.all()),
        "out_of_the_room": narrative.out_of_the_room(item),
        "additions": list(zip(item.additions.all(), narrative.additions(item), strict=True)),
        "informed": narrative.informed(item),
        "elections": [election_block(one, table, sent(RoundForm), sent(RoundBackForm)) for one in item.elections.all()],
        "acts": links(table),
        "discussion_form": sent(DiscussionForm) or DiscussionForm(item=item, draft=draft),
        "draft": draft,
        "stored_discussion": item.discussion if draft or sent(DiscussionForm) else "",
        "again_form": sent(ReasonForm) or ReasonForm(prefix="again"),
        "form": typed[0] if typed else None,
        "refusal": refusal.message if refusal else "",
        "seen": version(item),
        "end": next((a for a in available(meeting, request.user) if a.transition.name == "end"), None),
        "form_owner": interrupted_forms.owner_token(request),
        "crumbs": crumbs_of(meeting, (item.label, None)),
        **decision_context(request, table, sent(DecisionForm)),
    }


def quorum_words(table: Table) -> str:
    """Return what the bar says of this item: "Quorate 8 of 9"."""
    numbers = {"present": len(table.voters), "seats": len(table.seats)}
    return (
        _("Quorate %(present)s of %(seats)s") if table.quorate else _("Not quorate %(present)s of %(seats)s")
    ) % numbers


def agenda_line(meeting: Meeting, line: queries.ItemLine, current: AgendaItem) -> ui.AgendaLine:
    """Return one item in the agenda at the side."""
    url = reverse("forum:meeting_run_item", args=[meeting.pk, line.item.pk])
    gone = line.item.withdrawn_at is not None or line.hidden
    return ui.AgendaLine(
        number=line.item.label,
        title=line.title,
        outcome=line.outcome,
        url=None if gone else url,
        current=line.item.pk == current.pk,
    )


def vote_forms(table: Table, typed: Sequence[VoteForm]) -> list[VoteForm]:
    """Return a table of votes for each motion not voted on."""
    presiding, keyed = table.meeting.presiding_id, {one.motion.pk: one for one in reversed(typed)}
    return [
        keyed.get(motion.pk) or VoteForm(motion=motion, voters=table.voters, presiding=presiding)
        for motion in table.open_motions
    ]


def election_block(
    one: Election, table: Table, typed: RoundForm | None, back: RoundBackForm | None = None
) -> dict[str, object]:
    """Return an election as the page shows it: its rounds, the votes or the lot where it waits for them, and what
    can be taken back of it."""
    form = None
    undecided = table.item.decided is None
    held = bool(one.rounds.all())
    standing = list(one.candidates.all()) if undecided and not held else []
    taken_back = back if back is not None and back.election.pk == one.pk else RoundBackForm(election=one)
    lot = elections.waiting_for_lot(one)
    if one.elected is None and not lot and table.item.decided is None and table.quorate:
        mine = typed is not None and typed.election.pk == one.pk
        form = typed if mine else RoundForm(election=one, voters=table.voters)
    return {
        "election": one,
        "block": narrative.election(one),
        "form": form,
        "lot": lot,
        "back": taken_back if undecided and held else None,
        "standing": standing,
    }


def tab_words(table: Table, resolution: Resolution) -> str:
    """Return what a body does by a resolution, as the choice of it says: one that recommends adopts nothing, and one
    that agrees does not either."""
    power = power_of(table.meeting.body.legal_basis)
    if resolution == Resolution.TO_COUNCIL:
        return _("Recommend it to whoever has the authority")
    if resolution == Resolution.ADOPT and power == Power.AGREES:
        return _("Agreed")
    if resolution == Resolution.ADOPT and power == Power.RECOMMENDS:
        return _("The body's own affairs")
    return capfirst(str(resolution.label))


def decision_context(request: HttpRequest, table: Table, typed: DecisionForm | None) -> dict[str, object]:
    """Return what may be decided, as links, what is shut and why, and the form of the one chosen."""
    if table.item.decided is not None:
        return {}
    chosen = typed.resolution if typed is not None else table.resolution(request.GET.get("som", ""))
    form = typed
    if form is None and chosen is not None:
        form = DecisionForm(item=table.item, resolution=chosen, text=table.words(chosen))
    return {
        "tabs": [
            ui.Tab(tab_words(table, resolution), f"?som={resolution}#vedtak", current=resolution == chosen)
            for resolution, why in table.offered
            if why is None
        ],
        "shut": [(tab_words(table, resolution), why) for resolution, why in table.offered if why is not None],
        "chosen": chosen,
        "decides": typed is not None or "som" in request.GET or table.item.kind not in TAKEN_NOTE_OF,
        "decision_form": form,
    }

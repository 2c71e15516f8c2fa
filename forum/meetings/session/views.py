"""The meeting in session: one item at a time, with the agenda at the side and the quorum in sight."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.cases.case_owners import owner_of
from forum.cases.enums import Resolution
from forum.cases.queries.opinions import opinions_on
from forum.meetings.attendance import conflicts_of_interest
from forum.meetings.core import participants, queries, voting
from forum.meetings.core.attendance_records import prefetch_for_a_vote
from forum.meetings.core.locking import IN_SESSION, hold_item, version
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.web import crumbs_of, fetch, item_of, number, status_of, title_of
from forum.meetings.enums import TAKEN_NOTE_OF, Choice, MeetingStatus
from forum.meetings.session import ballots, closed_doors, decisions, elections, minute_additions, movements
from forum.meetings.session import narrative as session
from forum.meetings.session.action_views import links
from forum.meetings.session.discussion_drafts import draft_of
from forum.meetings.session.draft_middleware import comes_along
from forum.meetings.session.election_forms import RoundForm
from forum.meetings.session.election_models import Election
from forum.meetings.session.forms import (
    CorrectForm,
    DecisionForm,
    DiscussionForm,
    MotionForm,
    ReasonForm,
    VoteForm,
)
from forum.meetings.session.item_context import Result, Table
from forum.meetings.session.models import Movement
from forum.meetings.session.narrative import coming_and_going
from trepart import ui
from trepart.access import interrupted_forms, policy
from trepart.access.models import User
from trepart.access.web import Access, permitted, reader_of
from trepart.audit import viewing
from trepart.audit.models import Event
from trepart.templatetags.trepart_ui import date_text, time_text
from trepart.workflow import NotPermitted, Refused, available

RUN = "forum.run_meeting"


def first_of(item: AgendaItem) -> list[Movement]:
    """Return the comings and goings of an item that can be taken back, each with what followed from it."""
    return [movement for movement in item.movements.all() if not movement.because_id]


class RunView(View):
    """To the item the meeting has come to."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Go on to the first item that is not decided."""
        meeting = fetch(request, pk, RUN)
        item = queries.next_item(meeting)
        if meeting.status == MeetingStatus.CALLED:
            return redirect("forum:meeting_attendance", meeting.pk)
        if meeting.status != MeetingStatus.IN_SESSION or item is None:
            return redirect(meeting)
        return redirect("forum:meeting_run_item", meeting.pk, item.pk)


class RunItemView(View):
    """One item of a meeting in session."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Show the item."""
        meeting = fetch(request, pk, RUN)
        found = item_of(meeting, item, in_full=True)
        if meeting.status != MeetingStatus.IN_SESSION:
            return redirect(meeting)
        if found.is_kept and isinstance(request.user, User):
            viewing.log_view(request.user, found, "meeting_run_item")
        given_back = interrupted_forms.give_back(request)
        typed = None
        if given_back is not None:
            typed = self.form(Table(meeting, found), given_back.get("do", ""), given_back)
        return self.page(request, meeting, found, typed)

    @comes_along
    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Do one thing in the item. What is refused is said beside what was typed."""
        wanted = request.POST.get("do", "")
        if wanted == "vote" and "set" not in request.POST:
            return self.vote(request, pk, item)
        meeting = fetch(request, pk, RUN)
        found = item_of(meeting, item, in_full=True)
        acts: dict[str, Callable[[HttpRequest, Table, Any], str]] = {
            "unanimous": self.unanimous,
            "noted": self.noted,
            "motion": self.move,
            "correct": self.correct,
            "lift": self.lift,
            "undo": self.undo,
            "take_out": self.take_out,
            "open_doors": self.open_doors,
            "round": self.round,
            "lot": self.lot,
            "discussion": self.discuss,
            "decide": self.decide,
            "again": self.again,
        }
        table = Table(meeting, found)
        if wanted == "vote":
            return self.page(request, meeting, found, self.keyed(table, request))
        if wanted not in acts:
            raise Http404
        form = self.form(table, wanted, request.POST)
        if form is not None and not form.is_valid():
            return self.page(request, meeting, found, form, status=422)
        try:
            said = acts[wanted](request, table, form)
        except Refused as refusal:
            return self.page(request, meeting, item_of(meeting, item, in_full=True), form, refusal=refusal)
        messages.success(request, said)
        ahead = wanted in ("decide", "noted") or (wanted == "unanimous" and owner_of(found.referral) is None)
        if ahead:
            return redirect("forum:meeting_run", meeting.pk)
        return redirect("forum:meeting_run_item", meeting.pk, found.pk)

    def form(self, table: Table, wanted: str, data: Any) -> Any:
        """Return the form that was sent, bound; None for a button without one. Answers 404 to
        what is not on the page."""
        item = table.item
        if wanted == "motion":
            return MotionForm(data, voters=table.voters, movers=table.movers)
        if wanted == "vote":
            motion = next((m for m in item.motions.all() if m.pk == number(data.get("motion"))), None)
            if motion is None:
                raise Http404
            return VoteForm(data, motion=motion, voters=table.voters, presiding=table.meeting.presiding_id)
        if wanted == "correct":
            ballot = next((b for b in table.ballots if b.pk == number(data.get("ballot"))), None)
            if ballot is None:
                raise Http404
            return CorrectForm(data, ballot=ballot)
        if wanted == "round":
            election = next((e for e in item.elections.all() if e.pk == number(data.get("election"))), None)
            if election is None:
                raise Http404
            return RoundForm(data, election=election, voters=table.voters)
        if wanted == "discussion":
            return DiscussionForm(data, item=item)
        if wanted == "again":
            return ReasonForm(data, prefix="again")
        if wanted == "decide":
            if data.get("resolution") not in Resolution.values:
                raise Http404
            resolution = Resolution(data["resolution"])
            return DecisionForm(data, item=item, resolution=resolution, text=table.words(resolution))
        return None

    @staticmethod
    def keyed(table: Table, request: HttpRequest) -> VoteForm:
        """Return the table of votes with one party's, or one part's, votes keyed in one press;
        nothing is recorded yet."""
        motion = next((m for m in table.motions if m.pk == number(request.POST.get("motion"))), None)
        if motion is None:
            raise Http404
        options: dict[str, Any] = {"motion": motion, "voters": table.voters, "presiding": table.meeting.presiding_id}
        group, _colon, choice = request.POST["set"].partition(":")
        data = request.POST.copy()
        for name, value in VoteForm(**options).keyed(group, choice).items():
            data[name] = value
        return VoteForm(data, **options)

    # What the buttons do -----------------------------------------------------------------------------------------

    @staticmethod
    def seen(request: HttpRequest) -> int | None:
        """Return the version of the item that the page was made from."""
        return number(request.POST.get("seen"))

    def unanimous(self, request: HttpRequest, table: Table, form: None) -> str:
        """Record that everybody was for; a free-standing case is decided by it in the same press."""
        motion = next((m for m in table.item.motions.all() if m.pk == number(request.POST.get("motion"))), None)
        if motion is None:
            raise Http404
        actor = reader_of(request)
        with transaction.atomic():
            ballot = ballots.record_ballot(table.item, motion=motion, actor=actor, seen=self.seen(request))
            if owner_of(table.item.referral) is not None:
                return _("Adopted unanimously. Now write what it means for the case.")
            decisions.decide(
                table.item, text=ballot.motion.text, resolution=Resolution.ADOPT, ballot=ballot, actor=actor
            )
        return _("Adopted unanimously.")

    def noted(self, request: HttpRequest, table: Table, form: None) -> str:
        """Take note of an item."""
        decisions.decide(
            table.item,
            text=table.words(Resolution.NOTED),
            resolution=Resolution.NOTED,
            actor=reader_of(request),
            seen=self.seen(request),
        )
        return _("Taken note of.")

    def move(self, request: HttpRequest, table: Table, form: MotionForm) -> str:
        """Record a motion."""
        ballots.add_motion(table.item, **form.cleaned_data, actor=reader_of(request), seen=self.seen(request))
        return _("The motion is recorded.")

    def vote(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Record the votes over one motion. What the form and the vote ask about is read once, under the meeting's
        lock, where it cannot change any more."""
        said, refused, seen = "", None, self.seen(request)
        sent = AgendaItem(pk=item, meeting=Meeting(pk=pk))
        try:
            with hold_item(sent, actor=reader_of(request), permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
                prefetch_for_a_vote(fresh)
                table = Table(held.meeting, fresh)
                form = self.form(table, "vote", request.POST)
                if form.is_valid():
                    cast = {"motion": form.motion, "choices": form.choices(), "presiding": form.who_presides()}
                    ballot = ballots.vote_on(held, fresh, **cast, table=table.table, voters=table.voters)
                    said = voting.result_text(ballot)
        except (Meeting.DoesNotExist, NotPermitted):
            raise Http404 from None
        except Refused as refusal:
            refused = refusal
        if said:
            messages.success(request, said)
            return redirect("forum:meeting_run_item", pk, item)
        meeting = fetch(request, pk, RUN)
        found = item_of(meeting, item, in_full=True)
        form = self.form(Table(meeting, found), "vote", request.POST)
        status = 200 if form.is_valid() else 422
        return self.page(request, meeting, found, form, refusal=refused, status=status)

    def correct(self, request: HttpRequest, table: Table, form: CorrectForm) -> str:
        """Put a vote right."""
        vote, choice = form.turned()
        decided = table.item.decided is not None
        ballots.correct_vote(
            vote, choice=choice, reason=form.cleaned_data["reason"], actor=reader_of(request), seen=self.seen(request)
        )
        said = _("The vote of %(name)s is corrected.") % {"name": vote.name}
        if decided and not AgendaItem.objects.filter(pk=table.item.pk, decision__isnull=False).exists():
            said += " " + _("The result turned, and the decision must be recorded anew.")
        return said

    def lift(self, request: HttpRequest, table: Table, form: None) -> str:
        """Take back a recusal recorded by mistake."""
        wanted = number(request.POST.get("recusal"))
        recusal = next((one for one in table.item.recusals.all() if one.pk == wanted), None)
        if recusal is None:
            raise Http404
        ballots.lift_recusal(recusal, actor=reader_of(request), seen=self.seen(request))
        return _("%(name)s takes part in this case after all.") % {"name": recusal.membership.person.name}

    def undo(self, request: HttpRequest, table: Table, form: None) -> str:
        """Take back a coming or going recorded by mistake."""
        wanted = number(request.POST.get("movement"))
        movement = next((one for one in table.item.movements.all() if one.pk == wanted), None)
        if movement is None:
            raise Http404
        movement.item = table.item
        movements.take_back(movement, actor=reader_of(request), seen=self.seen(request))
        return _("Taken back.")

    def take_out(self, request: HttpRequest, table: Table, form: None) -> str:
        """Take an addition out of the minutes again."""
        wanted = number(request.POST.get("addition"))
        addition = next((one for one in table.item.additions.all() if one.pk == wanted), None)
        if addition is None:
            raise Http404
        addition.item = table.item
        minute_additions.take_out(addition, actor=reader_of(request), seen=self.seen(request))
        return _("Taken back.")

    def open_doors(self, request: HttpRequest, table: Table, form: None) -> str:
        """Open the doors again."""
        closed_doors.open_doors(table.item, actor=reader_of(request), seen=self.seen(request))
        return _("The doors are open for this case.")

    def round(self, request: HttpRequest, table: Table, form: RoundForm) -> str:
        """Count one round of an election."""
        form.election.item = table.item
        came_to = elections.hold_round(
            form.election, **form.result(), actor=reader_of(request), seen=self.seen(request)
        )
        if came_to.elected is not None:
            name = next(one.name for one in form.candidates if one.pk == came_to.elected)
            return _("%(name)s was elected.") % {"name": name}
        if came_to.lot:
            return _("It is a draw. Draw the lot.")
        return _("Nobody was elected. Vote again.")

    def lot(self, request: HttpRequest, table: Table, form: None) -> str:
        """Draw the lot."""
        election = next((e for e in table.item.elections.all() if e.pk == number(request.POST.get("election"))), None)
        if election is None:
            raise Http404
        election.item = table.item
        drawn = elections.draw_lot(election, actor=reader_of(request), seen=self.seen(request))
        return _("The lot fell on %(name)s.") % {"name": drawn.name}

    def discuss(self, request: HttpRequest, table: Table, form: DiscussionForm) -> str:
        """Save what was said."""
        decisions.save_discussion(
            table.item, text=form.cleaned_data["text"], actor=reader_of(request), seen=self.seen(request)
        )
        return _("Saved.")

    def decide(self, request: HttpRequest, table: Table, form: DecisionForm) -> str:
        """Record what was decided."""
        data = form.cleaned_data
        decisions.decide(
            table.item,
            text=data["text"],
            resolution=form.resolution,
            answer=data.get("answer", ""),
            responsible=data.get("responsible"),
            due_on=data.get("due_on"),
            options=form.options(),
            actor=reader_of(request),
            seen=self.seen(request),
        )
        return _("%(item)s: %(outcome)s.") % {"item": table.item.label, "outcome": form.resolution.label}

    def again(self, request: HttpRequest, table: Table, form: ReasonForm) -> str:
        """Take a decision up again."""
        decisions.take_up_again(
            table.item, reason=form.cleaned_data["reason"], actor=reader_of(request), seen=self.seen(request)
        )
        return _("The decision is taken back, and can be recorded anew.")

    # The page ----------------------------------------------------------------------------------------------------

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        item: AgendaItem,
        typed: BaseForm | None,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the item; ``typed`` is the form that was sent, which keeps what it holds."""
        table = Table(meeting, item)

        def sent(kind: type[BaseForm]) -> Any:
            return typed if isinstance(typed, kind) else None

        sees_closed = policy.can(request.user, "forum.view_closed", meeting)
        lines = queries.item_lines(meeting, sees_closed=sees_closed)
        owner = owner_of(item.referral)
        decision = item.decided
        last = Event.objects.about(meeting).first()
        draft = draft_of(item, reader_of(request)) if sent(DiscussionForm) is None else None
        context = {
            "meeting": meeting,
            "item": item,
            "title": title_of(meeting),
            "when": date_text(meeting.starts_at),
            "presence": participants.present_of_each_part(table.seats, table.voters),
            "sides": table.sides,
            "parts": table.parts,
            "quorum": self.quorum(table),
            "quorate": table.quorate,
            "agenda": [self.agenda_line(meeting, line, item) for line in lines],
            "saved": _("Last saved at %(time)s") % {"time": time_text(last.at)} if last is not None else "",
            "case_url": owner.url(item.referral) if owner is not None and item.referral is not None else "",
            "summary": owner.summary(item.referral) if owner is not None and item.referral is not None else "",
            "opinions": opinions_on(item.folder, request.user) if item.folder is not None else [],
            "decision": decision,
            "outcome": queries.short_outcome(item),
            "votes": table.votes,
            "choices": [(value, str(label).capitalize()) for value, label in Choice.choices],
            "can_note": item.kind in TAKEN_NOTE_OF,
            "vote_forms": self.vote_forms(table, sent(VoteForm))
            if table.votes and table.quorate and not (decision or table.stopped)
            else [],
            "results": [Result.of(ballot, sent(CorrectForm), meeting.body) for ballot in table.all_ballots],
            "motion_form": sent(MotionForm) or MotionForm(voters=table.voters, movers=table.movers),
            "recusals": list(item.recusals.all()),
            "prompts": conflicts_of_interest.prompts(item, table.table) if not table.settled else [],
            "comings": list(zip(first_of(item), coming_and_going(list(item.movements.all())), strict=True)),
            "open_question": not table.settled,
            "stopped": table.stopped,
            "objections": session.objections(item),
            "doors": [session.doors(period) for period in item.door_periods.all()],
            "doors_closed": any(period.opened_at is None for period in item.door_periods.all()),
            "additions": list(zip(item.additions.all(), session.additions(item), strict=True)),
            "informed": session.informed(item),
            "elections": [self.election(one, table, sent(RoundForm)) for one in item.elections.all()],
            "acts": links(table),
            "discussion_form": sent(DiscussionForm) or DiscussionForm(item=item, draft=draft),
            "draft": draft,
            "stored_discussion": item.discussion if draft or (refusal is not None and sent(DiscussionForm)) else "",
            "again_form": sent(ReasonForm) or ReasonForm(prefix="again"),
            "form": typed,
            "refusal": refusal.message if refusal else "",
            "seen": version(item),
            "end": next((a for a in available(meeting, request.user) if a.transition.name == "end"), None),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (item.label, None)),
            **self.decision_context(request, table, sent(DecisionForm)),
        }
        return render(
            request,
            "meetings/session/item_run.html",
            context,
            status=status_of(refusal) if refusal is not None else status,
        )

    @staticmethod
    def quorum(table: Table) -> str:
        """Return what the bar says of this item: "Quorate 8 of 9"."""
        numbers = {"present": len(table.voters), "seats": len(table.seats)}
        return (
            _("Quorate %(present)s of %(seats)s") if table.quorate else _("Not quorate %(present)s of %(seats)s")
        ) % numbers

    @staticmethod
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

    @staticmethod
    def vote_forms(table: Table, typed: VoteForm | None) -> list[VoteForm]:
        """Return a table of votes for each motion not voted on."""
        presiding = table.meeting.presiding_id
        return [
            typed
            if typed is not None and typed.motion.pk == motion.pk
            else VoteForm(motion=motion, voters=table.voters, presiding=presiding)
            for motion in table.open_motions
        ]

    @staticmethod
    def election(one: Election, table: Table, typed: RoundForm | None) -> dict[str, Any]:
        """Return an election as the page shows it: its rounds, and the votes or the lot where it waits for them."""
        form = None
        lot = elections.waiting_for_lot(one)
        if one.elected is None and not lot and table.item.decided is None and table.quorate:
            mine = typed is not None and typed.election.pk == one.pk
            form = typed if mine else RoundForm(election=one, voters=table.voters)
        return {"election": one, "block": session.election(one), "form": form, "lot": lot}

    @staticmethod
    def decision_context(request: HttpRequest, table: Table, typed: DecisionForm | None) -> dict[str, Any]:
        """Return what may be decided, as links, what is shut and why, and the form of the one chosen."""
        if table.item.decided is not None:
            return {}
        chosen = typed.resolution if typed is not None else table.resolution(request.GET.get("som", ""))
        form = typed
        if form is None and chosen is not None:
            form = DecisionForm(item=table.item, resolution=chosen, text=table.words(chosen))
        return {
            "tabs": [
                ui.Tab(str(resolution.label).capitalize(), f"?som={resolution}#vedtak", current=resolution == chosen)
                for resolution, why in table.offered
                if why is None
            ],
            "shut": [(str(resolution.label).capitalize(), why) for resolution, why in table.offered if why is not None],
            "chosen": chosen,
            "decides": typed is not None or "som" in request.GET or table.item.kind not in TAKEN_NOTE_OF,
            "decision_form": form,
        }

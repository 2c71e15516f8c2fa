"""The meeting in session: one item at a time, with the agenda at the side and the quorum in sight."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from forum import voting
from forum.decided import owner_of
from forum.enums import TAKEN_NOTE_OF, Choice, ItemKind, MeetingStatus, Resolution
from forum.forms.running import (
    CorrectForm,
    DecisionForm,
    DiscussionForm,
    MotionForm,
    ReasonForm,
    RecuseForm,
    VoteForm,
)
from forum.models import AgendaItem, Ballot, Meeting, Motion
from forum.queries import meetings as queries
from forum.queries.asked import opinions_on
from forum.services import meetings as services
from forum.services.decisions import AT_REST, WITHOUT_MAJORITY, resolutions
from forum.services.holding import version
from forum.views.agenda import item_of, number, status_of
from forum.views.meetings import crumbs_of, fetch, title_of
from trepart import ui
from trepart.access import kept, policy
from trepart.access.models import User
from trepart.access.web import Access, permitted, reader_of
from trepart.audit import viewing
from trepart.audit.models import Event
from trepart.templatetags.trepart_ui import date_text, time_text
from trepart.workflow import Refused, available

RUN = "forum.run_meeting"


class Table:
    """What the page of one item needs to know, asked for once."""

    def __init__(self, meeting: Meeting, item: AgendaItem) -> None:
        self.meeting = meeting
        self.item = item

    @cached_property
    def seats(self) -> list[Any]:
        """Return the seats of the body."""
        return voting.seats(self.meeting)

    @cached_property
    def table(self) -> list[voting.Voter]:
        """Return who has met with a seat."""
        return voting.at_the_table(self.meeting)

    @cached_property
    def voters(self) -> list[voting.Voter]:
        """Return who takes part in this item."""
        return voting.entitled(self.item, self.table)

    @property
    def votes(self) -> bool:
        """Say whether there is a vote at all: not where the body decides by consensus, nor over what is only for information (R24)."""
        return not self.meeting.body.by_consensus and self.item.kind == ItemKind.PS

    @property
    def quorate(self) -> bool:
        """Say whether this item can be decided with those who take part in it (koml § 11-9)."""
        if not self.meeting.body.chapter_11:
            return bool(self.voters)
        return voting.quorum(len(self.voters), len(self.seats))

    @cached_property
    def ballots(self) -> list[Ballot]:
        """Return the votes held in this item."""
        return list(self.item.ballots.all())

    @cached_property
    def open_motions(self) -> list[Motion]:
        """Return what has been moved and not voted on."""
        held = {ballot.motion_id for ballot in self.ballots}
        return [motion for motion in self.item.motions.all() if motion.pk not in held]

    @cached_property
    def adopted(self) -> Ballot | None:
        """Return the last vote that was adopted."""
        return next((ballot for ballot in reversed(self.ballots) if voting.tally_of(ballot).adopted), None)

    @cached_property
    def offered(self) -> list[tuple[Resolution, Any]]:
        """Return what may be decided, each with why it is shut: by the owner of the case, or because the vote has not been held."""
        first = _("Hold the vote first (Local Government Act § 11-9).")
        return [
            (resolution, why or (first if self.waits_for_vote(resolution) else None))
            for resolution, why in resolutions(self.item)
        ]

    def waits_for_vote(self, resolution: Resolution) -> bool:
        """Say whether a resolution must wait for a vote: all but postponing and taking note of it, in a body that votes."""
        if not self.votes or self.adopted is not None or resolution in AT_REST:
            return False
        return not (self.ballots and resolution in WITHOUT_MAJORITY)

    def resolution(self, wanted: str) -> Resolution | None:
        """Return the resolution asked for, or the likely one; None where there is nothing to decide yet."""
        is_open = [resolution for resolution, why in self.offered if why is None]
        if wanted in is_open:
            return Resolution(wanted)
        if not self.votes or self.adopted is not None:
            return next(iter(is_open), None)
        if self.ballots and Resolution.DECLINE in is_open:
            return Resolution.DECLINE
        return None

    def words(self, resolution: Resolution) -> str:
        """Return the words a decision begins with: those of the motion that was adopted, where one was."""
        if resolution == Resolution.NOTED:
            return _("Taken note of.")
        if resolution == Resolution.POSTPONE:
            return _("The case is postponed.")
        if self.adopted is not None:
            return self.adopted.motion.text
        if self.ballots:
            return _("The recommendation was not adopted.")
        return self.item.recommendation


@dataclass(frozen=True)
class Result:
    """A vote that has been held, as the page shows it."""

    ballot: Ballot
    figures: str
    sentence: str
    by_party: str
    rows: list[tuple[ui.PersonLine, str]]
    correct: CorrectForm


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
        found = item_of(meeting, item)
        if meeting.status != MeetingStatus.IN_SESSION:
            return redirect(meeting)
        if found.is_kept and isinstance(request.user, User):
            viewing.log_view(request.user, found, "meeting_run_item")
        given_back = kept.give_back(request)
        typed = None
        if given_back is not None:
            typed = self.form(Table(meeting, found), given_back.get("do", ""), given_back)
        return self.page(request, meeting, found, typed)

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Do one thing in the item. What is refused is said beside what was typed."""
        meeting = fetch(request, pk, RUN)
        found = item_of(meeting, item)
        wanted = request.POST.get("do", "")
        acts: dict[str, Callable[[HttpRequest, Table, Any], str]] = {
            "unanimous": self.unanimous,
            "noted": self.noted,
            "motion": self.move,
            "vote": self.vote,
            "correct": self.correct,
            "recuse": self.recuse,
            "lift": self.lift,
            "discussion": self.discuss,
            "decide": self.decide,
            "again": self.again,
        }
        if wanted not in acts:
            raise Http404
        table = Table(meeting, found)
        form = self.form(table, wanted, request.POST)
        if form is not None and not form.is_valid():
            return self.page(request, meeting, found, form, status=422)
        try:
            said = acts[wanted](request, table, form)
        except Refused as refusal:
            return self.page(request, meeting, item_of(meeting, item), form, refusal=refusal)
        messages.success(request, said)
        ahead = wanted in ("decide", "noted") or (wanted == "unanimous" and owner_of(found.referral) is None)
        if ahead:
            return redirect("forum:meeting_run", meeting.pk)
        return redirect("forum:meeting_run_item", meeting.pk, found.pk)

    def form(self, table: Table, wanted: str, data: Any) -> Any:
        """Return the form that was sent, bound; None for a button without one. Answers 404 to what is not on the page."""
        item = table.item
        if wanted == "motion":
            return MotionForm(data, voters=table.voters)
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
        if wanted == "recuse":
            return self.recuse_form(table, data)
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
    def recuse_form(table: Table, data: Any = None) -> RecuseForm:
        """Return the form of who does not take part."""
        people = [voter.membership for voter in table.table]
        return RecuseForm(data, people=people, deputies=services.deputies(table.meeting))

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
            ballot = services.record_ballot(table.item, motion=motion, actor=actor, seen=self.seen(request))
            if owner_of(table.item.referral) is not None:
                return _("Adopted unanimously. Now write what it means for the case.")
            services.decide(
                table.item, text=ballot.motion.text, resolution=Resolution.ADOPT, ballot=ballot, actor=actor
            )
        return _("Adopted unanimously.")

    def noted(self, request: HttpRequest, table: Table, form: None) -> str:
        """Take note of an item."""
        services.decide(
            table.item,
            text=table.words(Resolution.NOTED),
            resolution=Resolution.NOTED,
            actor=reader_of(request),
            seen=self.seen(request),
        )
        return _("Taken note of.")

    def move(self, request: HttpRequest, table: Table, form: MotionForm) -> str:
        """Record a motion."""
        services.add_motion(table.item, **form.cleaned_data, actor=reader_of(request), seen=self.seen(request))
        return _("The motion is recorded.")

    def vote(self, request: HttpRequest, table: Table, form: VoteForm) -> str:
        """Record the votes over one motion."""
        ballot = services.record_ballot(
            table.item,
            motion=form.motion,
            choices=form.choices(),
            presiding=form.who_presides(),
            actor=reader_of(request),
            seen=self.seen(request),
        )
        return voting.result_text(ballot)

    def correct(self, request: HttpRequest, table: Table, form: CorrectForm) -> str:
        """Put a vote right."""
        vote, choice = form.turned()
        decided = table.item.decided is not None
        services.correct_vote(
            vote, choice=choice, reason=form.cleaned_data["reason"], actor=reader_of(request), seen=self.seen(request)
        )
        said = _("The vote of %(name)s is corrected.") % {"name": vote.name}
        if decided and not AgendaItem.objects.filter(pk=table.item.pk, decision__isnull=False).exists():
            said += " " + _("The result turned, and the decision must be recorded anew.")
        return said

    def recuse(self, request: HttpRequest, table: Table, form: RecuseForm) -> str:
        """Record that somebody does not take part."""
        services.recuse(table.item, **form.cleaned_data, actor=reader_of(request), seen=self.seen(request))
        return _("%(name)s does not take part in this case.") % {"name": form.cleaned_data["membership"].person.name}

    def lift(self, request: HttpRequest, table: Table, form: None) -> str:
        """Take back a recusal recorded by mistake."""
        wanted = number(request.POST.get("recusal"))
        recusal = next((one for one in table.item.recusals.all() if one.pk == wanted), None)
        if recusal is None:
            raise Http404
        services.lift_recusal(recusal, actor=reader_of(request), seen=self.seen(request))
        return _("%(name)s takes part in this case after all.") % {"name": recusal.membership.person.name}

    def discuss(self, request: HttpRequest, table: Table, form: DiscussionForm) -> str:
        """Save what was said."""
        services.save_discussion(
            table.item, text=form.cleaned_data["text"], actor=reader_of(request), seen=self.seen(request)
        )
        return _("Saved.")

    def decide(self, request: HttpRequest, table: Table, form: DecisionForm) -> str:
        """Record what was decided."""
        data = form.cleaned_data
        services.decide(
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
        services.take_up_again(
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
        context = {
            "meeting": meeting,
            "item": item,
            "title": title_of(meeting),
            "when": _("%(date)s · the meeting is in session") % {"date": date_text(meeting.starts_at)},
            "presence": voting.presence(table.seats, table.table),
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
            "vote_forms": self.vote_forms(table, sent(VoteForm)) if decision is None and table.votes else [],
            "results": [self.result(ballot, sent(CorrectForm)) for ballot in table.ballots],
            "motion_form": sent(MotionForm) or MotionForm(voters=table.voters),
            "recuse_form": sent(RecuseForm) or self.recuse_form(table),
            "recusals": list(item.recusals.all()),
            "can_recuse": decision is None and not table.ballots,
            "discussion_form": sent(DiscussionForm) or DiscussionForm(item=item),
            "stored_discussion": item.discussion if refusal is not None and sent(DiscussionForm) else "",
            "again_form": sent(ReasonForm) or ReasonForm(prefix="again"),
            "form": typed,
            "typed": type(typed).__name__,
            "refusal": refusal.message if refusal else "",
            "seen": version(item),
            "end": next((a for a in available(meeting, request.user) if a.transition.name == "end"), None),
            "form_owner": kept.owner_token(request),
            "crumbs": crumbs_of(meeting, (item.label, None)),
            **self.decision_context(request, table, sent(DecisionForm)),
        }
        return render(
            request, "forum/meeting_run.html", context, status=status_of(refusal) if refusal is not None else status
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
    def result(ballot: Ballot, typed: CorrectForm | None) -> Result:
        """Return a vote that has been held."""
        tally = voting.tally_of(ballot)
        rows = [
            (
                ui.PersonLine(
                    name=vote.name,
                    role=_("deputy for %(name)s") % {"name": vote.stands_for} if vote.stands_for else "",
                    part=vote.part,
                    party=vote.party.short if vote.party is not None else "",
                ),
                str(Choice(vote.choice).label),
            )
            for vote in ballot.votes.all()
        ]
        keep = typed is not None and typed.ballot.pk == ballot.pk
        return Result(
            ballot=ballot,
            figures=voting.figures(tally),
            sentence=voting.sentence(ballot),
            by_party=voting.party_text(ballot),
            rows=rows,
            correct=typed if keep and typed is not None else CorrectForm(ballot=ballot),
        )

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
            "decision_form": form,
        }

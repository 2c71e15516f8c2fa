"""Putting the record of an ended meeting right on the web: what can be corrected, and what has been."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from forum.meetings import ending
from forum.meetings.attendance.deputy_lists import deputies
from forum.meetings.core import participants
from forum.meetings.core.closed import noting
from forum.meetings.core.locking import lock_case
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.core.web import open_to, status_of
from forum.meetings.enums import MovementKind, RecusalKind
from forum.meetings.minutes import contradictions
from forum.meetings.minutes.corrections import elections, movements, services, votes
from forum.meetings.minutes.corrections.forms import (
    AttendanceCorrectionForm,
    CountsCorrectionForm,
    DecisionCorrectionForm,
    MovementCorrectionForm,
    RecusalCorrectionForm,
    VoicesCorrectionForm,
    VotesCorrectionForm,
)
from forum.meetings.minutes.corrections.record_page import RIGHT, ended, way
from forum.meetings.minutes.recorded import loaded
from forum.meetings.session.elections.models import Round
from forum.meetings.session.narrative import coming_and_going, movements_of
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.db.locking import lock
from trepart.outdated_pages import version
from trepart.refusals import Refused
from trepart.text.numbers import number
from trepart.workflow import Words


class _Page(View, ABC):
    """One thing to put right, with why."""

    access: ClassVar[Access] = permitted(RIGHT)
    heading: ClassVar[Words]
    lead: ClassVar[Words] = gettext_lazy(
        "A version that is published stays as it is. The next one says what was corrected, where it stands."
    )

    @abstractmethod
    def find(self, meeting: Meeting, key: int) -> Any:
        """Return what is put right, or answer 404."""

    @abstractmethod
    def form(self, found: Any, data: Any) -> forms.Form:
        """Return the form."""

    @abstractmethod
    def do(self, request: HttpRequest, found: Any, form: Any, seen: int | None) -> None:
        """Put it right."""

    def after(self, request: HttpRequest, meeting: Meeting, found: Any, form: Any) -> str:
        """Let follow what the form asked for, when it is put right; return the address of what must be put right next,
        empty where nothing must."""
        return ""

    def title(self, found: Any) -> Words:
        """Return what the page is headed with, after the case."""
        return self.heading

    def item(self, found: Any) -> AgendaItem | None:
        """Return the case it stands in; None for the whole meeting."""
        return found if isinstance(found, AgendaItem) else None

    def get(self, request: HttpRequest, pk: int, key: int = 0) -> HttpResponse:
        """Show the form."""
        meeting = ended(request, pk)
        found = self.find(meeting, key)
        item = self.item(found)
        if item is not None:
            noting.note(request, item, "minutes", kept=open_to(request, item).is_withheld)
        return self.page(request, meeting, found, self.form(found, interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, pk: int, key: int = 0) -> HttpResponseBase:
        """Put it right, or say beside the form why not."""
        meeting = ended(request, pk)
        found = self.find(meeting, key)
        item = self.item(found)
        if item is not None:
            open_to(request, item)
        status = 200
        with transaction.atomic():
            if item is not None and item.referral is not None:
                lock_case(item.referral.case_id)
            lock(meeting)
            # What was sent is held against what stands there, where nobody can put it right any more meanwhile.
            found = self.find(meeting, key)
            form = self.form(found, request.POST)
            if not form.is_valid():
                status = 422
            else:
                try:
                    self.do(request, found, form, number(request.POST.get("seen")))
                except Refused as refusal:
                    form.add_error(None, str(refusal.message))
                    status = status_of(refusal)
        if status != 200:
            return self.page(request, meeting, found, form, status=status)
        messages.success(request, _("Corrected. It stands in the trail, with your reason."))
        onward = self.after(request, meeting, found, form)
        return redirect(onward or reverse("forum:minutes_record", args=[meeting.pk]))

    def page(
        self, request: HttpRequest, meeting: Meeting, found: Any, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        """Render the form."""
        item = self.item(found)
        title = str(self.title(found))
        heading = f"{item.label}: {title}" if item is not None else title
        return render(
            request,
            "meetings/minutes/minutes_form.html",
            {
                "form": form,
                "heading": heading,
                "lead": self.lead,
                "label": _("Correct"),
                "meeting": meeting,
                "seen": version(item) if item is not None else None,
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": reverse("forum:minutes_record", args=[meeting.pk]),
                "crumbs": way(meeting, (heading, None)),
            },
            status=status,
        )


def _item(meeting: Meeting, key: int) -> AgendaItem:
    found = next((item for item in loaded(meeting) if item.pk == key and item.withdrawn_at is None), None)
    if found is None:
        raise Http404
    found.meeting = meeting
    return found


def _decision_next(request: HttpRequest, meeting: Meeting, key: int) -> str:
    """Say where the decision is no more what was voted on, now that votes are put right, and return where that is put
    right; empty where it still is."""
    item = _item(meeting, key)
    said = contradictions.of_decision(item)
    if not said:
        return ""
    what = {"item": item.label or item.title, "what": " ".join(said)}
    messages.warning(request, _("%(item)s: now the decision must be put right too. %(what)s") % what)
    return reverse("forum:minutes_record_decision", args=[meeting.pk, key])


class AttendanceCorrectionView(_Page):
    """Who met when the meeting began."""

    heading = gettext_lazy("Correct who met")

    def find(self, meeting: Meeting, key: int) -> Meeting:
        return meeting

    def form(self, found: Meeting, data: Any) -> AttendanceCorrectionForm:
        rows = found.attendances.select_related("membership__person", "stands_for__person", "stand_in__person")
        known, seats = list(rows.order_by("pk")), participants.seats(found)
        there = {row.membership_id for row in known}
        missing = [one for one in [*seats, *deputies(found)] if one.pk not in there]
        return AttendanceCorrectionForm(data, rows=known, missing=missing, seats=seats, movements=movements_of(found))

    def do(self, request: HttpRequest, found: Meeting, form: AttendanceCorrectionForm, seen: int | None) -> None:
        reason, actor, added = form.cleaned_data["reason"], reader_of(request), form.added()
        with transaction.atomic():
            if added is None or form.changes_rows():
                services.correct_attendance(found, present=form.present(), reason=reason, actor=actor)
            if added is not None:
                who, stands_for = added
                services.put_in_the_roll(found, membership=who, stands_for=stands_for, reason=reason, actor=actor)


class VotesCorrectionView(_Page):
    """The votes in one ballot."""

    heading = gettext_lazy("Correct the votes")

    def find(self, meeting: Meeting, key: int) -> Ballot:
        found = (
            Ballot.objects.select_related("motion__moved_by__person", "opponent__moved_by__person")
            .filter(pk=key, item__meeting=meeting, item__withdrawn_at__isnull=True)
            .first()
        )
        if found is None:
            raise Http404
        found.item = _item(meeting, found.item_id)
        return found

    def item(self, found: Ballot) -> AgendaItem:
        return found.item

    def form(self, found: Ballot, data: Any) -> VotesCorrectionForm:
        return VotesCorrectionForm(data, ballot=found, voters=votes.who_may_have_voted(found.item, found))

    def do(self, request: HttpRequest, found: Ballot, form: VotesCorrectionForm, seen: int | None) -> None:
        reason = form.cleaned_data["reason"]
        votes.correct_votes(found, choices=form.choices(), reason=reason, actor=reader_of(request), seen=seen)

    def after(self, request: HttpRequest, meeting: Meeting, found: Ballot, form: VotesCorrectionForm) -> str:
        return _decision_next(request, meeting, found.item_id)


class ElectionCorrectionView(_Page):
    """The votes in one round of an election: who voted for whom, or what was counted in writing."""

    heading = gettext_lazy("Correct the votes in the election")

    def find(self, meeting: Meeting, key: int) -> Round:
        here = {"election__item__meeting": meeting, "election__item__withdrawn_at__isnull": True}
        found = Round.objects.select_related("election").filter(pk=key, **here).first()
        if found is None:
            raise Http404
        found.election.item = _item(meeting, found.election.item_id)
        return found

    def title(self, found: Round) -> Words:
        which = _("%(place)s, round %(number)s") % {"place": found.election.place, "number": found.number}
        return f"{self.heading}, {which}"

    def item(self, found: Round) -> AgendaItem:
        return found.election.item

    def form(self, found: Round, data: Any) -> CountsCorrectionForm | VoicesCorrectionForm:
        if found.secret:
            return CountsCorrectionForm(data, round_=found)
        item = found.election.item
        there = {voter.pk for voter in elections.took_part(item, found)}
        return VoicesCorrectionForm(
            data, round_=found, voters=elections.who_may_have_voted(item, found), took_part=there
        )

    def do(self, request: HttpRequest, found: Round, form: Any, seen: int | None) -> None:
        said: dict[str, Any] = {"reason": form.cleaned_data["reason"], "actor": reader_of(request), "seen": seen}
        if found.secret:
            elections.correct_counts(found, counts=form.counts(), blank=form.cleaned_data["blank"], **said)
        else:
            elections.correct_voices(found, choices=form.choices(), **said)

    def after(self, request: HttpRequest, meeting: Meeting, found: Round, form: Any) -> str:
        return _decision_next(request, meeting, found.election.item_id)


class MovementCorrectionView(_Page):
    """Who came and went before a case."""

    heading = gettext_lazy("Correct who came and went")

    def find(self, meeting: Meeting, key: int) -> AgendaItem:
        return _item(meeting, key)

    def form(self, found: AgendaItem, data: Any) -> MovementCorrectionForm:
        firsts = [movement for movement in found.movements.all() if not movement.because_id]
        said = coming_and_going(list(found.movements.all()))
        people = [*participants.seats(found.meeting), *deputies(found.meeting)]
        return MovementCorrectionForm(
            data, movements=list(zip(firsts, said, strict=True)), people=people, votes=votes.held_in(found)
        )

    def do(self, request: HttpRequest, found: AgendaItem, form: MovementCorrectionForm, seen: int | None) -> None:
        said, actor = form.cleaned_data, reader_of(request)
        if said["what"] in form.movements:
            movement = form.movements[said["what"]]
            movement.item = found
            movements.take_out(movement, reason=said["reason"], actor=actor, seen=seen)
            return
        movements.put_in(
            found,
            membership=form.people[said["member"]],
            kind=MovementKind(said["what"]),
            at=said["at"],
            only=said["only"],
            stands_for=form.people.get(said["stands_for"]),
            before=int(said["before"]) if said.get("before") else None,
            reason=said["reason"],
            actor=actor,
            seen=seen,
        )


class RecusalCorrectionView(_Page):
    """Who did not take part in a case, and why."""

    heading = gettext_lazy("Correct who did not take part")

    def find(self, meeting: Meeting, key: int) -> AgendaItem:
        return _item(meeting, key)

    def form(self, found: AgendaItem, data: Any) -> RecusalCorrectionForm:
        return RecusalCorrectionForm(data, item=found, people=participants.took_part(found))

    def do(self, request: HttpRequest, found: AgendaItem, form: RecusalCorrectionForm, seen: int | None) -> None:
        said = form.cleaned_data
        services.correct_recusal(
            found,
            membership=form.people[said["member"]],
            kind=RecusalKind(said["kind"] or RecusalKind.PARTIALITY),
            basis=said["basis"],
            reason=said["reason"],
            actor=reader_of(request),
            seen=seen,
        )


class DecisionCorrectionView(_Page):
    """The words of a decision."""

    heading = gettext_lazy("Correct the decision")

    def find(self, meeting: Meeting, key: int) -> AgendaItem:
        found = _item(meeting, key)
        if found.decided is None:
            raise Http404
        return found

    def form(self, found: AgendaItem, data: Any) -> DecisionCorrectionForm:
        if found.decided is None:
            raise Http404
        return DecisionCorrectionForm(data, item=found, decision=found.decided, reader=self.request.user)

    def do(self, request: HttpRequest, found: AgendaItem, form: DecisionCorrectionForm, seen: int | None) -> None:
        said = form.cleaned_data
        services.correct_decision(
            found,
            text=said["text"],
            resolution=form.resolution(),
            differs=said.get("differs", ""),
            answer=said.get("answer", ""),
            ground=said.get("ground", ""),
            rests=form.rests(),
            reason=said["reason"],
            actor=reader_of(request),
            seen=seen,
        )

    def after(self, request: HttpRequest, meeting: Meeting, found: AgendaItem, form: DecisionCorrectionForm) -> str:
        if form.cleaned_data.get("publish_list"):
            ending.publish_corrected(request, meeting)
        return ""

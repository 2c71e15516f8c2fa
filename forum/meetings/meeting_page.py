"""The page of one meeting: when and where, its agenda, who met, what was decided, and what can be done now."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings import member_panel
from forum.meetings.agenda import changes_since_notice
from forum.meetings.agenda.draft_readers import READ_DRAFT, draft_for
from forum.meetings.agenda.notice import short_notice
from forum.meetings.attendance import conflict_reports, in_one_case
from forum.meetings.case_papers import queries as papers
from forum.meetings.core import meeting_facts, queries
from forum.meetings.core.closed import noting
from forum.meetings.core.closed.access import is_inside
from forum.meetings.core.meeting_rows import status_label
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.core.readable_items import decisions_are_out, minutes_are_out, own_items
from forum.meetings.core.web import crumbs_of, fetch, title_of
from forum.meetings.enums import URGENT_KINDS, MeetingKind, MeetingStatus, MovementKind
from forum.meetings.minutes.corrections import queries as corrections
from forum.meetings.session import narrative
from forum.meetings.session.decisions import settlement
from forum.meetings.session.models import Movement
from forum.meetings.urgent.rules import demands_in_words
from forum.organisation.enums import Role
from trepart import ui
from trepart.access import policy
from trepart.access.models import User
from trepart.access.web import PUBLIC, Access
from trepart.audit import timeline
from trepart.text.dates import date_text, exact_text
from trepart.workflow import available


class MeetingDetailView(View):
    """One meeting: when and where, what stands on its agenda, who met, what was decided, and what can be done now."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the meeting; closed items show number, basis and public title to those who may not see more."""
        person = request.user
        meeting = fetch(request, pk, READ_DRAFT if self.prepares(request, pk) else "forum.view_meeting")
        plans = policy.can(person, "forum.plan_meeting", meeting)
        runs = policy.can(person, "forum.run_meeting", meeting)
        sees_closed = policy.can(person, "forum.view_closed", meeting)
        own = own_items(person, meeting)
        is_out = queries.agenda_is_out(meeting) or plans
        inside = sees_closed or is_inside(person, meeting)
        lines = queries.item_lines(meeting, sees_closed=sees_closed, own=own, inside=inside) if is_out else []
        lines = papers.with_papers(lines, person)
        kept_from = {line.item.pk for line in lines if line.hidden}
        draft = [] if is_out else draft_for(meeting, person)
        read = [*lines, *(each.line for each in draft)]
        noting.note(request, meeting, "meeting", kept=noting.any_kept(line.item for line in read if not line.hidden))
        there, away = self.who_met(meeting, runs=runs, sees_closed=sees_closed)
        told = meeting.status == MeetingStatus.ENDED and decisions_are_out(meeting)
        changed = (
            changes_since_notice.changes(meeting, lines)
            if meeting.status == MeetingStatus.CALLED
            else changes_since_notice.NONE
        )
        return render(
            request,
            "meetings/meeting_detail.html",
            {
                "meeting": meeting,
                "title": title_of(meeting),
                "status": capfirst(str(status_label(meeting))),
                "meaning": queries.MEANING[meeting.status],
                "facts": [*facts_of(meeting), *meeting_facts.of(meeting, person)],
                "lines": changes_since_notice.marked(lines, changed),
                "draft": draft,
                "agenda_out": queries.agenda_is_out(meeting),
                "results": [line for line in lines if meeting.status == MeetingStatus.ENDED],
                "met": [*member_panel.expected(meeting), *there],
                "absent": away,
                "plans": plans,
                "runs": runs,
                "steps": self.steps(request, meeting),
                "next": self.next(meeting, plans=plans, runs=runs),
                "answer_url": self.answer_url(request, meeting),
                "short_notice": short_notice(meeting) if plans or sees_closed else "",
                "urgent": meeting.kind in URGENT_KINDS,
                "demands": demands_in_words(meeting) if meeting.kind == MeetingKind.URGENT else "",
                "without_papers": called_without_papers(meeting, lines),
                "changes": changed,
                "member": member_panel.for_member(request, meeting),
                "partiality": conflict_reports.of_items(meeting, person, runs=runs)
                if isinstance(person, User) and meeting.status in (MeetingStatus.CALLED, MeetingStatus.IN_SESSION)
                else {},
                "absences": meeting.absences.filter(withdrawn_at__isnull=True).count() if runs else 0,
                "unsettled": [item for item in settlement.unsettled(meeting) if item.pk not in kept_from]
                if runs and told
                else [],
                "told": told,
                "minutes_url": self.minutes_url(request, meeting),
                "minutes_out": minutes_are_out(meeting),
                "attendance_url": reverse("forum:attendance_sheet", args=[meeting.pk])
                if meeting.status == MeetingStatus.ENDED and policy.can(person, "forum.export_attendance", meeting)
                else "",
                **self.decision_list(request, meeting),
                "in_session": meeting.status == MeetingStatus.IN_SESSION,
                "is_log": meeting.kind == MeetingKind.LOG,
                "reasons_url": reverse("forum:absence_reasons", args=[meeting.pk]) if runs else "",
                "trail": self.trail(request, meeting, runs=runs),
                "may_trail": runs or policy.can(person, "audit.view"),
                "crumbs": crumbs_of(meeting),
            },
        )

    @staticmethod
    def prepares(request: HttpRequest, pk: int) -> bool:
        """Say whether the reader prepares cases for the body, whose meetings need not be open to them otherwise."""
        planned = Meeting.objects.filter(pk=pk, status=MeetingStatus.PLANNED)
        return policy.visible_to(request.user, READ_DRAFT, planned).exists()

    def who_met(
        self, meeting: Meeting, *, runs: bool, sees_closed: bool
    ) -> tuple[list[ui.PersonLine], list[ui.PersonLine]]:
        """Return who met and who was absent. Whoever only reads what is published reads it as the published minutes
        say, until a new version holds what has been corrected (R29)."""
        if meeting.status == MeetingStatus.ENDED and not (runs or sees_closed):
            published = corrections.published_roll(meeting)
            if published is not None:
                there, away = ([ui.PersonLine(one.name, one.note, one.part) for one in lines] for lines in published)
                return there, away
        met, absent = queries.who_met(meeting)
        named = runs or sees_closed
        movements = [] if meeting.status == MeetingStatus.PLANNED else narrative.movements_of(meeting)
        # Whoever came after the roll call has met, as the minutes say too.
        came = {movement.membership_id for movement in movements if movement.kind == MovementKind.CAME}
        later = [row for row in absent if row.membership_id in came]
        there = [person_line(row, reasons=runs, named=named, movements=movements) for row in [*met, *later]]
        there += sat_in([*met, *absent], meeting, movements)
        return there, [person_line(row, reasons=runs) for row in absent if row not in later]

    def decision_list(self, request: HttpRequest, meeting: Meeting) -> dict[str, object]:
        """Return the page of the decision list, where it is out or the reader may publish it."""
        if meeting.status != MeetingStatus.ENDED or meeting.kind == MeetingKind.LOG:
            return {}
        out = meeting.decision_lists.exists()
        if not out and not policy.can(request.user, "forum.publish_minutes", meeting):
            return {}
        return {"decision_list_url": reverse("forum:decision_list", args=[meeting.pk]), "decision_list_out": out}

    def steps(self, request: HttpRequest, meeting: Meeting) -> list[dict[str, object]]:
        """Return the steps the reader may take from here, with what stands in the way."""
        return [
            {
                "label": _("Take it to an ordinary meeting")
                if found.transition.name == "postpone" and meeting.kind in URGENT_KINDS
                else found.transition.label,
                "why": found.why,
                "name": found.transition.name,
                "url": reverse("forum:meeting_step", args=[meeting.pk, found.transition.name]),
            }
            for found in available(meeting, request.user)
            if not (found.transition.name in ("open", "rearrange") and meeting.kind == MeetingKind.WRITTEN)
        ]

    def next(self, meeting: Meeting, *, plans: bool, runs: bool) -> str:
        """Return which page the work goes on at: the agenda, who meets, or the running of the meeting."""
        if meeting.status == MeetingStatus.PLANNED and plans:
            return reverse("forum:meeting_agenda", args=[meeting.pk])
        if meeting.status == MeetingStatus.CALLED and runs and meeting.kind == MeetingKind.WRITTEN:
            return reverse("forum:urgent_conclude", args=[meeting.pk])
        if meeting.status == MeetingStatus.CALLED and runs:
            return reverse("forum:meeting_attendance", args=[meeting.pk])
        if meeting.status == MeetingStatus.IN_SESSION and runs:
            return reverse("forum:meeting_run", args=[meeting.pk])
        return ""

    @staticmethod
    def answer_url(request: HttpRequest, meeting: Meeting) -> str:
        """Return where a member answers an urgent case, while it is open (koml § 11-8)."""
        urgent = meeting.kind in (MeetingKind.WRITTEN, MeetingKind.URGENT) and meeting.status == MeetingStatus.CALLED
        if not urgent or not policy.can(request.user, "forum.take_part", meeting):
            return ""
        return reverse("forum:urgent_answer", args=[meeting.pk])

    def trail(self, request: HttpRequest, meeting: Meeting, *, runs: bool) -> list[ui.Entry]:
        """Return the audit trail of the meeting, with everything opened, where it was asked for by
        somebody who may read it."""
        if request.GET.get("spor") != "1" or not (runs or policy.can(request.user, "audit.view")):
            return []
        return timeline.entries(meeting, request.user, audit=True)

    def minutes_url(self, request: HttpRequest, meeting: Meeting) -> str:
        """Return the page of the minutes, where there are any for this reader."""
        if meeting.status != MeetingStatus.ENDED:
            return ""
        if (
            meeting.kind == MeetingKind.LOG
            or minutes_are_out(meeting)
            or policy.can(request.user, "forum.write_minutes", meeting)
        ):
            return reverse("forum:minutes_detail", args=[meeting.pk])
        return ""


def person_line(
    row: Attendance, *, reasons: bool, named: bool = True, movements: Iterable[Movement] = ()
) -> ui.PersonLine:
    """Return one person in the list of who met or was absent, with how they came and went; ``reasons``: for a reader
    who may know why somebody is away; ``named``: and who speaks for the users."""
    membership = row.membership
    if membership.role == Role.USER_REPRESENTATIVE and not named:
        return ui.PersonLine(name=str(Role.USER_REPRESENTATIVE.label).capitalize())
    return ui.PersonLine(
        name=row.who.name,
        role=", ".join([queries.role_words(row), *narrative.notes_on(membership, movements)]),
        part=membership.part,
        party=membership.party.short if membership.party is not None else "",
        note=row.absence_reason or row.skipped_reason if reasons else "",
    )


def sat_in(known: Iterable[Attendance], meeting: Meeting, movements: Sequence[Movement]) -> list[ui.PersonLine]:
    """Return those who took a seat after the roll call, or for single cases (R4)."""
    if meeting.status == MeetingStatus.PLANNED:
        return []
    ids = [row.membership_id for row in known]
    found = in_one_case.sat_in(ids, movements, in_one_case.recusals_of([meeting]))
    return [
        ui.PersonLine(
            name=one.membership.person.name,
            role=", ".join(filter(None, (_("deputy for %(name)s") % {"name": one.met_for}, one.note)))
            if one.met_for
            else ", ".join(
                filter(None, (str(one.membership.get_role_display()), one.note if one.seat_by_case else ""))
            ),
            part=one.membership.part,
            party=one.membership.party.short if one.membership.party is not None else "",
        )
        for one in found
    ]


def facts_of(meeting: Meeting) -> list[ui.Fact]:
    """Return when, where, who presided and when it was called."""
    when = _("Answers by") if meeting.kind == MeetingKind.WRITTEN else _("When")
    facts = [ui.Fact(when, exact_text(meeting.starts_at)), ui.Fact(_("Where"), meeting.place)]
    if meeting.kind == MeetingKind.LOG:
        facts = [ui.Fact(_("Held"), exact_text(queries.day_of(meeting)))]
    if meeting.called_at is not None:
        facts.append(ui.Fact(_("Called"), date_text(meeting.called_at)))
    if meeting.presiding is not None and meeting.kind != MeetingKind.LOG:
        name = queries.presiding_name(meeting)
        said = _("%(name)s, elected for this meeting") % {"name": name} if meeting.presiding_elected else name
        facts.append(ui.Fact(_("Presiding"), said))
    if meeting.others_present:
        facts.append(ui.Fact(_("Others"), meeting.others_present))
    facts.append(ui.Fact(_("Body"), meeting.body.name, meeting.body.get_absolute_url()))
    return facts


def called_without_papers(meeting: Meeting, lines: list[queries.ItemLine]) -> str:
    """Say which cases the notice went out without papers for; empty where it had them all, and before it."""
    if meeting.status not in (MeetingStatus.CALLED, MeetingStatus.IN_SESSION):
        return ""
    without = changes_since_notice.called_without_papers(meeting)
    named = [line.item.label or line.title for line in lines if line.item.pk in without]
    if not named:
        return ""
    return _("The notice went out without papers for %(items)s (Local Government Act § 11-3).") % {
        "items": ", ".join(named)
    }

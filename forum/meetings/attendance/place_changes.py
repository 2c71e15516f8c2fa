"""What hangs on a place in meetings to come, brought in step when places begin and end (koml § 7-10, R4, R6).

An absence of somebody who has no seat any more lapses, the deputies called for it are let go with the reason, a called
deputy who leaves or is elected into a seat is followed by the next on the list, and whoever gets a place after the
notice is invited with the papers. The secretary and the chair are told of all of it. What goes on in a meeting that is
open, and what was voted in one, stays: who counts there is worked out anew each time (`core.one_vote`).
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.attendance import place_notices
from forum.meetings.attendance.deputy_calls import call_next, release
from forum.meetings.attendance.models import Absence, ConflictReport, DeputyCall
from forum.meetings.attendance.roll_call import RUN, preside_by_default
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Attendance, Meeting, Recusal
from forum.meetings.core.queries import day_of
from forum.meetings.enums import UNANSWERED_OR_YES, MeetingStatus
from forum.meetings.notifications import PLACES_SETTLED, left_out
from forum.meetings.urgent.models import PostponementDemand, WrittenAnswer
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from trepart import audit, clock, languages
from trepart.access import policy
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.announcing import tell

COMING = (MeetingStatus.PLANNED, MeetingStatus.CALLED, MeetingStatus.IN_SESSION)


class AfterPlaces:
    """What meetings have hanging on places (`forum.organisation.place_changes.Hangs`)."""

    def hold(self, body_id: int) -> None:
        """Lock the meetings of a body that are not over, so that nobody votes while the places change."""
        list(_coming(body_id).select_for_update(no_key=True, of=("self",)).values_list("pk"))

    def settle(self, body_id: int, begun: Sequence[Membership], *, actor: User | None) -> None:
        """Bring every meeting of a body that is not over in step with its places."""
        for meeting in _coming(body_id).select_for_update(no_key=True, of=("self",)).select_related("body"):
            _Meeting(meeting, begun, actor).settle()


def _coming(body_id: int) -> QuerySet[Meeting]:
    return Meeting.objects.filter(body=body_id, status__in=COMING).order_by("pk")


@dataclass(frozen=True)
class _Said:
    """One thing the secretary and the chair are told, in the language of whoever reads it."""

    words: Promise
    names: Mapping[str, str]

    def __str__(self) -> str:
        return str(self.words) % self.names


class _Meeting:
    """One meeting that is not over, and who has a place that day."""

    def __init__(self, meeting: Meeting, begun: Sequence[Membership], actor: User | None) -> None:
        self.meeting, self.actor = meeting, actor
        running = meeting.body.memberships.running(day_of(meeting)).select_related("person")
        self.places = {place.pk: place for place in running}
        self.own = {place.person_id: place for place in self.places.values() if place.seated}
        self.deputies = {place.person_id: place for place in self.places.values() if place.role == Role.DEPUTY}
        self.begun = [place for place in begun if place.pk in self.places]
        self.said: list[_Said] = []
        #: Whose seat was told of as ended with the row they had in the roll call.
        self._left: set[int] = set()
        self._event: Event | None = None

    def settle(self) -> None:
        """Settle what hangs on places that have ended, invite those who have begun, and tell of it."""
        if self.meeting.status == MeetingStatus.IN_SESSION:
            self._in_session()
        else:
            self._absences()
            self._calls()
            self._table()
            self._answers()
            self._recusals()
            self._presiding()
        new = self._new_in_the_meeting()
        if new:
            self._say(
                gettext_lazy("%(names)s got a place after the notice."), names=", ".join(p.person.name for p in new)
            )
        if new and self.meeting.status == MeetingStatus.CALLED:
            place_notices.invite(self.meeting, new, actor=self.actor)
        if self.meeting.status != MeetingStatus.IN_SESSION:
            self._withdraw()
        self._tell()

    def _say(self, words: Promise, **names: str) -> None:
        self.said.append(_Said(words, names))

    def _under(self) -> AbstractContextManager[Event]:
        """Open the one event under which everything that is settled here is written."""
        if self._event is None:
            self._event = audit.write("forum.places_settled", actor=self.actor, subject=self.meeting)
        return audit.under(self._event)

    def _seat(self, place_id: int) -> Membership | None:
        place = self.places.get(place_id)
        return place if place is not None and place.seated else None

    def _deputy(self, place: Membership) -> Membership | None:
        """Return the place a deputy can stand in from: the same, or the one it goes on as; None where there is none, or
        the deputy has a seat of the own."""
        now = self.deputies.get(place.person_id)
        if now is None or now.person_id in self.own or now.deputy_list != place.deputy_list:
            return None
        return now

    def _why_not(self, deputy: Membership) -> tuple[str, Promise]:
        """Return why a deputy no longer can be one, as others read it, and as it is said to the person."""
        seated = deputy.person_id in self.own
        with languages.municipal():
            if seated:
                why = _("%(name)s has a seat in the body now.")
            else:
                why = _("The place of %(name)s as deputy has ended.")
        to_them = gettext_lazy("You have a seat in the body now.")
        if not seated:
            to_them = gettext_lazy("Your place as deputy has ended.")
        return why % {"name": deputy.person.name}, to_them

    def _in_session(self) -> None:
        """Say who does not count any more in a meeting that is open; what has been voted there stands."""
        rows = self.meeting.attendances.filter(present=True).select_related("membership__person")
        for row in rows.order_by("pk"):
            seat = row.stands_for_id or row.membership_id
            if self._seat(seat) is None or (row.stands_for_id and self._deputy(row.membership) is None):
                self._say(
                    gettext_lazy("%(name)s has no seat any more, and is not at the table from now on."),
                    name=row.membership.person.name,
                )

    # Absences and the deputies called for them -----------------------------------------------------------------------
    def _absences(self) -> None:
        standing = self.meeting.absences.filter(withdrawn_at__isnull=True).select_related("membership__person")
        for absence in standing.order_by("pk"):
            if self._seat(absence.membership_id) is not None:
                continue
            absence.meeting = self.meeting
            heir = self.own.get(absence.membership.person_id)
            same_list = heir is not None and heir.deputy_list == absence.membership.deputy_list
            if (
                heir is not None
                and not self.meeting.absences.filter(membership=heir, withdrawn_at__isnull=True).exists()
            ):
                self._moves(absence, heir, same_list=same_list)
            else:
                self._lapses(absence)

    def _moves(self, absence: Absence, heir: Membership, *, same_list: bool) -> None:
        """Let an absence follow somebody whose place goes on as another; deputies of another list are let go."""
        if not same_list:
            with languages.municipal():
                why = _("%(name)s has another seat now.") % {"name": heir.person.name}
            self._let_go(absence, why)
        with self._under():
            for row in self.meeting.attendances.filter(stands_for=absence.membership_id):
                row.stands_for = heir
                row.save()
            absence.membership = heir
            absence.save()
        if not same_list and self.meeting.status == MeetingStatus.CALLED:
            call_next(absence, actor=self.actor)

    def _lapses(self, absence: Absence) -> None:
        name = absence.membership.person.name
        with languages.municipal():
            why = _("The seat of %(name)s has ended.") % {"name": name}
        with audit.recorded(
            "forum.absence_lapsed", actor=self.actor, subject=absence, root=self.meeting, data={"name": name}
        ):
            absence.withdrawn_at = clock.now()
            absence.save()
        self._say(gettext_lazy("The absence of %(name)s has lapsed: the seat has ended."), name=name)
        self._let_go(absence, why)

    def _let_go(self, absence: Absence, why: str) -> None:
        for call in absence.calls.filter(answer__in=UNANSWERED_OR_YES).select_related("deputy__person"):
            release(call, absence, actor=self.actor, why=why)
            self._say(
                gettext_lazy("%(name)s is no longer called as deputy. %(why)s"), name=call.deputy.person.name, why=why
            )

    def _calls(self) -> None:
        standing = DeputyCall.objects.filter(absence__meeting=self.meeting, answer__in=UNANSWERED_OR_YES)
        for call in standing.select_related("deputy__person", "absence__membership__person").order_by("pk"):
            now = self._deputy(call.deputy)
            if now is not None:
                if now.pk != call.deputy_id:
                    call.deputy = now
                    self._save(call)
                continue
            absence = call.absence
            absence.meeting = self.meeting
            why, to_them = self._why_not(call.deputy)
            release(call, absence, actor=self.actor, why=why, to_them=to_them)
            self._say(
                gettext_lazy("%(name)s is no longer called as deputy. %(why)s"), name=call.deputy.person.name, why=why
            )
            if self.meeting.status == MeetingStatus.CALLED:
                following = call_next(absence, actor=self.actor)
                words = {"member": absence.membership.person.name}
                if following is not None:
                    self._say(
                        gettext_lazy("%(name)s is called for %(member)s instead."),
                        name=following.deputy.person.name,
                        **words,
                    )
                else:
                    self._say(gettext_lazy("There is no deputy left for %(member)s."), **words)

    # The roll call, what was said ahead, and recusals --------------------------------------------------------------
    def _table(self) -> None:
        rows = self.meeting.attendances.select_related("membership__person", "stands_for__person").order_by("pk")
        known = {row.membership_id for row in rows}
        for row in rows:
            seat, heir = row.stands_for, self.own.get(row.membership.person_id)
            if seat is None:
                if self._seat(row.membership_id) is not None:
                    continue
                if heir is not None and heir.pk not in known and row.membership.role != Role.DEPUTY:
                    known.add(heir.pk)
                    row.membership = heir
                    self._save(row)
                    continue
                self._leaves(row)
                continue
            follows, now = self._seat(seat.pk) or self.own.get(seat.person_id), self._deputy(row.membership)
            if follows is None or now is None or follows.deputy_list != seat.deputy_list:
                self._leaves(row)
            elif (follows.pk, now.pk) != (seat.pk, row.membership_id):
                row.stands_for, row.membership = follows, now
                self._save(row)

    def _leaves(self, row: Attendance) -> None:
        if row.present and row.stands_for is not None:
            self._say(
                gettext_lazy("%(name)s no longer meets for %(member)s."),
                name=row.membership.person.name,
                member=row.stands_for.person.name,
            )
        elif row.present:
            self._say(
                gettext_lazy("%(name)s has no seat any more, and is off the list of who meets."), name=row.who.name
            )
        if row.stands_for is None and row.membership.role != Role.DEPUTY:
            self._left.add(row.membership.person_id)
            self._empty(row.membership)
        self._delete(row)

    def _empty(self, seat: Membership) -> None:
        if self.meeting.body.kind_row.elected:
            self._say(
                gettext_lazy(
                    "The seat of %(name)s is empty until somebody is elected from the same group: a deputy does not "
                    "take it over (Local Government Act § 7-10)."
                ),
                name=seat.person.name,
            )

    def _answers(self) -> None:
        """Let what somebody has said ahead follow the person where a place goes on as another."""
        items = AgendaItem.objects.filter(meeting=self.meeting)
        said: tuple[QuerySet[Any], ...] = (
            ConflictReport.objects.filter(item__in=items),
            WrittenAnswer.objects.filter(item__in=items),
            PostponementDemand.objects.filter(meeting=self.meeting),
        )
        for found in said:
            rows = list(found.select_related("membership").order_by("pk"))
            there = {(getattr(row, "item_id", None), row.membership_id) for row in rows}
            for row in rows:
                heir = self.own.get(row.membership.person_id)
                place = (getattr(row, "item_id", None), heir.pk if heir is not None else None)
                if heir is not None and row.membership_id not in self.places and place not in there:
                    row.membership = heir
                    self._save(row)

    def _recusals(self) -> None:
        found = Recusal.objects.filter(item__meeting=self.meeting).select_related(
            "item", "membership__person", "deputy__person", "seat"
        )
        for one in found.order_by("pk"):
            if one.membership_id not in self.places:
                heir = self.own.get(one.membership.person_id)
                if heir is None:
                    self._say(
                        gettext_lazy(
                            "%(name)s has no place any more, and is not recorded as stepping aside in %(item)s."
                        ),
                        name=one.membership.person.name,
                        item=one.item.label,
                    )
                    self._delete(one)
                    continue
                one.membership = heir
                self._save(one)
            if one.seat is not None and self._seat(one.seat.pk) is None and one.seat.person_id in self.own:
                one.seat = self.own[one.seat.person_id]
                self._save(one)
            now = self._deputy(one.deputy) if one.deputy is not None else None
            if one.deputy is not None and now is not None and now.pk != one.deputy_id:
                one.deputy = now
                self._save(one)
            if one.deputy is not None and now is None:
                self._say(
                    gettext_lazy("%(name)s no longer meets as deputy in %(item)s: call another."),
                    name=one.deputy.person.name, item=one.item.label,
                )  # fmt: skip
                one.deputy, one.skipped_reason = None, ""
                self._save(one)

    def _presiding(self) -> None:
        before = self.meeting.presiding
        if before is None or before.pk in {voter.pk for voter in participants.at_the_table(self.meeting)}:
            return
        self.meeting.presiding, self.meeting.presiding_elected = None, False
        with self._under():
            preside_by_default(self.meeting)

    def _save(self, row: Model) -> None:
        with self._under():
            row.save()

    def _delete(self, row: Model) -> None:
        with self._under():
            row.delete()

    # Those who have begun, and those who are told --------------------------------------------------------------------
    def _new_in_the_meeting(self) -> list[Membership]:
        """Return the places begun since the notice, of people who had none then: nobody has told them yet."""
        if self.meeting.called_at is None or not self.begun:
            return []
        noticed = timezone.localtime(self.meeting.called_at).date()
        others = self.meeting.body.memberships.lasting(noticed).exclude(role=Role.DEPUTY)
        known = set(others.exclude(pk__in=[p.pk for p in self.begun]).values_list("person", flat=True))
        return [p for p in self.begun if p.role != Role.DEPUTY and p.person_id not in known]

    def _withdraw(self) -> None:
        gone = list(left_out(self.meeting).order_by("pk"))
        if gone and self.meeting.status == MeetingStatus.CALLED:
            self._ended(gone)
        if gone:
            place_notices.withdraw(self.meeting, gone, actor=self.actor)

    def _ended(self, gone: Sequence[User]) -> None:
        """Say whose place ended after the notice, also where nothing was recorded of them yet (R4)."""
        places = self.meeting.body.memberships.filter(person__in=gone).exclude(role=Role.DEPUTY)
        last = {place.person_id: place for place in places.select_related("person").order_by("valid_from", "pk")}
        for person, place in last.items():
            if person not in self._left:
                self._say(
                    gettext_lazy(
                        "%(name)s was called, and has no place in the body any more on the day of the meeting."
                    ),
                    name=place.person.name,
                )
                if place.seated:
                    self._empty(place)

    def _tell(self) -> None:
        if not self.said:
            return
        with self._under() as event:
            tell(
                policy.people_who_can(RUN, self.meeting),
                kind=PLACES_SETTLED,
                template="meetings/attendance/mail/places_settled",
                context={"meeting": self.meeting, "said": self.said},
                url=reverse("forum:deputies_called", args=[self.meeting.pk]),
                event=event,
                at_once=True,
            )

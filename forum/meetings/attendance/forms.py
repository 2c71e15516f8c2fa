"""Who met: one answer for each seat, and the deputy who comes instead."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.attendance.deputy_lists import declined, deputies, list_of
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core import participants
from forum.meetings.core.models import Attendance, Meeting
from forum.organisation.models import Membership
from forum.organisation.queries import told_apart
from trepart import ui
from trepart.forms import LineField, RadioSelect
from trepart.outdated_pages import ComparingForm

MET, ABSENT = "met", "absent"
#: The next deputy in line, whoever that turns out to be when several are absent.
NEXT = "next"


class AttendanceForm(ComparingForm):
    """A form made for one meeting: for each seat met or absent, with leave or not, the deputy; and, for those who run
    the meeting alone, why (R51). Two may call the roll at once: what another has noted of a seat stays."""

    mark_optional = False

    def __init__(self, data: Mapping[str, object] | None = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        self.meeting = meeting
        self.seats = participants.seats(meeting)
        self.deputies = deputies(meeting)
        self.names = told_apart.members([*self.seats, *self.deputies])
        there = list(meeting.attendances.select_related("membership__person", "stands_for"))
        known = {attendance.membership_id: attendance for attendance in there}
        #: Somebody has called the roll: before that only what was reported ahead stands there.
        self.called = all(seat.pk in known for seat in self.seats)
        standing = {a.stands_for_id: a for a in there if a.stands_for_id and a.present}
        self.conditional = {self.name("met", seat): self.fields_of(seat)[1:] for seat in self.seats}
        for seat in self.seats:
            self._add(seat, known.get(seat.pk), standing.get(seat.pk))
        self.fields["presiding"] = forms.ChoiceField(
            label=_("Who presides?"),
            required=False,
            choices=[("", _("The leader, or else the deputy leader")), *self._who_may_preside()],
            initial=str(meeting.presiding_id or ""),
            help_text=_(
                "Where neither of them meets, the body elects one to preside over this meeting (Local "
                "Government Act § 11-2)."
            ),
        )

    @staticmethod
    def name(what: str, seat: Membership) -> str:
        """Return the name of one of the fields of ``seat``."""
        return f"{what}_{seat.pk}"

    def fields_of(self, seat: Membership) -> tuple[str, ...]:
        """Return the names of the fields of ``seat``, the answer first."""
        return tuple(self.name(what, seat) for what in ("met", "leave", "deputy", "reason", "skipped"))

    def _add(self, seat: Membership, row: Attendance | None, deputy: Attendance | None) -> None:
        own_list = list_of(seat, self.deputies)
        self.fields[self.name("met", seat)] = forms.ChoiceField(
            label=self.names[seat.pk],
            choices=[(MET, _("Met")), (ABSENT, _("Absent"))],
            initial=MET if row is None or row.present else ABSENT,
            widget=RadioSelect(reveals=[ABSENT]),
        )
        self.fields[self.name("leave", seat)] = forms.BooleanField(
            label=_("Has leave (Local Government Act § 7-9)"),
            required=False,
            initial=row.on_leave if row else False,
            help_text=_("The minutes then say “leave” instead of “absent”."),
        )
        self.fields[self.name("reason", seat)] = LineField(
            label=_("Reason for absence"),
            max_length=200,
            required=False,
            initial=row.absence_reason if row else "",
            help_text=_(
                "May be left empty. Only the secretary and the leader read it, never the minutes. Write nothing about "
                "health or family (General Data Protection Regulation, article 9)."
            ),
        )
        choices = [(str(d.pk), f"{d.deputy_number}. {self.names[d.pk]}") for d in own_list]
        if choices:
            choices = [(NEXT, _("The next on the list")), *choices]
        initial: str = NEXT if choices else ""
        if row is not None and not row.present:
            initial = str(deputy.membership_id) if deputy is not None else ""
        self.fields[self.name("deputy", seat)] = forms.ChoiceField(
            label=_("Deputy"),
            required=False,
            choices=[*choices, ("", _("No deputy meets") if choices else _("There is no deputy on this list"))],
            initial=initial,
        )
        self.fields[self.name("skipped", seat)] = LineField(
            label=_("Why an earlier deputy was passed over"),
            max_length=200,
            required=False,
            initial=deputy.skipped_reason if deputy is not None else "",
            help_text=_(
                "Deputies are called in the order they were elected (Local Government Act § 7-10). Only the secretary "
                "and the leader read why one was passed over; those who answered no are known already."
            ),
        )

    def _who_may_preside(self) -> list[tuple[str, str]]:
        return [(str(m.pk), f"{self.names[m.pk]}, {m.get_role_display()}") for m in (*self.seats, *self.deputies)]

    def clean(self) -> dict[str, object]:
        """Gather the answers as rows for `roll_call.set_attendance`."""
        super().clean()
        cleaned = self.cleaned_data
        absent = [seat for seat in self.seats if cleaned.get(self.name("met", seat)) == ABSENT]
        by_pk = {str(d.pk): d for d in self.deputies}
        named = {cleaned.get(self.name("deputy", seat)) for seat in absent}
        gone = declined(self.meeting)
        free = [d for d in self.deputies if str(d.pk) not in named and d.pk not in gone]
        rows = []
        for seat in self.seats:
            if seat not in absent:
                rows.append(Row(seat))
                continue
            wanted = cleaned.get(self.name("deputy", seat), "")
            deputy = by_pk.get(wanted)
            if wanted == NEXT:
                deputy = next(iter(list_of(seat, free)), None)
                free = [d for d in free if d != deputy]
            rows.append(
                Row(
                    seat,
                    present=False,
                    reason=cleaned.get(self.name("reason", seat), ""),
                    deputy=deputy,
                    skipped_reason=cleaned.get(self.name("skipped", seat), ""),
                    on_leave=bool(cleaned.get(self.name("leave", seat))),
                )
            )
        cleaned["rows"] = rows
        people = {str(m.pk): m for m in (*self.seats, *self.deputies)}
        cleaned["who_presides"] = people.get(cleaned.get("presiding", ""))
        return cleaned

    def lines(self) -> list[dict[str, object]]:
        """Return the seats for the page: the person, and the names of the fields."""
        return [
            {
                "person": ui.PersonLine(
                    name=self.names[seat.pk],
                    role=str(seat.get_role_display()),
                    part=seat.part,
                    party=seat.party.short if seat.party is not None else "",
                ),
                "met": self[self.name("met", seat)],
                "inner": [self[name] for name in self.fields_of(seat)[1:]],
            }
            for seat in self.seats
        ]


#: Said when it is saved.
SAVED = gettext_lazy("Saved. Deputies who have been called are told.")

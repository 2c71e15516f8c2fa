"""What is filled in about a year's meetings: the pattern, the lines of the preview, and days without meetings."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from forum.meetings.enums import Rhythm, WhenOff
from forum.meetings.planning.meeting_days import MOST_DAYS, MOST_LINES, Line, Pattern, public_holidays
from trepart import clock
from trepart.forms import DateInput, LineField, RadioSelect, TimeInput

_capitalised = lazy(lambda label: capfirst(str(label)), str)
_WHICH = ((1, _("first")), (2, _("second")), (3, _("third")), (4, _("fourth")), (-1, _("last")))


def _labels(choices: Any) -> list[tuple[str, Any]]:
    return [(value, _capitalised(label)) for value, label in choices.choices]


class PatternForm(forms.Form):
    """When a body meets through a year. Filled in with the address, so that a pattern can be
    kept and sent to somebody."""

    mark_optional = False
    conditional = {"rhythm": ("every",)}

    weekday = forms.TypedChoiceField(
        label=_("Weekday"), coerce=int, choices=[(n, _capitalised(WEEKDAYS[n])) for n in range(5)], initial=1
    )
    which = forms.TypedChoiceField(
        label=_("Which in the month"),
        coerce=int,
        choices=_WHICH,
        initial=2,
        required=False,
        empty_value="1",
        help_text=_("Used where the meetings are monthly."),
    )
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=_labels(Rhythm),
        initial=Rhythm.MONTHLY,
        widget=RadioSelect(reveals=[Rhythm.WEEKLY]),
    )
    every = forms.IntegerField(
        label=_("Weeks from one meeting to the next"), min_value=1, max_value=26, initial=4, required=False
    )
    first = forms.DateField(label=_("From"), widget=DateInput)
    last = forms.DateField(label=_("To and including"), widget=DateInput)
    at = forms.TimeField(label=_("Time"), widget=TimeInput, initial=time(18))
    place = LineField(label=_("Place"), max_length=120, required=False)
    when_off = forms.ChoiceField(
        label=_("A meeting that falls on a day off is"),
        choices=_labels(WhenOff),
        initial=WhenOff.NEXT_WEEK,
        help_text=_("Public holidays, and the municipality's own days without meetings."),
    )

    def clean(self) -> dict[str, object]:
        """See that the days make sense; put all of it together as a pattern."""
        super().clean()
        cleaned = self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _t("It cannot end before it begins."))
        elif first and last and last - first > timedelta(days=MOST_DAYS):
            self.add_error("last", _t("That is too long. Plan one year at a time."))
        elif first and last and first.year != last.year:
            self.add_error("last", _t("Plan one year at a time: both days in the same year."))
        if cleaned.get("rhythm") == Rhythm.WEEKLY and not cleaned.get("every") and "every" not in self.errors:
            self.add_error("every", _t("Write how many weeks there are between."))
        if not self.errors:
            cleaned["pattern"] = Pattern(
                first=cleaned["first"],
                last=cleaned["last"],
                weekday=cleaned["weekday"],
                rhythm=Rhythm(cleaned["rhythm"]),
                which=int(cleaned["which"]),
                every=cleaned["every"] or 1,
                when_off=WhenOff(cleaned["when_off"]),
                at=cleaned["at"],
                place=cleaned["place"],
            )
        return cleaned


class LineForm(forms.Form):
    """One meeting of the preview: moved, dropped, or as it came. A line without a day is no meeting."""

    mark_optional = False

    keep = forms.BooleanField(label=_("Include this meeting"), required=False, initial=True)
    day = forms.DateField(label=_("Day"), widget=DateInput, required=False)
    at = forms.TimeField(label=_("Time"), widget=TimeInput, required=False)
    place = LineField(label=_("Place"), max_length=120, required=False)
    note = LineField(max_length=200, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """Ask for a time, and refuse a day gone by, a public holiday and a weekend, where the line is kept."""
        super().clean()
        cleaned = self.cleaned_data
        day = cleaned.get("day")
        if not cleaned.get("keep") or day is None:
            return cleaned
        if not cleaned.get("at") and "at" not in self.errors:
            self.add_error("at", _t("Write when it begins."))
        if day < clock.today():
            self.add_error("day", _t("That day has passed."))
        elif name := public_holidays(day, day).get(day):
            self.add_error("day", _t("%(name)s: choose another day.") % {"name": name})
        elif day.weekday() > 4:
            self.add_error("day", _t("That is a weekend: choose another day."))
        return cleaned

    @property
    def moment(self) -> datetime | None:
        """Return when the meeting begins; None for a line that is no meeting."""
        cleaned = self.cleaned_data
        if not cleaned.get("keep") or not cleaned.get("day") or not cleaned.get("at"):
            return None
        return timezone.make_aware(datetime.combine(cleaned["day"], cleaned["at"]))


class _Lines(forms.BaseFormSet[LineForm]):
    """The preview as a whole."""

    year: int

    def clean(self) -> None:
        """Refuse two meetings on one day, and one in another year than the plan's."""
        seen: set[date] = set()
        for form in self.forms:
            moment = None if form.errors else form.moment
            if moment is None:
                continue
            day = timezone.localtime(moment).date()
            if day in seen:
                form.add_error("day", _t("Another meeting stands on this day."))
            if day.year != self.year:
                form.add_error("day", _t("This is the plan for %(year)s.") % {"year": self.year})
            seen.add(day)


LineFormSet = forms.formset_factory(
    LineForm, formset=_Lines, extra=0, max_num=MOST_LINES, validate_max=True, absolute_max=MOST_LINES
)


def preview(
    found: list[Line], pattern: Pattern, *, there: Mapping[date, str], own: Mapping[date, str]
) -> list[dict[str, Any]]:
    """Return the lines of a pattern as the preview shows them, each with a note of what is to be known about it.

    ``there`` holds the days on which a meeting stands already, ``own`` the municipality's days without meetings.
    """
    rows = []
    for line in found:
        note = ""
        if line.day in there:
            note = there[line.day]
        elif not line.taken:
            note = _t("Left out: %(name)s.") % {"name": line.why}
        elif line.why:
            note = _t("Moved because of %(name)s.") % {"name": line.why}
        elif line.day in own:
            note = own[line.day]
        kept = line.taken and line.day not in there
        rows.append({"keep": kept, "day": line.day, "at": pattern.at, "place": pattern.place, "note": note[:200]})
    return rows


class DayOffForm(forms.Form):
    """Days on which nobody meets."""

    name = LineField(label=_("What it is"), max_length=80, help_text=_("For example: winter holiday."))
    first_day = forms.DateField(label=_("First day"), widget=DateInput)
    last_day = forms.DateField(label=_("Last day"), widget=DateInput)

"""What is filled in about a meeting as a whole: when and where, a new day, a reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import is_another_day, is_early
from forum.meetings.enums import URGENT_KINDS
from trepart import clock
from trepart.forms import DateTimeField, LineField, OneStepForm, PlainTextField, read_as
from trepart.outdated_pages import ComparingForm, mark_of, marks_in
from trepart.text.dates import date_text, time_text

#: A day further ahead than this is asked about once.
FAR_AHEAD = timedelta(days=2 * 366)


@dataclass(frozen=True, kw_only=True)
class Timed:
    """When and where, whether members may take part remotely, and when it was to be before this (None for a new
    one)."""

    starts_at: datetime
    place: str
    before: datetime | None
    remote: bool = False


@dataclass(frozen=True, kw_only=True)
class Postponed(Timed):
    """Another time for a meeting that has been called, and why."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """Why there will be no meeting."""

    reason: str


class MeetingTimeForm(ComparingForm):
    """When and where. Two may change it at once: one sees what the other has set."""

    starts_at = DateTimeField(label=_("Date and time"))
    place = LineField(
        label=_("Place"), max_length=120, required=False, help_text=_("Needed before the meeting is called.")
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        subject: Meeting,
        actor: object,
        initial: dict[str, object] | None = None,
    ) -> None:
        there: dict[str, object] = {}
        if subject.starts_at:
            there = {
                "starts_at": timezone.localtime(subject.starts_at),
                "place": subject.place,
                "remote": subject.remote,
            }
        super().__init__(data, files, initial={**there, **(initial or {})})
        self.subject = subject
        self._ask_of_far_ahead(data)
        if subject.body.may_meet_remotely:
            self.fields["remote"] = forms.BooleanField(
                label=_("Members may take part remotely"),
                required=False,
                help_text=_(
                    "Everybody must see and hear each other. Cases closed under § 11-5 second paragraph cannot "
                    "be treated then (Local Government Act § 11-7)."
                ),
            )

    def _ask_of_far_ahead(self, data: Mapping[str, object] | None) -> None:
        """Ask once, where a new day is so far ahead that the year is more likely a slip."""
        try:
            starts_at = self.fields["starts_at"].clean(data.get("starts_at")) if data else None
        except forms.ValidationError:
            return
        if starts_at is None or starts_at == self.subject.starts_at or starts_at <= clock.now() + FAR_AHEAD:
            return
        day = {"day": date_text(timezone.localtime(starts_at), year=True)}
        self.fields["far_ahead"] = forms.BooleanField(
            label=gettext("Yes, the meeting is held on %(day)s") % day,
            error_messages={
                "required": gettext("%(day)s is more than two years ahead. Tick that it is right, or change the day.")
                % day
            },
        )

    def clean_starts_at(self) -> datetime:
        """Refuse a day gone by: what has been held is not planned."""
        starts_at: datetime = self.cleaned_data["starts_at"]
        if timezone.localtime(starts_at).date() < clock.today():
            raise forms.ValidationError(_("That day has passed."))
        return starts_at

    def read(self) -> Timed:
        return read_as(Timed, self, place=self.cleaned_data["place"].strip(), before=self.subject.starts_at)


class RearrangeForm(MeetingTimeForm):
    """Another place or hour on the day the members were called for."""

    def clean_starts_at(self) -> datetime:
        """Refuse another day: that is a postponement, and takes a new notice (koml § 11-3)."""
        starts_at = super().clean_starts_at()
        if timezone.localtime(starts_at).date() != timezone.localtime(self.subject.starts_at).date():
            raise forms.ValidationError(
                _("Another day takes a new notice: postpone the meeting instead (Local Government Act § 11-3).")
            )
        return starts_at

    def clean(self) -> dict[str, object]:
        """Ask for a place, and for a change."""
        super().clean()
        cleaned = self.cleaned_data
        if not self.errors and not cleaned["place"].strip():
            self.add_error("place", _("Say where the meeting is held."))
        if not self.errors and (cleaned["starts_at"], cleaned["place"].strip()) == (
            self.subject.starts_at,
            self.subject.place,
        ):
            self.add_error(None, _("That is when and where the meeting is already."))
        return cleaned


class PostponeForm(MeetingTimeForm):
    """A new day for a meeting that has been called, and why: the members are told."""

    reason = PlainTextField(label=_("Why is the meeting postponed?"), max_length=1000)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        subject: Meeting,
        actor: object,
        initial: dict[str, object] | None = None,
    ) -> None:
        # What was to be answered in writing, or treated remotely, has no room to be taken along.
        empty = {"place": ""} if subject.kind in URGENT_KINDS else {}
        super().__init__(data, files, subject=subject, actor=actor, initial={**empty, **(initial or {})})

    def clean_starts_at(self) -> datetime:
        """Refuse the time it already has."""
        starts_at = super().clean_starts_at()
        if starts_at == self.subject.starts_at:
            raise forms.ValidationError(_("That is when the meeting is already. Choose another time."))
        return starts_at

    def read(self) -> Postponed:
        return read_as(Postponed, self, place=self.cleaned_data["place"].strip(), before=self.subject.starts_at)


@dataclass(frozen=True, kw_only=True)
class Called:
    """That the notice goes out, with the agenda as the page had it (``was``, in marks)."""

    was: str


class CallForm(OneStepForm):
    """Nothing to fill in: the page carries which cases it showed, in which order and words. Where others have changed
    that since, nothing goes out before the agenda as it is now has been shown."""

    was = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)

    def build(self) -> None:
        """Let the page carry the agenda it shows."""
        on_it = AgendaItem.objects.filter(meeting=self.subject, withdrawn_at__isnull=True).order_by("position", "pk")
        rows = list(on_it.values_list("pk", "title", "doors", "closed_basis", "public_title", "function"))
        self._titles = {row[0]: row[1] for row in rows}
        self._now = {str(row[0]): mark_of(repr(row[1:])) for row in rows}
        self.initial["was"] = json.dumps(self._now)

    def clean(self) -> dict[str, object]:
        """Refuse an agenda that is another than the page showed, and say what is new; the page goes on from what it
        shows then."""
        super().clean()
        shown = marks_in(self.cleaned_data.get("was", ""))
        if shown is not None and list(shown.items()) != list(self._now.items()):
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # what was sent
            data[self.add_prefix("was")] = json.dumps(self._now)
            self.data = data
            self.add_error(None, self._since(shown))
        return self.cleaned_data

    def _since(self, shown: Mapping[str, str]) -> str:
        new = [self._titles[int(pk)] for pk in self._now if pk not in shown]
        other = [self._titles[int(pk)] for pk, mark in self._now.items() if shown.get(pk, mark) != mark]
        gone = [int(pk) for pk in shown if pk not in self._now and pk.isdecimal()]
        rows = AgendaItem.history.filter(id__in=gone, meeting=self.subject.pk).order_by("id", "-history_id")
        lost = rows.distinct("id").values_list("title", flat=True)
        told = (
            (gettext("New on the agenda: %(titles)s."), new),
            (gettext("Taken off the agenda: %(titles)s."), lost),
            (gettext("Changed: %(titles)s."), other),
        )
        what = [words % {"titles": "; ".join(titles)} for words, titles in told if titles]
        return " ".join(
            [
                gettext("Somebody has changed the agenda since you opened this page, and nothing has been sent."),
                *(what or [gettext("The cases are in another order.")]),
                gettext("The agenda stands below as it is now. Send it once more if that is what is to go out."),
            ]
        )

    def read(self) -> Called:
        return read_as(Called, self)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """That the meeting is opened; ``other_day``: on another day than it was called for; ``early``: well before the hour
    it was called for."""

    other_day: bool
    early: bool


class OpenForm(OneStepForm):
    """Nothing to fill in, unless the meeting was called for another day, or for later: then that is asked once."""

    def build(self) -> None:
        """Ask, where the meeting was called for another day, or for later today."""
        if is_another_day(self.subject, clock.now()):
            days = {
                "today": date_text(clock.today(), year=True),
                "called": date_text(timezone.localtime(self.subject.starts_at), year=True),
            }
            self.fields["other_day"] = forms.BooleanField(
                label=_("Yes, the meeting is held today"),
                help_text=gettext(
                    "The meeting was called for %(called)s, and today is %(today)s. Opened now, the minutes, the press "
                    "page and the feed say that it was held today. To meet on another day with a new notice, postpone "
                    "the meeting instead (Local Government Act § 11-3)."
                )
                % days,
                error_messages={
                    "required": gettext(
                        "The meeting was called for %(called)s. Tick that it is held today, or postpone it."
                    )
                    % days
                },
            )
        elif is_early(self.subject, clock.now()):
            hours = {
                "now": time_text(timezone.localtime(clock.now())),
                "called": time_text(timezone.localtime(self.subject.starts_at)),
            }
            self.fields["early"] = forms.BooleanField(
                label=_("Yes, the meeting begins now"),
                help_text=gettext(
                    "The meeting was called for %(called)s, and it is %(now)s. Members and others who come at the hour "
                    "that was announced lose what is treated before it."
                )
                % hours,
                error_messages={
                    "required": gettext(
                        "The meeting was called for %(called)s. Tick that it begins now, or wait until then."
                    )
                    % hours
                },
            )

    def read(self) -> Opened:
        return Opened(other_day="other_day" in self.fields, early="early" in self.fields)


class CancelForm(forms.Form):
    """Why there will be no meeting: the members are told."""

    reason = PlainTextField(label=_("Why is the meeting cancelled?"), max_length=1000)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        subject: Meeting,
        actor: object,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)

    def read(self) -> Cancelled:
        return read_as(Cancelled, self)

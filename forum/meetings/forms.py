"""What is filled in about a meeting as a whole: when and where, a new day, a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import is_another_day, is_early
from forum.meetings.enums import URGENT_KINDS
from trepart import clock
from trepart.forms import DateTimeField, LineField, OneStepForm, PlainTextField, read_as
from trepart.outdated_pages import ComparingForm
from trepart.text.dates import date_text, time_text


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
        if subject.body.may_meet_remotely:
            self.fields["remote"] = forms.BooleanField(
                label=_("Members may take part remotely"),
                required=False,
                help_text=_(
                    "Everybody must see and hear each other. Cases closed under § 11-5 second paragraph cannot "
                    "be treated then (Local Government Act § 11-7)."
                ),
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

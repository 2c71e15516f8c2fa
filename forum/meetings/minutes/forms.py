"""The texts of a draft."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import Meeting
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.models import Minutes
from forum.meetings.minutes.services import Texts, correctable_items
from trepart.forms import PlainTextField, read_as


@dataclass(frozen=True, kw_only=True)
class Corrected(Texts):
    """The texts anew, and what was wrong with them (R29)."""

    reason: str


class DraftForm(forms.Form):
    """What a secretary writes in the minutes; the rest writes itself from what was recorded."""

    remarks = PlainTextField(label=_("Remarks on notice and agenda"), required=False, max_length=5000)
    others_present = PlainTextField(label=_("From the administration and others"), required=False, max_length=2000)

    def __init__(self, data: Mapping[str, object] | None = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        self.items = correctable_items(meeting)
        self.initial.update(remarks=meeting.remarks, others_present=meeting.others_present)
        for item in self.items:
            name = f"discussion_{item.pk}"
            self.fields[name] = PlainTextField(
                label=_("Treatment of %(item)s") % {"item": item}, required=False, max_length=20000
            )
            self.initial[name] = item.discussion

    def clean(self) -> dict[str, object]:
        """Gather the texts of the items under one key, ``discussions``, by item id."""
        super().clean()
        cleaned = self.cleaned_data
        cleaned["discussions"] = {
            item.pk: cleaned.pop(f"discussion_{item.pk}") for item in self.items if f"discussion_{item.pk}" in cleaned
        }
        return cleaned

    def read(self) -> Texts:
        return read_as(Texts, self)


class CorrectionForm(DraftForm):
    """What a correction says: the texts anew, and what was wrong with them (R29)."""

    reason = PlainTextField(
        label=_("What is corrected, and why"),
        max_length=1000,
        help_text=_("Stands in the new version for all to read."),
    )
    field_order = ["reason"]

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        subject: Minutes,
        actor: object,
    ) -> None:
        super().__init__(data, meeting=subject.meeting)

    def read(self) -> Corrected:
        return read_as(Corrected, self)


class SignersForm(forms.Form):
    """The two the meeting appointed to approve the minutes with whoever presided."""

    members = forms.TypedMultipleChoiceField(
        label=_("Appointed by the meeting"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose two of those who met."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, minutes: Minutes) -> None:
        super().__init__(data)
        field = self.fields["members"]
        field.choices = [  # type: ignore[attr-defined]  # it is a choice field
            (membership.pk, f"{membership.person.name}, {membership.get_role_display()}")
            for membership in approvals.candidates(minutes.meeting)
        ]
        self.initial["members"] = [signer.membership_id for signer in minutes.signers.all()]


class RemarkForm(forms.Form):
    """What is wrong in the minutes, from somebody who is asked to approve them."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=99999)
    remark = PlainTextField(
        label=_("Your remark"), max_length=2000, help_text=_("The members and the secretary read it.")
    )


class ListReasonForm(forms.Form):
    """What a new version of the decision list corrects; the first one asks for nothing."""

    reason = PlainTextField(
        label=_("What is corrected, and why"),
        max_length=1000,
        help_text=_("Stands in the new version for all to read."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, again: bool) -> None:
        super().__init__(data)
        if not again:
            del self.fields["reason"]

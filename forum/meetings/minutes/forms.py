"""The texts of a draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from forum.cases import own_cases
from forum.cases.forms.hidden_names import AsksBeforeNaming
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.approvals.queries import remarks_of
from forum.meetings.minutes.completeness import to_be_read_again
from forum.meetings.minutes.corrections import queries as corrections
from forum.meetings.minutes.corrections import wording
from forum.meetings.minutes.models import Minutes
from forum.meetings.minutes.services import Texts, correctable_items
from forum.organisation.queries import told_apart
from trepart.access.models import User
from trepart.forms import OneStepForm, PlainTextField, read_as
from trepart.outdated_pages import ComparingForm


@dataclass(frozen=True, kw_only=True)
class CorrectedTexts(Texts):
    """The texts anew, what was wrong with them, and which remarks (ids) that heeds (R29)."""

    reason: str
    heeded: Sequence[int] = ()


def confirm_claims(form: forms.Form, meeting: Meeting, texts: Mapping[int, str] | None = None) -> None:
    """Ask in ``form`` that what the free text says of the votes is read once more, where it is not what was recorded,
    and that it tells of votes that stand although they are wrong. ``texts`` has what the treatment of an item (by id)
    is about to say."""
    claims, told = to_be_read_again(meeting, texts)
    if claims:
        form.fields["claims_read"] = forms.BooleanField(
            label=_("I have read it, and it is right: it does not speak of these votes"),
            help_text=" ".join(claims),
            error_messages={"required": " ".join(claims)},
        )
    if told:
        form.fields["votes_told"] = forms.BooleanField(
            label=_("This stands as it was recorded, and the treatment of the case tells what was wrong"),
            help_text=" ".join(told),
            error_messages={"required": " ".join(told)},
        )


@dataclass(frozen=True)
class Published:
    """Publishing the minutes says nothing more than that."""


class PublishForm(OneStepForm):
    """Publishing the minutes: nothing to fill in, but what the text says against the votes is to be confirmed."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: Mapping[str, object] | None = None,
        *,
        subject: Minutes,
        actor: User,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, files, subject=subject, actor=actor, initial=initial)
        confirm_claims(self, subject.meeting)

    def read(self) -> Published:
        """Return what a valid form says."""
        return Published()


class DraftForm(AsksBeforeNaming, ComparingForm):
    """What a secretary writes in the minutes; the rest writes itself from what was recorded. Two may write at once."""

    remarks = PlainTextField(label=_("Remarks on notice and agenda"), required=False, max_length=5000)
    others_present = PlainTextField(label=_("From the administration and others"), required=False, max_length=2000)

    def __init__(self, data: Mapping[str, object] | None = None, *, meeting: Meeting, reader: User) -> None:
        super().__init__(data)
        self.items = correctable_items(meeting, reader)
        self.reader = reader
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

    def _told_anew(self) -> dict[AgendaItem, str]:
        written = self.cleaned_data.get("discussions", {})
        return {item: text for item in self.items if (text := written.get(item.pk, "")) and text != item.discussion}

    def names_hidden(self) -> Sequence[str]:
        """Return who sent in the cases of which something is told anew, where that is not shown."""
        cases = [item.folder for item in self._told_anew() if item.folder is not None]
        return sorted({name for case in cases for name in own_cases.names_hidden(case, self.reader)})

    def read_by_others(self) -> Iterable[str]:
        """Return what is told anew of the cases."""
        return self._told_anew().values()

    def read(self) -> Texts:
        return read_as(Texts, self)


class CorrectionForm(DraftForm):
    """What a correction says: the texts anew, and what was wrong with them (R29)."""

    reason = PlainTextField(
        label=_("What is corrected, and why"),
        max_length=1000,
        help_text=_("Stands in the new version for all to read."),
    )
    field_order = ["reason", "heeded"]
    not_compared = frozenset({"reason", "claims_read", "heeded"})
    heeded = forms.TypedMultipleChoiceField(
        label=_("Which remarks does this version heed?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The others wait until you answer them, or until whoever made them approves the minutes."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        subject: Minutes,
        actor: User,
    ) -> None:
        super().__init__(data, meeting=subject.meeting, reader=actor)
        about = [wording.about_outside(one) for one in corrections.unpublished(subject.meeting)]
        self.initial["reason"] = "\n".join(dict.fromkeys(about))
        waiting = remarks_of(subject)
        self.fields["heeded"].choices = [(one.pk, f"{one.name}: «{one.remark}»") for one in waiting]  # type: ignore[attr-defined]
        if not waiting:
            del self.fields["heeded"]
        typed = {item.pk: str((data or {}).get(f"discussion_{item.pk}", item.discussion)) for item in self.items}
        confirm_claims(self, subject.meeting, typed)

    def read(self) -> CorrectedTexts:
        return read_as(CorrectedTexts, self)


class SignersForm(ComparingForm):
    """The two the meeting appointed to approve the minutes with whoever presided."""

    members = forms.TypedMultipleChoiceField(
        label=_("Appointed by the meeting"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose two of those who met. Who was absent, or came as a guest, cannot approve minutes."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, minutes: Minutes) -> None:
        super().__init__(data)
        field = self.fields["members"]
        candidates = list(approvals.candidates(minutes.meeting))
        names = told_apart.members(candidates)
        field.choices = [  # type: ignore[attr-defined]  # it is a choice field
            (membership.pk, f"{names[membership.pk]}, {membership.get_role_display()}") for membership in candidates
        ]
        self.initial["members"] = [signer.membership_id for signer in minutes.signers.all()]


class RemarkForm(forms.Form):
    """What is wrong in the minutes, from somebody who is asked to approve them."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=99999)
    remark = PlainTextField(
        label=_("Your remark"), max_length=2000, help_text=_("The members and the secretary read it.")
    )


class ReplyForm(forms.Form):
    """The secretary's answer to a remark: why the minutes stay as they are."""

    text = PlainTextField(
        label=_("Why the minutes stay as they are"),
        max_length=2000,
        help_text=_("Sent to the one who made the remark, who can approve the minutes afterwards."),
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

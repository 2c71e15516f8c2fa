"""The form for what was said of an item (Behandling)."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from forum.cases.forms.hidden_names import AsksOfCase
from forum.meetings.agenda.forms import QUIET
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.models import DiscussionDraft
from trepart.forms import PlainTextField, Textarea
from trepart.outdated_pages import mark_of

if TYPE_CHECKING:
    from trepart.access.rules import Person


class DiscussionForm(AsksOfCase):
    """What was said (Behandling). Kept by itself while it is written, and asked about when the button saves it."""

    stays_inside = frozenset({"page", "began"})

    text = PlainTextField(
        label=gettext_lazy("Treatment"), required=False, max_length=20000, widget=Textarea(attrs=QUIET)
    )

    #: Which page the text is written on, and what it began with: two windows never delete each other's text.
    page = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    began = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        item: AgendaItem,
        draft: DiscussionDraft | None = None,
        reader: "Person | None" = None,
    ) -> None:
        began = draft.text if draft is not None else item.discussion
        super().__init__(
            data,
            prefix="discussion",
            initial={"text": began, "page": secrets.token_urlsafe(9), "began": mark_of(began)},
        )
        self.about(item.folder, reader)
        url = reverse("forum:meeting_draft", args=[item.meeting_id, item.pk])
        self.fields["text"].widget.attrs["data-autosave"] = url
        if data is not None:
            self.fields["text"].widget.attrs["data-unsaved"] = "true"  # what stands in it is stored nowhere yet

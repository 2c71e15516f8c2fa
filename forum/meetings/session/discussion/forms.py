"""The form for what was said of an item (Behandling)."""

import secrets
from collections.abc import Mapping

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from forum.meetings.agenda.forms import QUIET
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.models import DiscussionDraft
from trepart.forms import PlainTextField, Textarea
from trepart.outdated_pages import mark_of


class DiscussionForm(forms.Form):
    """What was said (Behandling)."""

    text = PlainTextField(
        label=gettext_lazy("Treatment"), required=False, max_length=20000, widget=Textarea(attrs=QUIET)
    )

    #: Which page the text is written on, and what it began with: two windows never delete each other's text.
    page = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    began = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, object] | None = None, *, item: AgendaItem, draft: DiscussionDraft | None = None
    ) -> None:
        began = draft.text if draft is not None else item.discussion
        super().__init__(
            data,
            prefix="discussion",
            initial={"text": began, "page": secrets.token_urlsafe(9), "began": mark_of(began)},
        )
        url = reverse("forum:meeting_draft", args=[item.meeting_id, item.pk])
        self.fields["text"].widget.attrs["data-autosave"] = url
        if data is not None:
            self.fields["text"].widget.attrs["data-unsaved"] = "true"  # what stands in it is stored nowhere yet

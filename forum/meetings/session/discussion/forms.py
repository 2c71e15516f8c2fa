"""The form for what was said of an item (Behandling)."""

from collections.abc import Mapping

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from forum.meetings.agenda.forms import QUIET
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.models import DiscussionDraft
from trepart.forms import PlainTextField, Textarea


class DiscussionForm(forms.Form):
    """What was said (Behandling)."""

    text = PlainTextField(
        label=gettext_lazy("Treatment"), required=False, max_length=20000, widget=Textarea(attrs=QUIET)
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, item: AgendaItem, draft: DiscussionDraft | None = None
    ) -> None:
        super().__init__(
            data, prefix="discussion", initial={"text": draft.text if draft is not None else item.discussion}
        )
        url = reverse("forum:meeting_draft", args=[item.meeting_id, item.pk])
        self.fields["text"].widget.attrs["data-autosave"] = url

"""Forms for an urgent case and how it is treated, and for a member's answer (koml § 11-8)."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.meetings.agenda.forms import ReadersForm
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingKind
from forum.meetings.urgent.models import WrittenAnswer
from trepart import clock
from trepart.forms import DateTimeInput, PlainTextField, RadioSelect, Textarea, YesNoField


class UrgentForm(ReadersForm):
    """The case, the leader's choice between writing and an urgent remote meeting, and who may read it, since it goes
    out at once."""

    kind = forms.ChoiceField(
        label=_("How is it treated?"),
        choices=[
            (MeetingKind.WRITTEN.value, _("In writing")),
            (MeetingKind.URGENT.value, _("In an urgent remote meeting")),
        ],
        initial=MeetingKind.WRITTEN,
        widget=RadioSelect(
            descriptions={
                MeetingKind.WRITTEN.value: _(
                    "Every member gets the same words at once, and answers. Adopted only if all say yes, also "
                    "to treating it in writing."
                ),
                MeetingKind.URGENT.value: _(
                    "Shorter notice than usual. A third of the members can demand that it waits for an "
                    "ordinary meeting."
                ),
            }
        ),
    )
    reason = PlainTextField(
        label=_("Why can it not wait for the next ordinary meeting?"),
        max_length=1000,
        help_text=_("Read by everybody who may see the meeting, also where the case is proposed closed."),
    )
    title = forms.CharField(label=_("What is it about?"), max_length=200)
    recommendation = PlainTextField(
        label=_("What is proposed, word for word"), max_length=20000, widget=Textarea(attrs={"data-counter": False})
    )
    at = forms.DateTimeField(
        label=_("Answers by, or the meeting begins"), widget=DateTimeInput, help_text=_("Day and time.")
    )
    #: Asked of whoever sends it out without being the leader.
    chosen_by_leader = forms.BooleanField(
        label=_("The leader has chosen to treat the case in this way"),
        error_messages={"required": _("It is for the leader to choose (Local Government Act § 11-8).")},
    )

    field_order = ("kind", "reason", "title", "recommendation", "readers", "at", "chosen_by_leader")

    def clean_at(self) -> datetime:
        """Refuse a time that has passed."""
        at: datetime = self.cleaned_data["at"]
        if at <= clock.now():
            raise forms.ValidationError(_("That time has passed."))
        return at

    def __init__(self, data: Mapping[str, object] | None = None, *, leads: bool = True) -> None:
        super().__init__(data)
        if leads:
            del self.fields["chosen_by_leader"]


class AnswerForm(forms.Form):
    """A member's answer in one case, to both questions."""

    accepts_procedure = YesNoField(label=_("May it be treated in writing?"))
    accepts_proposal = YesNoField(label=_("Do you say yes to what is proposed?"))

    def __init__(
        self, data: Mapping[str, object] | None = None, *, item: AgendaItem, there: WrittenAnswer | None = None
    ) -> None:
        initial = (
            {"accepts_procedure": there.accepts_procedure, "accepts_proposal": there.accepts_proposal}
            if there
            else None
        )
        super().__init__(data, prefix=f"case{item.pk}", initial=initial)
        self.item = item

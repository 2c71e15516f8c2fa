"""Forms for an urgent case and how it is treated, and for a member's answer (koml § 11-8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.delegations.enums import Authority
from forum.meetings.agenda.forms import ReadersForm
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingKind
from forum.meetings.session.decisions import authority
from forum.meetings.session.decisions.authority_fields import ASK_AFTER, read_authority, rests_field
from forum.meetings.urgent.models import WrittenAnswer
from trepart import clock
from trepart.forms import DateTimeField, LineField, PlainTextField, RadioSelect, Textarea, YesNoField

_RECOMMEND = _("The body recommends it to %(authority)s.")
#: Those who need no name beside what they are.
_BY_ITSELF = (Authority.COUNCIL, Authority.EXECUTIVE_COMMITTEE, Authority.CHIEF_EXECUTIVE)


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
        help_text=_(
            "Say also why no extraordinary meeting is called: there is no time for one, or the case is not important "
            "enough for one (Local Government Act § 11-8). Read by everybody who may see the meeting, also where the "
            "case is proposed closed."
        ),
    )
    title = LineField(label=_("What is it about?"), max_length=200)
    recommendation = PlainTextField(
        label=_("What is proposed, word for word"), max_length=20000, widget=Textarea(attrs={"data-counter": False})
    )
    at = DateTimeField(label=_("Answers by, or the meeting begins"), help_text=_("Day and time."))
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


class ConcludeForm(forms.Form):
    """What a yes from everybody rests on, or to whom the body recommends what it has no authority for."""

    def __init__(self, data: Mapping[str, object] | None = None, *, item: AgendaItem | None) -> None:
        super().__init__(data)
        if item is None or authority.matter_of(item) is None:
            return
        elsewhere = [(f"to:{one}", str(_RECOMMEND) % {"authority": Authority(one).label}) for one in _BY_ITSELF]
        field = rests_field(authority.choices(item, Resolution.ADOPT), owned=False, beside=elsewhere)
        self.fields["rests"] = field

    def rests(self) -> dict[str, Any]:
        """Return it as `decide` takes it."""
        chosen = self.cleaned_data.get("rests") or ""
        if chosen.startswith("to:"):
            day = clock.today() + timedelta(days=ASK_AFTER)
            return {"resolution": Resolution.TO_COUNCIL, "goes_to": chosen.removeprefix("to:"), "due_on": day}
        said = read_authority(self.cleaned_data)
        return {name: value for name, value in said.items() if value is not None}


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

"""Forms ahead of a meeting: questions and answers, demands, who wants a late case, the order of the agenda."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forum.meetings.agenda.forms import QUIET
from forum.meetings.enums import AgendaGroup, DemandKind
from trepart.forms import LineField, PlainTextField, RadioSelect, Textarea
from trepart.outdated_pages import ComparingForm

_capitalised = lazy(lambda label: capfirst(str(label)), str)


class QuestionForm(forms.Form):
    """A question to the leader."""

    title = LineField(
        label=_("What it is about"),
        max_length=150,
        help_text=_("Stands on the agenda, and is public where the agenda is."),
    )
    text = PlainTextField(label=_("Question"), max_length=3000)


class AnswerForm(forms.Form):
    """The leader's answer."""

    text = PlainTextField(label=_("Answer"), max_length=10000, widget=Textarea(attrs=QUIET))


class DemandForm(forms.Form):
    """What is demanded, and why."""

    kind = forms.ChoiceField(
        label=_("What do you demand?"),
        choices=[(value, _capitalised(label)) for value, label in DemandKind.choices],
        widget=RadioSelect(
            descriptions={
                DemandKind.ITEM.value: _(
                    "Goes on the next agenda when a third of the members stand behind it (§ 11-3)."
                ),
                DemandKind.MEETING.value: _("Must be held when a third of the members stand behind it (§ 11-2)."),
            }
        ),
    )
    case = forms.TypedChoiceField(
        label=_("Is it a case that waits with whoever prepares cases for you?"),
        help_text=_("Then that very case goes on to you when the demand binds. Leave it open for anything else."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    title = LineField(
        label=_("What it is about"),
        max_length=150,
        required=False,
        help_text=_("A case you choose keeps its own title."),
    )
    why = PlainTextField(label=_("Why"), max_length=2000)

    def __init__(self, data: Mapping[str, object] | None = None, *, cases: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(data)
        case: Any = self.fields["case"]
        case.choices = [("", _("No")), *cases]
        if not cases:
            del self.fields["case"]
            self.fields["title"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Ask what it is about, where no case says it."""
        super().clean()
        cleaned = self.cleaned_data
        names_case = cleaned.get("case") is not None and cleaned.get("kind") == DemandKind.ITEM
        if not names_case and "title" not in self.errors and not cleaned.get("title"):
            self.add_error("title", forms.ValidationError(_("Write what it is about."), code="required"))
        return cleaned


class LateForm(forms.Form):
    """Who wants a case on the agenda after the notice, and why it cannot wait (§ 11-3)."""

    wanted_by = LineField(label=_("Who wants it"), max_length=120)
    why_late = PlainTextField(label=_("Why it cannot wait"), max_length=1000, widget=Textarea(rows=2))


class UsualOrderForm(ComparingForm):
    """The order of the agenda: a place for each group."""

    def __init__(self, data: Mapping[str, object] | None = None, *, groups: list[str]) -> None:
        super().__init__(data)
        self.groups = groups
        for group in groups:
            self.fields[group] = forms.IntegerField(
                label=capfirst(AgendaGroup(group).label),
                min_value=1,
                max_value=len(groups),
                initial=groups.index(group) + 1,
            )

    def clean(self) -> dict[str, object]:
        """Put the groups in order; two on one place is refused beside the second."""
        super().clean()
        cleaned = self.cleaned_data
        seen: set[int] = set()
        for name in self.groups:
            place = cleaned.get(name)
            if place in seen:
                self.add_error(name, _("Another group has this place."))
            elif place is not None:
                seen.add(place)
        if not self.errors:
            cleaned["groups"] = sorted(self.groups, key=lambda name: cleaned[name])
        return cleaned

"""A form sent from a page that is no longer up to date: noticed by the newest event, or field by field.

Steps of a lifecycle compare the event of the status (`trepart.workflow.perform`, and `other_writes` in
`proposals.workflow`); what is recorded in a meeting, the newest event (:func:`check_seen`). A form over text that
others write too compares each field (:class:`ComparingForm`): what only they have changed stays as they wrote it, and
what both have changed is shown as both have it. `tests/architecture/test_writing_forms.py` walks all of them.
"""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from trepart.audit.models import Event
from trepart.reading import outside_json
from trepart.refusals import WrongState
from trepart.text.dates import date_text

if TYPE_CHECKING:
    from django.db.models import Model


def version(subject: "Model") -> int:
    """Return the id of the newest event on ``subject``: the version a page was made from."""
    newest = Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return int(newest.aggregate(newest=Max("pk"))["newest"] or 0)


def check_seen(subject: "Model", seen: int | None) -> None:
    """Raise ``WrongState`` where somebody has written about ``subject`` since the page with
    version ``seen`` was made."""
    if seen is not None and seen != version(subject):
        raise WrongState(
            _(
                "Something has been recorded here since you opened the page. What you sent was not saved; look "
                "at what stands there now, and try again if it is still needed."
            )
        )


# Field by field ---------------------------------------------------------------------------------------------------


def mark_of(text: str) -> str:
    """Return a short mark of ``text``: equal for equal texts, whatever the line ends and the space around them."""
    return sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()[:16]


def _text(field: forms.Field, value: object) -> str:
    """Return ``value`` as the field would show it, in one way for what is stored and what was sent."""
    if value is None or value is False:
        return ""
    value = field.prepare_value(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(sorted(str(field.prepare_value(one)) for one in value))
    return str(value).replace("\r\n", "\n").strip()


class ComparingForm(forms.Form):
    """A form over what others write too. It carries a mark of each field as the page was made from.

    Build it under the lock of what it writes, with the initial values as they stand then. A field that others have
    changed and this page has not stays as they left it (also where the page has no such field); one that both have
    changed is an error, and ``theirs`` has what stands there now, label and text, for the page
    (``{% error_summary %}`` shows it). Sent once more from that page, it is a choice and is saved.
    """

    was = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)

    #: What is asked anew each time and stored nowhere.
    not_compared: ClassVar[frozenset[str]] = frozenset()
    _theirs: Mapping[str, tuple[str, str]] = {}
    _merged: tuple[str, ...] = ()

    @property
    def theirs(self) -> list[tuple[str, str]]:
        """Return what others have written in the fields that both have changed: label and text."""
        return list(self._theirs.values())

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Add the marks of what the page is made from."""
        if field_name == "was":
            return json.dumps({name: mark_of(_text(one, self._stored(name))) for name, one in self._compared().items()})
        return super().get_initial_for_field(field, field_name)

    def _compared(self) -> dict[str, forms.Field]:
        left_out = {"was", *self.not_compared}
        return {
            name: one
            for name, one in self.fields.items()
            if name not in left_out and not one.disabled and not isinstance(one, forms.FileField)
        }

    def _stored(self, name: str) -> Any:
        return super().get_initial_for_field(self.fields[name], name)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # Django's own step, in which each field is cleaned
        seen = marks_in(self.cleaned_data.pop("was", ""))
        if seen is None:
            return
        found: dict[str, tuple[str, str]] = {}
        renewed = dict(seen)
        for name, one in self._compared().items():
            stands = _text(one, self._stored(name))
            if mark_of(stands) == seen.get(name):
                continue
            renewed[name] = mark_of(stands)
            sent = _text(one, self.cleaned_data.get(name, self.data.get(self.add_prefix(name))))
            if sent == stands or (not stands and name not in seen):
                continue
            if name not in seen or mark_of(sent) == seen[name]:
                self._take_theirs(name, one)
                continue
            found[name] = (str(one.label or name), _said(one, self._stored(name)))
            self.add_error(name, ValidationError(_CHANGED_BY_OTHERS, code="overtaken"))
        self._theirs = found
        if renewed != seen:
            self._show_again(renewed)

    def _take_theirs(self, name: str, field: forms.Field) -> None:
        """Let what stands in a field be what the form says of it."""
        try:
            self.cleaned_data[name] = field.clean(field.prepare_value(self._stored(name)))
        except ValidationError:
            self.cleaned_data[name] = self._stored(name)
        self.errors.pop(name, None)
        self._merged = (*self._merged, name)

    def _show_again(self, renewed: Mapping[str, str]) -> None:
        """Let the page, where it is shown again, go on from what stands there now."""
        unjudged = getattr(self.data, "unjudged", None)
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # what was sent, or a plain mapping
        if unjudged is not None:
            data.unjudged = unjudged
        data[self.add_prefix("was")] = json.dumps(renewed)
        for name in self._merged:
            _put(data, self.add_prefix(name), self.fields[name].prepare_value(self._stored(name)))
        self.data = data


_CHANGED_BY_OTHERS = _(
    "Somebody else has changed this since you opened the page, and nothing is saved yet. What you wrote stands here, "
    "and what stands there now is shown first on the page. Take with you what is to stay, and save again."
)


def _put(data: Any, name: str, value: Any) -> None:
    """Put ``value`` into what was sent, as a browser would have: a box that is not ticked is not there at all."""
    if value is None or value is False:
        data.pop(name, None)
    elif isinstance(value, list | tuple | set | frozenset) and hasattr(data, "setlist"):
        data.setlist(name, [str(one) for one in value])
    else:
        data[name] = "on" if value is True else value


def marks_in(sent: object) -> dict[str, str] | None:
    """Return the marks a page carried, by name; None where it carried none that can be read."""
    try:
        found = outside_json.read(str(sent))
    except ValueError:
        return None
    return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else None


def _said(field: forms.Field, value: object) -> str:
    """Return ``value`` as people read it: the label of a choice, a day in words, the text of the rest."""
    if isinstance(value, date):
        return date_text(value, year=True)
    labels = {
        str(key): str(label) for key, label in getattr(field, "choices", ()) if not isinstance(label, list | tuple)
    }
    text = _text(field, value)
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return ", ".join(labels.get(one, one) for one in text.split(",") if one)
    return labels.get(text, text)


# Drafts that save themselves --------------------------------------------------------------------------------------

#: How long it is remembered which page a draft was last saved from. Forgotten, a page that began with something else
#: is refused: nothing is lost by it.
_REMEMBERED = 24 * 60 * 60


def saved_from(draft: str, page: str) -> None:
    """Remember that ``draft`` (a name of its own) was last saved from ``page`` (a mark made anew for each page)."""
    if page:
        cache.set(f"draft-page:{draft}", page[:64], _REMEMBERED)


def is_saved_from(draft: str, page: str) -> bool:
    """Say whether ``draft`` was last saved from this very ``page``: then the page knows what stands there."""
    return bool(page) and cache.get(f"draft-page:{draft}") == page[:64]

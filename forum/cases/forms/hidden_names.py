"""A name that others do not see goes out in no text without a word: whoever writes it is asked once (R25).

Only who may know the name is asked. To anybody else the question would tell it; and who does not know it cannot have
meant it.
"""

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from html import unescape
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from forum.cases import own_cases

if TYPE_CHECKING:
    from forum.cases.models import Case
    from trepart.access.rules import Person

#: The box that is ticked where the name may stand.
MAY_STAND = "name_may_stand"
_HYPHENS = re.compile(r"[‐-―−­]")
_SPELT_ALIKE = str.maketrans({"ö": "ø", "ä": "æ", "’": "'"})


def named_in(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return those of ``names`` that stand in ``texts``: whole or by the surname, with an -s or without, in whatever
    case, with a hyphen or a space."""
    said = _plain(" \n ".join(texts))
    return [name for name in names if any(re.search(_pattern(form), said) for form in _forms(_plain(name)))]


def _plain(text: str) -> str:
    words = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).casefold().translate(_SPELT_ALIKE)
    return " ".join(words.replace("aa", "å").split())


def _forms(name: str) -> list[str]:
    words = name.split(" ")
    return [name, words[-1]] if len(words[-1]) > 1 else [name]


def _pattern(name: str) -> str:
    between = r"[-\s]"
    return rf"(?<!\w){between.join(re.escape(word) for word in re.split(between, name))}(?:'?s|')?(?!\w)"


class AsksBeforeNaming(forms.Form):
    """A form whose text others read. Where a name they do not see stands in it, a box must be ticked first."""

    @abstractmethod
    def names_hidden(self) -> Sequence[str]:
        """Return the names that are hidden from others and that whoever writes may know."""

    def read_by_others(self) -> Iterable[str]:
        """Return what was written."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if isinstance(field, forms.CharField) and isinstance(value, str) and value:
                yield unescape(strip_tags(value))

    def full_clean(self) -> None:
        """Ask, when all else has been looked at; the answer is no part of what the form reads."""
        self.fields.pop(MAY_STAND, None)
        super().full_clean()
        if not self.is_bound:
            return
        texts = list(self.read_by_others())
        found = named_in(texts, self.names_hidden()) if texts else []
        if not found:
            return
        names = ", ".join(found)
        field = forms.BooleanField(
            label=_("The name may stand in the text"),
            help_text=_("Everybody who reads the case, or is sent the text, then knows it."),
            required=False,
        )
        self.fields[MAY_STAND] = field
        if not field.widget.value_from_datadict(self.data, self.files, self.add_prefix(MAY_STAND)):
            question = _("The name %(name)s is hidden from others. Shall it stand in the text?")
            self.add_error(MAY_STAND, forms.ValidationError(question, code="named", params={"name": names}))


class AsksOfCase(AsksBeforeNaming):
    """Such a form about a case that is known when it is built: :meth:`about` says which, and who writes. What stood in
    a field already was asked about when it was written."""

    #: What is read by those inside alone.
    stays_inside: ClassVar[frozenset[str]] = frozenset()
    _case: "Case | None" = None
    _reader: "Person | None" = None

    def about(self, case: "Case | None", reader: "Person | None") -> None:
        """Say which case it is about, and who writes."""
        self._case, self._reader = case, reader

    def names_hidden(self) -> Sequence[str]:
        """Return who sent the case in, where that is not shown and whoever writes may know it."""
        return own_cases.names_hidden(self._case, self._reader) if self._case is not None else []

    def read_by_others(self) -> Iterable[str]:
        """Return what was written anew."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name in self.stays_inside or not isinstance(field, forms.CharField) or not isinstance(value, str):
                continue
            if value and value != self.get_initial_for_field(field, name):
                yield unescape(strip_tags(value))

"""What holds for every field of every form, a library's as well, beside what its form asks: text comes in its normal
form, days lie in a year that somebody means, and JSON is read by our own reader."""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from trepart.text import normal
from trepart.text.outside_json import Decoder

#: Years that a day somebody writes may lie in: nothing the portal reckons from it leaves the calendar.
YEARS = (1900, 2199)


def check_year(day: date) -> None:
    """Raise ``ValidationError`` where a day, or a day and a time, lies in no year that anybody means."""
    if not YEARS[0] <= day.year <= YEARS[1]:
        said = {"first": YEARS[0], "last": YEARS[1]}
        raise forms.ValidationError(_("Write a year between %(first)s and %(last)s."), code="year", params=said)


def check_address(address: str) -> None:
    """Raise ``ValidationError`` for what is no address of e-mail, and say which sign is the trouble where it is one:
    before the @ there are no æ, ø or å, and after it nothing that would be read as other letters (ﬁ as fi)."""
    name, _at, domain = address.rpartition("@")
    wrong = [sign for sign in name if not sign.isascii()]
    if wrong:
        said = _(
            "An address has no “%(sign)s” before the @. Look at how it is spelt, for example ase.lovas@kommune.no."
        )
        raise forms.ValidationError(said, code="sign", params={"sign": wrong[0]})
    drawn = [sign for sign in domain if unicodedata.normalize("NFKC", sign) != sign]
    if drawn:
        said = _("“%(sign)s” in the address is one sign that looks like other letters. Write them one by one.")
        raise forms.ValidationError(said, code="sign", params={"sign": drawn[0]})
    validate_email(address)


def guard(field: forms.Field) -> None:
    """Let ``field``, which is one form's own, ask what every field asks."""
    if isinstance(field, forms.DateField | forms.DateTimeField) and check_year not in field.validators:
        field.validators.append(check_year)
    if isinstance(field, forms.EmailField):
        field.validators = [check_address if one is validate_email else one for one in field.validators]
    if isinstance(field, forms.JSONField) and field.decoder is None:
        field.decoder = Decoder


def taken(sent: Any, field: forms.Field) -> Any:
    """Return what was sent for ``field``, in its normal form. A password is taken as it is, and so is what says
    ``raw``."""
    if getattr(field, "raw", False) or isinstance(field.widget, forms.PasswordInput):
        return sent
    return _normal(sent, _reading(field))


def _reading(field: forms.Field) -> Callable[[str], str]:
    if isinstance(field, forms.EmailField):
        return normal.address
    on_one_line = isinstance(field.widget, forms.TextInput) and not field.widget.is_hidden
    return normal.line if on_one_line else normal.lines


def _normal(sent: Any, read: Callable[[str], str]) -> Any:
    if isinstance(sent, str):
        return read(sent)
    return [_normal(one, read) for one in sent] if isinstance(sent, list | tuple) else sent

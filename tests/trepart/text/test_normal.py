"""The one form of text: composed, without what steers, hides or cannot be kept."""

import unicodedata

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.council import list_import
from trepart.forms import PlainTextField
from trepart.text import normal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("A\u030ase", "Åse"), ("A\u00ad\u030ase", "Åse"), ("A\u202e\u200b\u030a", "Å"), ("\u1100\u200b\u1161", "가"),
        ("\u200d", ""), ("\u3164", ""), ("\u2800 \u2800", ""), (" \u115f\u1160\uffa0 \ufe0f\u034f\u200c", ""),
        ("Å\u200d", "Å\u200d"),
        ("Asbjørn\u202eEngen", "AsbjørnEngen"), ("a\x00\x08\x1b\x7f\x9fb", "ab"),
        ("\u2066a\u2069\u200eb\u061c", "ab"), ("a\u200b\u2060\ufeff\u00adb", "ab"), ("a\ufffe\uffffb", "ab"),
        ("\ud800a", "a"), ("a\U000e0041b", "ab"), ("\uf0b7 a", "a"), (" a \u00a0\t b\r\nc\u2028d ", "a b c d"),
        ("👩\u200d🏫 ❤\ufe0f", "👩\u200d🏫 ❤\ufe0f"), ("中文 тест žđŧ", "中文 тест žđŧ"),
    ],
)  # fmt: skip
def test_a_line(written: str, kept: str) -> None:
    assert normal.line(written) == kept
    assert normal.line(kept) == kept


SIGNS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "aAå <>=\n\r\t\u030a\u0338\u0301\u0323\u00ad\u200b\u200c\u200d\u202e\u3164\u2800\u1100\u1161\u11a8\x1c"
        ),
    ),
    max_size=12,
)


@settings(max_examples=500, deadline=None)
@given(SIGNS)
def test_the_normal_form_is_in_its_normal_form(text: str) -> None:
    for form in (normal.lines, normal.line):
        kept = form(text)
        assert form(kept) == kept
        assert unicodedata.is_normalized("NFC", kept)
        assert kept.strip() == "" or any(sign not in normal.BLANK and not sign.isspace() for sign in kept)


def test_lines_stay_lines() -> None:
    assert normal.lines("a\r\nb\rc\x0bd\u2029e\tf\x00 ") == "a\nb\nc\nd\ne\tf "


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Kari <k1@x.example>", "k1@x.example"), ("mailto:k1@x.example", "k1@x.example"),
        ("mailto:k1@x.example?subject=a", "k1@x.example"), ("k1@x.example\u200b", "k1@x.example"),
        ("k\u200d1@x.example", "k1@x.example"), (" k1@x.example\n", "k1@x.example"),
        ("a@xn--blbr-roah.example", "a@blåbær.example"), ("a@bla\u030abær.example", "a@blåbær.example"),
        ("a@xn--.example", "a@xn--.example"), ("ikke en adresse", "ikke en adresse"),
    ],
)  # fmt: skip
def test_an_address(written: str, kept: str) -> None:
    assert normal.address(written) == kept
    assert normal.address(kept) == kept


class _Form(forms.Form):
    name = forms.CharField(max_length=6)
    email = forms.EmailField()
    text = PlainTextField(max_length=9)
    kinds = forms.MultipleChoiceField(choices=[("a", "a")])
    secret = forms.CharField(widget=forms.PasswordInput, strip=False)


def test_a_form_reads_every_field_in_its_form_and_a_password_as_it_is() -> None:
    form = _Form(
        {"name": "A\u030ase\u202e  B", "email": "Åse <a@x.example>", "text": "a\r\n\x08b", "kinds": ["a\u200b"],
         "secret": " A\u030a\u200b"}
    )  # fmt: skip
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "name": "Åse B", "email": "a@x.example", "text": "a\nb", "kinds": ["a"], "secret": " A\u030a\u200b"
    }  # fmt: skip
    assert form["name"].value() == "Åse B"


@pytest.mark.parametrize("written", ["[[Kari]] x", "[ [Kari", "Kari]]", "⟦Kari⟧"])
def test_nothing_is_marked_as_exempt_where_nothing_can_be(written: str) -> None:
    with pytest.raises(forms.ValidationError, match="unntatt"):
        PlainTextField().clean(written)


def test_a_list_and_a_file_of_people_come_in_the_same_form() -> None:
    (case,) = list_import.read("PS 1/26 Ma\u030al\u202e for\x08 \u200beldre").cases
    assert case.title == "Mål for eldre"

"""An address of e-mail that cannot be one says which sign is the trouble, and is never changed on the way in."""

import pytest
from django import forms

pytestmark = pytest.mark.usefixtures("bokmal")


class Form(forms.Form):
    email = forms.EmailField()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("per.åsen@fjellvik.example", "«å» foran @"),
        ("kari@ﬁellvik.example", "«ﬁ» i adressen er ett tegn"),
        ("kari", "Skriv en hel e-postadresse"),
    ],
)
def test_what_is_wrong_with_it_is_said(typed: str, said: str) -> None:
    form = Form({"email": typed})
    assert not form.is_valid()
    (problem,) = form["email"].errors
    assert said in problem


@pytest.mark.parametrize("typed", ["ase@fjellvik.example", "kari@blåbær.example"])
def test_what_is_right_stands_as_it_is_written(typed: str) -> None:
    form = Form({"email": typed})
    assert form.is_valid()
    assert form.cleaned_data["email"] == typed

"""Two who write in one form at once: field by field, nothing of either vanishes without a word."""

import json
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from trepart.outdated_pages import ComparingForm, is_saved_from, mark_of, saved_from


class Minutes(ComparingForm):
    """What two secretaries write."""

    one = forms.CharField(required=False)
    two = forms.CharField(required=False)
    way = forms.ChoiceField(choices=[("a", "Ja"), ("b", "Nei")], required=False)
    who = forms.MultipleChoiceField(choices=[("1", "Kari"), ("2", "Ola"), ("3", "Per")], required=False)
    on = forms.BooleanField(required=False)


THEN: dict[str, Any] = {"one": "Før", "two": "", "way": "a", "who": ["1", "2"], "on": False}


def sent(page: ComparingForm, **changed: object) -> QueryDict:
    """Return what is sent from ``page`` with some of its fields changed by hand."""
    data = QueryDict(mutable=True)
    for name in page.fields:
        value = changed[name] if name in changed else page.get_initial_for_field(page.fields[name], name)
        if isinstance(value, list):
            data.setlist(name, value)
        elif value not in (None, False):
            data[name] = str(value)
    return data


def test_what_only_the_other_wrote_stays() -> None:
    """The wrong side: a later save from an older page emptied what the other had written."""
    page = Minutes(initial=THEN)
    later = Minutes(sent(page, one="Mitt"), initial={**THEN, "two": "Den andres", "who": ["3"], "on": True, "way": "b"})
    assert later.is_valid(), later.errors
    assert later.cleaned_data == {"one": "Mitt", "two": "Den andres", "way": "b", "who": ["3"], "on": True}


def test_what_both_wrote_is_shown_as_both_have_it_and_nothing_is_saved() -> None:
    page = Minutes(initial=THEN)
    now = {**THEN, "one": "Den andres", "way": "b"}
    later = Minutes(sent(page, one="Mitt", way=""), initial=now)
    assert not later.is_valid()
    assert set(later.errors) == {"one", "way"}
    assert later.theirs == [("One", "Den andres"), ("Way", "Nei")] or later.theirs == [
        ("one", "Den andres"),
        ("way", "Nei"),
    ]
    assert later["one"].value() == "Mitt"
    # Saved once more from the page that showed both, it is a choice.
    again = Minutes(sent(later, one="Mitt og ditt", way="a", was=later["was"].value()), initial=now)
    assert again.is_valid(), again.errors
    assert (again.cleaned_data["one"], again.cleaned_data["way"]) == ("Mitt og ditt", "a")
    # And a third who writes in between is seen as well.
    third = Minutes(sent(later, one="Mitt og ditt", was=later["was"].value()), initial={**now, "one": "En tredjes"})
    assert not third.is_valid()
    assert third.theirs[0][1] == "En tredjes"


def test_a_page_shown_again_has_what_the_other_wrote_in_every_kind_of_field() -> None:
    """The wrong side: shown again for another reason, boxes and choices stood as the old page had them, with the marks
    of today, and the next save undid what the other had chosen."""
    page = Minutes(initial=THEN)
    now = {**THEN, "two": "Den andres", "who": ["3"], "on": True, "way": "b"}
    later = Minutes(sent(page, one="Mitt"), initial=now)
    assert later.is_valid(), later.errors
    shown = {name: later[name].value() for name in ("one", "two", "way", "who", "on")}
    assert shown == {"one": "Mitt", "two": "Den andres", "way": "b", "who": ["3"], "on": True}
    again = Minutes(sent(later, **shown, was=later["was"].value()), initial=now)
    assert again.is_valid(), again.errors
    assert again.cleaned_data == {**now, "one": "Mitt"}
    # And the other way: what the other has taken away is away.
    emptied = Minutes(sent(Minutes(initial=now), one="Mitt"), initial={**THEN, "who": []})
    assert emptied.is_valid(), emptied.errors
    assert (emptied["on"].value(), emptied["who"].value(), emptied["way"].value()) == (False, [], "a")


def test_emptying_what_the_other_has_changed_is_asked_about() -> None:
    page = Minutes(initial=THEN)
    later = Minutes(sent(page, one=""), initial={**THEN, "one": "Den andres"})
    assert not later.is_valid()
    assert later.theirs[0][1] == "Den andres"


def test_the_same_from_both_is_no_quarrel_and_line_ends_are_none() -> None:
    page = Minutes(initial={**THEN, "one": "a\nb"})
    assert Minutes(sent(page, two="Likt"), initial={**THEN, "one": "a\r\nb ", "two": "Likt"}).is_valid()


def test_a_field_the_page_never_had_is_left_alone() -> None:
    """A case that was put on the agenda while somebody wrote."""

    class Smaller(ComparingForm):
        one = forms.CharField(required=False)

    later = Minutes(sent(Smaller(initial=THEN), one="Mitt"), initial={**THEN, "two": "Står der"})
    assert later.is_valid()
    assert later.cleaned_data["two"] == "Står der"


@pytest.mark.parametrize("marks", ["", "{", "[]", "null", '"x"', json.dumps({"one": 3})])
def test_marks_made_up_break_nothing(marks: str) -> None:
    form = Minutes(QueryDict(f"one=Mitt&was={marks}"), initial=THEN)
    form.is_valid()
    assert set(form.errors) <= {"one"}


@pytest.mark.django_db
def test_a_draft_knows_the_page_it_was_saved_from() -> None:
    saved_from("x:1", "side")
    assert is_saved_from("x:1", "side")
    assert not is_saved_from("x:1", "annen")
    assert not is_saved_from("x:2", "side")
    assert not is_saved_from("x:3", "")
    saved_from("x:1", "")
    assert is_saved_from("x:1", "side")
    assert mark_of("a\r\nb ") == mark_of("a\nb")

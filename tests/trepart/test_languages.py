"""Languages: what each falls back on, how dates and numbers are written, and which language a kept text is in."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.validators import MinLengthValidator
from django.test import override_settings
from django.utils import formats, translation

from tests.factories.organisation import Municipality
from trepart import audit, clock, languages
from trepart.access import role_assignments
from trepart.audit.recording import Acting
from trepart.templatetags import trepart_ui as tags

NBSP = "\N{NO-BREAK SPACE}"
DAY = dt.date(2025, 12, 3)
MOMENT = dt.datetime(2025, 12, 3, 17, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "day", "moment", "exact"),
    [
        ("nb", "3. desember 2025", "3. desember 2025 kl. 18.00", "onsdag 3. desember 2025 kl. 18.00"),
        ("nn", "3. desember 2025", "3. desember 2025 kl. 18.00", "onsdag 3. desember 2025 kl. 18.00"),
        ("en", "3 December 2025", "3 December 2025 at 18:00", "Wednesday 3 December 2025 at 18:00"),
    ],
)
def test_dates_as_people_write_them(language: str, day: str, moment: str, exact: str) -> None:
    with translation.override(language):
        assert tags.plain_date(DAY) == day
        assert tags.moment_text(MOMENT).replace(NBSP, " ") == moment
        assert tags.exact_text(MOMENT) == exact
        assert formats.date_format(DAY) == day
        assert formats.date_format(dt.datetime(2025, 12, 3, 18, 0, tzinfo=dt.UTC), "DATETIME_FORMAT") == moment


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_names_of_days_and_months_are_whole(language: str) -> None:
    with translation.override(language):
        months = {formats.date_format(dt.date(2025, month, 1), "F") for month in range(1, 13)}
        days = {formats.date_format(dt.date(2025, 12, day), "l") for day in range(1, 8)}
    assert (len(months), len(days)) == (12, 7)
    small = language != "en"
    assert all(name.islower() == small for name in months | days)
    assert ("måndag" in days, "mandag" in days, "Monday" in days) == (
        language == "nn",
        language == "nb",
        language == "en",
    )


@pytest.mark.parametrize(
    ("language", "number", "half"),
    [
        ("nb", f"12{NBSP}500", f"12{NBSP}500,5"),
        ("nn", f"12{NBSP}500", f"12{NBSP}500,5"),
        ("en", "12,500", "12,500.5"),
    ],
)
def test_numbers_as_people_write_them(language: str, number: str, half: str) -> None:
    with translation.override(language):
        assert tags.grouped(12500) == number
        assert tags.grouped(Decimal("12500.50")) == half
        assert tags.grouped(-12500) == f"\N{MINUS SIGN}{number}"


@pytest.mark.parametrize(
    ("language", "typed"), [("nb", "3.12.2025"), ("nn", "3.12.2025"), ("en", "3/12/2025"), ("en", "2025-12-03")]
)
def test_a_typed_date_is_read_with_the_day_before_the_month(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField(localize=True).clean(typed) == DAY


@pytest.mark.parametrize("municipality", ["nb", "nn"])
def test_english_never_falls_back_on_norwegian(municipality: str) -> None:
    """`en` has no catalogue of ours; Django must give the string itself, not the municipality's language."""
    with override_settings(LANGUAGE_CODE=municipality), translation.override("en"):
        assert translation.gettext("Sign in") == "Sign in"
        assert translation.gettext("This field is required.") == "This field is required."
        assert translation.ngettext("%(count)s case", "%(count)s cases", 2) == "%(count)s cases"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", {"required": "Dette må du fylle ut.", "whole": "Skriv et helt tall."}),
        ("nn", {"required": "Dette må du fylle ut.", "whole": "Skriv eit heilt tal."}),
    ],
)
def test_validation_speaks_the_readers_language(language: str, said: dict[str, str]) -> None:
    class Asked(forms.Form):
        name = forms.CharField()
        count = forms.IntegerField()
        long = forms.CharField(validators=[MinLengthValidator(9)])

    with translation.override(language):
        errors = Asked({"count": "x", "long": "kort"}).errors
        assert errors["name"] == [said["required"]]
        assert errors["count"] == [said["whole"]]
        assert not any(word in errors["long"][0] for word in ("Ensure", "value"))


def test_what_is_kept_is_in_the_municipalitys_language(db: None, settings: Any) -> None:
    settings.LANGUAGE_CODE = "nn"
    with translation.override("en"):
        with languages.municipal() as language:
            assert (language, translation.get_language()) == ("nn", "nn")
            assert translation.gettext("Minutes") == "Møtebok"
        assert translation.get_language() == "en"


def test_a_place_is_read_in_the_readers_language_and_kept_in_the_municipalitys(
    town: Municipality, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "nb"
    [place] = [one for one in role_assignments.source().running(town.secretary, clock.today()).places if one.body_id]
    with translation.override("en"):
        assert str(place.label).startswith("secretary in ")
        with audit.recorded(
            "portal.demo_loaded",
            actor=town.secretary,
            subject=town.secretary,
            acting=Acting(place.body_id, place.role, place.label),
        ) as event:
            pass
    assert event.acting_label.startswith("sekretær i ")


@pytest.mark.parametrize(
    ("language", "name", "inside"),
    [
        ("nb", "Kommunestyret", "kommunestyret"),
        ("nn", "Heradsstyret", "heradsstyret"),
        ("en", "Kommunestyret", "Kommunestyret"),
        ("nb", "Fjellvik kommunestyre", "Fjellvik kommunestyre"),
        ("nb", "Partssammensatt utvalg", "Partssammensatt utvalg"),
        ("nb", "LMU Åsen skole", "LMU Åsen skole"),
        ("nb", "", ""),
    ],
)
def test_the_name_of_a_body_inside_a_sentence(language: str, name: str, inside: str) -> None:
    with translation.override(language):
        assert languages.inside(name) == inside

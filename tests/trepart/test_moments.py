"""Day and time in forms: an hour that does not exist, or comes twice, is refused in the portal's own words."""

from datetime import datetime
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from forum.meetings.core.models import Meeting
from forum.meetings.forms import MeetingTimeForm, PostponeForm, RearrangeForm
from forum.meetings.urgent.forms import UrgentForm
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import plan
from trepart import clock
from trepart.forms import DateTimeField

#: Summer time begins and ends in these nights.
SPRING, AUTUMN = "2027-03-28T02:30", "2027-10-31T02:30"
WORDS = {
    ("nb", SPRING): "Klokka 02.30 finnes ikke 28. mars 2027: Da begynner sommertida. Velg et annet tidspunkt.",
    ("nb", AUTUMN): "Klokka 02.30 kommer to ganger 31. oktober 2027: Da slutter sommertida. Velg et annet tidspunkt.",
    ("nn", SPRING): "Klokka 02.30 finst ikkje 28. mars 2027: Då byrjar sommartida. Vel eit anna tidspunkt.",
    ("nn", AUTUMN): "Klokka 02.30 kjem to gonger 31. oktober 2027: Då sluttar sommartida. Vel eit anna tidspunkt.",
    ("en", SPRING): "There is no 02:30 on 28 March 2027: summer time begins that night. Choose another time.",
    ("en", AUTUMN): "02:30 comes twice on 31 October 2027: summer time ends that night. Choose another time.",
}


@pytest.mark.parametrize(("language", "sent"), WORDS)
def test_an_hour_that_is_not_there_or_comes_twice(language: str, sent: str) -> None:
    with translation.override(language):
        with pytest.raises(forms.ValidationError) as refused:
            DateTimeField().clean(sent)
        said = [message.replace("\N{NO-BREAK SPACE}", " ") for message in refused.value.messages]
    assert said == [WORDS[language, sent]]


@pytest.mark.parametrize("sent", ["2027-03-28T01:59", "2027-03-28T03:00", "2027-10-31T01:59", "2027-10-31T03:00"])
def test_the_hours_beside_it_are_taken(sent: str) -> None:
    assert timezone.localtime(DateTimeField().clean(sent)).strftime("%Y-%m-%dT%H:%M") == sent


def test_what_is_no_time_at_all_is_refused_as_before() -> None:
    with translation.override("en"), pytest.raises(forms.ValidationError, match="date"):
        DateTimeField().clean("kl. halv tre")
    moment = clock.now()
    assert DateTimeField().clean(moment) == moment


def every_form(base: type[Any]) -> set[type[Any]]:
    return {base} | {one for child in base.__subclasses__() for one in every_form(child)}


def test_every_form_that_asks_for_a_day_and_a_time_asks_with_this_field() -> None:
    asked = {
        (form.__name__, name)
        for form in every_form(forms.BaseForm)
        if not form.__module__.startswith("django.") and "admin" not in form.__module__
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, (forms.DateTimeField, forms.SplitDateTimeField))
        if not isinstance(field, DateTimeField)
    }
    assert asked == set()
    for form, name in ((MeetingTimeForm, "starts_at"), (RearrangeForm, "starts_at"), (PostponeForm, "starts_at")):
        assert isinstance(form.base_fields[name], DateTimeField)
    assert isinstance(UrgentForm.base_fields["at"], DateTimeField)


@pytest.mark.django_db
def test_on_the_page_where_a_meeting_is_planned_and_moved(town: Municipality, client: Client) -> None:
    client.force_login(town.secretary)
    meeting = plan(town, days=20)
    pages = [
        reverse("forum:meeting_plan", args=[town.committee.slug]),
        reverse("forum:meeting_step", args=[meeting.pk, "move"]),
    ]
    for page in pages:
        answer = client.post(page, {"starts_at": SPRING, "place": "Salen"})
        assert answer.status_code == 422
        said = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert WORDS["nb", SPRING] in said
        assert "2027-03-28 02" not in said
    assert list(Meeting.objects.values_list("starts_at", flat=True)) == [meeting.starts_at]
    assert isinstance(meeting.starts_at, datetime)

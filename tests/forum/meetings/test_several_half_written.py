"""Pages with several forms: each that was half written stands there again, not the newest alone."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.attendance.models import Absence
from forum.meetings.follow_up.models import FollowUp
from tests.factories.organisation import Municipality
from tests.forum.meetings.follow_up.test_follow_up import decided
from tests.forum.meetings.test_lifecycle import called
from trepart import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


def leave(client: Client, where: str, *forms: dict[str, str]) -> None:
    """Leave the page with these half written: its script sends all of them."""
    owner = client.get(where).context["form_owner"]
    along = json.dumps([urlencode(one | {"form_owner": owner}) for one in forms])
    sent = {"left_at": where, "form_owner": owner, "kept_along": along}
    assert client.post(reverse("access:leave_form"), sent).status_code == 204


def test_a_case_on_the_agenda(client: Client, town: Municipality) -> None:
    meeting = called(town)
    item = meeting.items.get()
    client.force_login(town.secretary)
    where = reverse("forum:meeting_agenda_item", args=[meeting.pk, item.pk])
    leave(
        client, where,
        {"do": "words", "title": "Andre ord", "recommendation": "Et annet forslag."},
        {"do": "close", "doors-public_title": "Noe annet"},
        {"do": "withdraw", "withdraw-reason": "Trukket av den som fremmet den."},
    )  # fmt: skip
    for _time in range(2):
        page = client.get(where).content.decode()
        for words in ("Andre ord", "Et annet forslag.", "Noe annet", "Trukket av den som fremmet den."):
            assert words in page, words
    # One that is sent goes, the others stay.
    owner = client.get(where).context["form_owner"]
    sent = {"do": "words", "title": "Tredje ord", "recommendation": "Det.", "form_owner": owner}
    assert client.post(where, sent | {"seen": client.get(where).context["seen"]}).status_code == 302
    page = client.get(where).content.decode()
    assert "Andre ord" not in page
    assert "Trukket av den som fremmet den." in page


def test_a_decision_that_is_followed_up(client: Client, town: Municipality) -> None:
    decided(
        town, {"title": "Felles vaktmester", "responsible": town.chair, "due_on": clock.today() + timedelta(days=20)}
    )
    found = FollowUp.objects.get()
    client.force_login(town.secretary)
    where = found.get_absolute_url()
    leave(client, where, {"do": "report", "text": "Vi har begynt."}, {"do": "assign", "due_on": "2031-02-03"})
    page = client.get(where).content.decode()
    assert "Vi har begynt." in page
    assert "2031-02-03" in page


def test_an_absence_that_somebody_told_of(client: Client, town: Municipality) -> None:
    meeting = called(town)
    client.force_login(town.secretary)
    where = reverse("forum:deputies_called", args=[meeting.pk])
    leave(client, where, {"membership": str(town.membership(town.union[0]).pk), "reason": "Er på kurs."})
    assert "Er på kurs." in client.get(where).content.decode()
    assert not Absence.objects.exists()

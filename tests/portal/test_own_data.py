"""The right to see what is kept about oneself (R31): all of it, and nothing about others."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.meetings.attendance.models import ConflictReport
from forum.meetings.case_papers.note_models import PaperNote
from forum.meetings.session.models import Addition, DiscussionDraft
from forum.organisation.models import Membership
from portal.queries.kept_words import ABOUT
from portal.queries.own_data import LEFT_OUT, SHARES, own_data
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access import grants
from trepart.access.models import User

pytestmark = pytest.mark.django_db
URL = "/min-side/opplysninger.json"


def test_every_row_about_a_person_is_given_or_left_out_for_a_reason() -> None:
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is User
        and not model.__name__.startswith("Historical")
        and "tests" not in model.__module__
    }
    given = {f"{share.model}.{share.find}" for share in SHARES}
    assert pointing - given - set(LEFT_OUT) == set()
    assert set(LEFT_OUT) <= pointing
    assert {name for name in given if "__" not in name} <= pointing


def test_one_gets_all_that_is_ones_own(town: Municipality, propose: Any, client: Client) -> None:
    mine, others = propose(0, "Sykkelstativ ved Ås"), propose(1, "Noe helt annet")
    person = mine.proposer
    client.force_login(person)
    answer = client.get(URL)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="trepart.json"'
    given = json.loads(answer.content)
    assert given["Account"] == {
        "Name": person.name,
        "E-mail address": person.email,
        "Since": timezone.localtime(person.date_joined).date().isoformat(),
    }
    assert [row["title"] for row in given["My proposals"]] == ["Sykkelstativ ved Ås"]
    assert [row["workplace: name"] for row in given["Employments"]] == [town.units[0].name]
    assert [row["subject"] for row in given["Notices"]] == [notice.subject for notice in person.notices.order_by("pk")]
    assert others.title not in answer.content.decode()
    assert others.proposer.name not in answer.content.decode()


def test_what_is_about_a_case_is_known_for_every_share_with_words() -> None:
    given = {f"{share.model}.{share.find}": set(share.fields) for share in SHARES}
    assert set(ABOUT) <= set(given)
    assert [name for name, about in ABOUT.items() if not set(about.fields) <= given[name]] == []


def test_an_ex_member_takes_out_nothing_that_is_closed(town: Municipality) -> None:
    """The wrong side: the export gave notes, drafts and additions of cases treated behind closed doors, long after."""
    secret, person = "Hemmelig: Kari Normann skal omplasseres", town.elected[1]
    meeting = held_meeting(town)
    closed = meeting.items.get(title=secret)
    open_item = meeting.items.get(title="Ny åpningstid")
    for item in (closed, open_item):
        words = f"Mine ord om {item.title}"
        PaperNote.objects.create(person=person, item=item, text=words, quote=item.title)
        DiscussionDraft.objects.create(author=person, item=item, text=words)
        Addition.objects.create(item=item, membership=town.membership(person), text=words)
        ConflictReport.objects.create(item=item, membership=town.membership(person), why=words)
    own = json.dumps(own_data(person), ensure_ascii=False)
    assert f"Mine ord om {secret}" in own
    seat = town.membership(person)
    seat.valid_to = clock.today() - timedelta(days=1)
    Membership.objects.filter(pk=seat.pk).update(valid_to=seat.valid_to)
    grants.forget(person)
    given = own_data(User.objects.get(pk=person.pk))
    said = json.dumps(given, ensure_ascii=False)
    assert secret not in said
    assert "Mine ord om Ny åpningstid" in said
    assert "Kept back: closed, or exempt from public access" in said
    assert len(given["Votes"]) > 0  # type: ignore[arg-type]  # one's own votes are one's own


def test_somebody_else_and_nobody(town: Municipality, propose: Any, client: Client) -> None:
    propose(0, "Sykkelstativ")
    assert client.get(URL).status_code == 302
    client.force_login(town.outsider)
    given = json.loads(client.get(URL).content)
    assert "Sykkelstativ" not in json.dumps(given)
    assert given["My proposals"] == given["Memberships"] == []
    assert client.post(URL).status_code == 405


def test_it_costs_the_same_whatever_there_is(town: Municipality, propose: Any) -> None:
    def cost(person: User) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            own_data(person)
        return len(queries)

    propose(0, "Det første")
    before = cost(town.employee(0))
    for number in range(5):
        propose(0, f"Forslag {number}")
    assert (
        cost(town.employee(0)) == before == len(SHARES) + 3
    )  # for the notices: what they are about, which cases are closed, and titles from before

"""The technical administration shows the state of things, none of what they say, and changes nothing."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from forum.meetings.core.vote_models import Vote
from tests.factories.meetings import SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.organisation.test_bodies import propose
from trepart.access.look_only import LookOnly, NoContent
from trepart.access.models import User
from trepart.access.sign_in import second_step
from trepart.audit.models import Event
from trepart.audit.verifying import verify

PASSWORD = "en lang og god setning"  # only for tests


@pytest.fixture
def root(town: Municipality, client: Client) -> User:
    person = User.objects.create_superuser("rot@fjellvik.example", "Rot", PASSWORD)
    client.force_login(person)
    return person


def ours() -> list[type[Any]]:
    rooms = ("forum.", "proposals.", "trepart.")
    return [model for model in admin.site._registry if model.__module__.startswith(rooms)]


def without_content() -> list[type[Any]]:
    return [model for model in ours() if isinstance(admin.site._registry[model], NoContent)]


def base_of(model: type[Any]) -> str:
    return f"/teknisk/{model._meta.app_label}/{model._meta.model_name}/"


def test_the_technical_administration_shows_and_changes_nothing(town: Municipality, client: Client) -> None:
    propose(town)
    client.force_login(town.administrator)
    assert client.get("/teknisk/organisation/body/").status_code == 404
    root = User.objects.create_superuser("rot@fjellvik.example", "Rot")
    client.force_login(root)
    found = [model for model in admin.site._registry if model.__module__.startswith(("forum.", "trepart.access."))]
    assert len(found) > 20
    for model in found:
        base = f"/teknisk/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(base).status_code == 200, base
        assert client.get(f"{base}add/").status_code == 403
        row = model._base_manager.first()
        if row is not None:
            change = f"{base}{quote(row.pk)}/change/"
            assert client.get(change).status_code == 200, change
            assert client.post(change, {"name": "X"}).status_code == 403
            assert client.post(f"{base}{quote(row.pk)}/delete/", {"post": "yes"}).status_code == 403
            assert model._base_manager.filter(pk=row.pk).exists()


def test_no_address_answers_about_what_is_not_listed(town: Municipality, client: Client) -> None:
    """The wrong side: `?password__startswith=m` told a hash letter by letter, `?body__contains=` a reset key."""
    propose(town)
    root = User.objects.create_superuser("rot@fjellvik.example", "Rot")
    client.force_login(root)
    wrong = []
    for model, page in admin.site._registry.items():
        listed = {one[0] if isinstance(one, tuple) else one for one in page.list_filter} | {page.date_hierarchy}
        names = {field.name for field in model._meta.get_fields()}
        for name in names - listed:
            for lookup in (name, f"{name}__exact", f"{name}__startswith", f"{name}__regex", f"{name}__password__gt"):
                if page.lookup_allowed(lookup, "x", None):
                    wrong.append(f"{model.__name__}: {lookup}")
        for name in filter(None, listed):
            assert page.lookup_allowed(f"{name}__exact", "x", None)
            for way in ("startswith", "regex", "contains", "password__startswith", "person__password__startswith"):
                if page.lookup_allowed(f"{name}__{way}", "x", None):
                    wrong.append(f"{model.__name__}: {name}__{way}")
        for one in page.get_search_fields(None):
            assert not any(secret in one for secret in ("password", "digest", "secret", "body__text")), one
    assert wrong == []
    for url in (
        "/teknisk/access/user/?password__startswith=m",
        "/teknisk/access/user/?invitation__digest__startswith=a",
        "/teknisk/notices/mail/?text__contains=reset",
        "/teknisk/organisation/membership/?person__password__startswith=m",
    ):
        assert client.get(url).status_code == 400, url
    assert client.get("/teknisk/access/user/?is_staff__exact=1").status_code == 200
    assert client.get("/teknisk/meetings/meeting/?starts_at__year=2026").status_code == 200


def test_jobs_are_looked_at_and_neither_cancelled_nor_run_from_here(town: Municipality, client: Client) -> None:
    propose(town)
    client.force_login(User.objects.create_superuser("rot@fjellvik.example", "Rot"))
    jobs = "/teknisk/procrastinate/procrastinatejob/"
    row = ProcrastinateJob.objects.order_by("pk").first()
    assert row is not None
    for act in ("cancel", "abort", "retry", "delete_selected"):
        client.post(jobs, {"action": act, "_selected_action": [row.pk], "index": 0})
    page = client.get(jobs)
    assert page.status_code == 200
    assert 'name="action"' not in page.content.decode()
    after = ProcrastinateJob.objects.get(pk=row.pk)
    assert (after.status, after.attempts) == (row.status, row.attempts)
    assert client.get(f"{jobs}?args__contains=x").status_code == 400


def test_nothing_of_what_cases_and_meetings_say_is_shown(town: Municipality, client: Client, root: User) -> None:
    """Closed or not: what is read is read in the portal, where the log of who looked is."""
    meeting = held_meeting(town)
    said = {item.title for item in meeting.items.all()} | {SECRET, "Kari Normann", "Biblioteket åpner klokka ni"}
    told = 0
    for model in without_content():
        pages = [base_of(model)]
        for row in model._base_manager.order_by("pk")[:10]:
            pages.append(f"{base_of(model)}{quote(row.pk)}/change/")
            assert client.get(f"{base_of(model)}{quote(row.pk)}/history/").status_code == 404
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert not {words for words in said if words in answer.content.decode()}, page
            told += str(model._base_manager.count()) in answer.content.decode()
    assert told > 10


#: What else than numbers and times may be shown: where a row stands, and a sum of a file that is published.
STATES = {
    ("meeting", "kind"), ("meeting", "status"), ("minutes", "status"), ("referral", "status"),
    ("minutesversion", "number"), ("decisionlist", "number"), ("councilsheet", "number"), ("case", "year"),
    ("numberseries", "key"), ("numberseries", "last"), ("minutesversion", "public_sha256"),
    ("decisionlist", "public_sha256"), ("councilsheet", "public_sha256"),
}  # fmt: skip


def test_no_page_shows_another_row_a_person_or_a_choice(town: Municipality, rf: Any, root: User) -> None:
    """Who proposed where the name is not shown, and who voted what behind closed doors, stand in columns like any."""
    request, wrong = rf.get("/"), []
    request.user = root
    for model in without_content():
        page, name = admin.site._registry[model], model._meta.model_name
        assert set(page.get_list_display(request)) - {"pk"} == set(page.list_display)
        for shown in page.get_fields(request):
            field = model._meta.get_field(shown)
            if not (isinstance(field, models.DateField) or field.primary_key or (name, shown) in STATES):
                wrong.append((name, shown))
        wrong += [
            (name, asked)
            for asked in filter(None, (*page.list_filter, page.date_hierarchy))
            if asked not in page.list_display
        ]
    assert wrong == []


def test_neither_the_proposer_nor_a_vote_stands_there(town: Municipality, client: Client, root: User) -> None:
    proposal = propose(town)
    held_meeting(town)
    vote = Vote.objects.order_by("pk").first()
    assert vote is not None
    for row in (proposal, vote):
        answer = client.get(f"{base_of(type(row))}{row.pk}/change/")
        shown = [field.field["name"] for set_ in answer.context["adminform"] for line in set_ for field in line]
        assert shown == ["id", *admin.site._registry[type(row)].list_display]
        assert not {"proposer", "membership", "choice"} & {name.removesuffix("_id") for name in shown}


def test_only_what_a_page_offers_is_answered(town: Municipality, client: Client, root: User) -> None:
    """Otherwise a column that is not shown is read letter by letter."""
    held_meeting(town)
    assert all(isinstance(admin.site._registry[model], LookOnly) for model in ours())
    for address in (
        "/teknisk/meetings/agendaitem/?title__startswith=H",
        "/teknisk/meetings/agendaitem/?case__title__contains=x",
        "/teknisk/meetings/vote/?choice=for",
        "/teknisk/access/user/?password__startswith=a",
        "/teknisk/access/user/?is_active__exact=1&authenticator__data__contains=x",
        "/teknisk/notices/mail/?text__contains=x",
    ):
        assert client.get(address).status_code == 400, address
    assert client.get("/teknisk/meetings/meeting/?status__exact=ended").status_code == 200
    assert client.get("/teknisk/access/user/?is_active__exact=1").status_code == 200
    everything = client.get("/teknisk/meetings/agendaitem/").context["cl"].result_count
    assert client.get("/teknisk/meetings/agendaitem/?q=Hemmelig").context["cl"].result_count == everything


def test_the_technical_pages_ask_for_a_second_step(settings: Any, root: User, client: Client) -> None:
    assert not second_step.required_of(root)  # the tests' own setting, and the demo's
    settings.TECHNICAL_PAGES_TWO_STEP = True
    assert second_step.required_of(root)
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": root.email, "password": PASSWORD})
    assert fresh.session.get(second_step.MUST_SET_UP)
    # Also whoever was signed in before the pages were given, or the setting was on.
    for browser in (fresh, client):
        for page in ("/teknisk/meetings/meeting/", "/teknisk/", reverse("portal:my_page")):
            assert browser.get(page).url == reverse("access:must_set_up")


def test_who_may_use_them_is_in_the_trail(root: User) -> None:
    event = Event.objects.get(action="access.superuser_made")
    assert (event.actor, event.subject_id) == (None, root.pk)
    assert verify() == []

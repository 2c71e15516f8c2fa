"""The technical administration shows and changes nothing."""

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories.organisation import Municipality
from tests.forum.organisation.test_bodies import propose
from trepart.access.models import User


def test_the_technical_administration_shows_and_changes_nothing(town: Municipality, client: Client) -> None:
    propose(town)
    client.force_login(town.administrator)
    assert client.get("/teknisk/organisation/body/").status_code == 404
    root = User.objects.create_superuser("rot@fjellvik.example", "Rot")
    client.force_login(root)
    models = [model for model in admin.site._registry if model.__module__.startswith(("forum.", "trepart.access."))]
    assert len(models) > 20
    for model in models:
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

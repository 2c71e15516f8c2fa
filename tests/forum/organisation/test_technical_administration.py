"""The technical administration shows and changes nothing."""

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.test import Client

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

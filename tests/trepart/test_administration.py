"""The technical administration shows; it writes nothing past the rules and the trail."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.architecture.sources import ROOMS
from trepart.access import policy
from trepart.access.models import User
from trepart.notices.models import Mail, MailState

pytestmark = pytest.mark.django_db


@pytest.fixture
def technician() -> User:
    return User.objects.create_superuser("drift@fjellvik.example", "Drift", "x")


def test_nothing_of_ours_is_written_there(rf: RequestFactory, technician: User) -> None:
    request = rf.get("/")
    request.user = technician
    assert not admin.site.is_registered(Group)
    for model, page in admin.site._registry.items():
        if model.__module__.split(".")[0] in ROOMS:
            assert not page.has_add_permission(request), model
            assert not page.has_change_permission(request), model
            assert not page.has_delete_permission(request), model


def test_every_page_of_it_opens(client: Client, technician: User) -> None:
    client.force_login(technician)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert client.get(reverse(name)).status_code == 200, name


def test_a_mail_that_could_not_be_sent_is_found(client: Client, technician: User) -> None:
    client.force_login(technician)
    for state in (MailState.SENT, MailState.FAILED):
        Mail.objects.create(
            to=f"{state}@fjellvik.example",
            language="nb",
            kind="k",
            subject="Fortrolig emne",
            text="Fortrolig",
            state=state,
        )
    page = client.get(reverse("admin:notices_mail_changelist"), {"state": "failed"}).content.decode()
    assert "failed@fjellvik.example" in page
    assert "sent@fjellvik.example" not in page
    assert "Fortrolig" not in page


def test_a_technician_has_no_say_in_the_bodies(technician: User) -> None:
    """Being a superuser opens the technical pages and nothing else."""
    for permission in policy.all_permissions():
        if permission.name.startswith("audit."):
            assert not policy.can(technician, permission.name)

"""What a test commits is gone after it, and what the migrations made is as it was."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.factories.organisation import municipality
from tests.put_back import put_back
from trepart.access.models import User
from trepart.audit.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def _rows() -> dict[str, list[object]]:
    return {
        "types": list(ContentType.objects.order_by("pk").values_list("pk", "app_label", "model")),
        "rights": list(Permission.objects.order_by("pk").values_list("pk", "codename")),
    }


def test_what_is_committed_is_gone_and_the_rest_keeps_its_numbers() -> None:
    before = _rows()
    for _again in range(2):  # made by the services, and laid down from the copy
        municipality()
        Permission.objects.filter(pk=before["rights"][0][0]).delete()  # type: ignore[index]
        assert User.objects.exists()
        assert Event.objects.exists(), "the trail is emptied past its guards"
        put_back()
        assert not User.objects.exists()
        assert not Event.objects.exists()
        assert _rows() == before
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",), "the guards hold again"

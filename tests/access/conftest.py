"""What the tests of access and signing in lean on."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from tests.errands.fixtures import errand, errands
from trepart.access.models import User

__all__ = ["errand", "errands"]

PASSWORD = "en lang nok hemmelighet"


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def kari() -> User:
    person = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann", PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person

"""Where a visitor comes from, for counting: the network, and nothing a visitor can write."""

import pytest
from allauth.core.internal import ratelimit
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from trepart.access.sign_in.adapter import AccountAdapter

pytestmark = pytest.mark.django_db


def place(remote: str, forwarded: str = "") -> str:
    request = RequestFactory().get("/", REMOTE_ADDR=remote)
    if forwarded:
        request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded})
    return ratelimit.truncate_ip(AccountAdapter(request).get_client_ip(request))


def test_an_ipv6_visitor_is_counted_by_the_network() -> None:
    one = place("2001:db8:0:1::1")
    assert one == place("2001:db8:0:1:ffff:ffff:ffff:ffff") == place("2001:0DB8:0000:0001::2")
    assert len({one, place("2001:db8:0:2::1"), place("2001:db8:1:1::1"), place("::1")}) == 4


def test_ipv4_visitors_are_told_apart_however_their_address_is_written() -> None:
    assert place("::ffff:198.51.100.1") == place("198.51.100.1")
    assert place("::ffff:198.51.100.2") != place("198.51.100.1")


@pytest.mark.parametrize("forwarded", ["203.0.113.9", "203.0.113.9, 198.51.100.7", "2001:db8::1", "ikke en adresse"])
def test_without_a_proxy_of_ours_nothing_a_visitor_writes_is_believed(settings: object, forwarded: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert place("198.51.100.1", forwarded) == place("198.51.100.1")


def test_behind_one_proxy_what_that_one_wrote_is_believed(settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    seen = place("10.0.0.1", "203.0.113.9, 198.51.100.1")
    assert seen == place("10.0.0.1", "1.2.3.4, 198.51.100.1") == place("10.0.0.2", "198.51.100.1")
    assert seen != place("10.0.0.1", "198.51.100.1, 203.0.113.9")
    assert place("10.0.0.1", "1.2.3.4, 2001:db8::1") == place("10.0.0.1", "2001:db8::2")


def test_behind_two_the_second_last_is(settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert place("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.9") == place("10.0.0.1", "198.51.100.1, 10.0.0.8")


def test_a_visitor_from_nowhere_is_refused(settings: object) -> None:
    """On the socket, without the header of the proxy: nobody is counted as everybody."""
    with pytest.raises(PermissionDenied):
        place("")

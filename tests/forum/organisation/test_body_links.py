"""What a body's page leads to beside itself: what higher rooms have registered, in their order."""

from django.urls import resolve

from forum.organisation import body_links
from tests.factories.organisation import Municipality


def test_commissions_come_before_the_lists_of_the_council(town: Municipality) -> None:
    offered = body_links.of(town.committee, town.secretary)
    names = [resolve(link.url.partition("?")[0]).url_name for link in offered]
    assert names == ["commission_list", "commission_new", "council_lists", "delegations", "stand_ins"]

"""The pages of bodies and the administrator's pages: who sees what, what is written, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.models import Membership
from tests.factories.organisation import Municipality
from trepart import clock

OFFICE_PAGES = ("organisation", "body_new", "unit_new", "party_new", "people", "person_new")


def office_urls(town: Municipality) -> list[str]:
    slug = town.committee.slug
    membership = town.membership(town.chair)
    return [
        *(reverse(f"forum:{name}") for name in OFFICE_PAGES),
        reverse("forum:body_facts", args=[slug]),
        reverse("forum:body_activate", args=[slug]),
        reverse("forum:body_close", args=[slug]),
        reverse("forum:member_new", args=[slug]),
        reverse("forum:member_new", args=[slug]) + f"?person={town.outsider.pk}",
        reverse("forum:member_new", args=[slug]) + "?q=fjellvik",
        reverse("forum:member_end", args=[slug, membership.pk]),
        reverse("forum:unit_change", args=[town.units[0].pk]),
        reverse("forum:person", args=[town.employee().pk]),
        reverse("forum:employment_new", args=[town.employee().pk]),
        reverse("forum:appointment_new", args=[town.employee().pk]),
        reverse("forum:employment_end", args=[town.employee().employments.get().pk]),
        reverse("forum:appointment_end", args=[town.administrator.appointments.get().pk]),
    ]


def test_smoke(town: Municipality, client: Client) -> None:
    client.force_login(town.administrator)
    for url in [reverse("forum:body_list"), town.committee.get_absolute_url(), town.lmus[0].get_absolute_url(), *office_urls(town)]:
        response = client.get(url)
        assert response.status_code == 200, url
    client.force_login(town.secretary)
    for url in [town.committee.get_absolute_url(), reverse("forum:body_queue", args=[town.committee.slug])]:
        assert client.get(url).status_code == 200

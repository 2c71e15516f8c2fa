"""The administrator's pages: who comes in, what two at once are told, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.organisation.composition_rules import succession
from forum.organisation.enums import LegalBasis, Part, Role, Side
from forum.organisation.models import Body, Membership, Municipality, TextBlock, Unit
from forum.organisation.queries import history
from forum.organisation.services import bodies as services
from forum.organisation.services import terms
from proposals.routing import road
from proposals.services import submit
from tests.factories.organisation import Municipality as Town
from trepart import clock, municipality
from trepart.audit.models import Event

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def office(client: Client, town: Town) -> Client:
    client.force_login(town.administrator)
    return client


def pages(town: Town) -> list[str]:
    slug = town.committee.slug
    return [
        reverse("forum:municipality"),
        reverse("forum:municipality_logo"),
        reverse("forum:municipality_text", args=["welcome", "en"]),
        reverse("forum:unattended"),
        reverse("forum:workplace_new"),
        reverse("forum:body_renew", args=[slug]),
        reverse("forum:deputies", args=[slug]),
        reverse("proposals:road_admin"),
        *(reverse("forum:history", args=["organer", body.pk]) for body in (town.committee, town.lmus[0])),
        reverse("forum:history", args=["folk", town.chair.pk]),
        reverse("forum:history", args=["enheter", town.units[0].pk]),
        reverse("forum:history", args=["plasser", town.membership(town.chair).pk]),
    ]


FACTS = {
    "name": "Fjellvik kommune", "address": "Rådhusgata 1", "accent": "#0062ba", "languages": ["en"],
    "default_language": "en", "answer_days": "20", "waiting_months": "4",
    "notice_days": "8", "objection_days": "4", "disagreement_days": "13",
    "draft_days": "9", "invitation_days": "10", "unconfirmed_days": "11",
    "two_step_roles": ["administrator"],
    "accessibility_url": "", "privacy_url": "", "feedback_url": "", "accessibility_email": "", "privacy_email": "",
    "feedback_email": "",
}  # fmt: skip


def test_nobody_else_comes_in(town: Town, client: Client) -> None:
    for url in pages(town):
        assert client.get(url).status_code == 302, url
    for person in (town.chair, town.secretary, town.lmu_leader(), town.employee(), town.outsider):
        client.force_login(person)
        for url in pages(town):
            assert client.get(url).status_code == 404, (url, person)
            assert client.post(url, {"name": "X"}).status_code == 404, (url, person)
        assert reverse("forum:organisation") not in client.get("/").content.decode()
    client.force_login(town.administrator)
    for url in pages(town):
        assert client.get(url).status_code == 200, url
    assert reverse("forum:organisation") in client.get("/").content.decode()


# The municipality -----------------------------------------------------------------------------------------------------


def test_the_municipality_is_changed_for_everybody_at_once(office: Client, town: Town) -> None:
    assert not Municipality.objects.exists()
    done = office.post(reverse("forum:municipality"), {**FACTS, "name": "Granli kommune"})
    assert done.status_code == 302
    page = office.get("/").content.decode()
    assert "Granli kommune" in page
    assert "/tema.css?0062ba" in page
    own = municipality.current()
    assert (own.answer_days, own.objection_days, own.disagreement_days) == (20, 4, 13)
    assert Event.objects.get(action="forum.municipality_changed").actor == town.administrator
    body = services.add_body(name="Ny gruppe", kind="coordination", legal_basis="cooperation", actor=None)
    assert (body.answer_days, body.notice_days) == (20, 8)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("accent", "#ffcc00", "#8e7200"),
        ("accent", "red;}body{display:none", "characters"),
        ("accent", "#12345", "six signs"),
        ("default_language", "nn", "valid choice"),
        ("two_step_roles", ["king"], "valid choice"),
        ("answer_days", "0", "1"),
        ("objection_days", "0", "1"),
        ("disagreement_days", "61", "60"),
        ("privacy_url", "javascript:alert(1)", "URL"),
        ("feedback_email", "ikke en adresse", "email"),
        ("name", "", "required"),
    ],
)
def test_what_the_municipality_cannot_be_is_refused_beside_the_field(
    office: Client, field: str, value: Any, said: str
) -> None:
    answer = office.post(reverse("forum:municipality"), {**FACTS, field: value})
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert answer.context["form"]["address"].value() == "Rådhusgata 1"
    assert not Municipality.objects.exists()


def test_one_query_for_a_page_and_none_for_the_next_question(office: Client) -> None:
    office.post(reverse("forum:municipality"), FACTS)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        office.get(reverse("portal:accessibility"))
    asked = [q for q in seen.captured_queries if "organisation_municipality" in q["sql"]]
    assert len(asked) == 1


def test_own_texts(office: Client, client: Client) -> None:
    url = reverse("forum:municipality_text", args=["welcome", "en"])
    hostile = "Welcome <script>alert(1)</script>\n\nto us"
    looked = office.post(url, {"body": hostile, "preview": "1"})
    assert "&lt;script&gt;" in looked.content.decode()
    assert not TextBlock.objects.exists()
    office.post(url, {"body": hostile})
    page = office.get("/").content.decode()
    assert "Welcome &lt;script&gt;alert(1)&lt;/script&gt;" in page
    office.post(url, {"body": hostile, "take_away": "1"})
    assert TextBlock.objects.get().body == ""
    assert "Welcome" not in office.get("/").content.decode().split("<h1>")[1][:400]
    assert [row.body for row in TextBlock.history.order_by("history_id")] == [hostile, ""]
    assert office.post(url, {"body": "x" * 4001}).status_code == 422
    assert office.get(reverse("forum:municipality_text", args=["front", "en"])).status_code == 404
    assert office.get(reverse("forum:municipality_text", args=["welcome", "de"])).status_code == 404


# Two at the same thing ------------------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_and_keeps_the_text(office: Client, town: Town) -> None:
    unit = town.units[0]
    url = reverse("forum:unit_change", args=[unit.pk])
    seen = office.get(url).context["seen"]
    services.change_unit(unit, name="Solbakken nye", parent=unit.parent, actor=town.secretary)
    told = office.post(url, {"name": "Mitt navn", "parent": str(unit.parent_id), "seen": seen})
    assert told.status_code == 422
    assert f"{town.secretary.name} changed this" in " ".join(told.context["form"].non_field_errors())
    assert told.context["form"]["name"].value() == "Mitt navn"
    assert Unit.objects.get(pk=unit.pk).name == "Solbakken nye"
    done = office.post(url, {"name": "Mitt navn", "parent": str(unit.parent_id), "seen": told.context["seen"]})
    assert done.status_code == 302
    assert Unit.objects.get(pk=unit.pk).name == "Mitt navn"


# Bodies ---------------------------------------------------------------------------------------------------------------


def test_a_broken_rule_is_said_before_anything_is_saved(office: Client, town: Town) -> None:
    seat = town.membership(town.chair)
    url = reverse("forum:member_end", args=[town.committee.slug, seat.pk])
    asked = office.post(url, {"on": clock.today().isoformat()})
    assert asked.status_code == 422
    assert asked.context["foreseen"]
    assert "A new leader is elected" in asked.context["lead"]
    assert Membership.objects.get(pk=seat.pk).valid_to is None
    assert not Event.objects.filter(action="forum.membership_ended").exists()
    assert office.post(url, {"on": clock.today().isoformat(), "all_the_same": "1"}).status_code == 302
    assert Membership.objects.get(pk=seat.pk).valid_to == clock.today()


def test_a_seat_left_for_good_is_followed_by_an_election_and_not_by_the_deputy(office: Client, town: Town) -> None:
    """§ 7-10: said where it is ended and when it is done; of a deputy's own place nothing is said."""
    before = deputies(town, Side.EMPLOYEES)
    seat, deputy = town.membership(town.union[0]), town.membership(town.deputies[Side.EMPLOYEES][0])
    done = office.post(
        reverse("forum:member_end", args=[town.committee.slug, seat.pk]),
        {"on": clock.today().isoformat(), "all_the_same": "1"}, follow=True,
    )  # fmt: skip
    assert "elected from the same group" in done.content.decode()
    assert deputies(town, Side.EMPLOYEES) == before
    page = office.get(reverse("forum:member_end", args=[town.committee.slug, deputy.pk]))
    assert page.context["lead"] == ""
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    other = succession.seat_is_empty(Membership.objects.select_related("body").get(pk=seat.pk))
    assert other
    assert "§" not in other


def deputies(town: Town, side: str) -> list[Any]:
    rows = Membership.objects.filter(body=town.committee, role=Role.DEPUTY, side=side).order_by("deputy_number")
    return [(row.deputy_number, row.person) for row in rows]


def test_deputies_are_moved_within_their_own_list(office: Client, town: Town) -> None:
    (_one, first), (_two, second) = deputies(town, Side.EMPLOYEES)
    others = deputies(town, Side.MUNICIPALITY)
    url = reverse("forum:deputies", args=[town.committee.slug])
    office.post(url, {"deputy": town.membership(second).pk, "way": "up"})
    assert deputies(town, Side.EMPLOYEES) == [(1, second), (2, first)]
    office.post(url, {"deputy": town.membership(second).pk, "way": "up"})
    assert deputies(town, Side.EMPLOYEES) == [(1, second), (2, first)]
    assert deputies(town, Side.MUNICIPALITY) == others
    assert Event.objects.filter(action="forum.deputies_reordered").count() == 1
    # In a new period the same people have the same numbers once more: each period is a list of its own.
    sitting = list(Membership.objects.running().filter(body=town.committee))
    begins = clock.today() + timedelta(days=30)
    terms.renew(town.committee, staying=sitting, valid_from=begins, valid_to=None, actor=None)
    office.post(url, {"deputy": town.membership(second).pk, "way": "down"})
    rows = Membership.objects.filter(body=town.committee, role=Role.DEPUTY, side=Side.EMPLOYEES)
    assert [(m.deputy_number, m.person) for m in rows.filter(valid_from__lt=begins).order_by("deputy_number")] == [
        (1, first),
        (2, second),
    ]
    assert [(m.deputy_number, m.person) for m in rows.filter(valid_from=begins).order_by("deputy_number")] == [
        (1, second),
        (2, first),
    ]
    assert office.post(url, {"deputy": town.membership(town.chair).pk, "way": "up"}).status_code == 404
    assert office.post(url, {"deputy": "9" * 30, "way": "up"}).status_code == 404


def test_a_whole_body_is_renewed_or_nothing(office: Client, town: Town) -> None:
    begins = clock.today() + timedelta(days=30)
    sitting = list(Membership.objects.running().filter(body=town.committee))
    leaving = town.membership(town.elected[1])
    staying = [m.pk for m in sitting if m.pk != leaving.pk]
    url = reverse("forum:body_renew", args=[town.committee.slug])
    wanted = {"valid_from": begins.isoformat(), "valid_to": "", "staying": staying}
    office.post(url, {**wanted, "all_the_same": "1"})
    fresh = Membership.objects.filter(body=town.committee, valid_from=begins)
    assert {(m.person_id, m.role, m.side, m.deputy_number) for m in fresh} == {
        (m.person_id, m.role, m.side, m.deputy_number) for m in sitting if m.pk != leaving.pk
    }
    assert set(Membership.objects.filter(pk__in=[m.pk for m in sitting]).values_list("valid_to", flat=True)) == {
        begins - timedelta(days=1)
    }
    late = office.post(url, {"valid_from": clock.today().isoformat(), "staying": staying})
    assert late.status_code == 422
    assert office.post(url, {"valid_from": begins.isoformat(), "staying": []}).status_code == 422
    with pytest.raises(Exception, match="tomorrow"):
        terms.renew(town.committee, staying=sitting, valid_from=clock.today(), valid_to=None, actor=None)


def test_a_new_period_does_not_end_whoever_was_elected_while_the_page_was_open(office: Client, town: Town) -> None:
    """The wrong side: the page ended everybody it did not know of."""
    begins, body = clock.today() + timedelta(days=30), town.committee
    url = reverse("forum:body_renew", args=[body.slug])
    form = office.get(url).context["form"]
    wanted = {
        "valid_from": begins.isoformat(),
        "staying": [m.pk for m in form.initial["staying"]],
        "was": form["was"].value(),
        "all_the_same": "1",
    }
    known = len(wanted["staying"])
    new = Membership.objects.create(person=town.outsider, body=body, role=Role.SECRETARY, valid_from=clock.today())
    # One was taken off the list as well: both have changed it, and it is asked about.
    asked = office.post(url, {**wanted, "staying": wanted["staying"][1:]})
    assert asked.status_code == 422
    assert town.outsider.name in asked.context["form"].theirs[0][1]
    assert not Membership.objects.filter(body=body, valid_from=begins).exists()
    assert office.post(url, wanted).status_code == 302
    assert Membership.objects.filter(body=body, valid_from=begins).count() == known + 1
    assert Membership.objects.filter(body=body, valid_from=begins, person=new.person).exists()


# A new workplace ------------------------------------------------------------------------------------------------------


def wizard(town: Town, **changed: str) -> dict[str, str]:
    return {
        "name": "Ælva barnehage",
        "receives": "lmu",
        "parent": str(town.units[0].parent_id),
        "superior": str(town.coordination.pk),
        "leader_name": "Lise Leder",
        "leader_email": "lise@fjellvik.example",
        "union_representative_name": "Ulf Union",
        "union_representative_email": "ulf@fjellvik.example",
        "safety_representative_name": "Vera Vern",
        "safety_representative_email": "vera@fjellvik.example",
        "employees": "Ada Ansatt; ada@fjellvik.example; Assistent\nKari; kari.ny@fjellvik.example",
    } | changed


def test_a_new_workplace_works_at_once(office: Client, town: Town) -> None:
    done = office.post(reverse("forum:workplace_new"), wizard(town))
    lmu = Body.objects.get(name="LMU Ælva barnehage")
    assert done["Location"] == lmu.get_absolute_url()
    assert lmu.is_active
    assert road.entry("employee", lmu.unit) == lmu
    ada = lmu.unit.employments.get(title="Assistent").person  # type: ignore[union-attr]  # an LMU has a unit
    answers = {"several_workplaces": "no", "needs_grant": "no", "affects_users": "no"}
    words = {"title": "Sykkelstativ", "what": "Et stativ.", "why": "Syklene velter.", "expected_effect": "Orden."}
    proposal = submit(proposer=ada, data={**words, **answers, "unit": lmu.unit_id})
    assert proposal.referral is not None
    assert proposal.referral.body == lmu
    assert [m.part for m in lmu.memberships.order_by("pk")] == [Part.ADMINISTRATION, Part.UNION, ""]


def test_a_new_workplace_without_an_lmu_has_its_leader(office: Client, town: Town) -> None:
    alone = {
        f"{who}_{part}": "" for who in ("union_representative", "safety_representative") for part in ("name", "email")
    }
    done = office.post(reverse("forum:workplace_new"), wizard(town, receives="line", **alone))
    line = Body.objects.get(unit__name="Ælva barnehage")
    assert done["Location"] == line.get_absolute_url()
    assert (line.kind, line.decides_by, line.is_active) == ("line", "leader", True)
    assert line.unit is not None
    assert road.entry("employee", line.unit) == line
    assert line.unit.employments.get(leads=True).person.name == "Lise Leder"
    assert [m.role for m in line.memberships.all()] == ["leader"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"safety_representative_name": ""}, "safety_representative_name"),
        ({"receives": ""}, "receives"),
        ({"union_representative_email": "LISE@fjellvik.example"}, "union_representative_email"),
        ({"employees": "bare tull"}, "employees"),
        ({"employees": "Ola; ikke-adresse"}, "employees"),
        ({"name": "Solbakken barnehage"}, "name"),
        ({"leader_email": "tull"}, "leader_email"),
        ({"superior": "999999"}, "superior"),
    ],
)
def test_a_new_workplace_is_all_or_nothing(office: Client, town: Town, changed: dict[str, str], field: str) -> None:
    before = Unit.objects.count(), Body.objects.count(), Membership.objects.count()
    answer = office.post(reverse("forum:workplace_new"), wizard(town, **changed))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert (Unit.objects.count(), Body.objects.count(), Membership.objects.count()) == before


# History --------------------------------------------------------------------------------------------------------------


def test_the_history_says_who_changed_what(town: Town) -> None:
    services.change_body(town.committee, notice_days=12, meetings_open=True, actor=town.administrator)
    newest = history.of(Body.objects.get(pk=town.committee.pk))[0]
    assert newest.who.startswith(town.administrator.name)
    assert [(c.before, c.after) for c in newest.changes] == [("7", "12")]


def test_the_history_costs_the_same_however_much_has_happened(town: Town, django_assert_max_num_queries: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        history.of(town.committee)
    for days in range(8, 20):
        services.change_body(town.committee, notice_days=days, actor=town.administrator)
    with CaptureQueriesContext(connection) as many:
        history.of(town.committee)
    assert len(many) == len(few)

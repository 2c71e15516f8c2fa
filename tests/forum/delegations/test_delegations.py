"""What a body may decide: who enters it, what the law shuts, and the page everybody reads (koml §§ 5-3, 5-11; R35)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from forum.cases.matters import Matter
from forum.delegations import judging, services
from forum.delegations.enums import Scope
from forum.delegations.models import Delegation
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from tests.factories.files import PDF
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import NotPermitted

pytestmark = pytest.mark.django_db


def given(town: Municipality, **changes: Any) -> dict[str, Any]:
    return {
        "body": town.committee,
        "scope": Scope.EMPLOYEE_GRANTS,
        "matter": "Tilskudd til forslag fra ansatte",
        "limit": 50_000,
        "source": "trepartspotten",
        "decided_on": clock.today() - timedelta(days=9),
        "reference": "PS 12/26",
        "valid_from": clock.today() - timedelta(days=5),
        "actor": town.secretary,
    } | changes


def test_it_is_kept_with_the_councils_decision_and_traced(town: Municipality) -> None:
    upload = SimpleUploadedFile("Vedtak.pdf", PDF, content_type="application/pdf")
    made = services.enter_delegation(**given(town, document=upload))
    assert (made.limit, made.source, made.reference) == (50_000, "trepartspotten", "PS 12/26")
    document = made.document
    assert document is not None
    assert document.content_type == "application/pdf"
    event = Event.objects.filter(action="forum.delegation_entered").latest("pk")
    assert (event.actor, event.data["body"], event.data["limit"]) == (town.secretary, town.committee.name, 50_000)


@pytest.mark.parametrize("who", ["outsider", "coordination_secretary"])
def test_only_its_secretary_leaders_and_the_administrator_keep_it(town: Municipality, who: str) -> None:
    with pytest.raises(NotPermitted):
        services.enter_delegation(**given(town, actor=getattr(town, who)))
    with pytest.raises(NotPermitted):
        services.end_delegation(town.committee.delegations.get(), on=clock.today(), actor=getattr(town, who))
    for keeper in (town.secretary, town.chair, town.administrator):
        services.enter_delegation(**given(town, actor=keeper))


def test_a_member_does_not_keep_it(town: Municipality) -> None:
    with pytest.raises(NotPermitted):
        services.enter_delegation(**given(town, actor=town.union[0]))


def test_a_party_composed_committee_gets_only_matters_of_employer_and_employees(town: Municipality) -> None:
    with pytest.raises(ValidationError, match="5-11") as refused:
        services.enter_delegation(**given(town, scope=Scope.OTHER))
    assert set(refused.value.message_dict) == {"scope"}
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_7)
    assert services.enter_delegation(**given(town, scope=Scope.OTHER)).pk


@pytest.mark.parametrize("basis", [LegalBasis.KOML_5_11_OTHER, LegalBasis.COOPERATION])
def test_nothing_is_delegated_to_what_is_no_elected_body(town: Municipality, basis: str) -> None:
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=basis, evidence="412 av 497 ja.")
    with pytest.raises(ValidationError, match="5-3"):
        services.enter_delegation(**given(town))
    # What stood there before gives it nothing either.
    assert judging.in_force(Body.objects.get(pk=town.committee.pk), clock.today()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": ""}, "__all__"),
        ({"limit": None, "source": ""}, "__all__"),
        (
            {"decided_on": clock.today() + timedelta(days=1), "valid_from": clock.today() + timedelta(days=2)},
            "decided_on",
        ),
        ({"valid_from": clock.today() - timedelta(days=30)}, "__all__"),
        ({"valid_to": clock.today() - timedelta(days=30)}, "__all__"),
        ({"matter": " "}, "matter"),
        ({"reference": ""}, "reference"),
    ],
)
def test_what_is_lacking_is_refused(town: Municipality, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.enter_delegation(**given(town, **changes))
    assert field in refused.value.message_dict
    assert Delegation.objects.count() == 1


def test_the_database_refuses_money_without_a_source(town: Municipality) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.update(source="")


def test_it_ends_once_and_never_before_it_began(town: Municipality) -> None:
    one = services.enter_delegation(**given(town))
    with pytest.raises(ValidationError, match="før det begynner"):
        services.end_delegation(one, on=clock.today() - timedelta(days=20), actor=town.secretary)
    ended = services.end_delegation(one, on=clock.today() - timedelta(days=1), actor=town.secretary)
    assert not ended.runs()
    with pytest.raises(ValidationError):
        services.end_delegation(one, on=clock.today(), actor=town.secretary)


MATTER = {"employer": True, "from_employee": True}


@pytest.mark.parametrize(
    ("scope", "limit", "matter", "gives", "said"),
    [
        (Scope.EMPLOYER, None, MATTER, True, ""),
        (Scope.EMPLOYER, None, {}, True, ""),
        (Scope.EMPLOYER, None, {"employer": False}, True, "5-11"),
        (Scope.EMPLOYER, None, {**MATTER, "money": True, "amount": 1}, True, "ikke organet penger"),
        (Scope.EMPLOYER, None, {**MATTER, "money": True, "amount": 9_000}, False, ""),
        (Scope.EMPLOYER, 50_000, {**MATTER, "money": True, "amount": 50_000}, True, ""),
        (Scope.EMPLOYER, 50_000, {**MATTER, "money": True, "amount": 50_001}, True, "er mer enn"),
        (Scope.EMPLOYER, 50_000, {**MATTER, "money": True}, True, "hvor mange kroner"),
        (Scope.EMPLOYEE_GRANTS, 50_000, {**MATTER, "money": True, "amount": 10}, True, ""),
        (Scope.EMPLOYEE_GRANTS, 50_000, MATTER, True, "ber ikke om noen"),
        (Scope.EMPLOYEE_GRANTS, 50_000, {"from_employee": False, "amount": 10}, True, "ansatte har foreslått"),
        (Scope.OTHER, None, {"employer": False}, True, ""),
    ],
)
def test_a_delegation_is_held_against_the_matter(
    scope: Scope, limit: int | None, matter: dict[str, Any], gives: bool, said: str
) -> None:
    one = Delegation(scope=scope, limit=limit, source="potten" if limit else "")
    why = judging.why_not(one, Matter(**matter), gives=gives)
    assert bool(why) == bool(said)
    assert said in why


def test_everybody_reads_it_and_its_keepers_see_what_they_can_do(client: Client, town: Municipality) -> None:
    upload = SimpleUploadedFile("Vedtak.pdf", PDF, content_type="application/pdf")
    one = services.enter_delegation(**given(town, matter="Tilskudd <b>til</b> forslag", document=upload))
    url = reverse("forum:delegations", args=[town.committee.slug])
    page = client.get(url).content.decode()
    assert "Tilskudd &lt;b&gt;til&lt;/b&gt; forslag" in page
    assert "trepartspotten" in page
    assert reverse("forum:delegation_new", args=[town.committee.slug]) not in page
    served = client.get(reverse("forum:delegation_document", args=[town.committee.slug, one.pk]))
    assert one.document is not None
    with one.document.file.open() as stored:
        assert b"".join(served.streaming_content) == stored.read()  # type: ignore[attr-defined]
    assert url in client.get(town.committee.get_absolute_url()).content.decode()
    client.force_login(town.secretary)
    assert reverse("forum:delegation_new", args=[town.committee.slug]) in client.get(url).content.decode()
    # A group that agrees has no such page, and another body's delegation is not found below this one.
    assert client.get(reverse("forum:delegations", args=[town.coordination.slug])).status_code == 404
    assert client.get(reverse("forum:delegation_end", args=[town.coordination.slug, one.pk])).status_code == 404


def test_it_is_entered_and_ended_in_the_browser(client: Client, town: Municipality) -> None:
    url = reverse("forum:delegation_new", args=[town.committee.slug])
    client.force_login(town.union[0])
    assert client.get(url).status_code == 404
    assert client.post(url, {}).status_code == 404
    client.force_login(town.secretary)
    assert client.get(url).status_code == 200
    sent = {
        "scope": "employee_grants", "matter": "Tilskudd til forslag", "limit": "50 000", "source": "",
        "decided_on": clock.today().isoformat(), "reference": "PS 12/26", "valid_from": clock.today().isoformat(),
    }  # fmt: skip
    lacking = client.post(url, sent)
    assert lacking.status_code == 422
    assert "Tilskudd til forslag" in lacking.content.decode()
    assert client.post(url, sent | {"scope": "other", "source": "potten"}).status_code == 422
    bad = SimpleUploadedFile("Vedtak.pdf", b"MZ\x90", content_type="application/pdf")
    assert client.post(url, sent | {"source": "potten", "document": bad}).status_code == 422
    assert client.post(url, sent | {"source": "potten"}).status_code == 302
    made = Delegation.objects.get(scope="employee_grants")
    assert made.limit == 50_000
    end = reverse("forum:delegation_end", args=[town.committee.slug, made.pk])
    assert client.post(end, {"on": (clock.today() - timedelta(days=3)).isoformat()}).status_code == 422
    assert client.post(end, {"on": clock.today().isoformat()}).status_code == 302
    made.refresh_from_db()
    assert made.valid_to == clock.today()

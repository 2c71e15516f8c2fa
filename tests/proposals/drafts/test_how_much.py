"""How much anybody can send: what is too much is said in words, costs nothing, and loses nothing."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from proposals import services
from proposals.drafts import quota
from proposals.models import DraftFile, Proposal, ProposalDraft
from tests.proposals.asking import as_, png
from tests.proposals.conftest import Road, words
from tests.proposals.drafts.test_drafts import KEY, write
from trepart.uploads import door

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def limit(settings: Any, **rates: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = django_settings.ACCOUNT_RATE_LIMITS | rates


def send(client: Client, town: Any, *files: Any) -> Any:
    return client.post("/forslag/ny/", words(town.units[0]) | {"go": "send", "attachments": list(files)})


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that have been cleaned."""
    seen: list[str] = []
    real = door.taken_in

    def counted(upload: Any) -> Any:
        seen.append(upload.name)
        return real(upload)

    for place in ("proposals.forms.submission.taken_in", "proposals.drafts.services.taken_in"):
        monkeypatch.setattr(place, counted)
    return seen


def test_one_person_sends_so_many_and_is_told(town, settings, looked_into):
    limit(settings, proposal_person="2/m/user")
    client = as_(town.employee(0))
    assert [send(client, town).status_code for _n in range(2)] == [302, 302]
    answer = send(client, town, png())
    assert answer.status_code == 429
    assert "Én felles vaktmester." in answer.content.decode()
    assert answer.context["refusal"]
    # What costs most is not done for it.
    assert looked_into == []
    assert Proposal.objects.count() == 2
    # Somebody else at the same place is not stopped by it.
    assert send(as_(town.employee(0, 1)), town).status_code == 302


def test_so_many_from_one_place_and_so_many_in_all(town, settings):
    limit(settings, proposal_place="1/h/ip", proposal_all="2/h/key")
    people = [as_(town.employee(0)), as_(town.employee(0, 1))]
    assert send(people[0], town).status_code == 302
    assert send(people[1], town).status_code == 429
    elsewhere = [Client(REMOTE_ADDR=f"203.0.113.{n}") for n in (1, 2)]
    for client in elsewhere:
        client.force_login(town.employee(0, 1))
    assert [send(client, town).status_code for client in elsewhere] == [302, 429]
    assert Proposal.objects.count() == 2


def test_correcting_is_counted_too(town, settings):
    road = Road(town)
    limit(settings, proposal_person="1/h/user")
    client = as_(road.proposer)
    url = f"/forslag/{road.proposal.case_id}/rett/"
    seen = {"seen": road.proposal.status_event_id}
    answers = [client.post(url, words(town.units[0]) | seen | {"title": f"Rettet {n}"}).status_code for n in range(2)]
    assert answers[1] == 429
    assert services.correct_form(road.proposal)


def test_without_an_account_nothing_is_cleaned_before_it_is_counted(town, settings, looked_into):
    limit(settings, proposal_draft_all="1/h/key")
    assert write(Client(REMOTE_ADDR="203.0.113.1"), png()).status_code == 302
    before = list(looked_into)
    answer = write(Client(REMOTE_ADDR="203.0.113.2"), png(), key=KEY[:-1] + "0")
    assert answer.status_code == 429
    assert looked_into == before
    assert ProposalDraft.objects.count() == 1


def test_drafts_share_a_room_that_is_watched(town, settings):
    assert write(Client(), png("a.png")).status_code == 302
    held = quota.held()
    assert held == DraftFile.objects.get().size
    assert quota.drafts().well
    settings.PROPOSAL_DRAFTS_MAX_BYTES = held + 10
    assert not quota.drafts().well
    answer = write(Client(), png("b.png"), key=KEY[:-1] + "0")
    assert answer.status_code == 422
    assert ProposalDraft.objects.count() == 1
    # Words have room all the same.
    assert write(Client(), key=KEY[:-1] + "1").status_code == 302
    settings.PROPOSAL_DRAFTS_MAX_BYTES = 10**9
    settings.PROPOSAL_DRAFTS_MOST = 2
    assert not quota.drafts().well

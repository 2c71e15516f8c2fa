"""Two devices, two presses, two deeds at the same moment: one proposal, one answer, nothing lost."""

import uuid
from typing import Any

import pytest
from django.test import Client

from proposals import services
from proposals.drafts import services as drafts
from proposals.models import DraftFile, Proposal, ProposalDraft
from tests.factories.organisation import Municipality, municipality
from tests.proposals.asking import as_, png
from tests.proposals.citizens import citizen, fresh, idea, sent
from tests.proposals.drafts.test_drafts import HERE, KEY, write
from tests.proposals.workflow.test_at_once import together
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.refusals import Refused
from trepart.workflow import perform

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Municipality:
    return municipality()


@pytest.fixture
def person(town: Municipality) -> User:
    return citizen()


def kept(person: User) -> ProposalDraft:
    # A session is all it takes.
    draft = drafts.keep(  # type: ignore[arg-type]
        _Request(), key=uuid.UUID(KEY), words=idea(), uploads=[png("skisse.png")]
    )
    ProposalDraft.objects.filter(pk=draft.pk).update(person=person)
    return ProposalDraft.objects.get(pk=draft.pk)


class _Request:
    def __init__(self) -> None:
        self.session: dict[str, Any] = {}
        self.META = {"CSRF_COOKIE": "e" * 32}


def test_send_it_now_on_two_devices_sends_once(person):
    draft = kept(person)
    found = together(*(lambda: drafts.send(draft, person=person) for _n in range(3)))
    assert {type(each) for each in found} == {Proposal}
    assert len({each.pk for each in found}) == 1
    proposal = Proposal.objects.get()
    assert [d.title for d in proposal.case.documents.all()] == ["Bilde 1.png"]
    assert Notice.objects.filter(kind="proposals.receipt").count() == 1
    assert not DraftFile.objects.exists()


def test_the_button_and_the_page_at_the_same_moment(person):
    kept(person)
    one, two = as_(person), as_(person)
    number = ProposalDraft.objects.get().pk
    found = together(
        lambda: one.post(HERE, {"go": "send", "draft": number, "som": "innbygger"}),
        lambda: two.post("/forslag/ny/", idea() | {"go": "send", "som": "innbygger", "submission_key": KEY}),
    )
    assert [each.status_code for each in found] == [302, 302]
    assert found[0].url == found[1].url
    assert Proposal.objects.count() == 1


def test_a_double_press_without_an_account_keeps_one_draft_in_both_answers(person):
    # One browser, whose first answer has not come: no session yet, but the cookie the form came with.
    clients = [Client(), Client()]
    for client in clients:
        client.cookies["csrftoken"] = "e" * 32
    found = together(*(lambda client=client: write(client, png("skisse.png")) for client in clients))
    assert [each.status_code for each in found] == [302, 302]
    assert (ProposalDraft.objects.count(), DraftFile.objects.count()) == (1, 1)
    assert {client.get(HERE).context["draft"].pk for client in clients} == {ProposalDraft.objects.get().pk}


def test_thrown_away_and_sent_at_the_same_moment_is_one_of_them(person):
    draft = kept(person)
    found = together(lambda: drafts.send(draft, person=person), lambda: drafts.discard(draft))
    refused = isinstance(found[0], Refused)
    assert Proposal.objects.count() == (0 if refused else 1)
    assert not DraftFile.objects.exists()


def test_corrected_while_it_is_screened(town, person):
    proposal = sent(person)
    seen = proposal.status_event_id
    found = together(
        lambda: services.correct(proposal, data=idea(title="Noe stygt"), actor=person, seen=seen),
        lambda: perform(
            fresh(proposal), "begin", actor=town.coordination_secretary, data={"access": "public"}, seen=seen
        ),
    )
    # A correction that comes second is refused; one that came first was there to be read when the body opened it.
    corrected = not isinstance(found[0], Refused)
    assert not isinstance(found[1], Refused)
    assert fresh(proposal).title == ("Noe stygt" if corrected else idea()["title"])
    assert fresh(proposal).case.access == "public"

"""What follows for a proposer without an account: letters, an account later, erasing (R18, R31)."""

import io
import json
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from allauth.account.models import EmailAddress
from django.utils import translation

from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from portal.queries.own_data import own_data
from proposals import services, tasks
from proposals.models import Feedback, Letter, PaperSender, Proposal
from proposals.paper_intake import services as on_paper
from tests.factories.consent import take
from tests.factories.organisation import Municipality
from tests.proposals.asking import as_, page, png
from tests.proposals.citizens import citizen, idea, sent
from tests.proposals.paper_intake.test_on_paper import (
    ADDRESS,
    NAME,
    TELEPHONE,
    entered,
    fresh,
    letters,
    screened,
    tasks_of,
)
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event, EventContent, ViewLog
from trepart.audit.verifying import verify
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted

pytestmark = pytest.mark.usefixtures("bokmal")


# Every answer is a letter ---------------------------------------------------------------------------------------------


def test_every_answer_becomes_a_letter_from_the_body_that_gave_it(town: Municipality) -> None:
    proposal = screened(town, entered(town))
    secretary = town.coordination_secretary
    services.give_preliminary_answer(
        proposal, text="Vi må spørre vei og park.", expected_on=clock.today() + timedelta(days=20), actor=secretary
    )
    services.assess(fresh(proposal), several=False, grant=True, text="Koster penger.", actor=secretary)
    take(fresh(proposal), "recommend", actor=secretary, data={"recommendation": "Ja.", "answer": "Vi anbefaler det."})
    group = town.coordination.name
    assert letters(proposal) == [
        ("proposals.receipt", group, False),
        ("proposals.preliminary_answer", group, False),
        ("proposals.moved", group, False),
    ]
    assert "Vi anbefaler det." in Letter.objects.last().text
    assert len([t for t in tasks_of(secretary) if proposal.case.reference in t]) == 3
    assert set(Notice.objects.values_list("kind", flat=True)) == {
        "proposals.in_queue", "proposals.consent_asked", "proposals.consent_stands",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("decline", {"answer": "Nei, dessverre."}),
        ("adopt", {"answer": "Ja!", "responsible": None, "due_on": None}),
        ("consider", {"answer": "Kanskje.", "resumes_on": None}),
        ("elsewhere", {"answer": "Spør fylket.", "belongs_to": "Fylket"}),
    ],
)
def test_the_answer_at_every_end(town: Municipality, step: str, data: dict[str, Any]) -> None:
    proposal = screened(town, entered(town))
    day = clock.today() + timedelta(days=30)
    fill = {"responsible": town.lmu_leader(0).pk, "due_on": day, "resumes_on": day}
    given = {key: value or fill[key] for key, value in data.items()}
    take(proposal, step, actor=town.coordination_secretary, data=given)
    letter = Letter.objects.get(kind="proposals.answer")
    assert Feedback.objects.get(proposal=proposal).text in letter.text
    assert letter.body == town.coordination


def test_one_that_is_merged_gets_the_others_answers_by_letter(town: Municipality) -> None:
    target = screened(town, sent(title="Benk på Ørnes"))
    proposal = screened(town, entered(town))
    secretary = town.coordination_secretary
    take(proposal, "merge", actor=secretary, data={"into": target.case.reference, "answer": "Samme som en annen."})
    take(fresh(target), "decline", actor=secretary, data={"answer": "Nei, ikke i år."})
    assert [kind for kind, _body, _sent in letters(proposal)] == [
        "proposals.receipt", "proposals.merged", f"proposals.answer_duplicate.{proposal.pk}",
    ]  # fmt: skip
    assert "Nei, ikke i år." in Letter.objects.last().text
    assert Notice.objects.filter(person=target.proposer, kind="proposals.answer").count() == 1


def test_letters_are_in_the_language_of_the_sheet(town: Municipality) -> None:
    proposal = entered(town, language="nn")
    letter = Letter.objects.get()
    assert letter.language == "nn"
    with translation.override("en"):
        assert letter.subject == f"Vi har fått forslaget ditt {proposal.case.reference}"


def test_a_letter_that_lies_is_reminded_of_once_a_week(town: Municipality) -> None:
    proposal = entered(town)
    assert tasks.remind() == 0
    with clock.at(clock.now() + timedelta(days=5)):
        assert on_paper.remind() == 1
        assert on_paper.remind() == 0
    told = Notice.objects.filter(kind="proposals.letters_waiting")
    desk = {town.coordination_secretary.pk, town.coordination_leader.pk}
    assert desk <= set(told.values_list("person", flat=True))
    assert NAME not in "".join(told.values_list("body", flat=True))
    on_paper.mark_sent(
        proposal.letters.get(),
        data={"how": "post", "sent_on": clock.today().isoformat()},
        actor=town.coordination_secretary,
    )
    with clock.at(clock.now() + timedelta(days=15)):
        assert on_paper.remind() == 0


def test_a_letter_is_never_nobodys_task(town: Municipality) -> None:
    proposal = entered(town)
    with organisation.in_bulk():
        for seat in town.coordination.memberships.filter(role__in=["leader", "deputy_leader", "secretary"]):
            memberships.end_membership(seat, on=clock.today(), actor=None)
    person = organisation.add_person(email="ny@fjellvik.example", name="Ny Sekretær", actor=None)
    with clock.at(clock.now() + timedelta(days=1)):
        memberships.start_membership(person=person, body=town.coordination, role="secretary", actor=None)
        assert Letter.objects.get(proposal=proposal).subject in tasks_of(person)


# Acting for the proposer ----------------------------------------------------------------------------------------------


def test_what_was_entered_wrongly_is_put_right_until_somebody_has_begun(town: Municipality) -> None:
    proposal = entered(town)
    client = as_(town.coordination_secretary)
    url = f"{proposal.get_absolute_url()}rett/"
    assert page(client, url)
    data = idea(title="Benk og bord ved badeplassen", show_name="on", seen=proposal.status_event_id)
    assert client.post(url, data | {"attachments": [png("bakside.png")]}).status_code == 302
    assert fresh(proposal).title == "Benk og bord ved badeplassen"
    assert all(document.exempt_basis for document in proposal.case.documents.all())
    assert Event.objects.filter(action="proposals.paper_corrected", actor=town.coordination_secretary).exists()
    assert as_(town.employee()).get(url).status_code == 404
    screened(town, fresh(proposal))
    assert client.post(url, data).status_code == 409


def test_the_proposer_asks_the_desk_to_withdraw_it(town: Municipality) -> None:
    proposal = screened(town, entered(town))
    for stranger in (town.employee(), town.secretary):
        with pytest.raises(NotPermitted):
            take(proposal, "withdraw_for", actor=stranger, data={"reason": "Brev i dag."})
    with pytest.raises(NotPermitted):
        take(fresh(proposal), "withdraw", actor=town.coordination_secretary, data={})
    with pytest.raises(InvalidInput):
        take(fresh(proposal), "withdraw_for", actor=town.coordination_secretary, data={"reason": ""})
    take(fresh(proposal), "withdraw_for", actor=town.coordination_secretary, data={"reason": "Brev i dag."})
    assert fresh(proposal).status == "withdrawn"
    assert letters(proposal)[-1][0] == "proposals.withdrawn_receipt"


def test_nobody_withdraws_for_somebody_with_an_account(town: Municipality) -> None:
    proposal = screened(town, sent())
    with pytest.raises(NotPermitted):
        take(proposal, "withdraw_for", actor=town.coordination_secretary, data={"reason": "Brev i dag."})


# The proposer gets an account -----------------------------------------------------------------------------------------


def linked(town: Municipality, proposal: Proposal, person: User) -> Proposal:
    data = {"email": person.email.upper(), "sure": "on"}
    return on_paper.link_account(proposal, data=data, actor=town.coordination_secretary)


def test_a_confirmed_account_takes_the_proposal_over_and_reads_what_waited(town: Municipality) -> None:
    proposal = screened(town, entered(town))
    person = citizen("Gudrun Æsøy")
    linked(town, proposal, person)
    assert fresh(proposal).proposer == person
    assert letters(proposal) == [("proposals.receipt", town.coordination.name, True)]
    assert Letter.objects.get().how == "account"
    told = Notice.objects.get(person=person)
    assert proposal.case.reference in told.subject
    assert Letter.objects.get().subject in told.body
    event = Event.objects.get(action="proposals.account_linked")
    assert (event.actor, event.data) == (town.coordination_secretary, {"person": person.pk})
    assert proposal.title in page(as_(person), "/min-side/")
    take(fresh(proposal), "decline", actor=town.coordination_secretary, data={"answer": "Nei."})
    assert Notice.objects.filter(person=person, kind="proposals.answer").exists()
    assert Letter.objects.count() == 1
    given = json.dumps(own_data(person), default=str, ensure_ascii=False)
    assert "Åsveien 7" in given


def test_only_a_confirmed_address_of_an_open_account_will_do(town: Municipality) -> None:
    proposal = entered(town)
    unconfirmed = citizen("Kari Li", verified=False)
    shut = citizen("Knut Dal")
    User.objects.filter(pk=shut.pk).update(is_active=False)
    plain = organisation.add_person(email="uten@post.example", name="Uten Rad", actor=None)
    said = set()
    for email in (unconfirmed.email, shut.email, plain.email, "ingen@post.example"):
        with pytest.raises(InvalidInput) as refusal:
            on_paper.link_account(proposal, data={"email": email, "sure": "on"}, actor=town.coordination_secretary)
        said.add(str(refusal.value.form.errors["email"]))
    assert len(said) == 1
    with pytest.raises(InvalidInput) as refusal:
        on_paper.link_account(proposal, data={"email": citizen("Eva Ås").email}, actor=town.coordination_secretary)
    assert list(refusal.value.form.errors) == ["sure"]
    for stranger in (town.employee(), town.lmu_leader(1), unconfirmed):
        with pytest.raises(NotPermitted):
            on_paper.link_account(
                proposal, data={"email": citizen(f"A{stranger.pk} B").email, "sure": "on"}, actor=stranger
            )
    assert fresh(proposal).proposer is None


def test_a_wrong_account_is_taken_away_again_and_the_letters_wait_again(town: Municipality) -> None:
    proposal = entered(town)
    wrong = citizen("Gudrun Berg")
    linked(town, proposal, wrong)
    assert as_(wrong).get(proposal.get_absolute_url()).status_code == 200
    for stranger in (wrong, town.employee()):
        with pytest.raises(NotPermitted):
            on_paper.unlink_account(fresh(proposal), actor=stranger)
    html = page(as_(town.coordination_secretary), proposal.get_absolute_url())
    assert "/konto/ta-bort/" in html
    on_paper.unlink_account(fresh(proposal), actor=town.coordination_secretary)
    assert as_(wrong).get(proposal.get_absolute_url()).status_code == 404
    assert letters(proposal) == [("proposals.receipt", town.coordination.name, False)]
    assert EmailAddress.objects.filter(user=wrong).exists()


# Erasing (R31) --------------------------------------------------------------------------------------------------------


def kept_anywhere() -> str:
    rows = [*PaperSender.objects.values_list(), *PaperSender.history.values_list(), *Letter.objects.values_list("text")]
    return (
        str(rows) + str(list(Event.objects.values_list("data"))) + str(list(EventContent.objects.values_list("body")))
    )


def send_all(proposal: Proposal, actor: User) -> None:
    for letter in proposal.letters.filter(sent_on=None):
        on_paper.mark_sent(letter, data={"how": "post", "sent_on": clock.today().isoformat()}, actor=actor)


def test_contact_details_are_erased_when_nothing_more_is_to_be_sent(town: Municipality) -> None:
    secretary = town.coordination_secretary
    proposal = screened(town, entered(town))
    with pytest.raises(GuardRefused):
        on_paper.erase_contact(proposal, actor=secretary)
    take(fresh(proposal), "decline", actor=secretary, data={"answer": "Nei."})
    with pytest.raises(GuardRefused):
        on_paper.erase_contact(fresh(proposal), actor=secretary)
    send_all(proposal, secretary)
    with pytest.raises(NotPermitted):
        on_paper.erase_contact(fresh(proposal), actor=town.employee())
    on_paper.erase_contact(fresh(proposal), actor=secretary)
    assert "Åsveien" not in kept_anywhere()
    assert TELEPHONE not in kept_anywhere()
    assert PaperSender.objects.get().name == NAME
    assert as_(secretary).get(f"/forslag/brev/{Letter.objects.first().pk}/brev.pdf").status_code == 200
    assert verify() == []  # what was erased was erased under an event


def test_what_nobody_needs_is_swept(town: Municipality, settings: Any) -> None:
    secretary = town.coordination_secretary
    ended, going = screened(town, entered(town)), screened(town, entered(town))
    unsent = screened(town, entered(town))
    for proposal in (ended, unsent):
        take(fresh(proposal), "decline", actor=secretary, data={"answer": "Nei."})
    send_all(ended, secretary)
    with clock.at(clock.now() + timedelta(days=settings.PAPER_CONTACT_DAYS)):
        assert tasks.sweep_paper() == 0
    with clock.at(clock.now() + timedelta(days=settings.PAPER_CONTACT_DAYS + 1)):
        assert tasks.sweep_paper() == 1
        assert tasks.sweep_paper() == 0
    assert PaperSender.objects.get(proposal=ended).address == ""
    for proposal in (going, unsent):
        assert PaperSender.objects.get(proposal=proposal).address == ADDRESS


def test_a_new_address_leaves_nothing_of_the_old(town: Municipality) -> None:
    proposal = entered(town)
    client = as_(town.coordination_secretary)
    url = f"{proposal.get_absolute_url()}avsender/"
    assert "Åsveien" in page(client, url)
    assert ViewLog.objects.filter(page="proposals:contact", person=town.coordination_secretary).count() == 1
    new = {"name": NAME, "address": "Nye vei 2\n3340 Fjellvik", "telephone": "", "language": "nb"}
    assert client.post(url, new).status_code == 302
    assert "Åsveien" not in kept_anywhere()
    assert PaperSender.objects.get().address.startswith("Nye vei 2")
    assert verify() == []  # what was erased was erased under an event


@pytest.mark.printed
def test_a_machine_reads_the_letter_too(town: Municipality) -> None:
    entered(town)
    content = as_(town.coordination_secretary).get(f"/forslag/brev/{Letter.objects.get().pk}/brev.pdf").content
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert b"pdfuaid" in content
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == Letter.objects.get().subject

"""A proposal on paper: entered with a trace, answered by letters, seen by nobody it does not concern."""

import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils.datastructures import MultiValueDict

from forum.cases.models import Case
from portal.queries import mine
from proposals.enums import Origin
from proposals.models import Letter, PaperSender, Proposal
from proposals.paper_intake import services as on_paper
from proposals.presenting.display_names import may_open_exempt, proposer_name
from tests.factories.organisation import Municipality
from tests.proposals.asking import as_, page, png
from tests.proposals.citizens import citizen, idea, sent
from trepart import clock
from trepart.access.models import User
from trepart.audit import timeline
from trepart.audit.models import Event, EventContent, ViewLog
from trepart.notices.models import Mail, Notice
from trepart.refusals import InvalidInput, NotPermitted, WrongState
from trepart.workflow import perform

NAME, ADDRESS, TELEPHONE = "Gudrun Æsøy", "Åsveien 7\n3340 Fjellvik", "55 01 02 03"


pytestmark = pytest.mark.usefixtures("bokmal")


def sheet(**changes: Any) -> dict[str, Any]:
    """What the clerk fills in for a citizen."""
    return (
        idea()
        | {
            "received_on": clock.today().isoformat(),
            "name": NAME,
            "address": ADDRESS,
            "telephone": TELEPHONE,
            "language": "nb",
        }
        | changes
    )


def scans(*names: str) -> MultiValueDict:
    return MultiValueDict({"attachments": [png(name) for name in names or ("ark.png",)]})


def entered(town: Municipality, actor: User | None = None, origin: Origin = Origin.CITIZEN, **changes: Any) -> Proposal:
    clerk = actor or town.coordination_secretary
    return on_paper.enter(actor=clerk, origin=origin, data=sheet(**changes), files=scans())


def of_employee(town: Municipality, number: int = 0, **changes: Any) -> dict[str, Any]:
    answers = {"unit": town.units[number].pk, "several_workplaces": "no", "needs_grant": "no", "affects_users": "no"}
    return sheet(**answers, **changes)


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=proposal.pk)


def letters(proposal: Proposal) -> list[tuple[str, str, bool]]:
    return [(x.kind, str(x.body), x.sent_on is not None) for x in Letter.objects.filter(proposal=proposal)]


def screened(town: Municipality, proposal: Proposal) -> Proposal:
    perform(proposal, "begin", actor=town.coordination_secretary, data={"access": "public"})
    return fresh(proposal)


def tasks_of(person: User) -> list[str]:
    return [task.title for task in mine.my_page(User.objects.get(pk=person.pk)).tasks]


# Entering -------------------------------------------------------------------------------------------------------------


def test_a_sheet_becomes_a_proposal_with_a_receipt_to_print(town: Municipality) -> None:
    received = clock.today() - timedelta(days=5)
    proposal = entered(town, received_on=received.isoformat(), show_name="")
    assert (proposal.proposer, proposal.on_paper, proposal.origin, proposal.show_name) == (None, True, "citizen", False)
    assert proposal.referral.body == town.coordination
    assert proposal.referral.due_on == received + timedelta(days=town.coordination.answer_days)
    assert proposal.submitted_at.date() == received
    sender = PaperSender.objects.get()
    assert (sender.name, sender.address, sender.telephone) == (NAME, ADDRESS, TELEPHONE)
    assert sender.entered_by == town.coordination_secretary
    assert letters(proposal) == [("proposals.receipt", town.coordination.name, False)]
    letter = Letter.objects.get()
    assert letter.subject == f"Vi har fått forslaget ditt {proposal.case.reference}"
    assert (letter.language, letter.due_on) == ("nb", clock.today() + timedelta(days=3))
    assert not Notice.objects.filter(kind="proposals.receipt").exists()
    assert not Mail.objects.filter(kind="proposals.receipt").exists()
    assert Notice.objects.filter(kind="proposals.in_queue").exists()


def test_the_trail_says_who_entered_it_for_whom(town: Municipality) -> None:
    proposal = entered(town, show_name="on")
    event = Event.objects.get(action="proposals.entered_from_paper")
    assert event.actor == town.coordination_secretary
    assert event.acting_body == town.coordination.pk
    assert PaperSender.history.get().event_id == event.pk
    told = [f"{e.bold} {e.sentence}" for e in timeline.entries(proposal.case, town.coordination_secretary)]
    role = event.acting_label
    assert any(role.casefold() in said.casefold() and NAME in said and "fra papir" in said for said in told), (
        role,
        told,
    )


def test_a_name_that_is_not_to_be_shown_stands_nowhere_but_at_the_desk(town: Municipality) -> None:
    proposal = screened(town, entered(town))
    for reader in (None, town.employee(), town.chair):
        client = as_(reader)
        for url in ("/forslag/", proposal.get_absolute_url(), proposal.get_absolute_url() + "?spor=1"):
            html = page(client, url)
            for secret in (NAME, "Åsveien", TELEPHONE, "ark.png"):
                assert secret not in html, (reader, url, secret)
    assert NAME in page(as_(town.coordination_secretary), proposal.get_absolute_url())
    trail = json.dumps(list(Event.objects.values_list("data", flat=True))) + str(
        list(EventContent.objects.values_list("body", flat=True))
    )
    assert NAME not in trail
    assert "Åsveien" not in trail


def test_nobody_is_taken_for_the_proposer(town: Municipality) -> None:
    proposal = screened(town, entered(town))
    document = proposal.case.documents.get()
    assert document.exempt_basis
    assert as_(None).get(f"{proposal.get_absolute_url()}vedlegg/{document.pk}/").status_code == 404
    assert (
        as_(town.coordination_secretary).get(f"{proposal.get_absolute_url()}vedlegg/{document.pk}/").status_code == 200
    )
    assert proposer_name(proposal, AnonymousUser()) == "En innbygger"
    assert not may_open_exempt(proposal, AnonymousUser())
    html = page(as_(None), proposal.get_absolute_url())
    assert "Det nyeste svaret til deg" not in html


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": ""}, "received_on"),
        ({"received_on": "i morgen"}, "received_on"),
        ({"name": "   "}, "name"),
        ({"address": "", "telephone": ""}, "address"),
        ({"language": "se"}, "language"),
        ({"title": ""}, "title"),
        ({"for_association": "yes", "association": " "}, "association"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_the_field(town: Municipality, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        entered(town, **changes)
    assert list(refusal.value.form.errors) == [field]
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("days", [1, -400])
def test_the_day_of_receipt_has_been_and_not_long_ago(town: Municipality, days: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        entered(town, received_on=(clock.today() + timedelta(days=days)).isoformat())
    assert list(refusal.value.form.errors) == ["received_on"]


def test_the_sheet_must_come_along_and_be_what_it_says(town: Municipality) -> None:
    for files in (None, MultiValueDict({"attachments": [SimpleUploadedFile("ark.png", b"MZ\x90" + b"\0" * 99)]})):
        with pytest.raises(InvalidInput) as refusal:
            on_paper.enter(actor=town.coordination_secretary, origin=Origin.CITIZEN, data=sheet(), files=files)
        assert list(refusal.value.form.errors) == ["attachments"]
    assert not Case.objects.exists()


def test_an_association_is_named(town: Municipality) -> None:
    proposal = entered(town, for_association="yes", association="Ørnes vel")
    assert (proposal.origin, proposal.association) == ("association", "Ørnes vel")
    assert proposer_name(proposal, town.chair) == "Ørnes vel"


def test_an_employees_sheet_is_entered_by_the_leader_of_the_group_at_the_workplace(town: Municipality) -> None:
    leader = town.lmu_leader(0)
    proposal = on_paper.enter(actor=leader, origin=Origin.EMPLOYEE, data=of_employee(town), files=scans())
    assert (proposal.unit, proposal.referral.body) == (town.units[0], town.lmus[0])
    assert letters(proposal) == [("proposals.receipt", town.lmus[0].name, False)]
    with pytest.raises(InvalidInput) as refusal:
        on_paper.enter(actor=leader, origin=Origin.EMPLOYEE, data=of_employee(town, 1), files=scans())
    assert list(refusal.value.form.errors) == ["unit"]


def test_nobody_else_enters_anything(town: Municipality) -> None:
    strangers = (
        town.employee(),
        town.outsider,
        town.administrator,
        town.chair,
        town.lmu_members[0][1],
        citizen("Ola Nes"),
    )
    for stranger in strangers:
        with pytest.raises((NotPermitted, InvalidInput)):
            entered(town, stranger)
        with pytest.raises((NotPermitted, InvalidInput)):
            on_paper.enter(actor=stranger, origin=Origin.EMPLOYEE, data=of_employee(town), files=scans())
        assert as_(stranger).get("/forslag/fra-papir/").status_code == 404
        assert as_(stranger).get("/forslag/brev/").status_code == 404 or stranger == town.chair
    with pytest.raises(NotPermitted):
        entered(town, town.lmu_leader(0))
    assert as_(None).get("/forslag/fra-papir/").status_code == 302
    assert not Proposal.objects.exists()


def test_a_form_sent_twice_is_one_proposal(town: Municipality) -> None:
    key = uuid.uuid4()
    clerk = town.coordination_secretary
    first, again = (
        on_paper.enter(actor=clerk, origin=Origin.CITIZEN, data=sheet(), files=scans(), submission_key=key)
        for _time in range(2)
    )
    assert first.pk == again.pk
    assert (Proposal.objects.count(), Letter.objects.count()) == (1, 1)
    with pytest.raises(WrongState):
        on_paper.enter(
            actor=town.coordination_leader, origin=Origin.CITIZEN, data=sheet(), files=scans(), submission_key=key
        )


def test_another_sheet_in_the_same_form_is_another_proposal(town: Municipality) -> None:
    key, clerk = uuid.uuid4(), town.coordination_secretary
    for what in ("Benk ved kirken", "Benk ved kirken", "Lys ved kirken"):
        data = sheet() | {"what": what}
        on_paper.enter(actor=clerk, origin=Origin.CITIZEN, data=data, files=scans(), submission_key=key)
    assert sorted(Proposal.objects.values_list("what", flat=True)) == ["Benk ved kirken", "Lys ved kirken"]


def test_the_database_refuses_a_proposal_from_nobody(town: Municipality) -> None:
    proposal = sent()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE proposals_proposal SET proposer_id = NULL WHERE id = %s", [proposal.pk])


# On the pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.printed
def test_from_the_sheet_to_the_letter_in_the_browser(town: Municipality) -> None:
    client = as_(town.coordination_secretary)
    assert "/forslag/fra-papir/" in page(client, "/min-side/")
    html = page(client, "/forslag/fra-papir/")
    assert 'name="received_on"' in html
    bad = client.post("/forslag/fra-papir/", sheet(name="", what="Behold dette", fra="innbygger", attachments=[png()]))
    assert bad.status_code == 422
    assert "Behold dette" in bad.content.decode()
    done = client.post("/forslag/fra-papir/", sheet(fra="innbygger", attachments=[png()]))
    letter = Letter.objects.get()
    assert done.url == f"/forslag/brev/{letter.pk}/"
    shown = page(client, done.url)
    assert NAME in shown
    assert "Åsveien 7" in shown
    assert letter.subject in page(client, "/forslag/brev/")
    assert letter.subject in tasks_of(town.coordination_secretary)
    answer = client.get(f"{done.url}brev.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for said in (NAME, "Åsveien 7", "3340 Fjellvik", letter.proposal.case.reference, "Ørnes"):
        assert said in text
    assert ViewLog.objects.filter(person=town.coordination_secretary, page="proposals:letter_pdf").exists()
    early = client.post(done.url, {"how": "post", "sent_on": (clock.today() + timedelta(days=1)).isoformat()})
    assert early.status_code == 422
    marked = client.post(done.url, {"how": "post", "sent_on": clock.today().isoformat()})
    assert marked.url == letter.proposal.get_absolute_url()
    letter.refresh_from_db()
    assert (letter.how, letter.sent_on, letter.sent_by) == ("post", clock.today(), town.coordination_secretary)
    assert letter.subject not in tasks_of(town.coordination_secretary)
    assert letter.subject in page(client, "/forslag/brev/?vis=sendt")
    again = client.post(done.url, {"how": "by_hand", "sent_on": clock.today().isoformat()})
    assert again.status_code == 409
    event = Event.objects.get(action="proposals.letter_sent")
    assert (event.actor, event.root_id, event.data["how"]) == (
        town.coordination_secretary,
        letter.proposal.case_id,
        "post",
    )
    told = [e.sentence for e in timeline.entries(letter.proposal.case, town.coordination_secretary)]
    assert any("sendt i posten" in said for said in told)


def test_letters_and_contact_are_closed_to_everybody_else(town: Municipality) -> None:
    proposal = screened(town, entered(town))
    letter = Letter.objects.get()
    base = proposal.get_absolute_url()
    addresses = (f"/forslag/brev/{letter.pk}/", f"/forslag/brev/{letter.pk}/brev.pdf")
    errands = (f"{base}avsender/", f"{base}avsender/slett/", f"{base}konto/", f"{base}konto/ta-bort/")
    for stranger in (town.employee(), town.lmu_leader(1), town.secretary, citizen("Per Moe")):
        client = as_(stranger)
        for url in addresses:
            assert client.get(url).status_code == 404, (stranger, url)
            assert client.post(url, {"how": "post", "sent_on": clock.today().isoformat()}).status_code in (404, 405)
        for url in errands:
            assert client.get(url).status_code == 302, (stranger, url)
            data = {"name": "X", "address": "X", "language": "nb", "email": stranger.email, "sure": "on"}
            assert client.post(url, data).status_code in (403, 422), (stranger, url)
    assert fresh(proposal).proposer is None
    sender = PaperSender.objects.get()
    assert (sender.name, sender.address) == (NAME, ADDRESS)
    assert not Letter.objects.exclude(sent_on=None).exists()

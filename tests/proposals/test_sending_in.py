"""Sending in on the web: write, look, send, and nothing typed is lost."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from proposals import services
from proposals.models import Proposal
from tests.proposals.asking import as_, page, png
from tests.proposals.conftest import Road, words


def test_write_look_send_receipt(town):
    client = as_(town.employee(0))
    html = page(client, "/forslag/ny/")
    key = re.search(r'name="submission_key" value="([^"]+)"', html)[1]
    data = words(town.units[0]) | {"submission_key": key}
    looked = client.post("/forslag/ny/", data | {"go": "look"}, follow=True)
    assert looked.status_code == 200
    assert Proposal.objects.count() == 0
    assert 'name="what" value="Én felles vaktmester."' in looked.content.decode()
    sent = client.post("/forslag/ny/", data | {"go": "send", "attachments": [png()], "show_name": "on"})
    proposal = Proposal.objects.get()
    assert sent.url == reverse("proposals:receipt", args=[proposal.case_id])
    assert (proposal.show_name, proposal.case.documents.get().title) == (True, "Bilde 1.png")
    receipt = page(client, sent.url)
    assert proposal.case.reference in receipt
    assert "LMU Solbakken barnehage" in receipt
    again = client.post("/forslag/ny/", data | {"go": "send"})
    assert (again.url, Proposal.objects.count()) == (sent.url, 1)


def test_other_words_or_another_file_in_the_same_form_are_another_proposal(town):
    """Whoever goes back in the browser after the receipt, writes something else and sends it, has the first's form."""
    client, key = as_(town.employee(0)), str(uuid.uuid4())
    sending = words(town.units[0]) | {"submission_key": key, "go": "send"}

    def sent(**changed):
        return client.post("/forslag/ny/", sending | changed).url

    first = sent()
    assert sent() == first
    other = sent(what="Noe ganske annet.")
    assert other != first
    assert sent(what="Noe ganske annet.") == other
    with_file = sent(attachments=[png()])
    assert with_file not in {first, other}
    assert sent(attachments=[png()]) == with_file
    assert sorted(Proposal.objects.values_list("what", flat=True)) == [
        "Noe ganske annet.", "Én felles vaktmester.", "Én felles vaktmester.",
    ]  # fmt: skip


def test_somebody_elses_form_is_not_sent_again(town):
    key = uuid.uuid4()
    services.submit(proposer=town.employee(0), data=words(town.units[0]), submission_key=key)
    answer = as_(town.employee(0, 1)).post(
        "/forslag/ny/", words(town.units[0]) | {"submission_key": str(key), "go": "send"}
    )
    assert answer.status_code == 409
    assert Proposal.objects.count() == 1


def test_going_back_to_change_keeps_the_text(town):
    html = as_(town.employee(0)).post(
        "/forslag/ny/", words(town.units[0], what="Noe helt særegent") | {"go": "edit"}, follow=True
    )
    assert html.status_code == 200
    assert "Noe helt særegent" in html.content.decode()


@pytest.mark.parametrize("missing", ["title", "what", "why", "several_workplaces", "needs_grant", "affects_users"])
def test_what_is_missing_is_said_and_the_rest_kept(town, missing):
    data = words(town.units[0], expected_effect="Behold dette") | {missing: "", "go": "look"}
    answer = as_(town.employee(0)).post("/forslag/ny/", data)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "ds-error-summary" in html
    assert "Behold dette" in html


def test_similar_proposals_are_shown_before_sending(town):
    road = Road(town).begin()
    data = words(town.units[1], title="Felles vaktmester for skolene våre") | {"go": "look"}
    html = as_(town.employee(1)).post("/forslag/ny/", data, follow=True).content.decode()
    assert road.proposal.get_absolute_url() in html
    other = (
        as_(town.employee(1))
        .post("/forslag/ny/", data | {"title": "Grønn sykkelparkering"}, follow=True)
        .content.decode()
    )
    assert road.proposal.get_absolute_url() not in other


def test_what_others_cannot_read_yet_is_not_similar(town):
    road = Road(town)
    html = (
        as_(town.employee(1)).post("/forslag/ny/", words(town.units[1]) | {"go": "look"}, follow=True).content.decode()
    )
    assert road.proposal.get_absolute_url() not in html


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (lambda: SimpleUploadedFile("virus.png", b"MZ\x90\x00" + b"\x00" * 200, content_type="image/png"), "virus.png"),
        (lambda: SimpleUploadedFile("side.html", b"<html><script>alert(1)</script></html>"), "side.html"),
        (lambda: SimpleUploadedFile("tom.pdf", b""), "tom"),
        (lambda: png("bilde.pdf"), "bilde.pdf"),
    ],
)
def test_a_file_of_the_wrong_kind(town, upload, said):
    answer = as_(town.employee(0)).post(
        "/forslag/ny/", words(town.units[0]) | {"go": "send", "attachments": [upload()]}
    )
    assert answer.status_code == 422
    assert Proposal.objects.count() == 0
    assert "Én felles vaktmester." in answer.content.decode()


def test_a_file_over_the_limit(town, settings):
    settings.UPLOAD_MAX_BYTES = 40
    answer = as_(town.employee(0)).post("/forslag/ny/", words(town.units[0]) | {"go": "send", "attachments": [png()]})
    assert answer.status_code == 422
    assert Proposal.objects.count() == 0


def test_nobody_without_a_workplace_sends_in_as_an_employee(town):
    html = page(as_(town.outsider), "/forslag/ny/?som=ansatt")
    assert 'name="unit"' not in html
    assert 'value="innbygger"' in html
    answer = as_(town.outsider).post("/forslag/ny/", words(town.units[0]) | {"go": "send", "som": "ansatt"})
    assert answer.status_code == 409
    assert Proposal.objects.count() == 0


def test_somebody_elses_workplace_is_not_offered(town):
    answer = as_(town.employee(0)).post("/forslag/ny/", words(town.units[1]) | {"go": "send"})
    assert answer.status_code == 422
    assert Proposal.objects.count() == 0


def test_the_text_survives_a_session_that_ends(town):
    person = town.employee(0)
    client = as_(person)
    html = page(client, "/forslag/ny/")
    owner = re.search(r'name="form_owner" value="([^"]+)"', html)[1]
    client.logout()
    answer = client.post(
        "/forslag/ny/", words(town.units[0], what="Skrevet mens økta gikk ut") | {"form_owner": owner, "go": "send"}
    )
    assert answer.status_code == 302
    assert Proposal.objects.count() == 0
    client.force_login(person)
    assert "Skrevet mens økta gikk ut" in page(client, "/forslag/ny/")

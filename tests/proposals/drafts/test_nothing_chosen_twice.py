"""A bad file, a look at the whole and a page that is left cost nobody what was written or chosen."""

from datetime import timedelta
from io import BytesIO

from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from forum.organisation.models import Employment
from proposals.models import Proposal, ProposalDraft
from tests.factories.organisation import Municipality
from tests.proposals.asking import as_, page
from tests.proposals.citizens import TITLE, citizen, idea
from tests.proposals.drafts.test_drafts import HERE, KEY, OTHER_KEY, press, write
from trepart import clock
from trepart.access.models import User


def test_a_bad_file_among_five_costs_neither_the_four_nor_the_text(town):
    person = citizen()
    client = as_(person)
    good = [_picture(number) for number in range(4)]
    bad = SimpleUploadedFile("virus.exe", b"MZ", content_type="application/octet-stream")
    refused = write(client, *good[:2], bad, SimpleUploadedFile("tom.pdf", b""), *good[2:])
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "virus.exe" in said or "tom.pdf" in said
    assert [file.name for file in refused.context["files"]] == [one.name for one in good]
    assert TITLE in said
    assert not Proposal.objects.exists()
    # It stands on the own page with the day it goes, and is opened there as what it was written as.
    draft = ProposalDraft.objects.get()
    assert draft.person == person
    mine = client.get("/min-side/").context["mine"]
    (task,) = [one for one in mine.tasks if one.title == TITLE]
    assert task.due == (draft.changed_at + timedelta(days=django_settings.PROPOSAL_DRAFT_DAYS)).date()
    assert TITLE in page(client, task.url)
    # Sent once more without the bad one: all four come along.
    assert write(client).status_code == 302
    assert Proposal.objects.get().case.documents.count() == 4


def test_each_bad_file_is_named(town):
    client = as_(citizen())
    empty = [SimpleUploadedFile(name, b"") for name in ("tom.pdf", "annen.pdf")]
    said = write(client, *empty).content.decode()
    assert "tom.pdf" in said
    assert "annen.pdf" in said


def test_who_leaves_the_look_finds_the_text_again(town):
    """The text travelled along unseen, and was on no page that was left: it was nowhere."""
    client = as_(citizen())
    owner = client.get("/forslag/ny/").context["form_owner"]
    for go in ("look", "edit"):
        sent = idea() | {"form_owner": owner, "go": go, "submission_key": KEY}
        assert client.post("/forslag/ny/", sent, follow=True).status_code == 200
        assert TITLE in page(client, "/forslag/ny/")
    assert write(client, form_owner=owner).status_code == 302
    assert TITLE not in page(client, "/forslag/ny/")


def _employees_draft(town: Municipality, person: User) -> Client:
    """A draft that is kept because a file among several is bad."""
    client = as_(person)
    words = {"title": TITLE, "what": "Hva.", "why": "Hvorfor.", "expected_effect": "Bedre.", "unit": town.units[0].pk}
    sent_in = words | {"som": "ansatt", "several_workplaces": "no", "needs_grant": "no", "affects_users": "no"}
    bad = SimpleUploadedFile("virus.exe", b"MZ", content_type="application/octet-stream")
    files = {"attachments": [_picture(1), bad], "go": "send", "submission_key": KEY}
    assert client.post("/forslag/ny/", sent_in | files).status_code == 422
    return client


def test_an_employees_draft_is_sent_as_an_employees_and_the_page_says_so(town):
    """It named the public's receiver, and went to another."""
    client = _employees_draft(town, town.employee())
    shown = client.get(HERE)
    said = shown.content.decode()
    assert "Du sender det som: <strong>Ansatt, " in said
    assert town.lmus[0].name in " ".join(shown.context["promised"])
    assert town.coordination.name not in " ".join(shown.context["promised"])
    assert press(client).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.origin, proposal.unit, proposal.referral.body) == ("employee", town.units[0], town.lmus[0])


def test_a_draft_whose_way_is_closed_goes_no_other_way_unseen(town):
    person = town.employee()
    client = _employees_draft(town, person)
    Employment.objects.filter(person=person).update(valid_to=clock.today() - timedelta(days=1))
    shown = client.get(HERE)
    said = shown.content.decode()
    assert "Du kan ikke lenger sende dette som det du skrev det som. Velg" in said
    assert "Send det nå" not in said
    number = ProposalDraft.objects.get().pk
    for sender in ("", "ansatt", "innbygger"):
        assert client.post(HERE, {"go": "send", "draft": number, "som": sender}).status_code == 409
    assert not Proposal.objects.exists()
    # Chosen and looked over, it goes: the words and the file come along.
    way = f"/forslag/ny/?submission_key={KEY}&amp;som=innbygger"
    assert way in said
    form = client.get(way.replace("&amp;", "&"))
    assert form.context["sender"].key == "innbygger"
    assert TITLE in form.content.decode()
    assert write(client).status_code == 302
    assert (Proposal.objects.get().origin, Proposal.objects.get().case.documents.count()) == ("citizen", 1)


def test_the_way_that_is_sent_is_the_one_that_was_shown(town):
    """Changed on another device meanwhile: the page is shown anew."""
    client = _employees_draft(town, town.employee())
    draft = ProposalDraft.objects.get()
    ProposalDraft.objects.update(words=draft.words | {"som": "innbygger"})
    again = client.post(HERE, {"go": "send", "draft": draft.pk, "som": "ansatt"})
    assert again.status_code == 409
    assert again.context["sender"].key == "innbygger"
    assert town.coordination.name in " ".join(again.context["promised"])
    assert not Proposal.objects.exists()


def test_a_form_that_is_opened_as_what_it_can_no_longer_be_says_so(town):
    person = town.employee()
    client = _employees_draft(town, person)
    Employment.objects.filter(person=person).update(valid_to=clock.today() - timedelta(days=1))
    opened = client.get(f"/forslag/ny/?submission_key={KEY}")
    assert opened.context["other_way"]
    assert "Nå går det som: Privatperson" in opened.content.decode()


def _picture(number: int) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (number + 1, 1)).save(content, "PNG")
    return SimpleUploadedFile(f"bilde{number}.png", content.getvalue(), content_type="image/png")


def test_a_draft_that_is_opened_costs_nobody_what_is_half_written_of_another(town):
    person = citizen()
    client = as_(person)
    write(client, SimpleUploadedFile("virus.exe", b"MZ"), _picture(1))
    draft = ProposalDraft.objects.get()
    owner = client.get("/forslag/ny/").context["form_owner"]
    half = idea(title="Et annet forslag") | {"form_owner": owner, "go": "look", "submission_key": OTHER_KEY}
    assert client.post("/forslag/ny/", half, follow=True).status_code == 200
    opened = page(client, f"/forslag/ny/?submission_key={draft.submission_key}")
    assert TITLE in opened
    assert "Et annet forslag" not in opened
    assert write(client, form_owner=owner).status_code == 302
    assert "Et annet forslag" in page(client, "/forslag/ny/")


def test_ones_own_draft_is_gone_on_with_on_another_device(town):
    person = citizen()
    write(as_(person), SimpleUploadedFile("virus.exe", b"MZ"), _picture(1))
    other = as_(person)
    assert write(other, SimpleUploadedFile("virus.exe", b"MZ"), _picture(2)).status_code == 422
    assert [file.name for file in ProposalDraft.objects.get().files.order_by("pk")] == ["bilde1.png", "bilde2.png"]

"""What is written without an account: stored, followed to another device, sent once, gone after some days."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proposals.drafts import services as drafts
from proposals.models import DraftFile, Proposal, ProposalDraft
from proposals.tasks import sweep_drafts
from tests.proposals.asking import as_, page, png
from tests.proposals.citizens import TITLE, citizen, idea, screened, sent
from trepart import clock
from trepart.access.models import User

KEY = "3f6c2a1e-5a3b-4a8e-9d55-1d2b3c4d5e6f"
OTHER_KEY = "4f6c2a1e-5a3b-4a8e-9d55-1d2b3c4d5e6f"
PASSWORD = "en-lang-setning-om-benker"
HERE = "/forslag/utkast/"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def write(client: Client, *files: Any, key: str = KEY, **changes: Any) -> Any:
    data = idea(**changes) | {"go": "send", "submission_key": key, "attachments": list(files)}
    return client.post("/forslag/ny/", data)


def press(client: Client, go: str = "send") -> Any:
    shown = client.get(HERE).context
    number = shown["draft"]
    sender = shown["sender"] if number else None
    return client.post(
        HERE, {"go": go, "draft": number.pk if number else "", "som": sender.key if sender is not None else ""}
    )


def sign_up(client: Client, email: str = "ola@post.example") -> Any:
    data = {"name": "Ola Åsen", "email": email, "password1": PASSWORD, "next": HERE}
    return client.post("/konto/signup/", data)


def sign_in(client: Client, email: str = "ola@post.example", password: str = PASSWORD) -> Any:
    return client.post("/konto/login/", {"login": email, "password": password})


def confirm(email: str = "ola@post.example") -> None:
    EmailAddress.objects.filter(email=email).update(verified=True)


# From the form to the sending -----------------------------------------------------------------------------------------


def test_the_form_is_open_to_anybody_and_asks_nothing_about_workplaces(town):
    html = page(Client(), "/forslag/ny/")
    assert 'name="place"' in html
    assert 'name="unit"' not in html
    assert 'name="form_owner"' not in html


def test_what_is_written_is_kept_with_its_files_and_nothing_is_sent(town):
    client = Client()
    answer = write(client, png("ski\u202esse.png"), show_name="on")
    assert (answer.status_code, answer.url) == (302, HERE)
    draft = ProposalDraft.objects.get()
    assert (draft.title, draft.words["what"], draft.words["show_name"]) == (TITLE, "En benk og en søppeldunk.", "on")
    assert [each.name for each in draft.files.all()] == ["skisse.png"]
    assert not Proposal.objects.exists()
    html = page(client, HERE)
    assert TITLE in html
    assert "skisse.png" in html
    # What the storage calls it tells nothing of what somebody outside called it.
    assert "skisse" not in draft.files.get().file.name


def test_signed_up_on_the_same_device(town):
    client = Client()
    write(client, png("skisse.png"))
    assert sign_up(client).status_code == 302
    assert "draft" in client.get(HERE).context
    assert client.get(HERE).context["waits_for_mail"]
    assert not Proposal.objects.exists()
    confirm()
    answer = sign_in(client)
    assert (answer.status_code, answer.url) == (302, HERE)
    answer = press(client)
    proposal = Proposal.objects.get()
    assert answer.url == f"/forslag/{proposal.case_id}/kvittering/"
    assert (proposal.title, proposal.origin, proposal.proposer.email) == (TITLE, "citizen", "ola@post.example")
    assert [document.title for document in proposal.case.documents.all()] == ["Bilde 1.png"]
    draft = ProposalDraft.objects.get()
    assert (draft.words, draft.files.count(), draft.proposal) == ({}, 0, proposal)


def test_written_on_one_device_and_confirmed_on_another(town):
    pc, phone = Client(), Client()
    write(pc, png("skisse.png"))
    sign_up(pc)
    confirm()
    assert page(phone, HERE)
    assert phone.get(HERE).context["draft"] is None
    assert sign_in(phone).url == HERE
    assert phone.get(HERE).context["draft"].title == TITLE
    assert press(phone).status_code == 302
    reference = Proposal.objects.get().case.reference
    # The first device tells how it went, without having signed in, and gives the number.
    html = page(pc, HERE)
    assert reference in html
    assert pc.get(HERE).context["draft"] is None


def test_an_account_of_before(town):
    person = citizen()
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    write(client)
    assert sign_in(client, person.email).url == HERE
    press(client)
    assert Proposal.objects.get().proposer == person


def test_written_by_an_employee_who_was_not_signed_in(town):
    person = town.employee()
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    write(client)
    assert sign_in(client, person.email).url == HERE
    press(client)
    assert Proposal.objects.get().origin == "citizen"


def test_changing_something_keeps_the_files(town):
    client = Client()
    write(client, png("skisse.png"))
    html = page(client, f"/forslag/ny/?submission_key={KEY}")
    assert TITLE in html
    assert KEY in html
    write(client, title="To benker")
    assert ProposalDraft.objects.get().title == "To benker"
    assert DraftFile.objects.count() == 1
    person = citizen()
    client.force_login(person)
    assert write(client, png("til.png"), title="Tre benker").status_code == 302
    # The same picture twice is one picture in the draft; what is sent with it comes along.
    proposal = Proposal.objects.get()
    assert proposal.title == "Tre benker"
    assert sorted(d.title for d in proposal.case.documents.all()) == ["Bilde 1.png", "Bilde 2.png"]
    assert ProposalDraft.objects.get().proposal == proposal


def test_a_file_is_taken_off_and_the_whole_thrown_away(town):
    client = Client()
    write(client, png("skisse.png"))
    stored = DraftFile.objects.get().file.name
    kept = DraftFile.objects.get()
    with pytest.MonkeyPatch.context():
        client.post(HERE, {"go": f"remove:{kept.pk}", "draft": kept.draft_id})
    assert not DraftFile.objects.exists()
    assert press(client, "discard").url == "/forslag/ny/"
    assert not ProposalDraft.objects.exists()
    assert stored


# Nobody else ----------------------------------------------------------------------------------------------------------


def test_the_owner_of_an_address_that_was_typed_by_somebody_else_gets_neither_draft_nor_hint(town):
    stranger = Client()
    write(stranger)
    sign_up(stranger, "victim@post.example")
    confirm("victim@post.example")
    # The owner of the address makes it theirs, with a password of their own.
    owner = User.objects.get(email="victim@post.example")
    owner.set_password("en-helt-annen-setning")
    owner.save()
    theirs = Client()
    answer = sign_in(theirs, "victim@post.example", "en-helt-annen-setning")
    assert answer.url != HERE
    assert theirs.get(HERE).context["draft"] is None
    assert TITLE not in page(theirs, HERE)
    number = ProposalDraft.objects.get().pk
    theirs.post(HERE, {"go": "send", "draft": number, "som": "innbygger"})
    theirs.post(HERE, {"go": "discard", "draft": number})
    assert not Proposal.objects.exists()
    assert ProposalDraft.objects.get().title == TITLE


def test_an_address_that_has_an_account_gives_nobody_anything(town):
    owner = citizen()
    client = Client()
    write(client)
    assert sign_up(client, owner.email).status_code == 302
    draft = ProposalDraft.objects.get()
    assert draft.person is None
    assert as_(owner).get(HERE).context["draft"] is None
    assert client.get(HERE).context["draft"] == draft
    assert not client.get(HERE).context["waits_for_mail"]
    assert User.objects.filter(email=owner.email).count() == 1


def test_an_account_that_is_not_confirmed_sends_nothing(town):
    client = Client()
    write(client)
    sign_up(client)
    person = User.objects.get(email="ola@post.example")
    forced = as_(person)
    draft = ProposalDraft.objects.get()
    forced.post(HERE, {"go": "send", "draft": draft.pk, "som": "innbygger"})
    assert not Proposal.objects.exists()


def test_a_wrong_address_is_put_right_by_signing_up_once_more(town):
    client = Client()
    write(client)
    sign_up(client, "feil@post.example")
    sign_up(client, "rett@post.example")
    confirm("rett@post.example")
    phone = Client()
    assert sign_in(phone, "rett@post.example").url == HERE
    confirm("feil@post.example")
    wrong = Client()
    assert sign_in(wrong, "feil@post.example").url != HERE
    assert wrong.get(HERE).context["draft"] is None


def test_the_next_one_at_a_shared_computer_does_not_get_what_is_somebodys_already(town):
    client = Client()
    write(client)
    client.force_login(citizen())
    client.get(HERE)
    drafts.on_arrival(client.get(HERE).wsgi_request, User.objects.get(email="ola@post.example"))
    session = client.session
    other = Client()
    other.force_login(citizen("Eva Bø"))
    taken = other.session
    taken["proposal_draft"] = session["proposal_draft"]
    taken.save()
    assert other.get(HERE).context["draft"] is None
    assert TITLE not in page(other, HERE)


@pytest.mark.parametrize("token", ["", "0" * 64, KEY, None, 7, ["x"], {"a": 1}])
def test_a_token_is_not_guessed(town, token):
    write(Client())
    guesser = Client()
    guesser.get("/forslag/ny/")
    session = guesser.session
    session["proposal_draft"] = token
    session.save()
    assert guesser.get(HERE).context["draft"] is None


@pytest.mark.parametrize(
    "go", ["send", "discard", "remove:1", "remove:", "remove:²", "edit", "", "remove:" + "9" * 400]
)
@pytest.mark.parametrize("draft", ["", "1", "-1", "²", "9" * 400, "x"])
def test_what_is_sent_by_hand_does_nothing(town, go, draft):
    write(Client())
    assert Client().post(HERE, {"go": go, "draft": draft}).status_code == 302
    assert as_(citizen()).post(HERE, {"go": go, "draft": draft}).status_code == 302
    assert ProposalDraft.objects.count() == 1
    assert not Proposal.objects.exists()


def test_a_form_that_was_somebodys_when_the_session_ended_is_not_sent_as_the_publics(town):
    person = town.employee()
    client = as_(person)
    html = page(client, "/forslag/ny/")
    owner = html.split('name="form_owner" value="', 1)[1].split('"', 1)[0]
    client.logout()
    answer = client.post("/forslag/ny/", idea(form_owner=owner, go="send", submission_key=KEY))
    assert answer.status_code == 302
    assert answer.url.startswith("/konto/login/")
    assert not ProposalDraft.objects.exists()


# Limits ---------------------------------------------------------------------------------------------------------------


def test_two_presses_make_one_draft_and_one_proposal(town):
    client = Client()
    write(client, png("skisse.png"))
    write(client, png("skisse.png"))
    assert (ProposalDraft.objects.count(), DraftFile.objects.count()) == (1, 1)
    client.force_login(citizen())
    number = client.get(HERE).context["draft"].pk
    first = client.post(HERE, {"go": "send", "draft": number, "som": "innbygger"})
    second = client.post(HERE, {"go": "send", "draft": number, "som": "innbygger"})
    assert first.url == second.url
    assert Proposal.objects.count() == 1


def test_a_machine_fills_in_the_field_that_no_person_sees(town):
    answer = write(Client(), homepage="https://spam.example")
    assert answer.status_code == 422
    assert TITLE in answer.content.decode()
    assert not ProposalDraft.objects.exists()


def test_too_many_from_one_place_in_an_hour(town, settings):
    settings.ACCOUNT_RATE_LIMITS = django_settings.ACCOUNT_RATE_LIMITS | {"proposal_draft_place": "2/h/ip"}
    client = Client()
    answers = [write(client, key=KEY[:-1] + str(n)).status_code for n in range(3)]
    assert answers == [302, 302, 429]
    assert ProposalDraft.objects.count() == 2


def test_a_full_house_refuses_politely_and_keeps_the_text(town, settings):
    settings.PROPOSAL_DRAFTS_MOST = 1
    write(Client())
    answer = write(Client(), key=OTHER_KEY)
    assert answer.status_code == 422
    assert TITLE in answer.content.decode()
    assert ProposalDraft.objects.count() == 1


def test_too_much_in_the_files(town, settings):
    settings.PROPOSAL_DRAFT_MAX_BYTES = 50
    answer = write(Client(), png("a.png"), png("b.png"))
    assert answer.status_code == 422
    assert not ProposalDraft.objects.exists()
    assert not DraftFile.objects.exists()
    folder = Path(settings.MEDIA_ROOT) / "drafts"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_file_that_is_something_else(town):
    answer = write(Client(), SimpleUploadedFile("bilde.png", b"MZ\x90\x00program", content_type="image/png"))
    assert answer.status_code == 422
    assert not ProposalDraft.objects.exists()


def test_what_is_left_lying_is_deleted_with_its_files(town, settings, django_capture_on_commit_callbacks):
    client = Client()
    write(client, png("skisse.png"))
    stored = DraftFile.objects.get().file.name
    with clock.at(clock.now() + timedelta(days=settings.PROPOSAL_DRAFT_DAYS - 1)):
        assert sweep_drafts() == 0
    with (
        clock.at(clock.now() + timedelta(days=settings.PROPOSAL_DRAFT_DAYS + 1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert sweep_drafts() == 1
        assert sweep_drafts() == 0
    assert not ProposalDraft.objects.exists()
    assert not default_storage.exists(stored)
    assert client.get(HERE).context["draft"] is None


def test_a_proposal_stays_when_its_empty_draft_is_swept(town, settings):
    client = Client()
    write(client)
    client.force_login(citizen())
    press(client)
    with clock.at(clock.now() + timedelta(days=settings.PROPOSAL_DRAFT_DAYS + 1)):
        assert sweep_drafts() == 1
    assert Proposal.objects.count() == 1


# What is like it ------------------------------------------------------------------------------------------------------


def test_what_is_like_it_is_shown_while_writing_and_as_a_step(town):
    sent(citizen("Eva Bø"), title="Benk ved badeplassen")  # not screened
    public = screened(town, sent(citizen(), title="Benk ved badeplassen i Ørnes"))
    piece = page(Client(), "/forslag/ny/liknende/?title=Benk ved badeplass")
    assert piece.count("<li>") == 1
    assert public.case.reference in piece
    looked = Client().post("/forslag/ny/", idea(go="look"), follow=True)
    assert [p.pk for p, _standing in looked.context["similar"]] == [public.pk]


@pytest.mark.parametrize("title", ["", "ab", "%00", "%", "_" * 5000, "'; --", "<b>benk</b>"])
def test_odd_titles_are_like_nothing(town, title):
    assert page(Client(), "/forslag/ny/liknende/?title=" + title).strip() == ""


def test_the_page_that_asks_to_look_in_the_mail_leads_back_to_what_was_written(town):
    client = Client()
    write(client)
    assert f'href="{HERE}"' in page(client, sign_up(client).url)
    nothing_written = Client()
    assert f'href="{HERE}"' not in page(nothing_written, sign_up(nothing_written, "annen@post.example").url)

"""Private notes and highlights: stored, changed, deleted with the account, and shown to nobody else."""

import json

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.urls import reverse

from forum.meetings.agenda import proposed_closing
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers import notes
from forum.meetings.case_papers.note_models import PaperNote
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus
from tests.factories.browsers import as_, text_of
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import plan
from trepart.access import account_closure
from trepart.access.models import User
from trepart.audit.models import Event, EventContent
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.django_db

SECRET = "Spør om kostnadene i november"


def paper(meeting: Meeting) -> str:
    return reverse("forum:paper", args=[meeting.pk, meeting.items.get().pk])


class TestOwn:
    def test_a_note_without_javascript(self, town: Municipality, meeting: Meeting) -> None:
        client, address = as_(town.elected[2]), paper(meeting)
        assert client.post(address, {"text": ""}).status_code == 422
        assert client.post(address, {"text": SECRET}).status_code == 302
        assert SECRET in text_of(client.get(address))
        note = PaperNote.objects.get()
        client.post(address, {"do": "change", "note": note.pk, "text": "Kortere"})
        assert PaperNote.objects.get().text == "Kortere"
        client.post(address, {"do": "delete", "note": note.pk})
        assert not PaperNote.objects.exists()

    def test_a_highlight_keeps_its_words_and_their_place(self, town: Municipality, meeting: Meeting) -> None:
        client, address = as_(town.elected[2]), paper(meeting)
        sent = {"text": "", "quote": "vaktmester: ja", "block": "recommendation", "start": "7"}
        client.post(address, sent)
        client.post(address, sent)
        note = PaperNote.objects.get()
        assert (note.quote, note.block, note.start) == ("vaktmester: ja", "recommendation", 7)
        page = " ".join(text_of(client.get(address)).split())
        assert 'data-highlight="recommendation" data-start="7"' in page
        notes.change(note, text="")
        assert PaperNote.objects.exists()

    def test_nothing_of_a_note_is_cut(self, town: Municipality, meeting: Meeting) -> None:
        """The wrong side: a note changed to more than there is room for, and the second of two windows, were cut at
        5000 without a word."""
        client, address = as_(town.elected[2]), paper(meeting)
        note = notes.add(meeting.items.get(), person=town.elected[2], text="Først")
        long = "x" * (notes.TEXT - 3) + "SLUTT"
        answer = client.post(address, {"do": "change", "note": note.pk, "text": long, "was": note.mark})
        assert answer.status_code == 422
        assert f">{long}</textarea>" in text_of(answer)
        assert "That is too long for one note." in text_of(answer)
        note.refresh_from_db()
        assert note.text == "Først"
        # From two windows: each fits, the two together do not. What stands there stays, what was written is shown.
        first, second, was = "a" * 3000, "b" * 3000, note.mark
        assert client.post(address, {"do": "change", "note": note.pk, "text": first, "was": was}).status_code == 302
        answer = client.post(address, {"do": "change", "note": note.pk, "text": second, "was": was})
        assert answer.status_code == 422
        assert first in text_of(answer)
        assert f'name="was" value="{was}"' in " ".join(text_of(answer).split())
        assert f">{second}</textarea>" in text_of(answer)
        note.refresh_from_db()
        assert note.text == first
        assert client.post(address, {"do": "change", "note": note.pk, "text": "b", "was": was}).status_code == 302
        note.refresh_from_db()
        assert note.text == f"{first}\n\nb"

    def test_hostile_input(self, town: Municipality, meeting: Meeting) -> None:
        client, address = as_(town.elected[2]), paper(meeting)
        assert client.post(address, {"text": "x" * 5001}).status_code == 422
        assert client.post(address, {"quote": "x", "block": "<script>", "start": "-1"}).status_code == 422
        client.post(address, {"text": "<script>alert(1)</script>"})
        assert "<script>alert(1)" not in text_of(client.get(address))
        for note in ("", "x", "999999", "²"):
            assert client.post(address, {"do": "delete", "note": note}).status_code == 404
        with pytest.raises(GuardRefused):
            notes.add(meeting.items.get(), person=town.elected[2])
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperNote.objects.create(person=town.elected[2], item=meeting.items.get())

    def test_it_goes_with_the_account(self, town: Municipality, meeting: Meeting) -> None:
        notes.add(meeting.items.get(), person=town.outsider, text=SECRET)
        notes.add(meeting.items.get(), person=town.elected[2], text="Blir")
        account_closure.close(town.outsider, actor=town.outsider)
        assert [note.text for note in PaperNote.objects.all()] == ["Blir"]


class TestNobodyElse:
    @pytest.fixture
    def note(self, town: Municipality, meeting: Meeting) -> PaperNote:
        return notes.add(
            meeting.items.get(), person=town.elected[2], text=SECRET, quote="Hemmelig sitat", block="recommendation"
        )

    def test_on_no_page_of_the_meeting(self, town: Municipality, meeting: Meeting, note: PaperNote) -> None:
        staff = User.objects.create_superuser("root@fjellvik.example", "Root", "x")
        pages = [paper(meeting), meeting.get_absolute_url(), f"{meeting.get_absolute_url()}?spor=1"]
        for person in (None, town.chair, town.secretary, town.administrator, town.elected[3], staff):
            for page in pages:
                said = text_of(as_(person).get(page))
                assert SECRET not in said
                assert "Hemmelig sitat" not in said
        assert SECRET in text_of(as_(town.elected[2]).get(paper(meeting)))
        for person in (town.secretary, town.elected[3], staff):
            assert as_(person).post(paper(meeting), {"do": "change", "note": note.pk, "text": "X"}).status_code == 404
            assert as_(person).post(paper(meeting), {"do": "delete", "note": note.pk}).status_code == 404

    def test_in_ones_own_export_and_nobody_elses(self, town: Municipality, note: PaperNote) -> None:
        address = reverse("portal:my_data")
        assert SECRET in json.dumps(as_(town.elected[2]).get(address).json(), ensure_ascii=False)
        for person in (town.chair, town.secretary, town.administrator):
            assert SECRET not in json.dumps(as_(person).get(address).json(), ensure_ascii=False)

    def test_not_in_the_administration_the_history_or_the_trail(self, note: PaperNote) -> None:
        assert not admin.site.is_registered(PaperNote)
        assert not hasattr(PaperNote, "history")
        assert SECRET not in str(list(Event.objects.values("data"))) + str(list(EventContent.objects.values("body")))
        elsewhere = [m for m in apps.get_models() if m is not PaperNote and m.__module__.startswith("forum.")]
        for model in elsewhere:
            assert SECRET not in str(list(model._base_manager.values()))

    def test_notes_are_kept_only_on_what_one_may_read(self, town: Municipality, meeting: Meeting) -> None:
        item = meeting.items.get()
        proposed_closing.propose_closing(
            item, basis="koml. § 11-5 (2)", public_title="Personalsak", actor=town.secretary
        )
        for person in (None, town.deputies["employees"][0], town.outsider):
            assert as_(person).get(paper(meeting)).status_code == 404
            assert as_(person).post(paper(meeting), {"text": "X"}).status_code == 404
        assert as_(town.elected[2]).get(paper(meeting)).status_code == 200
        draft = plan(town, days=30)
        secret = agenda.add_item(draft, title="Utkast", actor=town.secretary)
        address = reverse("forum:paper", args=[draft.pk, secret.pk])
        assert draft.status == MeetingStatus.PLANNED
        assert as_(town.elected[2]).get(address).status_code == 404
        assert as_(town.secretary).get(address).status_code == 200
        assert not PaperNote.objects.exists()

    def test_the_public_reads_and_keeps_nothing(self, meeting: Meeting) -> None:
        page = as_().get(paper(meeting))
        assert "Felles vaktmester: ja." in text_of(page)
        assert "Your notes" not in text_of(page)
        assert as_().post(paper(meeting), {"text": "X"}).status_code == 404

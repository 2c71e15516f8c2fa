"""Two who write in the draft of the minutes, and one who writes in two windows: no text vanishes without a word."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import services
from forum.meetings.session.discussion.services import OtherWindow, draft_of, keep_draft, save_discussion
from grendeutvalg.models import Profile
from tests.factories.councils import village_council
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart.access.models import User
from trepart.outdated_pages import mark_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form_of(page: Any) -> dict[str, str]:
    """Return what the form on ``page`` sends when nothing is changed."""
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_the_later_save_leaves_the_others_text_for_another_case(meeting: Meeting, town: Municipality) -> None:
    """The wrong side: the later save emptied it, and both read "Lagret"."""
    services.begin(meeting)
    where = reverse("forum:minutes_edit", args=[meeting.pk])
    first, second = meeting.items.filter(withdrawn_at__isnull=True)[:2]
    one, other = as_(town.secretary), as_(town.chair)
    hers, his = form_of(one.get(where)), form_of(other.get(where))
    assert one.post(where, {**hers, f"discussion_{first.pk}": "Sekretærens tekst."}).status_code == 302
    assert other.post(where, {**his, f"discussion_{second.pk}": "Lederens tekst."}).status_code == 302
    texts = dict(AgendaItem.objects.filter(pk__in=[first.pk, second.pk]).values_list("pk", "discussion"))
    assert texts == {first.pk: "Sekretærens tekst.", second.pk: "Lederens tekst."}


def test_the_same_text_from_both_is_shown_as_both_have_it(meeting: Meeting, town: Municipality) -> None:
    services.begin(meeting)
    where = reverse("forum:minutes_edit", args=[meeting.pk])
    one, other = as_(town.secretary), as_(town.chair)
    hers, his = form_of(one.get(where)), form_of(other.get(where))
    assert one.post(where, {**hers, "remarks": "Sekretærens merknad."}).status_code == 302
    refused = other.post(where, {**his, "remarks": "Lederens merknad."})
    said = refused.content.decode()
    assert refused.status_code == 409
    assert "Sekretærens merknad." in said
    assert "Lederens merknad." in said
    assert "Lagret" not in said
    meeting.refresh_from_db()
    assert meeting.remarks == "Sekretærens merknad."
    again = {**form_of(refused), "remarks": "Begges merknad."}
    assert other.post(where, again).status_code == 302
    meeting.refresh_from_db()
    assert meeting.remarks == "Begges merknad."


def test_a_village_councils_page_too(town: Municipality) -> None:
    council = village_council(town)
    where = reverse("grendeutvalg:about", args=[council.body.slug])
    one, other = as_(council.leader), as_(council.leader)
    hers, his = form_of(one.get(where)), form_of(other.get(where))
    one.post(where, {**hers, "about": "Vi driver grendehuset."})
    assert other.post(where, {**his, "area": "Furulia"}).status_code == 302
    profile = Profile.objects.get(body=council.body)
    assert (profile.about, profile.area) == ("Vi driver grendehuset.", "Furulia")


class TestTwoWindows:
    @pytest.fixture
    def item(self, town: Municipality) -> AgendaItem:
        return in_session(town).items.select_related("meeting").get()

    def test_an_empty_text_from_an_old_window_deletes_nothing(self, item: AgendaItem, town: Municipality) -> None:
        """The wrong side: "Tatt vare på" over an empty text."""
        person, empty = town.secretary, mark_of("")
        keep_draft(item, text="Skrevet i det ene.", seen=0, actor=person, page="a", began=empty)
        keep_draft(item, text="Skrevet i det ene, mer.", seen=0, actor=person, page="a", began=empty)
        for text in ("", "Fra det andre."):
            with pytest.raises(OtherWindow):
                keep_draft(item, text=text, seen=0, actor=person, page="b", began=empty)
        draft = draft_of(item, person)
        assert draft is not None
        assert draft.text == "Skrevet i det ene, mer."
        answer = as_(person).post(
            reverse("forum:meeting_draft", args=[item.meeting_id, item.pk]),
            {"discussion-text": "", "seen": "0", "discussion-page": "b", "discussion-began": empty},
        )
        assert answer.status_code == 409
        assert "Ikke tatt vare på" in answer.json()["said"]

    def test_a_window_opened_since_goes_on_from_what_it_shows(self, item: AgendaItem, town: Municipality) -> None:
        person = town.secretary
        keep_draft(item, text="Først.", seen=0, actor=person, page="a", began=mark_of(""))
        keep_draft(item, text="Så.", seen=0, actor=person, page="c", began=mark_of("Først."))
        with pytest.raises(OtherWindow):
            keep_draft(item, text="Først, mer.", seen=0, actor=person, page="a", began=mark_of(""))

    def test_saving_in_one_window_keeps_the_draft_of_the_other(self, item: AgendaItem, town: Municipality) -> None:
        person = town.secretary
        keep_draft(item, text="I det andre.", seen=0, actor=person, page="b", began=mark_of(""))
        save_discussion(item, text="I det ene.", actor=person, page="a", began=mark_of(""))
        draft = draft_of(AgendaItem.objects.get(pk=item.pk), person)
        assert draft is not None
        assert draft.text == "I det andre."

    def test_a_button_in_an_old_window_neither_empties_the_minutes_nor_the_draft(
        self, item: AgendaItem, town: Municipality
    ) -> None:
        person, where = town.secretary, reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        client = as_(person)
        page = client.get(where).content.decode()
        marks = {
            f"treatment_{name}": re.findall(rf'name="discussion-{name}" value="([^"]*)"', page)[0]
            for name in ("page", "began")
        }
        save_discussion(item, text="Den andres behandling.", actor=town.chair)
        keep_draft(item, text="Kladd i et annet vindu.", seen=0, actor=person, page="annet")
        client.post(where, {"do": "doors", "treatment": "", **marks})
        item.refresh_from_db()
        assert item.discussion == "Den andres behandling."
        draft = draft_of(item, person)
        assert draft is not None
        assert draft.text == "Kladd i et annet vindu."
        client.post(where, {"do": "motion", "motion-text": "", "treatment": "Skrevet her.", **marks})
        both = draft_of(item, person)
        assert both is not None
        assert "Kladd i et annet vindu." in both.text
        assert "Skrevet her." in both.text

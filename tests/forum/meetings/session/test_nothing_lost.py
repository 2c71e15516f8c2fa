"""What is half written on the running page when the session ends elsewhere, another button is pressed, or it is
refused: every text of the page stands there again."""

import json
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import AgendaItem
from forum.meetings.session.discussion.services import draft_of
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]

JSON = {"Accept": "application/json"}


@pytest.fixture
def item(town: Municipality) -> AgendaItem:
    return in_session(town).items.select_related("meeting").get()


@pytest.fixture
def where(item: AgendaItem) -> str:
    return reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])


@pytest.fixture
def secretary(client: Client, town: Municipality) -> Client:
    client.force_login(town.secretary)
    return client


def ended_elsewhere(client: Client) -> None:
    Session.objects.all().delete()
    assert client.get(reverse("portal:my_page")).status_code == 302


def texts(page: str) -> set[str]:
    return {one for one in ("Det ble sagt.", "Et forslag.", "Et vedtak.") if one in page}


def along(client: Client, where: str) -> dict[str, str]:
    """Return what the page's script sends along with any button: the treatment, and each other half-written form."""
    owner = client.get(where).context["form_owner"]
    others = [
        {"do": "motion", "form_owner": owner, "motion-text": "Et forslag."},
        {"do": "decide", "form_owner": owner, "resolution": "adopt", "decision-text": "Et vedtak."},
    ]
    return {
        "form_owner": owner,
        "treatment": "Det ble sagt.",
        "treatment_page": "a",
        "treatment_began": "",
        "left_at": where,
        "kept_along": json.dumps([urlencode(one) for one in others]),
    }


def test_another_button_after_the_session_has_ended_loses_nothing(
    secretary: Client, where: str, town: Municipality, item: AgendaItem
) -> None:
    """The wrong side: the sign-in page said "it is kept for you", and nothing was: the button's own form said nobody's
    name, and the text beside it was never looked for."""
    sent = along(secretary, where)
    motion = item.motions.first()
    ended_elsewhere(secretary)
    answer = secretary.post(where, {"do": "unanimous", "motion": motion.pk if motion else "1", "seen": "1", **sent})
    assert answer.status_code == 302
    assert "tatt vare på" in secretary.get(answer["Location"]).content.decode()
    secretary.force_login(town.secretary)
    page = secretary.get(where).content.decode()
    assert texts(page) == {"Det ble sagt.", "Et forslag.", "Et vedtak."}
    assert 'data-unsaved="true"' in page  # it is in no draft yet: the script saves it at once
    # Nobody else reads it.
    secretary.force_login(town.chair)
    assert texts(secretary.get(where).content.decode()) == set()


def test_the_sign_in_page_promises_nothing_where_nothing_is_kept(secretary: Client, where: str) -> None:
    ended_elsewhere(secretary)
    answer = secretary.post(where, {"do": "unanimous", "motion": "1", "seen": "1"})
    assert "tatt vare på" not in secretary.get(answer["Location"]).content.decode()


def test_what_is_half_written_in_the_other_forms_stands_after_a_button(secretary: Client, where: str) -> None:
    """Only one form was kept for each page, and what was left was kept after the next page had been made."""
    sent = along(secretary, where)
    del sent["treatment"], sent["treatment_page"], sent["treatment_began"]
    assert secretary.post(where, {"do": "discussion", "discussion-text": "Sagt.", **sent}).status_code == 302
    for _time in range(2):
        assert texts(secretary.get(where).content.decode()) == {"Et forslag.", "Et vedtak."}
    # Sent, or emptied: it is not there any more, and the others are.
    owner = sent["form_owner"]
    leave = {"left_at": where, "form_owner": owner}
    emptied = json.dumps([urlencode({"do": "motion", "form_owner": owner, "motion-text": ""})])
    assert secretary.post(reverse("access:leave_form"), {**leave, "kept_along": emptied}).status_code == 204
    assert texts(secretary.get(where).content.decode()) == {"Et vedtak."}


def test_what_was_refused_is_there_when_one_comes_back(secretary: Client, where: str) -> None:
    owner = secretary.get(where).context["form_owner"]
    refused = secretary.post(where, {"do": "motion", "form_owner": owner, "motion-text": "Et forslag."})
    assert refused.status_code == 422
    assert "Et forslag." in secretary.get(where).content.decode()


def test_a_form_about_what_is_gone_takes_no_page_with_it(secretary: Client, where: str) -> None:
    """A vote put right half way, and the ballot taken back meanwhile: the whole page answered 404 for an hour."""
    owner = secretary.get(where).context["form_owner"]
    gone = json.dumps([urlencode({"do": "correct", "ballot": "999999", "form_owner": owner, "reason": "Feil."})])
    sent = {"left_at": where, "form_owner": owner, "kept_along": gone}
    assert secretary.post(reverse("access:leave_form"), sent).status_code == 204
    assert secretary.get(where).status_code == 200


class TestAutosave:
    def sent(self, client: Client, where: str, text: str) -> dict[str, str]:
        page = client.get(where)
        return {
            "form_owner": page.context["form_owner"],
            "left_at": where,
            "do": "discussion",
            "seen": str(page.context["seen"]),
            "discussion-text": text,
            "discussion-page": "a",
            "discussion-began": str(page.context["discussion_form"]["began"].value()),
        }

    @pytest.fixture
    def draft(self, item: AgendaItem) -> str:
        return reverse("forum:meeting_draft", args=[item.meeting_id, item.pk])

    def test_it_says_what_is_stored(
        self, secretary: Client, where: str, draft: str, item: AgendaItem, town: Municipality
    ) -> None:
        answer = secretary.post(draft, self.sent(secretary, where, "Det ble\u200b sagt. "), headers=JSON)
        kept = draft_of(item, town.secretary)
        assert kept is not None
        assert answer.json()["stored"] == kept.text

    def test_a_session_that_is_over_is_said_and_the_text_is_there_after_signing_in(
        self, secretary: Client, where: str, draft: str, town: Municipality
    ) -> None:
        """The wrong side: the sign-in page came as an answer, and was taken for "kept"."""
        sent = self.sent(secretary, where, "Det ble sagt.")
        ended_elsewhere(secretary)
        answer = secretary.post(draft, sent, headers=JSON)
        told = answer.json()
        assert (answer.status_code, told["kept"]) == (401, True)
        assert told["said"].startswith("Ikke lagret")
        assert told["go"] == f"{reverse('account_login')}?{urlencode({'next': where})}"
        secretary.force_login(town.secretary)
        assert "Det ble sagt." in secretary.get(where).content.decode()
        # What is kept is not promised for a text that nobody can be given back.
        ended_elsewhere(secretary)
        lost = secretary.post(draft, {**sent, "form_owner": ""}, headers=JSON)
        assert (lost.status_code, lost.json()["kept"]) == (401, False)
        assert "Kopier" in lost.json()["said"]

    def test_a_page_older_than_the_sign_in_too(self, where: str, draft: str, town: Municipality) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(town.secretary)
        sent = self.sent(strict, where, "Det ble sagt.") | {"csrfmiddlewaretoken": "old"}
        answer = strict.post(draft, sent, headers=JSON)
        assert (answer.status_code, answer.json()["kept"], answer.json()["go"]) == (403, True, where)
        assert "Det ble sagt." in strict.get(where).content.decode()

    def test_once_it_is_saved_an_older_text_does_not_come_back(
        self, secretary: Client, where: str, draft: str, town: Municipality
    ) -> None:
        sent = self.sent(secretary, where, "Det ble sagt.")
        ended_elsewhere(secretary)
        secretary.post(draft, sent, headers=JSON)
        secretary.force_login(town.secretary)
        assert "Det ble sagt." in secretary.get(where).content.decode()
        assert secretary.post(draft, sent | {"discussion-text": "Noe nyere."}, headers=JSON).status_code == 200
        page = secretary.get(where).content.decode()
        assert "Noe nyere." in page
        assert "Det ble sagt." not in page


def roll(client: Client, address: str) -> dict[str, str]:
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in values.items() if value not in (None, False)}


def test_a_kept_roll_undoes_nobody_s_entry_and_is_thrown_away(secretary: Client, town: Municipality) -> None:
    """It came back over newer data, and one press on it called off what another had noted."""
    meeting = called(town)
    leader = Client()
    leader.force_login(town.chair)
    address = reverse("forum:meeting_attendance", args=[meeting.pk])
    away, other = town.membership(town.union[0]), town.membership(town.elected[3])
    owner = leader.get(address).context["form_owner"]
    half = {"left_at": address, "form_owner": owner, f"met_{other.pk}": "absent", f"deputy_{other.pk}": ""}
    leader.post(reverse("access:leave_form"), roll(leader, address) | half)
    noted = {f"met_{away.pk}": "absent", f"deputy_{away.pk}": ""}
    assert secretary.post(address, roll(secretary, address) | noted).status_code == 302
    shown = leader.get(address)
    assert "Forkast utkastet" in shown.content.decode()
    kept = {name: str(value) for name, value in shown.context["form"].data.items()}
    assert leader.post(address, kept).status_code == 302
    there = dict(meeting.attendances.values_list("membership", "present"))
    assert (there[away.pk], there[other.pk]) == (False, False)
    assert "Forkast utkastet" not in leader.get(address).content.decode()

"""The quick log, from the screen to the rows it makes."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.core.models import Attendance, Decision, Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.minutes import services as minutes
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.structure import Audience
from lmu import queries, services
from lmu.models import Agreement, LogSheet
from proposals.models import Conclusion, Proposal
from tests.factories.at_once import together
from tests.factories.consent import everybody_agrees
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import NotPermitted
from trepart.workflow import perform

Propose = Callable[..., Proposal]


def url_of(town: Municipality) -> str:
    return reverse("lmu:log", args=[town.lmus[0].slug])


def sheet(town: Municipality, rows: int = 1, **fields: Any) -> dict[str, Any]:
    present = [town.membership(person, town.lmus[0]).pk for person in town.lmu_members[0]]
    first = {"title_1": "Vaktlista", "agreed_1": "Vi bytter på torsdag.\nAlle er med 👍"}
    base = {"key": str(uuid.uuid4()), "rows": rows, "held_on": clock.today().isoformat(), "present": present}
    return {**base, **first, **fields}


@pytest.fixture
def leader(client: Client, town: Municipality) -> Any:
    client.force_login(town.lmu_leader())
    return town.lmu_leader()


def test_the_screen_opens_ready_to_be_filled(client: Client, town: Municipality, leader: Any) -> None:
    form = client.get(url_of(town)).context["form"]
    assert form["held_on"].value() == clock.today()
    assert set(form["present"].value()) == {town.membership(p, town.lmus[0]).pk for p in town.lmu_members[0]}
    assert [bound.name for bound in form.groups[0]] == ["title_1", "agreed_1"]  # no queue, so no question about it


def test_it_becomes_a_meeting_in_the_log(client: Client, town: Municipality, leader: Any) -> None:
    absent = town.membership(town.lmu_members[0][2], town.lmus[0])
    data = sheet(town, rows=2, title_2="  Nøkler <i>til</i> båthuset ", agreed_2="Henger på knaggen — alltid.")
    data["present"] = [pk for pk in data["present"] if pk != absent.pk]
    response = client.post(url_of(town), data)
    assert response.url == reverse("lmu:detail", args=[town.lmus[0].slug])
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.status, meeting.body) == (MeetingKind.LOG, MeetingStatus.ENDED, town.lmus[0])
    items = list(meeting.items.order_by("position"))
    assert [item.title for item in items] == ["Vaktlista", "Nøkler <i>til</i> båthuset"]
    assert [item.decision.text for item in items] == [
        "Vi bytter på torsdag.\nAlle er med 👍",
        "Henger på knaggen — alltid.",
    ]
    assert {item.decision.resolution for item in items} == {Resolution.NOTED}
    met = {a.membership_id: a.present for a in Attendance.objects.filter(meeting=meeting)}
    assert met.pop(absent.pk) is False
    assert len(met) == 2
    assert all(met.values())
    written = LogSheet.objects.get()
    assert (written.meeting, written.written_by) == (meeting, leader)
    assert written.agreements.count() == 0
    assert Event.objects.filter(action="lmu.log_written", actor=leader, subject_id=written.pk).count() == 1
    assert written.history.first().event_id == Event.objects.get(action="lmu.log_written").pk
    shown = client.get(response.url).content.decode()
    assert "Nøkler &lt;i&gt;til&lt;/i&gt; båthuset" in shown
    assert "Alle er med 👍" in shown


def test_its_minutes_are_made_on_demand(client: Client, town: Municipality, leader: Any) -> None:
    client.post(url_of(town), sheet(town))
    meeting = Meeting.objects.get()
    assert "Vaktlista" in client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    pdf = client.get(reverse("forum:minutes_pdf", args=[meeting.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    client.force_login(town.employee(1))
    assert client.get(reverse("forum:minutes_pdf", args=[meeting.pk])).status_code == 404


@pytest.mark.parametrize(
    ("audience", "words"),
    [(Audience.INTERNAL, "Intern møtebok. Versjon 1"), (Audience.PUBLIC, "For andre enn dem som deltar. Versjon 1")],
)
def test_a_printed_log_says_for_whom_it_is(
    client: Client, town: Municipality, leader: Any, monkeypatch: pytest.MonkeyPatch, audience: Audience, words: str
) -> None:
    client.post(url_of(town), sheet(town))
    monkeypatch.setattr(documents, "to_pdf", lambda meeting, document, **more: document.notice.encode())
    assert minutes.on_demand(Meeting.objects.get(), audience).decode().startswith(words)


def test_one_more_row_loses_no_word(client: Client, town: Municipality, leader: Any) -> None:
    data = {**sheet(town), "title_1": "Ærlig talt & <ikke ferdig>", "present": [], "more": "1"}
    response = client.post(url_of(town), data)
    form = response.context["form"]
    assert response.status_code == 200
    assert not LogSheet.objects.exists()
    assert form.count == 2
    assert form["title_1"].value() == "Ærlig talt & <ikke ferdig>"
    assert form["present"].value() == []
    assert str(form["key"].value()) == data["key"]
    assert "Ærlig talt &amp; &lt;ikke ferdig&gt;" in response.content.decode()
    # An empty second row is passed over.
    client.post(
        url_of(town),
        {**data, "rows": 2, "present": sheet(town)["present"], "more": ""} | {"title_2": "", "agreed_2": " "},
    )
    assert not LogSheet.objects.exists()  # "more" was still in what was sent
    del data["more"]
    client.post(url_of(town), {**data, "rows": 2, "present": sheet(town)["present"], "title_2": "", "agreed_2": " "})
    assert Meeting.objects.get().items.count() == 1


def test_there_is_an_end_to_rows(client: Client, town: Municipality, leader: Any) -> None:
    assert client.post(url_of(town), {**sheet(town, rows=10), "more": "1"}).context["form"].count == 10
    for rows in ("999999999999", "-1", "x", "", "²"):
        assert client.post(url_of(town), {**sheet(town), "rows": rows, "more": "1"}).context["form"].count <= 10


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_1": "", "agreed_1": ""}, "title_1"),
        ({"agreed_1": ""}, "agreed_1"),
        ({"title_1": ""}, "title_1"),
        ({"title_1": "x" * 201}, "title_1"),
        ({"present": []}, "present"),
        ({"present": ["0"]}, "present"),
        ({"held_on": "2199-01-01"}, "held_on"),
        ({"held_on": "i går"}, "held_on"),
        ({"key": "nei"}, "key"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    client: Client, town: Municipality, leader: Any, wrong: dict[str, Any], field: str
) -> None:
    data = {**sheet(town), **wrong}
    response = client.post(url_of(town), data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert response.context["form"]["agreed_1"].value() == data["agreed_1"]
    assert not Meeting.objects.exists()


def test_who_was_no_member_that_day_was_not_there(client: Client, town: Municipality, leader: Any) -> None:
    data = sheet(town, held_on=(clock.today() - timedelta(days=60)).isoformat())
    response = client.post(url_of(town), data)
    assert "present" in response.context["form"].errors
    assert not LogSheet.objects.exists()


def test_sent_twice_it_is_written_once(client: Client, town: Municipality, leader: Any) -> None:
    data = sheet(town)
    first, second = client.post(url_of(town), data), client.post(url_of(town), data)
    assert first.url == second.url
    assert Meeting.objects.count() == LogSheet.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_it_is_written_once(town: Municipality) -> None:
    key, present = uuid.uuid4(), [town.membership(town.lmu_leader(), town.lmus[0])]

    def send(agreed: str = "Torsdag.") -> int:
        return services.write_log(
            key=key, body=town.lmus[0], held_on=clock.today(), present=present,
            taken=[services.Taken("Vaktlista", agreed)], actor=town.lmu_leader(),
        ).meeting_id  # fmt: skip

    found = together(send, send)
    assert found == [Meeting.objects.get().pk] * 2
    # The same screen with something else in it, after going back in the browser: nothing vanishes.
    assert send("Fredag.") not in found
    assert (send("Fredag."), send()) == (Meeting.objects.latest("pk").pk, found[0])


def test_the_text_comes_back_after_signing_in_again(client: Client, town: Municipality, leader: Any) -> None:
    owner = client.get(url_of(town)).context["form_owner"]
    data = {**sheet(town, rows=2), "title_2": "Sommerfest på Øya", "agreed_2": "Vi blir med", "form_owner": owner}
    client.logout()
    response = client.post(url_of(town), data)
    assert response.status_code == 302
    assert reverse("account_login") in response.url
    assert not LogSheet.objects.exists()
    client.force_login(leader)
    form = client.get(url_of(town)).context["form"]
    assert form.count == 2
    assert form["title_2"].value() == "Sommerfest på Øya"
    assert form["agreed_1"].value() == data["agreed_1"]
    assert form["present"].value() == [str(pk) for pk in data["present"]]
    assert not form.is_bound  # nothing is complained about before one has tried


def test_another_on_the_same_computer_does_not_get_it(client: Client, town: Municipality, leader: Any) -> None:
    owner = client.get(url_of(town)).context["form_owner"]
    client.logout()
    client.post(url_of(town), {**sheet(town), "form_owner": owner})
    client.force_login(town.lmu_members[0][1])
    assert client.get(url_of(town)).context["form"]["title_1"].value() in (None, "")


def test_a_proposal_that_was_only_discussed_stays_in_the_queue(
    client: Client, town: Municipality, leader: Any, propose: Propose
) -> None:
    referral = propose().case.referrals.get()
    client.post(url_of(town), sheet(town, title_1="", proposal_1=referral.pk, step_1="", agreed_1="Vi henter priser."))
    item = Meeting.objects.get().items.get()
    assert (item.title, item.referral) == ("Sykkelstativ ved inngangen", referral)
    referral.refresh_from_db()
    assert referral.status == "open"
    assert not Agreement.objects.exists()


def test_what_was_concluded_leads_to_the_answer(
    client: Client, town: Municipality, leader: Any, propose: Propose
) -> None:
    proposal = perform(propose(), "begin", actor=leader, data={"access": "employees"})
    referral = proposal.case.referrals.get()
    data = sheet(town, title_1="", proposal_1=referral.pk, step_1="turn_down", agreed_1="Vi har plass innendørs alt.")
    response = client.post(url_of(town), data)
    agreement = Agreement.objects.get()
    # One meeting from the first moment; what was concluded is written into it when it stands.
    item = Meeting.objects.get().items.get()
    assert (item.referral, item.decided) == (referral, None)
    assert response.url == reverse("lmu:answer", args=[town.lmus[0].slug, agreement.pk])
    assert [a.pk for a in queries.agreements(town.lmus[0])] == [agreement.pk]
    step = reverse("proposals:step", args=[proposal.case_id, "turn_down"])
    assert client.get(response.url).url == step
    form = client.get(step).context["form"]
    assert form["answer"].value() == "Vi har plass innendørs alt."
    assert sorted(form["participants"].value()) == sorted(data["present"])
    answer = {"participants": data["present"], "held_on": clock.today().isoformat(), "answer": form["answer"].value()}
    client.post(step, answer)
    # Written down as provisional: nothing has happened yet, and nobody is asked to write it again.
    conclusion = Conclusion.objects.get()
    assert (conclusion.status, conclusion.answer) == ("provisional", "Vi har plass innendørs alt.")
    assert queries.agreements(town.lmus[0]) == []
    assert not Decision.objects.exists()
    everybody_agrees(conclusion)
    proposal.refresh_from_db()
    assert proposal.status == "declined"
    written = Meeting.objects.get().items.get()
    assert (written.pk, written.decided.text, written.decided.resolution) == (
        item.pk, "Vi har plass innendørs alt.", Resolution.DECLINE,
    )  # fmt: skip
    assert queries.agreements(town.lmus[0]) == []
    assert client.get(response.url).url == reverse("lmu:detail", args=[town.lmus[0].slug])


def test_a_proposal_nobody_has_begun_on_is_begun_on_first(
    client: Client, town: Municipality, leader: Any, propose: Propose
) -> None:
    proposal = propose()
    referral = proposal.case.referrals.get()
    response = client.post(url_of(town), sheet(town, proposal_1=referral.pk, step_1="carry_out"))
    assert client.get(response.url).url == reverse("proposals:step", args=[proposal.case_id, "begin"])
    assert response.url in client.get(reverse("lmu:detail", args=[town.lmus[0].slug])).content.decode()


def test_what_the_log_says_stands_in_the_form_whoever_takes_the_step(
    client: Client, town: Municipality, leader: Any, propose: Propose
) -> None:
    """Also where it was only talked about, for another of them, from another browser, and once it is begun on."""
    proposal = propose()
    step = reverse("proposals:step", args=[proposal.case_id, "carry_out"])
    referral = proposal.case.referrals.get()
    yesterday = clock.today() - timedelta(days=1)
    data = sheet(town, proposal_1=referral.pk, agreed_1="Vi setter opp to stativ.", held_on=yesterday.isoformat())
    data["present"] = data["present"][:2]
    client.post(url_of(town), data)
    perform(proposal, "begin", actor=leader, data={"access": "employees"})
    for person in town.lmu_members[0]:
        other = Client()
        other.force_login(person)
        form = other.get(step).context["form"]
        assert (form["answer"].value(), form["held_on"].value()) == ("Vi setter opp to stativ.", yesterday)
        assert sorted(form["participants"].value()) == sorted(data["present"])
        # A step that asks for no meeting opens empty.
        assert not other.get(step.replace("carry_out", "elsewhere")).context["form"]["answer"].value()
    # The newest counts; another proposal of the group has nothing of it.
    client.post(url_of(town), sheet(town, proposal_1=referral.pk, step_1="turn_down", agreed_1="Vi gjør det ikke."))
    assert Client().get(step).status_code == 302
    assert client.get(step).context["form"]["answer"].value() == "Vi gjør det ikke."
    twin = perform(propose(0, "Kaffetrakter"), "begin", actor=leader, data={"access": "employees"})
    assert not client.get(reverse("proposals:step", args=[twin.case_id, "carry_out"])).context["form"]["answer"].value()
    # What has been concluded since is not written again.
    answer = {"participants": data["present"], "held_on": clock.today().isoformat(), "answer": "Nei, dessverre."}
    client.post(reverse("proposals:step", args=[proposal.case_id, "turn_down"]), answer)
    perform(Conclusion.objects.get(), "take_back", actor=leader, data={"reason": "Feil."})
    assert not client.get(step).context["form"]["answer"].value()


def test_a_conclusion_needs_its_proposal_and_each_stands_once(
    client: Client, town: Municipality, leader: Any, propose: Propose
) -> None:
    referral = propose().case.referrals.get()
    assert "proposal_1" in client.post(url_of(town), sheet(town, step_1="turn_down")).context["form"].errors
    twice = sheet(town, rows=2, proposal_1=referral.pk, proposal_2=referral.pk, title_2="", agreed_2="Igjen")
    assert "proposal_2" in client.post(url_of(town), twice).context["form"].errors
    elsewhere = propose(1).case.referrals.get()
    assert "proposal_1" in client.post(url_of(town), sheet(town, proposal_1=elsewhere.pk)).context["form"].errors
    assert not LogSheet.objects.exists()


def test_nobody_else_writes_in_it(client: Client, town: Municipality) -> None:
    for person, status in (
        (town.employee(), 403),
        (town.coordination_leader, 403),
        (town.employee(1), 404),
        (town.outsider, 404),
    ):
        client.force_login(person)
        assert client.post(url_of(town), sheet(town)).status_code == status
    assert not LogSheet.objects.exists()
    with pytest.raises(NotPermitted):
        services.write_log(
            key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(), present=[],
            taken=[services.Taken("x", "y")], actor=town.lmu_leader(1),
        )  # fmt: skip


def test_one_more_matter_is_kept_where_the_page_is_left_then(client: Client, town: Municipality, leader: Any) -> None:
    """The answer to the button is a page, and not the page where it is stored: left there, every word was gone."""
    owner = client.get(url_of(town)).context["form_owner"]
    data = sheet(town, form_owner=owner, more="1")
    shown = client.post(url_of(town), data)
    assert (shown.status_code, shown.context["form"].count) == (200, 2)
    form = client.get(url_of(town)).context["form"]
    assert form["agreed_1"].value() == data["agreed_1"]
    del data["more"]
    assert client.post(url_of(town), data).status_code == 302
    assert client.get(url_of(town)).context["form"]["agreed_1"].value() is None

"""The record put right after the meeting: with reason and trace, and in the table itself (R13, R29)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Choice, MeetingStatus, MinutesStatus, RecusalKind, Settled
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes import structure
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.corrections import queries, services, votes
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.models import Minutes
from forum.meetings.session.decisions import postponement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from portal.queries import mine
from tests.factories.meetings import SECRET, end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import pdf_words, words
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.text.dates import date_text
from trepart.workflow import perform

REASON = "Tastet feil; møtelederen bekrefter."


pytestmark = pytest.mark.usefixtures("bokmal")


def split(meeting: Meeting) -> tuple[AgendaItem, Ballot]:
    """Return the case with a split vote, and its first vote: two were against the recommendation."""
    item = meeting.items.order_by("position")[1]
    return item, item.ballots.order_by("pk")[0]


def correct(town: Municipality, ballot: Ballot, person: Any, choice: str, **more: Any) -> list[RecordCorrection]:
    given = {"reason": REASON, "actor": town.secretary} | more
    return votes.correct_votes(ballot, choices={town.membership(person).pk: choice}, **given)


def published(meeting: Meeting, town: Municipality) -> Minutes:
    return perform(minutes_services.begin(meeting), "publish", actor=town.secretary)


def corrected(minutes: Minutes, town: Municipality, reason: str = "En stemme var ført feil.") -> Minutes:
    data = {"reason": reason, "remarks": "", "others_present": ""}
    return perform(Minutes.objects.get(pk=minutes.pk), "correct", actor=town.secretary, data=data)


def document(minutes: Minutes) -> structure.MinutesDocument:
    return structure.from_json(minutes.versions.first().public)  # type: ignore[union-attr]


def day() -> str:
    return date_text(clock.now().astimezone(), year=True)


@pytest.mark.printed
def test_a_vote_corrected_stands_in_the_table(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    item, ballot = split(meeting)
    person = town.elected[2]
    assert len(correct(town, ballot, person, Choice.AGAINST)) == 1
    assert [
        (row.name, row.choice) for row in document(minutes).items[1].ballots[0].rows if row.name == person.name
    ] == [(person.name, "for")]
    assert queries.unpublished(meeting) == list(RecordCorrection.objects.all())
    minutes = corrected(minutes, town)
    newest, first = minutes.versions.all()
    now = structure.from_json(newest.public).items[1].ballots[0]
    row = next(row for row in now.rows if row.name == person.name)
    assert (row.choice, row.corrected) == ("mot", f"Rettet {day()}: Det sto «for».")
    assert [row.corrected for row in now.rows if row.name != person.name] == [""] * 8
    assert now.result.startswith("6 mot 3")
    assert structure.from_json(first.public).items[1].ballots[0].result.startswith("7 mot 2")
    assert REASON not in str(newest.public)
    assert REASON not in str(newest.internal)
    assert "Det sto «for»." in pdf_words(bytes(newest.public_pdf))
    page = words(Client().get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode())
    assert f"mot Rettet {words(day())}: Det sto «for»." in page
    assert queries.unpublished(meeting) == []
    event = Event.objects.get(action="forum.vote_corrected")
    assert (event.data["before"], event.data["after"], event.text) == ("for", "against", {"reason": REASON})
    one = RecordCorrection.objects.get()
    assert (one.name, one.was, one.now, one.reason, one.made_by, one.item) == (
        person.name, "for", "against", REASON, town.secretary, item,
    )  # fmt: skip


def test_before_publication_the_first_version_says_it(meeting: Meeting, town: Municipality) -> None:
    _item, ballot = split(meeting)
    correct(town, ballot, town.elected[2], Choice.AGAINST)
    assert queries.unpublished(meeting) == []
    minutes = published(meeting, town)
    row = next(row for row in document(minutes).items[1].ballots[0].rows if row.corrected)
    assert (row.name, row.choice) == (town.elected[2].name, "mot")


def test_a_version_that_says_the_same_is_refused(meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    with pytest.raises(GuardRefused, match="Rett det som ble ført"):
        corrected(minutes, town, reason=f"{town.elected[2].name} stemte mot.")
    assert minutes.versions.count() == 1


def test_a_unanimous_vote_corrected_shows_the_table(meeting: Meeting, town: Municipality) -> None:
    item = meeting.items.order_by("position")[0]
    ballot = item.ballots.get()
    correct(town, ballot, town.union[2], Choice.AGAINST)
    ballot.refresh_from_db()
    assert not ballot.unanimous
    correct(town, ballot, town.union[2], Choice.FOR)
    ballot.refresh_from_db()
    assert ballot.unanimous
    assert document(published(meeting, town)).items[0].ballots[0].rows == ()  # it says what it said all the time


def test_a_turned_result_must_be_put_right_in_the_decision_too(meeting: Meeting, town: Municipality) -> None:
    item, ballot = split(meeting)
    choices = dict.fromkeys(ballot.votes.values_list("membership", flat=True), Choice.AGAINST)
    votes.correct_votes(ballot, choices=choices, reason=REASON, actor=town.secretary)
    assert missing(meeting) == [f"{item.label}: Ingenting av det som ble votert over, ble vedtatt."]
    minutes = minutes_services.begin(meeting)
    with pytest.raises(GuardRefused, match="Ingenting av det"):
        perform(minutes, "publish", actor=town.secretary)
    given = {"reason": REASON, "actor": town.secretary}
    with pytest.raises(GuardRefused, match="votert"):
        services.correct_decision(item, text="Slott.", resolution=Resolution.DECLINE, differs="", **given)
    services.correct_decision(
        item, text="Innstillingen ble ikke vedtatt.", resolution=Resolution.DECLINE, differs="", **given
    )
    block = document(perform(minutes, "publish", actor=town.secretary)).items[1]
    assert (block.decision, block.outcome, block.differs) == ("Innstillingen ble ikke vedtatt.", "avslått", "")
    assert block.decision_corrected == (
        f"Rettet {day()}. Det sto i vedtaket: «Biblioteket åpner klokka åtte. (tatt til orientering)».",
    )


def test_the_words_of_a_decision_may_differ_with_a_reason(meeting: Meeting, town: Municipality) -> None:
    item, _ballot = split(meeting)
    given = {"resolution": Resolution.NOTED, "reason": REASON, "actor": town.secretary}
    with pytest.raises(GuardRefused, match="ikke endret"):
        services.correct_decision(item, text="Biblioteket åpner klokka åtte.", differs="", **given)
    services.correct_decision(item, text="Åpner kl. 08.00.", differs="Møtet presiserte.", **given)
    block = document(published(meeting, town)).items[1]
    assert block.decision == "Åpner kl. 08.00."
    assert block.differs.endswith("Grunn: Møtet presiserte.")


def test_what_follows_from_the_decision_follows_the_correction(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    ballot = ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(
        item, text=item.recommendation, resolution=Resolution.ADOPT, responsible=town.employee(0),
        due_on=date(2100, 1, 1), actor=town.secretary,
    )  # fmt: skip
    end_meeting(meeting, actor=town.secretary)
    assert FollowUp.objects.get().done_on is None
    choices = dict.fromkeys(ballot.votes.values_list("membership", flat=True), Choice.AGAINST)
    votes.correct_votes(ballot, choices=choices, reason=REASON, actor=town.secretary)
    services.correct_decision(
        item, text="Innstillingen ble ikke vedtatt.", resolution=Resolution.DECLINE, differs="", reason=REASON,
        actor=town.secretary,
    )  # fmt: skip
    assert FollowUp.objects.get().done_on == clock.today()
    assert REASON in FollowUp.objects.get().notes.get().text


def test_partiality_and_the_vote_are_put_right_together(meeting: Meeting, town: Municipality) -> None:
    item, ballot = split(meeting)
    member, label = town.membership(town.union[2]), item.label
    services.correct_recusal(
        item, membership=member, kind=RecusalKind.PARTIALITY, basis="fvl § 6", reason=REASON, actor=town.secretary
    )
    other = item.ballots.order_by("pk")[1]
    line = f"{label}: Står med stemme, men deltok ikke i saken: {town.union[2].name}."
    assert missing(meeting) == [line, line]
    for one in (ballot, other):
        correct(town, one, town.union[2], "")
    assert missing(meeting) == []
    block = document(published(meeting, town)).items[1]
    assert block.recusals_corrected == (f"Rettet {day()}: Det sto at {town.union[2].name} deltok.",)
    gone = block.ballots[0].rows[-1]
    assert (gone.name, gone.choice, gone.corrected) == (town.union[2].name, "–", f"Rettet {day()}: Det sto «for».")
    services.correct_recusal(
        item, membership=member, kind=RecusalKind.PARTIALITY, basis="", reason=REASON, actor=town.secretary
    )
    assert missing(meeting) == [f"{label}: Deltok i saken, men står uten stemme: {town.union[2].name}."] * 2
    correct(town, ballot, town.union[2], Choice.FOR)
    assert Event.objects.get(action="forum.vote_put_in").data["after"] == "for"


def test_who_met_is_put_right(meeting: Meeting, town: Municipality) -> None:
    row = meeting.attendances.get(membership=town.membership(town.union[3]))
    with pytest.raises(GuardRefused, match="ikke endret"):
        services.correct_attendance(meeting, present={row.pk: True}, reason=REASON, actor=town.secretary)
    services.correct_attendance(meeting, present={row.pk: False}, reason="Var syk.", actor=town.secretary)
    assert all(town.union[3].name in line for line in missing(meeting))
    for ballot in Ballot.objects.filter(item__meeting=meeting):
        correct(town, ballot, town.union[3], "")
    minutes = published(meeting, town)
    said = document(minutes)
    assert said.roll_corrected == (f"Rettet {day()}: {town.union[3].name} sto som til stede.",)
    assert town.union[3].name in {line.name for line in said.absent}
    assert "Var syk" not in str(minutes.versions.get().internal)


def a_while_in(meeting: Meeting) -> Any:
    assert meeting.opened_at is not None
    return timezone.localtime(meeting.opened_at + timedelta(minutes=30)).time()


def test_a_member_and_the_deputy_cannot_both_have_met(meeting: Meeting, town: Municipality) -> None:
    row = meeting.attendances.get(membership=town.membership(town.elected[3]))
    with pytest.raises(GuardRefused, match=town.elected[3].name):
        services.correct_attendance(meeting, present={row.pk: True}, reason=REASON, actor=town.secretary)


@pytest.mark.parametrize("case", ["reason", "same", "stranger", "quorum"])
def test_what_a_correction_of_votes_refuses(meeting: Meeting, town: Municipality, case: str) -> None:
    _item, ballot = split(meeting)
    table = list(ballot.votes.values_list("membership", flat=True))
    choices: dict[int, str] = {
        "reason": {table[0]: "against"},
        "same": {table[0]: ballot.votes.get(membership=table[0]).choice},
        "stranger": {town.membership(town.secretary).pk: "for"},
        "quorum": dict.fromkeys(table[:5], ""),
    }[case]
    with pytest.raises(GuardRefused):
        votes.correct_votes(ballot, choices=choices, reason="" if case == "reason" else REASON, actor=town.secretary)
    assert not RecordCorrection.objects.exists()
    assert ballot.votes.count() == 9


def test_a_vote_on_how_the_case_was_treated_does_not_turn(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    postponement.postpone_item(
        item, text="Utsatt.", settled=Settled.VOTE, choices=against(town, item, town.chair), actor=town.secretary
    )
    end_meeting(meeting, actor=town.secretary)
    ballot = item.ballots.get()
    correct(town, ballot, town.elected[1], Choice.AGAINST)
    everybody = dict.fromkeys(ballot.votes.values_list("membership", flat=True), Choice.AGAINST)
    with pytest.raises(GuardRefused, match="ville snu"):
        votes.correct_votes(ballot, choices=everybody, reason=REASON, actor=town.secretary)


def test_only_who_publishes_the_minutes_corrects_the_record(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    item, ballot = split(meeting)
    row = meeting.attendances.order_by("pk")[0]
    addresses = [
        reverse("forum:minutes_record", args=[meeting.pk]),
        reverse("forum:minutes_record_attendance", args=[meeting.pk]),
        reverse("forum:minutes_record_votes", args=[meeting.pk, ballot.pk]),
        reverse("forum:minutes_record_recusal", args=[meeting.pk, item.pk]),
        reverse("forum:minutes_record_movement", args=[meeting.pk, item.pk]),
        reverse("forum:minutes_record_decision", args=[meeting.pk, item.pk]),
    ]
    for person in (town.union[0], town.elected[2], town.outsider, town.coordination_secretary):
        client.force_login(person)
        assert {client.get(url).status_code for url in addresses} <= {403, 404}
        assert {client.post(url, {"reason": "x"}).status_code for url in addresses[1:]} <= {403, 404}
        with pytest.raises(NotPermitted):
            correct(town, ballot, town.elected[2], Choice.AGAINST, actor=person)
        with pytest.raises(NotPermitted):
            services.correct_attendance(meeting, present={row.pk: not row.present}, reason=REASON, actor=person)
    assert not RecordCorrection.objects.exists()
    other = in_session(town)
    client.force_login(town.secretary)
    assert client.get(reverse("forum:minutes_record", args=[other.pk])).status_code == 404
    assert client.get(reverse("forum:minutes_record_votes", args=[other.pk, ballot.pk])).status_code == 404
    open_ballot = ballots.record_ballot(other.items.get(), actor=town.secretary)
    assert other.status == MeetingStatus.IN_SESSION
    with pytest.raises(WrongState):
        correct(town, open_ballot, town.elected[2], Choice.AGAINST)


def test_the_pages_put_it_right_and_say_what_is_left(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    item, ballot = split(meeting)
    client.force_login(town.secretary)
    record = reverse("forum:minutes_record", args=[meeting.pk])
    assert record in client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    url = reverse("forum:minutes_record_votes", args=[meeting.pk, ballot.pk])
    stands = {f"vote_{vote.membership_id}": vote.choice for vote in ballot.votes.all()}
    page = client.get(url)
    assert page.context["form"].initial == {}
    assert set(page.context["form"].fields) == {*stands, "reason", "was"}
    chosen = town.membership(town.elected[2]).pk
    assert client.post(url, {**stands, "reason": ""}).status_code == 422
    assert client.post(url, {**stands, "reason": REASON}).status_code == 422  # nothing is changed
    assert client.post(url, {**stands, f"vote_{chosen}": "against", "reason": REASON, "seen": "1"}).status_code == 409
    assert client.post(url, {**stands, f"vote_{chosen}": "against", "reason": REASON}).status_code == 302
    said = words(client.get(record).content.decode())
    assert REASON in said
    assert "Publiser en ny versjon" in said
    step = reverse("forum:minutes_step", args=[meeting.pk, "correct"])
    assert client.get(step).context["form"].initial["reason"] == f"{item.label}: stemme, {town.elected[2].name}"
    assert "Publiser den rettede møteboka" in " ".join(task.title for task in mine.my_page(town.secretary).tasks)
    decision = reverse("forum:minutes_record_decision", args=[meeting.pk, item.pk])
    sent = {"text": "Noe annet.", "resolution": "noted", "reason": REASON}
    assert client.post(decision, sent).status_code == 422
    assert client.post(decision, {**sent, "differs": "Presisert."}).status_code == 302
    recusal = reverse("forum:minutes_record_recusal", args=[meeting.pk, item.pk])
    given = {"member": town.membership(town.union[2]).pk, "kind": "partiality", "basis": "fvl § 6", "reason": REASON}
    assert client.post(recusal, given).status_code == 302
    assert "Står med stemme, men deltok ikke" in words(client.get(record).content.decode())
    assert client.post(recusal, {**given, "basis": ""}).status_code == 302
    table = reverse("forum:minutes_record_movement", args=[meeting.pk, item.pk])
    left = {"what": "left", "member": town.membership(town.union[2]).pk, "reason": REASON}
    assert client.post(table, left).status_code == 422  # when?
    assert client.post(table, {**left, "at": a_while_in(meeting).strftime("%H:%M")}).status_code == 302
    movement = item.movements.get()
    assert client.post(table, {"what": f"out_{movement.pk}", "reason": REASON}).status_code == 302
    assert not item.movements.exists()
    roll = reverse("forum:minutes_record_attendance", args=[meeting.pk])
    met = {f"met_{row.pk}": "on" for row in meeting.attendances.filter(present=True)}
    assert client.post(roll, {**met, "reason": REASON}).status_code == 422
    first = next(iter(met))
    assert client.post(roll, {**{k: v for k, v in met.items() if k != first}, "reason": REASON}).status_code == 302
    assert client.post(roll, {**met, "reason": REASON}).status_code == 302
    minutes = corrected(minutes, town)
    assert (minutes.status, minutes.versions.count()) == (MinutesStatus.PUBLISHED, 2)
    told = set(Notice.objects.filter(kind="forum.minutes_corrected").values_list("person_id", flat=True))
    assert town.union[0].pk in told
    assert town.outsider.pk not in told


def test_what_is_closed_stays_closed_when_it_is_corrected(meeting: Meeting, town: Municipality) -> None:
    closed = meeting.items.order_by("position")[3]
    correct(town, closed.ballots.get(), town.elected[2], Choice.AGAINST)
    services.correct_decision(
        closed, text=SECRET + " Rettet.", resolution=Resolution.NOTED, differs="Ordlyd.", reason="Hemmelig grunn",
        actor=town.secretary,
    )  # fmt: skip
    version = published(meeting, town).versions.get()
    assert "Kari Normann" not in str(version.public)
    assert "Det sto" not in str(version.public)
    assert "Det sto" in str(version.internal)
    assert all(event.data["closed"] for event in Event.objects.filter(action="forum.decision_corrected"))


def test_the_public_reason_of_a_closed_case_names_nobody(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    item, ballot = split(meeting)
    closed = meeting.items.order_by("position")[3]
    person = town.elected[2]
    correct(town, closed.ballots.get(), person, Choice.AGAINST)
    correct(town, closed.ballots.get(), town.union[2], Choice.AGAINST)
    correct(town, ballot, person, Choice.AGAINST)
    client.force_login(town.secretary)
    step = reverse("forum:minutes_step", args=[meeting.pk, "correct"])
    offered = client.get(step).context["form"].initial["reason"]
    assert offered == f"{closed.label} er rettet.\n{item.label}: stemme, {person.name}"
    with pytest.raises(GuardRefused, match=closed.label):
        corrected(minutes, town, reason=f"{closed.label}: stemme, {person.name}")
    minutes = corrected(minutes, town, reason=offered)
    assert document(minutes).corrections[-1].reason == offered


@pytest.mark.parametrize(
    "statement",
    ["UPDATE meetings_recordcorrection SET reason = 'x'", "DELETE FROM meetings_recordcorrection"],
)
def test_a_correction_cannot_be_changed_with_sql(meeting: Meeting, town: Municipality, statement: str) -> None:
    correct(town, split(meeting)[1], town.elected[2], Choice.AGAINST)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

"""Making a meeting packet in the background: progress, failure, growing old, and once for two presses."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from forum.cases.enums import CaseAccess
from forum.cases.services import cases
from forum.meetings.agenda import proposed_closing
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingStatus, PacketFailure, PacketStage
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import queries
from forum.meetings.packets import services as packets
from forum.meetings.packets.models import Packet
from tests.factories.at_once import together
from tests.factories.meetings import CLOSED_BASIS, SECRET, held_meeting
from tests.factories.organisation import Municipality, municipality
from tests.factories.packets import OPEN_WORDS, called, everything, made, of, read, signed_in, url, with_files
from tests.forum.meetings.minutes.test_minutes import words
from trepart import clock
from trepart.audit.models import Event
from trepart.notices.models import Mail
from trepart.pdf.rendering import PdfError
from trepart.refusals import GuardRefused, NotPermitted
from trepart.workflow import perform


@pytest.fixture(autouse=True)
def _bokmal(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("nb"):
        yield


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return called(town)


# Making ---------------------------------------------------------------------------------------------------------------


@pytest.mark.printed
def test_it_tells_how_far_it_has_come(meeting: Meeting) -> None:
    told: list[tuple[str, int, int]] = []
    original = packets._Telling.tell

    def listen(self: Any, stage: PacketStage, done: int, total: int) -> None:
        original(self, stage, done, total)
        told.append((stage.value, done, total))

    with mock.patch.object(packets._Telling, "tell", listen), mock.patch.object(packets, "_OFTEN", 0):
        packet = made(meeting, Audience.PUBLIC)
    assert told == [
        ("gathering", 0, 2),
        ("gathering", 1, 2),
        *[("layout", n, 0) for n in (1, 2, 3)],
        *[("writing", n, 3) for n in (1, 2, 3)],
    ]
    assert (packet.stage, packet.done, packet.total) == ("writing", 3, 3)


@pytest.mark.parametrize(
    ("stage", "done", "total", "words_"),
    [
        ("gathering", 12, 40, "Trinn 1 av 3, papirene samles: 12 av 40 saker."),
        ("layout", 40, 0, "Trinn 2 av 3, sidene settes: 40 sider så langt."),
        ("writing", 40, 120, "Trinn 3 av 3, fila skrives: 40 av 120 sider."),
    ],
)
def test_the_page_shows_how_far_it_has_come(meeting: Meeting, stage: str, done: int, total: int, words_: str) -> None:
    page = Client().get(url("packet", meeting)).content.decode()
    assert "Den står i kø" in page
    before = Client().get(url("packet_part", meeting))
    Packet.objects.update(begun_at=clock.now(), told_at=clock.now(), stage=stage, done=done, total=total)
    page = Client().get(url("packet", meeting)).content.decode()
    assert words_ in words(page)
    assert "data-follow" in page
    assert 'http-equiv="refresh"' not in page
    assert (
        '<meta http-equiv="refresh" content="5">' in Client().get(url("packet", meeting, "?last=selv")).content.decode()
    )
    again = Client().get(url("packet_part", meeting), headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 200
    assert words_ in words(again.content.decode())
    assert Client().get(url("packet_part", meeting), headers={"If-None-Match": again["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("error", "failure", "says"),
    [
        (PdfError("x"), PacketFailure.PRINT, "ser i loggen"),
        (ZeroDivisionError(), PacketFailure.OTHER, "Lag den på nytt"),
    ],
)
def test_a_failed_making_is_shown_with_what_to_do_and_can_be_made_again(
    meeting: Meeting, town: Municipality, error: Exception, failure: str, says: str
) -> None:
    with mock.patch.object(packets, "render_pdf", side_effect=error):
        packet = packets.make(of(meeting, Audience.INTERNAL).pk)
    assert packet is not None
    assert packet.failure == failure
    page = signed_in(town.secretary).get(url("packet", meeting)).content.decode()
    assert says in words(page)
    assert says not in words(signed_in(town.union[0]).get(url("packet", meeting)).content.decode())
    assert signed_in(town.union[0]).get(url("packet_pdf", meeting)).status_code == 404
    answer = signed_in(town.secretary).post(url("packet_make", meeting), {"audience": "internal"})
    assert answer.status_code == 302
    again = of(meeting, Audience.INTERNAL)
    assert again.pk > packet.pk
    assert made(meeting, Audience.INTERNAL).made_at is not None
    assert Event.objects.filter(action="forum.packet_asked", actor=town.secretary).count() == 1


def test_a_packet_is_made_once_whoever_runs_the_job_again(meeting: Meeting) -> None:
    packet = made(meeting, Audience.PUBLIC)
    with mock.patch.object(packets, "render_pdf", side_effect=AssertionError):
        assert packets.make(packet.pk) is None
        assert packets.make(10**9) is None
    assert Packet.objects.get(pk=packet.pk).sha256 == packet.sha256


def test_a_worker_that_is_gone_leaves_a_failure_and_not_a_packet_for_ever_in_the_making(meeting: Meeting) -> None:
    Packet.objects.update(begun_at=clock.now(), told_at=clock.now())
    packets.tidy()
    assert Packet.objects.unfinished().count() == 2
    with clock.at(clock.now() + packets.SILENT + timedelta(seconds=1)):
        packets.tidy()
    assert set(Packet.objects.values_list("failure", flat=True)) == {PacketFailure.STOPPED}


@pytest.mark.parametrize("step", ["postpone", "cancel"])
def test_a_meeting_called_off_or_back_lets_go_of_what_waits_also_while_it_is_made(
    meeting: Meeting, town: Municipality, step: str
) -> None:
    waiting = list(Packet.objects.all())
    data = {"reason": "Sykdom"}
    if step == "postpone":
        data |= {"starts_at": clock.now() + timedelta(days=20), "place": "Rådhuset"}  # type: ignore[dict-item]

    def call_off(*_given: Any, **_more: Any) -> bytes:
        perform(Meeting.objects.get(pk=meeting.pk), step, actor=town.secretary, data=data)
        return b"%PDF"

    with mock.patch.object(packets, "render_pdf", call_off):
        packets.make(waiting[0].pk)
    packets.make(waiting[1].pk)
    assert not Packet.objects.exists()
    assert [path for path in Path(default_storage.location).rglob("*") if path.is_file()] == []


def test_an_ended_meeting_wants_no_packet_that_nobody_had_begun_on(town: Municipality) -> None:
    meeting = held_meeting(town)
    for packet in list(meeting.packets.all()):
        assert packets.make(packet.pk) is None
    assert not Packet.objects.exists()
    page = Client().get(url("packet", meeting)).content.decode()
    assert "Den er ikke satt sammen." in page


@pytest.mark.parametrize("who", ["union", "chair_of_another", "administrator", "outsider"])
def test_only_whoever_plans_the_meeting_has_it_made(meeting: Meeting, town: Municipality, who: str) -> None:
    person = {
        "union": town.union[0],
        "chair_of_another": town.employee(),
        "administrator": town.administrator,
        "outsider": town.outsider,
    }[who]
    number = Packet.objects.count()
    assert signed_in(person).post(url("packet_make", meeting), {"audience": "public"}).status_code in (403, 404)
    with pytest.raises(NotPermitted):
        packets.ask(meeting, Audience.PUBLIC, actor=person)
    assert Packet.objects.count() == number
    assert "Lag den" not in signed_in(person).get(url("packet", meeting)).content.decode()


def test_nothing_is_made_anew_that_is_as_it_should_be(meeting: Meeting, town: Municipality) -> None:
    made(meeting, Audience.PUBLIC)
    with pytest.raises(GuardRefused):
        packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
    answer = signed_in(town.secretary).post(url("packet_make", meeting), {"audience": "public"}, follow=True)
    assert "ingenting å lage på nytt" in answer.content.decode()


# Growing old ----------------------------------------------------------------------------------------------------------


def test_a_packet_is_marked_as_older_than_the_agenda_and_says_what_has_changed(
    meeting: Meeting, town: Municipality
) -> None:
    for audience in Audience:
        made(meeting, audience)
    page = url("packet", meeting)
    assert "Eldre enn sakslista" not in Client().get(page).content.decode()
    open_item, closed = meeting.items.order_by("position")
    agenda_services.change_item(
        open_item, title=open_item.title, recommendation="Noe annet.", recommended_by="", actor=town.secretary
    )
    shown = words(Client().get(page).content.decode())
    assert "Eldre enn sakslista" in shown
    assert "PS 1/26: Ordene er endret" in shown or "PS 1/26" in shown
    inside = words(signed_in(town.union[0]).get(page).content.decode())
    assert inside.count("Eldre enn sakslista") == 2
    # What is kept from the public makes the public's version no older.
    packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
    made(meeting, Audience.PUBLIC)
    agenda_services.change_item(
        closed, title=f"{SECRET} igjen", recommendation="Nytt.", recommended_by="", actor=town.secretary
    )
    assert "Eldre enn sakslista" not in Client().get(page).content.decode()


def test_the_newer_takes_the_place_of_the_older_whose_sum_stays(
    meeting: Meeting, town: Municipality, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    first = made(meeting, Audience.PUBLIC)
    item = meeting.items.order_by("position")[0]
    agenda_services.change_item(
        item, title="Én vaktmester", recommendation=OPEN_WORDS, recommended_by="", actor=town.secretary
    )
    packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
    # While the new one is made, the old can be had.
    assert Client().get(url("packet_pdf", meeting)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        second = made(meeting, Audience.PUBLIC)
    old = Packet.objects.get(pk=first.pk)
    assert (old.sha256, old.file.name) == (first.sha256, "")
    assert not default_storage.exists(first.file.name)
    assert b"".join(Client().get(url("packet_pdf", meeting)).streaming_content) == read(  # type: ignore[attr-defined]
        second
    )


@pytest.mark.parametrize("how", ["doors", "document", "case"])
@pytest.mark.printed
def test_what_has_been_closed_since_is_not_given_out_and_a_new_one_is_made(
    town: Municipality, how: str, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    meeting, item = with_files(town, CaseAccess.PUBLIC)
    packet = made(meeting, Audience.PUBLIC)
    item = AgendaItem.objects.select_related("case", "meeting__body").get(pk=item.pk)
    assert item.case is not None
    if how == "doors":
        proposed_closing.propose_closing(item, basis=CLOSED_BASIS, public_title="Personalsak", actor=town.secretary)
    elif how == "document":
        cases.set_exemption(item.case.documents.order_by("pk")[0], basis="Offentleglova § 13", actor=town.secretary)
    else:
        cases.set_access(item.case, access=CaseAccess.EMPLOYEES, actor=town.secretary)
    for client in (Client(), signed_in(town.union[0])):
        assert client.get(url("packet_pdf", meeting, "?utgave=offentlig")).status_code == 404
    assert "gis ikke ut" in Client().get(url("packet", meeting)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        packets.tidy()
    assert not default_storage.exists(packet.file.name)
    said = everything(read(made(meeting, Audience.PUBLIC)))
    assert {"doors": OPEN_WORDS, "document": "kart.png", "case": "rapport.pdf"}[how] not in said
    assert Client().get(url("packet_pdf", meeting)).status_code == 200


def test_of_a_meeting_that_has_been_held_the_file_goes_and_none_is_made_anew(
    meeting: Meeting, town: Municipality, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    packet = made(meeting, Audience.PUBLIC)
    proposed_closing.propose_closing(
        meeting.items.order_by("position")[0], basis=CLOSED_BASIS, public_title="Sak", actor=town.secretary
    )
    with mock.patch.object(packets, "AROUND_THE_TABLE", ()):
        packets.tidy()
        assert default_storage.exists(packet.file.name)
        with django_capture_on_commit_callbacks(execute=True):
            packets.tidy(held=True)
    assert not default_storage.exists(packet.file.name)
    assert Packet.objects.filter(audience="public").count() == 1


def test_the_structure_costs_the_same_with_three_cases_and_with_thirty(
    meeting: Meeting, town: Municipality, django_assert_num_queries: Callable[..., Any]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.build(Meeting.objects.select_related("body").get(pk=meeting.pk), Audience.INTERNAL)
        return len(asked)

    few = cost()
    for number in range(20):
        agenda_services.add_item(
            meeting,
            title=f"Sak {number}",
            recommendation="Ja.",
            wanted_by="Leder",
            why_late="Haster",
            actor=town.secretary,
        )
    assert cost() == few


def test_the_notice_of_the_meeting_leads_to_the_papers(meeting: Meeting, town: Municipality) -> None:
    mails = Mail.objects.filter(text__contains=reverse("forum:packet", args=[meeting.pk]))
    assert {mail.person for mail in mails} >= {town.chair, town.union[0], town.elected[1]}
    assert reverse("forum:packet", args=[meeting.pk]) in Client().get(meeting.get_absolute_url()).content.decode()


# Two at once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_presses_make_one_packet(transactional_db: None) -> None:
    town = municipality()
    meeting = called(town)
    packets.make(of(meeting, Audience.PUBLIC).pk)
    item = meeting.items.order_by("position")[0]
    agenda_services.change_item(
        item, title="Én vaktmester", recommendation=OPEN_WORDS, recommended_by="", actor=town.secretary
    )
    number = ProcrastinateJob.objects.filter(task_name="forum.make_packets").count()

    def press() -> Packet:
        return packets.ask(Meeting.objects.get(pk=meeting.pk), Audience.PUBLIC, actor=town.secretary)

    answers = together(press, press, press)
    assert len({answer.pk for answer in answers}) == 1, answers
    assert Packet.objects.filter(audience="public").unfinished().count() == 1
    assert ProcrastinateJob.objects.filter(task_name="forum.make_packets").count() == number + 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_it_once(transactional_db: None) -> None:
    meeting = called(municipality())
    packet = of(meeting, Audience.PUBLIC)
    answers = together(lambda: packets.make(packet.pk), lambda: packets.make(packet.pk))
    assert sorted(answer is None for answer in answers) == [False, True], answers
    assert Event.objects.filter(action="forum.packet_made").count() == 1
    assert meeting.status == MeetingStatus.CALLED

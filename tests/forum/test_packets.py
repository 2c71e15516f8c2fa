"""The meeting packet: what is in it for whom, how it is made in the background, how it grows old, and what it never gives away."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from forum.enums import CaseAccess, MeetingStatus, PacketFailure, PacketStage, PaperForm
from forum.minutes import Audience
from forum.models import AgendaItem, CasePaper, CasePaperVersion, Meeting, Packet
from forum.queries import packets as queries
from forum.services import cases, meetings, packets
from forum.services import minutes as minutes_services
from tests.factories.meetings import CLOSED_BASIS, SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.test_meetings_parallel import both
from tests.forum.test_minutes import words
from tests.trepart.pdf_reading import Tagged
from tests.trepart.test_pdf import check_structure, check_with_pdfua
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event, ViewLog
from trepart.pdf import PdfError
from trepart.workflow import GuardRefused, NotPermitted, WrongState, perform

OPEN_WORDS = "Det opprettes én felles stilling."


@pytest.fixture(autouse=True)
def _bokmal(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("nb"):
        yield


def called(town: Municipality) -> Meeting:
    """Return a called meeting with an open case, a closed one and one for information."""
    meeting = meetings.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    meetings.add_item(meeting, title="Felles vaktmester", recommendation=OPEN_WORDS, actor=town.secretary)
    meetings.add_item(
        meeting, title=SECRET, recommendation=SECRET, closed_basis=CLOSED_BASIS, public_title="Personalsak", actor=town.secretary
    )  # fmt: skip
    return perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return called(town)


def of(meeting: Meeting, audience: Audience) -> Packet:
    return Packet.objects.filter(meeting=meeting, audience=audience.value).first()  # type: ignore[return-value]


def made(meeting: Meeting, audience: Audience) -> Packet:
    """Return the packet, made by what the worker runs."""
    packet = packets.make(of(meeting, audience).pk)
    assert packet is not None
    assert packet.failure == ""
    return packet


def read(packet: Packet) -> bytes:
    with packet.file.open("rb") as file:
        return bytes(file.read())


def url(name: str, meeting: Meeting, query: str = "") -> str:
    return reverse(f"forum:{name}", args=[meeting.pk]) + query


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def everything(content: bytes) -> str:
    """Return all that can be read out of a PDF: text, bookmarks, metadata, and the strings of its objects."""
    reader = pypdf.PdfReader(io.BytesIO(content))

    def titles(entries: Any) -> list[str]:
        return [t for one in entries for t in (titles(one) if isinstance(one, list) else [one.title])]

    tagged = Tagged(content)
    xmp = bytes(tagged.pdf.Root.Metadata.read_raw_bytes()).decode()
    said = (
        [page.extract_text() for page in reader.pages]
        + titles(reader.outline)
        + list(map(str, (reader.metadata or {}).values()))
    )
    return " ".join(" ".join([*said, xmp, tagged.text()]).split())


# What is in it for whom ------------------------------------------------------------------------------------------------


def test_the_call_asks_for_both_packets_and_queues_one_job_in_the_same_transaction(
    meeting: Meeting, town: Municipality
) -> None:
    assert {(one.audience, one.asked_by) for one in Packet.objects.all()} == {
        ("internal", town.secretary),
        ("public", town.secretary),
    }
    (job,) = ProcrastinateJob.objects.filter(task_name="forum.make_packets")
    assert sorted(job.args["packets"]) == sorted(Packet.objects.values_list("pk", flat=True))
    assert job.queue_name == "packets"


def test_a_call_that_is_refused_asks_for_nothing(town: Municipality) -> None:
    meeting = meetings.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    with pytest.raises(GuardRefused):
        perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
    assert not Packet.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="forum.make_packets").exists()


def test_members_get_everything_and_the_public_number_and_basis(meeting: Meeting, tmp_path: Path) -> None:
    inside, outside = (read(made(meeting, audience)) for audience in Audience)
    for content in (inside, outside):
        check_with_pdfua(content, tmp_path)
        check_structure(Tagged(content))
        assert OPEN_WORDS in everything(content)
        assert CLOSED_BASIS in everything(content)
    assert everything(inside).count(SECRET) >= 4, "text, bookmark, table of contents"
    assert "Må ikke gis videre" in everything(inside)
    assert "Personalsak" in everything(outside)
    for part in ("Normann", "omplasseres", "Må ikke gis videre"):
        assert part not in everything(outside)
        assert part.encode() not in outside


def test_a_packet_knows_its_file(meeting: Meeting) -> None:
    import hashlib

    packet = made(meeting, Audience.PUBLIC)
    content = read(packet)
    assert packet.sha256 == hashlib.sha256(content).hexdigest()
    assert packet.size == len(content)
    assert packet.pages == len(pypdf.PdfReader(io.BytesIO(content)).pages) == 3
    assert packet.made_from == queries.build(meeting, Audience.PUBLIC).digest()
    event = Event.objects.get(action="forum.packet_made")
    assert event.data["sha256"] == packet.sha256
    assert (event.root_id, event.actor) == (meeting.pk, None)


def test_the_page_gives_each_the_version_that_is_theirs(meeting: Meeting, town: Municipality) -> None:
    for audience in Audience:
        made(meeting, audience)
    inside, outside = (read(of(meeting, audience)) for audience in Audience)
    page, file = url("packet", meeting), url("packet_pdf", meeting)
    public = url("packet_pdf", meeting, "?utgave=offentlig")
    for person in (town.secretary, town.chair, town.elected[1], town.union[0]):
        client = signed_in(person)
        assert "For medlemmene" in client.get(page).content.decode()
        assert b"".join(client.get(file).streaming_content) == inside  # type: ignore[attr-defined]  # a file
        assert b"".join(client.get(public).streaming_content) == outside  # type: ignore[attr-defined]
    for client in (
        Client(),
        *map(signed_in, (town.employee(), town.administrator, town.outsider, town.deputies["municipality"][1])),
    ):
        shown = client.get(page).content.decode()
        assert "For medlemmene" not in shown
        assert "Normann" not in shown
        answer = client.get(file)
        assert b"".join(answer.streaming_content) == outside  # type: ignore[attr-defined]
        assert answer["Cache-Control"] == "private, no-store"
    viewed = ViewLog.objects.filter(page="packet_pdf").values_list("person", flat=True)
    assert sorted(viewed) == sorted(one.pk for one in (town.secretary, town.chair, town.elected[1], town.union[0]))


def test_a_deputy_who_is_called_to_the_meeting_gets_the_members_version(meeting: Meeting, town: Municipality) -> None:
    made(meeting, Audience.INTERNAL)
    deputy = town.deputies["municipality"][0]
    assert signed_in(deputy).get(url("packet_pdf", meeting)).status_code == 404, "the public one is not made yet"
    rows = meetings.all_met(meeting)
    absent = next(i for i, row in enumerate(rows) if row.membership.person == town.elected[3])
    seat = next(m for m in meetings.deputies(meeting) if m.person == deputy)
    rows[absent] = meetings.Row(rows[absent].membership, present=False, reason="Sykdom", deputy=seat)
    meetings.set_attendance(meeting, rows=rows, actor=town.secretary)
    answer = signed_in(deputy).get(url("packet_pdf", meeting))
    assert b"".join(answer.streaming_content) == read(of(meeting, Audience.INTERNAL))  # type: ignore[attr-defined]


def test_a_body_that_keeps_its_meetings_to_itself_gives_the_public_nothing(
    meeting: Meeting, town: Municipality
) -> None:
    made(meeting, Audience.PUBLIC)
    town.committee.meetings_open = False
    town.committee.save()
    for client in (Client(), signed_in(town.outsider)):
        for name in ("packet", "packet_part", "packet_pdf", "packet_read", "agenda_pdf"):
            assert client.get(url(name, meeting)).status_code in (302, 404), name


def test_before_the_meeting_is_called_there_are_no_papers_for_anybody(town: Municipality) -> None:
    meeting = meetings.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    meetings.add_item(meeting, title="Felles vaktmester", recommendation=OPEN_WORDS, actor=town.secretary)
    for client in (Client(), signed_in(town.union[0]), signed_in(town.secretary)):
        for name in ("packet", "packet_part", "packet_pdf", "packet_read", "agenda_pdf"):
            assert client.get(url(name, meeting)).status_code == 404, name
    with pytest.raises(WrongState):
        packets.ask(Meeting.objects.get(pk=meeting.pk), Audience.PUBLIC, actor=town.secretary)


@pytest.mark.parametrize("pk", [0, 987654, 10**15])
def test_a_guessed_number_is_not_found(pk: int, town: Municipality) -> None:
    for name in ("packet", "packet_part", "packet_pdf", "packet_read", "agenda_pdf", "packet_make"):
        assert signed_in(town.secretary).get(reverse(f"forum:{name}", args=[pk])).status_code == 404, name


def test_the_screen_and_the_agenda_alone_keep_what_is_kept(meeting: Meeting, town: Municipality) -> None:
    for client, knows in ((Client(), False), (signed_in(town.outsider), False), (signed_in(town.union[0]), True)):
        screen = words(client.get(url("packet_read", meeting)).content.decode())
        agenda = everything(client.get(url("agenda_pdf", meeting)).content)
        for said in (screen, agenda):
            assert "Felles vaktmester" in said
            assert (SECRET in said) is knows
        assert OPEN_WORDS in screen
        assert OPEN_WORDS not in agenda
    assert set(ViewLog.objects.values_list("page", "person")) == {
        ("packet_read", town.union[0].pk),
        ("agenda_pdf", town.union[0].pk),
    }
    assert SECRET not in words(
        signed_in(town.union[0]).get(url("packet_read", meeting, "?utgave=offentlig")).content.decode()
    )


def test_minutes_to_approve_are_in_it_for_each_as_they_may_read_them(town: Municipality) -> None:
    held = held_meeting(town)
    with clock.at(clock.now() + timedelta(days=11)):
        minutes = perform(minutes_services.begin(held), "publish", actor=town.secretary)
        meeting = meetings.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Rådhuset", actor=town.secretary
        )
        meetings.add_item(meeting, title="Godkjenning av møtebok", approves=minutes, actor=town.secretary)
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        inside, outside = (everything(read(made(meeting, audience))) for audience in Audience)
    assert SECRET in inside
    assert SECRET not in outside
    for said in (inside, outside):
        assert "Biblioteket åpner klokka åtte." in said
        assert "Publisert, ikke godkjent" in said


# Files of a case -------------------------------------------------------------------------------------------------------


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _png() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 0, 0, 128)).save(made, "PNG")
    return made.getvalue()


def with_files(town: Municipality, access: CaseAccess) -> tuple[Meeting, AgendaItem]:
    """Return a called meeting with a case that has a picture, a PDF and an exempt file."""
    from tests.trepart.pdf_samples import print_html

    case = cases.open_case(title="Uteskolen", actor=town.secretary, access=access)
    cases.add_document(case, upload=_upload("kart.png", _png()), actor=town.secretary)
    cases.add_document(
        case,
        upload=_upload("rapport.pdf", print_html("<h1>A</h1><p style='break-after: page'>a</p><p>b</p>")),
        actor=town.secretary,
    )
    cases.add_document(
        case, upload=_upload("hemmelig-kart.png", _png()), exempt_basis="Offentleglova § 24", actor=town.secretary
    )
    meeting = meetings.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    item = meetings.add_item(meeting, title="Uteskolen", recommendation=OPEN_WORDS, actor=town.secretary)
    AgendaItem.objects.filter(pk=item.pk).update(case=case)
    return perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary), item


def test_files_are_named_pictures_are_drawn_and_exempt_ones_are_kept(town: Municipality) -> None:
    meeting, _item = with_files(town, CaseAccess.PUBLIC)
    inside, outside = (read(made(meeting, audience)) for audience in Audience)
    assert "rapport.pdf (PDF, " in everything(outside)
    assert "2 sider" in everything(outside)
    assert "Et vedlegg er unntatt offentlighet. Hjemmel: Offentleglova § 24" in everything(outside)
    assert "hemmelig" not in everything(outside)
    pictures = {}
    for audience, content in (("public", outside), ("internal", inside)):
        tagged = Tagged(content)
        check_structure(tagged)
        pictures[audience] = [str(one.source.Alt) for one in tagged.all("Figure")]
    assert pictures == {"public": ["Bilde: kart.png"], "internal": ["Bilde: kart.png", "Bilde: hemmelig-kart.png"]}


def test_of_a_case_the_public_may_not_read_the_public_gets_what_the_agenda_says_alone(town: Municipality) -> None:
    meeting, _item = with_files(town, CaseAccess.EMPLOYEES)
    said = everything(read(made(meeting, Audience.PUBLIC)))
    assert OPEN_WORDS in said
    for part in ("kart.png", "rapport", "Offentleglova § 24", "Vedlegg"):
        assert part not in said
    assert "rapport.pdf" in everything(read(made(meeting, Audience.INTERNAL)))


def test_a_broken_picture_a_locked_pdf_and_a_lost_file_stop_nothing(town: Municipality) -> None:
    meeting, item = with_files(town, CaseAccess.PUBLIC)
    folder = AgendaItem.objects.get(pk=item.pk).case
    assert folder is not None
    first, second, _third = folder.documents.order_by("pk")
    with default_storage.open(first.file.name, "wb") as file:
        file.write(_png()[:60])
    default_storage.delete(second.file.name)
    said = everything(read(made(meeting, Audience.PUBLIC)))
    assert "kart.png" in said
    assert "rapport.pdf" in said


# Making ----------------------------------------------------------------------------------------------------------------


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
        ("writing", 40, 120, "Trinn 3 av 3, filen skrives: 40 av 120 sider."),
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


# Growing old -----------------------------------------------------------------------------------------------------------


def test_a_packet_is_marked_as_older_than_the_agenda_and_says_what_has_changed(
    meeting: Meeting, town: Municipality
) -> None:
    for audience in Audience:
        made(meeting, audience)
    page = url("packet", meeting)
    assert "Eldre enn sakslisten" not in Client().get(page).content.decode()
    open_item, closed = meeting.items.order_by("position")
    meetings.change_item(
        open_item, title=open_item.title, recommendation="Noe annet.", recommended_by="", actor=town.secretary
    )
    shown = words(Client().get(page).content.decode())
    assert "Eldre enn sakslisten" in shown
    assert "PS 1/26: Ordene er endret" in shown or "PS 1/26" in shown
    inside = words(signed_in(town.union[0]).get(page).content.decode())
    assert inside.count("Eldre enn sakslisten") == 2
    # What is kept from the public makes the public's version no older.
    packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
    made(meeting, Audience.PUBLIC)
    meetings.change_item(
        closed, title=f"{SECRET} igjen", recommendation="Nytt.", recommended_by="", actor=town.secretary
    )
    assert "Eldre enn sakslisten" not in Client().get(page).content.decode()


def test_the_newer_takes_the_place_of_the_older_whose_sum_stays(
    meeting: Meeting, town: Municipality, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    first = made(meeting, Audience.PUBLIC)
    item = meeting.items.order_by("position")[0]
    meetings.change_item(
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
    assert b"".join(Client().get(url("packet_pdf", meeting)).streaming_content) == read(second)  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", ["doors", "document", "case"])
def test_what_has_been_closed_since_is_not_given_out_and_a_new_one_is_made(
    town: Municipality, how: str, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    meeting, item = with_files(town, CaseAccess.PUBLIC)
    packet = made(meeting, Audience.PUBLIC)
    item = AgendaItem.objects.select_related("case", "meeting__body").get(pk=item.pk)
    assert item.case is not None
    if how == "doors":
        meetings.set_doors(item, basis=CLOSED_BASIS, public_title="Personalsak", actor=town.secretary)
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
    meetings.set_doors(
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
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.build(Meeting.objects.select_related("body").get(pk=meeting.pk), Audience.INTERNAL)
        return len(asked)

    few = cost()
    for number in range(20):
        meetings.add_item(
            meeting,
            title=f"Sak {number}",
            recommendation="Ja.",
            wanted_by="Leder",
            why_late="Haster",
            actor=town.secretary,
        )
    assert cost() == few


def test_the_notice_of_the_meeting_leads_to_the_papers(meeting: Meeting, town: Municipality) -> None:
    from trepart.notices.models import Mail

    mails = Mail.objects.filter(text__contains=reverse("forum:packet", args=[meeting.pk]))
    assert {mail.person for mail in mails} >= {town.chair, town.union[0], town.elected[1]}
    assert reverse("forum:packet", args=[meeting.pk]) in Client().get(meeting.get_absolute_url()).content.decode()


# Two at once -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_presses_make_one_packet(transactional_db: None) -> None:
    from tests.factories.organisation import municipality

    town = municipality()
    meeting = called(town)
    packets.make(of(meeting, Audience.PUBLIC).pk)
    item = meeting.items.order_by("position")[0]
    meetings.change_item(
        item, title="Én vaktmester", recommendation=OPEN_WORDS, recommended_by="", actor=town.secretary
    )
    number = ProcrastinateJob.objects.filter(task_name="forum.make_packets").count()

    def press() -> Packet:
        return packets.ask(Meeting.objects.get(pk=meeting.pk), Audience.PUBLIC, actor=town.secretary)

    answers = both(press, press, press)
    assert len({answer.pk for answer in answers}) == 1, answers
    assert Packet.objects.filter(audience="public").unfinished().count() == 1
    assert ProcrastinateJob.objects.filter(task_name="forum.make_packets").count() == number + 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_it_once(transactional_db: None) -> None:
    from tests.factories.organisation import municipality

    meeting = called(municipality())
    packet = of(meeting, Audience.PUBLIC)
    answers = both(lambda: packets.make(packet.pk), lambda: packets.make(packet.pk))
    assert sorted(answer is None for answer in answers) == [False, True], answers
    assert Event.objects.filter(action="forum.packet_made").count() == 1
    assert meeting.status == MeetingStatus.CALLED


# Case papers -----------------------------------------------------------------------------------------------------------

PAPER = {
    "recommendation": "<p>Det opprettes én felles stilling.</p>",
    "facts": "<h3>Bakgrunn</h3><p>Vaktmesteren heter <mark>Kari Normann</mark>.</p>",
    "assessment": '<table><thead><tr><th scope="col">År</th><th scope="col">Kroner</th></tr></thead><tbody><tr><td>2026</td><td>100</td></tr></tbody></table>',
}


def with_paper(town: Municipality, form: PaperForm, basis: str = "") -> Meeting:
    """Return a called meeting with an open case that has a case paper, part of which may be exempt."""
    case = cases.open_case(title="Vaktmester", actor=town.secretary, access=CaseAccess.PUBLIC)
    paper = CasePaper.objects.create(case=case, begun_by=town.secretary)
    CasePaperVersion.objects.create(
        paper=paper, number=1, written_by=town.secretary, public_form=form, exempt_basis=basis, **PAPER
    )
    meeting = meetings.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    item = meetings.add_item(meeting, title="Vaktmester", recommendation=OPEN_WORDS, case=case, actor=town.secretary)
    assert item.case == case
    return perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)


def test_the_case_paper_is_in_it_with_what_is_exempt_for_members_alone(town: Municipality, tmp_path: Path) -> None:
    meeting = with_paper(town, PaperForm.REDACTED, "Offentleglova § 13")
    inside, outside = (read(made(meeting, audience)) for audience in Audience)
    for content in (inside, outside):
        check_with_pdfua(content, tmp_path)
        tagged = Tagged(content)
        check_structure(tagged)
        said = everything(content)
        assert "Bakgrunn" in said
        assert said.count(OPEN_WORDS) == 2, (
            "once in the text and once in what is read aloud: the recommendation is not said twice"
        )
        assert [tagged.text(one).strip() for one in tagged.all("TH")][-2:] == ["År", "Kroner"]
    assert "Kari Normann" in everything(inside)
    assert "Deler av dette er unntatt offentlighet: Offentleglova § 13" in everything(inside)
    assert "Må ikke gis videre" in everything(inside)
    assert "Normann" not in everything(outside)
    assert b"Normann" not in outside
    assert "Det som er unntatt offentlighet, er utelatt: Offentleglova § 13" in everything(outside)


def test_a_wholly_exempt_paper_is_its_basis_to_the_public(town: Municipality) -> None:
    meeting = with_paper(town, PaperForm.NOTHING, "Offentleglova § 23")
    outside = everything(read(made(meeting, Audience.PUBLIC)))
    assert "Saksframlegget er unntatt offentlighet: Offentleglova § 23" in outside
    assert "Bakgrunn" not in outside
    assert "Bakgrunn" in everything(read(made(meeting, Audience.INTERNAL)))


def test_a_version_that_keeps_more_back_withholds_the_file_that_says_it(town: Municipality) -> None:
    meeting = with_paper(town, PaperForm.WHOLE)
    for audience in Audience:
        made(meeting, audience)
    assert Client().get(url("packet_pdf", meeting)).status_code == 200
    paper = CasePaper.objects.get()
    CasePaperVersion.objects.create(
        paper=paper,
        number=2,
        written_by=town.secretary,
        public_form=PaperForm.REDACTED,
        exempt_basis="Offentleglova § 13",
        reason="Navn tatt ut",
        **PAPER,
    )
    assert Client().get(url("packet_pdf", meeting)).status_code == 404
    inside = signed_in(town.union[0])
    assert inside.get(url("packet_pdf", meeting)).status_code == 200
    assert "Eldre enn sakslisten" in inside.get(url("packet", meeting)).content.decode()

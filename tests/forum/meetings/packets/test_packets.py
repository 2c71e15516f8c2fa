"""The meeting packet: what is in it for whom, when it is too old, and what it never gives away."""

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from forum.cases.enums import CaseAccess, PublicForm
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import deputy_lists, roll_call
from forum.meetings.case_papers.models import CasePaper, CasePaperVersion
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import queries
from forum.meetings.packets import services as packets
from forum.meetings.packets.models import Packet
from forum.meetings.planning import services
from tests.factories.councils import village_council
from tests.factories.meetings import CLOSED_BASIS, SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.factories.packets import OPEN_WORDS, called, everything, made, of, png, read, signed_in, url, with_files
from tests.forum.cases.test_opinions import ask
from tests.forum.meetings.minutes.test_minutes import words
from tests.proposals.conftest import Road
from tests.trepart.pdf.reading import Tagged
from tests.trepart.pdf.test_document import check_structure, check_with_pdfua
from trepart import clock
from trepart.audit.models import Event, ViewLog
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.printed


@pytest.fixture(autouse=True)
def _bokmal(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("nb"):
        yield


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return called(town)


# What is in it for whom -----------------------------------------------------------------------------------------------


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
    meeting = services.plan_meeting(
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
    rows = roll_call.all_met(meeting)
    absent = next(i for i, row in enumerate(rows) if row.membership.person == town.elected[3])
    seat = next(m for m in deputy_lists.deputies(meeting) if m.person == deputy)
    rows[absent] = roll_call.Row(rows[absent].membership, present=False, reason="Sykdom", deputy=seat)
    roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
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
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    agenda_services.add_item(meeting, title="Felles vaktmester", recommendation=OPEN_WORDS, actor=town.secretary)
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
        meeting = services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Rådhuset", actor=town.secretary
        )
        agenda_services.add_item(meeting, title="Godkjenning av møtebok", approves=minutes, actor=town.secretary)
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        inside, outside = (everything(read(made(meeting, audience))) for audience in Audience)
    assert SECRET in inside
    assert SECRET not in outside
    for said in (inside, outside):
        assert "Biblioteket åpner klokka åtte." in said
        assert "Publisert, ikke godkjent" in said


# Files of a case ------------------------------------------------------------------------------------------------------


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


def with_opinion(town: Municipality, access: CaseAccess) -> Meeting:
    """Call a meeting with a case that a village council has given its opinion on, and was asked by
    another who has not answered."""
    road = Road(town)
    road.begin().forward()
    council, silent = village_council(town), village_council(town, name="Nordbygda grendeutvalg")
    opinion = ask(town, council, road.fresh())
    perform(
        opinion,
        "answer",
        actor=council.leader,
        data={"answer": "Vi vil ha vaktmesteren i bygda.\n\n<b>Alle</b> er enige 🙂"},
    )
    ask(town, silent, road.fresh())
    road.recommend()
    Case.objects.filter(pk=road.proposal.case_id).update(
        access=access, access_basis="offl § 13" if access == CaseAccess.RECEIVER else ""
    )
    return perform(road.on_agenda().meeting, "call", actor=town.secretary)


def test_opinions_that_are_given_stand_in_it_for_whoever_may_read_the_case(town: Municipality) -> None:
    meeting = with_opinion(town, CaseAccess.PUBLIC)
    for audience in Audience:
        content = read(made(meeting, audience))
        said = everything(content)
        assert "Uttalelse fra Furulia grendeutvalg" in said
        assert "Vi vil ha vaktmesteren i bygda." in said
        assert "<b>Alle</b> er enige" in said
        assert "Nordbygda" not in said
        check_structure(Tagged(content))


@pytest.mark.parametrize("access", [CaseAccess.EMPLOYEES, CaseAccess.RECEIVER])
def test_an_opinion_is_kept_from_whom_the_case_is_kept(town: Municipality, access: CaseAccess) -> None:
    meeting = with_opinion(town, access)
    outside = everything(read(made(meeting, Audience.PUBLIC)))
    assert "Furulia" not in outside
    assert "vaktmesteren i bygda" not in outside
    assert "Vi vil ha vaktmesteren i bygda." in everything(read(made(meeting, Audience.INTERNAL)))


def test_a_case_closed_since_withholds_the_file_with_its_opinion(town: Municipality) -> None:
    meeting = with_opinion(town, CaseAccess.PUBLIC)
    made(meeting, Audience.PUBLIC)
    assert queries.progress_of(meeting, Audience.PUBLIC).can_be_read
    Case.objects.filter(pk=meeting.items.get().referral.case_id).update(access=CaseAccess.EMPLOYEES)
    assert queries.progress_of(Meeting.objects.get(pk=meeting.pk), Audience.PUBLIC).withheld


def test_a_broken_picture_a_locked_pdf_and_a_lost_file_stop_nothing(town: Municipality) -> None:
    meeting, item = with_files(town, CaseAccess.PUBLIC)
    folder = AgendaItem.objects.get(pk=item.pk).case
    assert folder is not None
    first, second, _third = folder.documents.order_by("pk")
    with default_storage.open(first.file.name, "wb") as file:
        file.write(png()[:60])
    default_storage.delete(second.file.name)
    said = everything(read(made(meeting, Audience.PUBLIC)))
    assert "kart.png" in said
    assert "rapport.pdf" in said


# Case papers ----------------------------------------------------------------------------------------------------------

PAPER = {
    "recommendation": "<p>Det opprettes én felles stilling.</p>",
    "facts": "<h3>Bakgrunn</h3><p>Vaktmesteren heter <mark>Kari Normann</mark>.</p>",
    "assessment": (
        '<table><thead><tr><th scope="col">År</th><th '
        'scope="col">Kroner</th></tr></thead><tbody><tr><td>2026</td><td>100</td></tr></tbody></table>'
    ),
}


def with_paper(town: Municipality, form: PublicForm, basis: str = "", **more: Any) -> Meeting:
    """Return a called meeting with an open case that has a case paper, part of which may be exempt."""
    case = cases.open_case(title="Vaktmester", actor=town.secretary, access=CaseAccess.PUBLIC)
    paper = CasePaper.objects.create(case=case, begun_by=town.secretary)
    CasePaperVersion.objects.create(
        paper=paper, number=1, written_by=town.secretary, public_form=form, exempt_basis=basis, **PAPER, **more
    )
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    item = agenda_services.add_item(
        meeting, title="Vaktmester", recommendation=OPEN_WORDS, case=case, actor=town.secretary
    )
    assert item.case == case
    return perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)


def test_the_case_paper_is_in_it_with_what_is_exempt_for_members_alone(town: Municipality, tmp_path: Path) -> None:
    meeting = with_paper(town, PublicForm.REDACTED, "Offentleglova § 13")
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


def test_whether_the_unions_have_been_heard_is_said_as_on_the_screen(town: Municipality) -> None:
    meeting = with_paper(town, PublicForm.WHOLE, needs_discussion=True)
    said = "Saken skal drøftes med organisasjonene, og det er ikke gjort ennå (arbeidsmiljøloven § 8-1)."
    for audience in Audience:
        assert said in " ".join(everything(read(made(meeting, audience))).split())
    shown = Client().get(reverse("forum:paper", args=[meeting.pk, meeting.items.get().pk]))
    assert said in shown.content.decode()


def test_a_wholly_exempt_paper_is_its_basis_to_the_public(town: Municipality) -> None:
    meeting = with_paper(town, PublicForm.NOTHING, "Offentleglova § 23")
    outside = everything(read(made(meeting, Audience.PUBLIC)))
    assert "Saksframlegget er unntatt offentlighet: Offentleglova § 23" in outside
    assert "Bakgrunn" not in outside
    assert "Bakgrunn" in everything(read(made(meeting, Audience.INTERNAL)))


def test_a_version_that_keeps_more_back_withholds_the_file_that_says_it(town: Municipality) -> None:
    meeting = with_paper(town, PublicForm.WHOLE)
    for audience in Audience:
        made(meeting, audience)
    assert Client().get(url("packet_pdf", meeting)).status_code == 200
    paper = CasePaper.objects.get()
    CasePaperVersion.objects.create(
        paper=paper,
        number=2,
        written_by=town.secretary,
        public_form=PublicForm.REDACTED,
        exempt_basis="Offentleglova § 13",
        reason="Navn tatt ut",
        **PAPER,
    )
    assert Client().get(url("packet_pdf", meeting)).status_code == 404
    inside = signed_in(town.union[0])
    assert inside.get(url("packet_pdf", meeting)).status_code == 200
    assert "Eldre enn sakslista" in inside.get(url("packet", meeting)).content.decode()

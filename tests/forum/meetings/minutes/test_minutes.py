"""Minutes: everything § 11-4 asks for, one structure for screen and print, versions that never change."""

import hashlib
import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.enums import MinutesStatus
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.minutes import building, services, structure
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.meetings.minutes.printing.seals import printed_seals
from forum.meetings.minutes.structure import Audience
from forum.organisation.enums import MinutesApproval
from forum.organisation.models import Membership
from forum.organisation.services import bodies as organisation
from tests.factories.meetings import CLOSED_BASIS, SECRET, held_meeting
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.audit import sealing
from trepart.audit.models import Event, ViewLog
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("bokmal")


@pytest.fixture
def chair_alone(town: Municipality) -> None:
    """Let the chair approve the committee's minutes alone; those who sign are tried in test_approvals."""
    organisation.change_body(town.committee, minutes_approval=MinutesApproval.CHAIR, actor=town.administrator)


def published(meeting: Meeting, town: Municipality) -> Minutes:
    return perform(services.begin(meeting), "publish", actor=town.secretary)


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


def pdf_words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def test_minutes_hold_all_that_section_11_4_lists(meeting: Meeting, town: Municipality) -> None:
    document = building.build(meeting, Audience.INTERNAL)
    assert document.place == "Rådhuset"
    assert document.began
    assert document.ended
    assert town.chair.name in document.presiding
    assert {line.name for line in document.absent} == {town.elected[3].name}
    deputy = next(line for line in document.present if line.name == town.deputies["municipality"][0].name)
    assert town.elected[3].name in deputy.note
    assert len(document.present) == 9
    year = f"{clock.now().astimezone().year % 100:02d}"
    assert [item.label.split("/")[0] for item in document.items] == ["PS 1", "PS 2", "PS 3", "PS 4", "PS 5", "RS 1"], (
        year
    )
    unanimous, split, partial, closed, withdrawn, noted = document.items
    assert unanimous.ballots[0].rows == ()
    assert unanimous.decision == "Det opprettes én felles stilling."
    assert [row.choice for row in split.ballots[0].rows].count("mot") == 2
    assert split.motions[0][0] == "Biblioteket åpner klokka ni."
    assert town.elected[1].name in split.motions[0][1]
    assert "7" in split.ballots[0].result
    assert "2" in split.ballots[0].result
    assert "fvl § 6 andre ledd" in partial.recusals[0]
    assert town.union[0].name in partial.recusals[0]
    assert closed.closed_basis == CLOSED_BASIS
    assert closed.decision == SECRET
    assert withdrawn.withdrawn == "Mer utredning trengs"
    assert noted.decision == "Tatt til orientering."


def test_every_political_party_stands_with_what_it_voted_for(meeting: Meeting) -> None:
    split = building.build(meeting, Audience.PUBLIC).items[1]
    said = split.ballots[0].by_party
    assert said.startswith("For: ")
    assert "Mot: " in said


@pytest.mark.printed
def test_the_public_gets_number_and_basis_of_a_closed_case_and_no_word_more(
    meeting: Meeting, town: Municipality
) -> None:
    minutes = published(meeting, town)
    version = minutes.versions.get()
    for text in (str(version.public), pdf_words(bytes(version.public_pdf))):
        assert "Kari Normann" not in text
        assert "Personalsak" in text
        assert "§ 11-5" in text
    assert "Kari Normann" in pdf_words(bytes(version.internal_pdf))
    page = Client().get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert "Kari Normann" not in page
    pdf = Client().get(reverse("forum:minutes_pdf", args=[meeting.pk])).content
    assert pdf == bytes(version.public_pdf)


def test_a_member_reads_the_closed_case_and_that_is_written_down(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    published(meeting, town)
    client.force_login(town.union[0])
    page = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert "Kari Normann" in page
    seen = ViewLog.objects.get()
    assert (seen.person, seen.subject_type, seen.subject_id) == (town.union[0], "meetings.meeting", meeting.pk)


def test_structure_survives_being_stored(meeting: Meeting, town: Municipality) -> None:
    version = published(meeting, town).versions.get()
    assert structure.from_json(version.internal) == building.build(
        meeting, Audience.INTERNAL, version=1, notice=version.internal["notice"]
    )


@pytest.mark.printed
def test_screen_and_print_say_the_same(client: Client, meeting: Meeting, town: Municipality) -> None:
    """Peers' pain number 5: every line of the minutes on the page stands in the PDF, in the same order."""
    version = published(meeting, town).versions.get()
    client.force_login(town.secretary)
    html = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    article = re.search(r'<article class="minutes.*?</article>', html, re.S)
    assert article is not None
    printed = re.sub(r"\s+", "", pdf_words(bytes(version.internal_pdf)))
    position = 0
    # Page furniture may stand between two blocks, never inside one; so block by block, in order.
    blocks = [
        words(b)
        for b in re.split(r"</?(?:p|dd|dt|h\d|li|th|td|tr|section|div|blockquote|caption)[^>]*>", article.group())
    ]
    said = [re.sub(r"\s+", "", b) for b in blocks if b.strip()]
    assert len(said) > 60
    for block in said:
        found = printed.find(block, position)
        assert found >= 0, f"not in the PDF after what came before: {block}"
        position = found


@pytest.mark.printed
def test_a_version_is_kept_with_its_digest_and_the_newest_seal(meeting: Meeting, town: Municipality) -> None:
    seal = sealing.seal_events()
    assert seal is not None
    version = published(meeting, town).versions.get()
    assert version.internal_sha256 == hashlib.sha256(bytes(version.internal_pdf)).hexdigest()
    assert version.public_sha256 == hashlib.sha256(bytes(version.public_pdf)).hexdigest()
    assert (version.seal, version.seal_digest) == (seal, seal.digest)
    assert str(seal) in pdf_words(bytes(version.public_pdf))
    assert [(number, digest) for number, digest, _where in printed_seals()] == [(seal.number, seal.digest)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meetings_minutesversion SET reason = 'x'",
        "DELETE FROM meetings_minutesversion",
        "TRUNCATE meetings_minutesversion CASCADE",
    ],
)
def test_a_published_version_cannot_be_changed_with_sql(meeting: Meeting, town: Municipality, statement: str) -> None:
    published(meeting, town)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert MinutesVersion.objects.count() == 1


def test_publishing_is_refused_with_the_list_of_what_is_missing(meeting: Meeting, town: Municipality) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(place="", presiding=None)
    Attendance.objects.filter(meeting=meeting, membership=town.membership(town.union[3])).delete()
    meeting.refresh_from_db()
    lacking = missing(meeting)
    # Whoever is on no list has voted all the same, in each of the votes.
    assert len(lacking) == 8
    assert all(town.union[3].name in line for line in lacking[2:])
    assert town.union[3].name in lacking[2]
    minutes = services.begin(meeting)
    with pytest.raises(GuardRefused) as refusal:
        perform(minutes, "publish", actor=town.secretary)
    for line in lacking:
        assert line in str(refusal.value.message)
    assert "§ 11-4" in str(refusal.value.message)
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.DRAFT
    assert not minutes.versions.exists()


@pytest.mark.usefixtures("chair_alone")
def test_nothing_about_political_parties_stands_in_the_way_of_publishing(town: Municipality) -> None:
    """Which party voted for what is good practice, and § 11-4 does not ask for it."""
    Membership.objects.filter(body=town.committee).update(party=None)
    meeting = held_meeting(town)
    assert missing(meeting) == []
    minutes = perform(services.begin(meeting), "publish", actor=town.secretary)
    assert minutes.status == MinutesStatus.PUBLISHED


def test_a_case_without_decision_or_vote_is_missing(meeting: Meeting) -> None:
    item = meeting.items.order_by("position")[0]
    item.decision.delete()
    assert any(item.label in line for line in missing(meeting))


@pytest.mark.usefixtures("chair_alone")
def test_who_may_publish_and_approve(meeting: Meeting, town: Municipality) -> None:
    minutes = services.begin(meeting)
    for person in (town.union[0], town.employee(), town.administrator, town.deputies["municipality"][0]):
        with pytest.raises(NotPermitted):
            perform(minutes, "publish", actor=person)
    minutes = perform(minutes, "publish", actor=town.secretary)
    with pytest.raises(NotPermitted):
        perform(minutes, "approve", actor=town.secretary)
    minutes = perform(minutes, "approve", actor=town.chair)
    assert minutes.status == MinutesStatus.APPROVED
    assert minutes.versions.count() == 2
    assert town.chair.name in minutes.versions.first().reason


@pytest.mark.usefixtures("chair_alone")
@pytest.mark.printed
def test_a_correction_is_a_new_version_that_says_what_and_why(meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    first = bytes(minutes.versions.get().internal_pdf)
    item = meeting.items.order_by("position")[0]
    with pytest.raises(InvalidInput):
        perform(minutes, "correct", actor=town.secretary, data={"reason": ""})
    minutes = perform(
        minutes,
        "correct",
        actor=town.secretary,
        data={
            "reason": "Feil navn i behandlingen",
            "remarks": "",
            "others_present": "",
            f"discussion_{item.pk}": "Ola tok ordet.",
        },
    )
    newest, oldest = minutes.versions.all()
    assert (newest.number, newest.reason, oldest.number) == (2, "Feil navn i behandlingen", 1)
    assert bytes(oldest.internal_pdf) == first
    said = pdf_words(bytes(newest.public_pdf))
    assert "Feil navn i behandlingen" in said
    assert "Ola tok ordet." in said
    with pytest.raises(GuardRefused):
        perform(perform_as_chair_corrects(minutes, town), "approve", actor=town.chair)


def perform_as_chair_corrects(minutes: Minutes, town: Municipality) -> Minutes:
    return perform(minutes, "correct", actor=town.chair, data={"reason": "Mer", "remarks": "", "others_present": ""})


def test_draft_texts_are_written_until_published_and_not_after(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    minutes = services.begin(meeting)
    item = meeting.items.order_by("position")[0]
    url = reverse("forum:minutes_edit", args=[meeting.pk])
    client.force_login(town.union[0])
    assert client.get(url).status_code == 404
    client.force_login(town.secretary)
    text = "Ordet ble tatt av <b>Åse</b> 🙂"
    answer = client.post(url, {"remarks": "Ingen", "others_present": "Rådmannen", f"discussion_{item.pk}": text})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.discussion == text
    page = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert "&lt;b&gt;Åse&lt;/b&gt;" in page
    perform(minutes, "publish", actor=town.secretary)
    assert client.post(url, {"remarks": "for sent"}).status_code == 404
    with pytest.raises(GuardRefused):
        services.save_draft(
            minutes, texts=services.Texts(remarks="x", others_present="", discussions={}), actor=town.secretary
        )


def test_draft_is_for_those_who_write_it(client: Client, meeting: Meeting, town: Municipality) -> None:
    url = reverse("forum:minutes_detail", args=[meeting.pk])
    assert Client().get(url).status_code == 404
    client.force_login(town.union[0])
    assert client.get(url).status_code == 404
    client.force_login(town.secretary)
    assert client.get(url).status_code == 200
    assert client.get(reverse("forum:minutes_pdf", args=[meeting.pk])).status_code == 404


def test_publishing_twice_makes_one_version_and_a_clear_word(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    minutes = services.begin(meeting)
    seen = minutes.status_event_id
    perform(minutes, "publish", actor=town.secretary, seen=seen)
    with pytest.raises(WrongState):
        perform(minutes, "publish", actor=town.secretary, seen=seen)
    client.force_login(town.secretary)
    answer = client.post(reverse("forum:minutes_step", args=[meeting.pk, "publish"]), {"seen": str(seen)})
    assert answer.status_code == 409
    assert minutes.versions.count() == 1


def test_everybody_in_the_body_is_told_and_nobody_else(meeting: Meeting, town: Municipality) -> None:
    published(meeting, town)
    told = set(Notice.objects.filter(kind="forum.minutes_published").values_list("person_id", flat=True))
    assert told == set(town.committee.memberships.values_list("person_id", flat=True))


@pytest.mark.printed
def test_an_lmu_log_is_printed_on_demand_and_internal(client: Client, town: Municipality) -> None:
    leader = town.lmu_leader()
    logged = log_meeting(
        body=town.lmus[0],
        held_on=clock.today(),
        present=[town.membership(person, town.lmus[0]) for person in town.lmu_members[0]],
        items=[LogItem(title="Vernerunde", agreed="Nye skilt bestilles.")],
        actor=leader,
    )
    url = reverse("forum:minutes_pdf", args=[logged.pk])
    assert Client().get(url).status_code == 404
    client.force_login(town.employee(1))
    assert client.get(url).status_code == 404
    client.force_login(leader)
    said = pdf_words(client.get(url).content)
    assert "Nye skilt bestilles." in said
    assert not MinutesVersion.objects.exists()


@pytest.mark.usefixtures("chair_alone")
def test_each_step_stands_in_the_trail(meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    perform(minutes, "approve", actor=town.chair)
    steps = Event.objects.filter(subject_type="meetings.minutes", subject_id=minutes.pk).order_by("id")
    assert list(steps.values_list("action", "from_state", "to_state")) == [
        ("forum.minutes_begun", "", "draft"),
        ("forum.minutes_published", "draft", "published"),
        ("forum.minutes_approved", "published", "approved"),
    ]


def test_late_notice_is_said_in_the_minutes(town: Municipality) -> None:
    meeting = held_meeting(town)
    meeting.called_at = meeting.starts_at - timedelta(days=2)
    assert "senere enn" in building.build(meeting, Audience.PUBLIC).called

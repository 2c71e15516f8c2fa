"""An exempt proposal stays exempt in logs, on agendas, in minutes and in print (R25)."""

import io

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from forum.cases.enums import Resolution
from forum.cases.models import Case, Document
from forum.cases.services import cases
from forum.meetings.core.models import Meeting
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.minutes import services as minutes_services
from forum.organisation.models import Employment
from forum.organisation.services import bodies as organisation
from portal.queries.front import latest_decisions
from tests.factories.browsers import as_
from tests.factories.files import PDF
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access.models import User
from trepart.audit import timeline
from trepart.audit.models import ViewLog
from trepart.notices.models import Notice
from trepart.workflow import perform

TITLE = "Rus på jobb hos oss"
ANSWER = "Vi følger opp den det gjelder."
BASIS = "offl § 13, jf. fvl § 13"


pytestmark = pytest.mark.usefixtures("bokmal")


@pytest.fixture
def exempt(town: Municipality) -> Road:
    road = Road(town, title=TITLE)
    road.step("begin", road.leader, access="receiver", access_basis=BASIS)
    return road


@pytest.fixture
def colleague(town: Municipality) -> User:
    """Somebody who works in the same unit and has no part in the LMU."""
    person = organisation.add_person(email="kollega@example.org", name="Kollega Vik", actor=town.administrator)
    organisation.start_employment(person=person, unit=town.units[0], actor=town.administrator)
    assert Employment.objects.running().filter(person=person).exists()
    return person


def read(person: User | None, url: str) -> str:
    client = Client()
    if person is not None:
        client.force_login(person)
    response = client.get(url)
    assert response.status_code == 200, url
    if response["Content-Type"] == "application/pdf":
        pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    return " ".join(strip_tags(response.content.decode()).split())


def pages_of(meeting: Meeting) -> list[str]:
    return [reverse(f"forum:{name}", args=[meeting.pk]) for name in ("meeting_detail", "minutes_detail", "minutes_pdf")]


@pytest.mark.printed
def test_a_colleague_reads_in_the_log_that_there_was_a_case_and_no_more(exempt: Road, colleague: User) -> None:
    exempt.agree("turn_down", answer=ANSWER)
    reference = exempt.proposal.case.reference
    for url in pages_of(Meeting.objects.get()):
        told = read(colleague, url)
        assert TITLE not in told
        assert ANSWER not in told
        assert reference in told
        member = read(exempt.leader, url)
        assert TITLE in member
        assert ANSWER in member


def test_what_nobody_has_screened_yet_is_not_told_in_the_log(town: Municipality, colleague: User) -> None:
    road = Road(town, title=TITLE)
    seats = [town.membership(person, town.lmus[0]) for person in town.lmu_members[0]]
    entry = LogItem(title=TITLE, agreed=ANSWER, resolution=Resolution.NOTED, referral=road.referral)
    meeting = log_meeting(body=road.lmu, held_on=clock.today(), present=seats, items=[entry], actor=road.leader)
    for url in pages_of(meeting):
        told = read(colleague, url)
        assert TITLE not in told
        assert ANSWER not in told
    road.begin()
    assert TITLE in read(colleague, pages_of(meeting)[0])


@pytest.mark.printed
def test_the_public_agenda_and_minutes_name_it_by_number(town: Municipality, exempt: Road) -> None:
    town.committee.meetings_open = True
    town.committee.save()
    exempt.forward().recommend()
    item = exempt.decided(Resolution.DECLINE, answer=ANSWER)
    meeting = Meeting.objects.get(pk=item.meeting_id)
    perform(minutes_services.begin(meeting), "publish", actor=town.secretary)
    reference = exempt.proposal.case.reference
    for url in pages_of(meeting):
        for reader in (None, town.employee(1)):
            told = read(reader, url)
            assert TITLE not in told
            assert "180 000" not in told
            assert "Vi vedtar dette" not in told
            assert f"Sak {reference}, ikke offentlig" in told
            assert BASIS in told
        assert TITLE in read(town.elected[1], url)
    assert TITLE not in [news.title for news in latest_decisions(town.employee(1))]
    mails = Notice.objects.filter(kind="forum.meeting_called").values_list("body", flat=True)
    assert mails
    assert not any(TITLE in text for text in mails)


def test_the_trail_of_the_meeting_keeps_it_too(town: Municipality, exempt: Road) -> None:
    exempt.forward().recommend()
    item = exempt.decided(Resolution.DECLINE, answer=ANSWER)

    def told(person: User) -> str:
        story = timeline.entries(item.meeting, person, audit=True)
        return " ".join(f"{e.sentence} {e.bold} {e.quote}" for e in story)

    assert item.label in told(town.secretary)
    assert item.label not in told(town.administrator)


def test_who_reads_an_exempt_proposal_or_its_files_is_written_down(exempt: Road) -> None:
    proposal = exempt.fresh()
    upload = SimpleUploadedFile("notat.pdf", PDF, content_type="application/pdf")
    document = cases.add_document(proposal.case, upload=upload, actor=exempt.leader)
    urls = {
        "proposals:detail": proposal.get_absolute_url(),
        "proposals:document": reverse("proposals:document", args=[proposal.case_id, document.pk]),
    }
    for basis, access in (("", "receiver"), (BASIS, "public")):
        # A case nobody has screened; and an open case with one document that is exempt.
        Case.objects.filter(pk=proposal.case_id).update(access=access, access_basis="")
        Document.objects.filter(pk=document.pk).update(exempt_basis=basis)
        for page, url in urls.items():
            before = ViewLog.objects.count()
            for person in (proposal.proposer, exempt.leader):
                assert as_(person).get(url).status_code == 200
            seen = ViewLog.objects.order_by("pk")[before:]
            # Whoever sent it in reads what is their own.
            assert [(one.person, one.page, one.subject_id) for one in seen] == [(exempt.leader, page, proposal.pk)]
    Document.objects.filter(pk=document.pk).update(exempt_basis="")
    before = ViewLog.objects.count()
    for url in urls.values():
        assert as_(exempt.leader).get(url).status_code == 200
    assert ViewLog.objects.count() == before

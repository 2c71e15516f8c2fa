"""An employee's idea becomes a printed decision, in a real browser, and the trail proves every step.

Seven people, each at a browser of their own: the proposer, the LMU's leader, the coordination group's leader, the
committee's secretary, its chair, a union representative who reads, and the one who carries it out. Every page on the
way is looked over by axe at 390 and 1280 px.
"""

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.core.management import call_command
from django.utils import timezone

from forum.meetings.core.models import Meeting
from forum.meetings.minutes.approvals.models import MinutesSigner
from forum.meetings.minutes.models import MinutesVersion
from proposals.models import Proposal
from tests.e2e.support.consent import agree
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.audit import sealing, verifying
from trepart.audit.models import Event

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TITLE = "Felles vaktmester for tre skoler"
DECISION = "Det opprettes én felles vaktmesterstilling. 180 000 kr dekkes av omstillingsmidlene."
ANSWER = "Utvalget sa ja. Vi lyser ut stillingen før jul, takket være deg."
EFFECT = "Småfeil rettes samme dag, og innleien er borte."


@pytest.fixture
def town() -> Municipality:
    # Members had their places before today, as in life.
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


@pytest.mark.printed
def test_an_idea_becomes_a_printed_decision(town: Municipality, visit: Any) -> None:
    path = propose(visit(town.employee()))
    forward(visit(town.lmu_leader()), path)
    agree(visit)
    assert Proposal.objects.get(title=TITLE).referral.body.kind == "coordination"
    recommend(visit(town.coordination_leader), path)
    agree(visit)
    assert Proposal.objects.get(title=TITLE).referral.body.kind == "committee"
    secretary = visit(town.secretary)
    meeting = call(secretary, town)
    union = visit(town.union[0])
    union.go(f"/moter/{meeting.pk}/")
    assert TITLE in union.page.content()
    hold(secretary, meeting, town)
    publish(secretary, meeting)
    approve(visit, meeting)
    download(union, meeting)
    responsible = visit(town.employee(1))
    carry_out(responsible, path)
    read_the_answer(town, visit, path)
    prove(meeting)


def propose(proposer: Any) -> str:
    page = proposer.go("/forslag/ny/")
    page.get_by_label(say("What shall we call it?")).fill(TITLE)
    page.get_by_label(say("What do you propose?")).fill(
        "Tre skoler leier inn vaktmester hver for seg. <b>Én felles</b> stilling er bedre."
    )
    page.get_by_label(say("Why?"), exact=True).fill("Småfeil blir liggende i ukevis 😕")
    for question, answer in (
        ("Does it concern several workplaces?", "Yes"),
        ("Does it need a grant?", "Yes"),
        ("Does it affect the users of the service?", "No"),
    ):
        page.get_by_role("group", name=say(question)).get_by_label(say(answer), exact=True).check()
    page.get_by_label(say("About how much, in kroner?")).fill("180 000")
    proposer.press(say("Look it over"))
    assert "<b>Én felles</b>" in proposer.page.inner_text("main")
    proposer.press(say("Send in"))
    proposal = Proposal.objects.get(title=TITLE)
    assert proposal.case.reference in proposer.page.inner_text("main")
    proposer.press(say("Follow the proposal"))
    return proposal.get_absolute_url()


def forward(leader: Any, path: str) -> None:
    leader.go("/min-side/")
    leader.press(TITLE)
    leader.press(say("Begin on it"))
    leader.press(say("Begin on it"))
    carry_out_shut = leader.page.get_by_text(say("Carry it out"), exact=True)
    assert (
        carry_out_shut.count() == 0 or not leader.page.get_by_role("link", name=say("Carry it out"), exact=True).count()
    )
    leader.press(say("Send on"))
    for box in leader.page.get_by_role("group", name=say("Who took part?")).get_by_role("checkbox").all():
        box.check()
    leader.page.get_by_label(say("Answer to the proposer")).fill(
        "Vi støtter forslaget. Det trenger tilskudd, så vi sender det videre."
    )
    leader.press(say("Send on"))
    # Ticked as present is no yes: nothing has gone on before the others have said so themselves (R24).
    assert Proposal.objects.get(title=TITLE).referral.body.kind == "lmu"


def recommend(coordinator: Any, path: str) -> None:
    coordinator.go(path)
    assert not coordinator.page.get_by_role("link", name=say("Adopt"), exact=True).count()
    coordinator.press(say("Send on with a recommendation"))
    coordinator.page.get_by_label(say("Answer to the proposer")).fill("Gruppa anbefaler forslaget.")
    coordinator.press(say("Send on with a recommendation"))
    assert coordinator.page.get_by_role("alert").count()  # nothing goes on without a recommendation
    coordinator.page.get_by_label(say("Recommendation"), exact=True).fill(DECISION)
    coordinator.press(say("Send on with a recommendation"))


def call(secretary: Any, town: Municipality) -> Meeting:
    secretary.go(f"/moter/ny/{town.committee.slug}/")
    starts = timezone.localtime(clock.now() + timedelta(days=9)).replace(hour=9, minute=0)
    secretary.page.get_by_label(say("Date and time")).fill(starts.strftime("%Y-%m-%dT%H:%M"))
    secretary.page.get_by_label(say("Place")).fill("Rådhuset")
    secretary.press(say("Plan the meeting"))
    meeting = Meeting.objects.get(body=town.committee)
    secretary.go(f"/moter/{meeting.pk}/saksliste/")
    secretary.page.get_by_role("button", name=TITLE).click()
    secretary.look()
    secretary.press(say("Call the meeting"))
    secretary.press(say("Call the meeting"))
    meeting.refresh_from_db()
    assert meeting.status == "called"
    assert [item.number for item in meeting.items.all()] == [1]
    return meeting


def hold(secretary: Any, meeting: Meeting, town: Municipality) -> None:
    page = secretary.go(f"/moter/{meeting.pk}/frammote/")
    absent = page.get_by_role("group", name=town.elected[3].name)
    absent.get_by_label(say("Absent"), exact=True).check()
    membership = town.membership(town.elected[3])
    page.locator(f"[name=reason_{membership.pk}]").fill("Sykdom")
    secretary.press(say("Save who meets"))
    assert town.deputies["municipality"][0].name in secretary.page.content()
    secretary.press(say("Open the meeting"))
    secretary.page.get_by_label(say("Yes, the meeting is held today")).check()
    secretary.press(say("Open the meeting"))
    item = meeting.items.get()
    page = secretary.go(f"/moter/{meeting.pk}/gjennomfor/{item.pk}/")
    page.get_by_text(say("Votes for and against"), exact=True).first.click()
    opponent = town.membership(town.elected[2])
    page.locator(f"input[type=radio][name$='-{opponent.pk}'][value=against]").check()
    secretary.press(say("Record the votes"))
    assert "8" in secretary.page.locator(".sum").first.inner_text()
    page = secretary.go(f"/moter/{meeting.pk}/gjennomfor/{item.pk}/?som=adopt")
    page.locator("[name=decision-text]").fill(DECISION)
    page.locator("[name=decision-answer]").fill(ANSWER)
    page.locator("[name=decision-responsible]").select_option(str(town.employee(1).pk))
    page.locator("[name=decision-due_on]").fill((clock.today() + timedelta(days=60)).isoformat())
    secretary.press(say("Record the decision"))
    assert Proposal.objects.get(title=TITLE).status == "in_treatment"  # a vote moves nothing before the meeting ends
    secretary.press(say("End the meeting"))
    secretary.press(say("End the meeting"))
    assert Proposal.objects.get(title=TITLE).status == "adopted"


def publish(secretary: Any, meeting: Meeting) -> None:
    secretary.go(f"/moter/{meeting.pk}/mobok/")
    secretary.press(say("Write in the minutes"))
    secretary.page.get_by_label(say("Remarks on notice and agenda")).fill("Ingen merknader. Ærlig talt: áčđŋšŧž é 🙂")
    secretary.press(say("Save"))
    secretary.press(say("Who approves the minutes"))
    for number in range(2):
        secretary.page.locator("[name=members]").nth(number).check()
    secretary.press(say("Save"))
    secretary.press(say("Publish the minutes"))
    secretary.press(say("Publish the minutes"))
    assert MinutesVersion.objects.count() == 1


def approve(visit: Any, meeting: Meeting) -> None:
    """The one who presided and two who met, each with one click."""
    asked = [signer.membership.person for signer in MinutesSigner.objects.select_related("membership__person")]
    assert len(asked) == 3
    for person in asked:
        assert MinutesVersion.objects.count() == 1
        signer = visit(person)
        signer.go(f"/moter/{meeting.pk}/mobok/")
        signer.press(say("Approve the minutes"))
    assert MinutesVersion.objects.count() == 2


def download(reader: Any, meeting: Meeting) -> None:
    reader.go(f"/moter/{meeting.pk}/mobok/")
    answer = reader.context.request.get(f"{reader.address}/moter/{meeting.pk}/mobok.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    said = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body())).pages).split())
    for words in (DECISION, "PS 1/", "áčđŋšŧž", "Rådhuset"):
        assert words in said, words
    assert "Sykdom" not in said


def carry_out(responsible: Any, path: str) -> None:
    responsible.go("/min-side/")
    responsible.press(TITLE)
    responsible.press(say("It is carried out"))
    responsible.page.get_by_label(say("What came of it?")).fill(EFFECT)
    responsible.page.get_by_label(say("Money saved, kroner a year")).fill("120 000")
    responsible.press(say("It is carried out"))
    assert Proposal.objects.get(title=TITLE).status == "implemented"


def read_the_answer(town: Municipality, visit: Any, path: str) -> None:
    proposer = visit(town.employee())
    proposer.go(path)
    said = proposer.page.inner_text("main")
    for words in (ANSWER, EFFECT, DECISION):
        assert words in said, words
    proposer.go("/min-side/")
    # The public sees nothing of an internal proposal, and a stranger is told nothing of whether it exists.
    public = visit(None)
    public.go("/")
    gone = public.page.goto(f"{public.address}{path}")
    assert gone is not None
    assert TITLE not in public.page.content()


def prove(meeting: Meeting) -> None:
    sealing.seal_events()
    assert verifying.verify() == []
    call_command("verify_audit")
    walked = Event.objects.filter(subject_type="proposals.proposal").exclude(to_state="").order_by("id")
    assert [event.to_state for event in walked] == [
        "received", "in_treatment", "in_treatment", "in_treatment", "adopted", "implemented",
    ]  # fmt: skip

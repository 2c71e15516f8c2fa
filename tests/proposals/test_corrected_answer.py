"""A decision that was corrected when it was out is told anew: the case, the proposer, those who go on with it (R18)."""

import pytest
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes.corrections import services as corrections
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from portal.queries import mine
from proposals import services
from proposals.models import Feedback, Proposal
from proposals.presenting import errands
from proposals.queries import corrected
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from tests.proposals.asking import as_, page
from tests.proposals.conftest import Road, soon
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState

pytestmark = pytest.mark.usefixtures("bokmal")

NOW = "Vi vedtar dette fra 1. januar."
ANSWER = "Vi svarte feil dag. Det gjelder fra 1. januar."


def put_right(town: Municipality, item: AgendaItem, text: str = NOW, **changes: str) -> None:
    decision = item.decided
    assert decision is not None
    said = {
        "resolution": Resolution(decision.resolution),
        "differs": "Møtet sa en dag.",
        "reason": "Dagen manglet.",
    }
    corrections.correct_decision(item, text=text, actor=town.secretary, **(said | changes))  # type: ignore[arg-type]


def adopted(town: Municipality) -> tuple[Proposal, AgendaItem]:
    road = Road(town, needs_grant="yes").to_committee()
    item = road.decided(Resolution.ADOPT, responsible=town.employee(1), due_on=soon(), amount=180_000)
    return road.fresh(), item


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind__startswith=kind).values_list("person__email", flat=True))


def test_whoever_was_told_the_old_decision_is_told_the_new_one(town: Municipality) -> None:
    proposal, item = adopted(town)
    assert corrected.waiting(proposal) == []
    put_right(town, item)
    url = reverse("proposals:correct_answer", args=[proposal.case_id])
    # The case says so at once, whoever carries it out has a mail, and the secretary a task.
    for reader in (town.employee(0), town.chair):
        shown = page(as_(reader), proposal.get_absolute_url())
        assert NOW in shown
        assert f"rettet {item.label}" in shown
        assert "rettet det som ble ført som vedtatt i saken" in shown
    assert told("forum.decision_corrected") == {town.employee(1).email}
    assert url in {task.url for task in mine.my_page(town.secretary).tasks}
    for person in (town.lmu_leader(0), town.coordination_secretary, town.employee(1), proposal.proposer):
        assert url not in {task.url for task in mine.my_page(person).tasks}  # type: ignore[arg-type]
        assert "correct_answer" not in {one.name for one in errands.actions(proposal, person)}
    assert errands.actions(proposal, town.secretary)[0].name == "correct_answer"
    form = page(as_(town.secretary), url)
    assert "Utvalgets svar." in form
    assert NOW in form
    # Sent by the secretary, and by nobody else.
    assert told("proposals.answer_corrected") == set()
    for other in (None, town.employee(1), town.lmu_leader(0), proposal.proposer):
        assert as_(other).post(url, {"answer": ANSWER}).status_code in (302, 403, 404, 409)
    assert told("proposals.answer_corrected") == set()
    about = corrected.waiting(proposal)[0].correction
    assert f'name="about" value="{about}"' in form
    sent = as_(town.secretary).post(url, {"answer": ANSWER, "about": about, "seen": proposal.status_event_id})
    assert sent.status_code == 302
    assert told("proposals.answer_corrected") == {proposal.proposer.email}  # type: ignore[union-attr]
    assert ANSWER in Notice.objects.get(kind="proposals.answer_corrected").mail.text  # type: ignore[union-attr]
    newest = Feedback.objects.filter(proposal=proposal).first()
    assert (newest.text, newest.body) == (ANSWER, town.committee)  # type: ignore[union-attr]
    assert ANSWER in page(as_(town.employee(0)), proposal.get_absolute_url())
    assert url not in {task.url for task in mine.my_page(town.secretary).tasks}
    with pytest.raises(WrongState):
        services.send_corrected_answer(proposal, text=ANSWER, actor=town.secretary)
    # Corrected once more, it is told once more; corrected back, it says what was told.
    put_right(town, item, text="Vi vedtar dette fra 1. mars.")
    assert [one.item for one in corrected.waiting(proposal)] == [item]
    put_right(town, item)
    assert corrected.waiting(proposal) == []


def test_the_answer_takes_words_and_the_right(town: Municipality) -> None:
    proposal, item = adopted(town)
    put_right(town, item)
    with pytest.raises(GuardRefused):
        services.send_corrected_answer(proposal, text=" ", actor=town.secretary)
    for person in (town.lmu_leader(0), town.coordination_secretary):
        with pytest.raises(WrongState):
            services.send_corrected_answer(proposal, text=ANSWER, actor=person)
    with pytest.raises((NotPermitted, WrongState)):
        services.send_corrected_answer(proposal, text=ANSWER, actor=town.employee(1))
    assert not Event.objects.filter(action=corrected.SENT).exists()


def test_what_was_closed_is_told_of_without_its_words(town: Municipality) -> None:
    proposal, item = adopted(town)
    put_right(town, item)
    AgendaItem.objects.filter(pk=item.pk).update(doors="closed", closed_basis="koml § 11-5 (3) a)")
    assert NOW in page(as_(town.chair), proposal.get_absolute_url())
    shown = page(as_(town.employee(0)), proposal.get_absolute_url())
    assert NOW not in shown
    assert f"rettet {item.label}" in shown


def test_whoever_carries_out_a_case_that_stands_alone_is_told(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(
        item, text=item.recommendation, resolution=Resolution.ADOPT, responsible=town.employee(0), due_on=soon(),
        actor=town.secretary,
    )  # fmt: skip
    end_meeting(meeting, actor=town.secretary)
    item = AgendaItem.objects.select_related("decision").get(pk=item.pk)
    put_right(town, item)
    assert told("forum.decision_corrected") == {town.employee(0).email}
    notice = Notice.objects.get(kind="forum.decision_corrected")
    assert NOW in notice.mail.text  # type: ignore[union-attr]
    assert notice.url == FollowUp.objects.get().get_absolute_url()


def test_an_answer_to_other_words_than_those_that_stand_is_not_sent(town: Municipality) -> None:
    """Corrected once more while the answer was written: the old form tells nobody, and the task stays."""
    proposal, item = adopted(town)
    put_right(town, item)
    url = reverse("proposals:correct_answer", args=[proposal.case_id])
    shown = corrected.waiting(proposal)[0].correction
    put_right(town, AgendaItem.objects.get(pk=item.pk), "Det blir likevel ikke noe av.")
    client, before = as_(town.secretary), Feedback.objects.count()
    for about in (str(shown), "", "1 eller 2"):
        old = client.post(url, {"answer": ANSWER, "about": about, "seen": proposal.status_event_id})
        assert old.status_code in (409, 422)
    assert Feedback.objects.count() == before
    assert url in {task.url for task in mine.my_page(town.secretary).tasks}
    now = corrected.waiting(proposal)[0].correction
    assert client.post(url, {"answer": ANSWER, "about": now, "seen": proposal.status_event_id}).status_code == 302

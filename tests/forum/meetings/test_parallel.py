"""Two people at once: one ballot, one decision, one number, and one clear message for the other."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.case_papers import notes
from forum.meetings.case_papers.note_models import PaperNote
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import ItemKind
from forum.meetings.follow_up import services as follow_up
from forum.meetings.planning.models import DayOff
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions import settlement
from forum.meetings.session.discussion import sent_along
from forum.meetings.session.discussion.services import save_discussion
from forum.meetings.session.votes import ballots
from tests.factories.at_once import together
from tests.factories.organisation import Municipality, municipality
from tests.forum.meetings.follow_up.test_follow_up import decided
from tests.forum.meetings.test_lifecycle import in_session, plan
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import Refused, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Municipality]:
    """Fjellvik, committed, so that both threads see it."""
    return municipality()


def one_won(answers: list[Any]) -> None:
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 1, answers
    assert isinstance(refused[0], WrongState), refused[0]
    assert str(refused[0])


def fresh(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting__body").get(pk=item.pk)


def test_one_ballot(town: Municipality) -> None:
    item = in_session(town).items.get()
    one_won(
        together(
            lambda: ballots.record_ballot(fresh(item), actor=town.secretary),
            lambda: ballots.record_ballot(fresh(item), actor=town.chair),
        )
    )
    assert Ballot.objects.get().votes.count() == 9


def test_one_decision(town: Municipality) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, actor=town.secretary)
    one_won(
        together(
            lambda: decisions.decide(
                fresh(item), text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary
            ),
            lambda: decisions.decide(
                fresh(item), text="Nja.", resolution=Resolution.ADOPT, differs="Ombestemt.", actor=town.chair
            ),
        )
    )
    assert Decision.objects.count() == 1


def test_a_meeting_is_called_once(town: Municipality) -> None:
    meeting = plan(town)
    agenda_services.add_item(meeting, title="A", actor=town.secretary)
    one_won(
        together(
            lambda: perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary),
            lambda: perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.chair),
        )
    )
    assert meeting.items.get().number == 1


def test_two_meetings_called_at_once_share_one_series(town: Municipality) -> None:
    meetings = [plan(town, days=days) for days in (10, 20)]
    for meeting in meetings:
        for title in "ABC":
            agenda_services.add_item(meeting, title=title, actor=town.secretary)
    answers = together(*(lambda m=m: perform(m, "call", actor=town.secretary) for m in meetings))
    assert not [a for a in answers if isinstance(a, Exception)]
    assert sorted(AgendaItem.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_a_decision_and_the_end_of_the_meeting(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    answers = together(
        lambda: decisions.decide(fresh(item), text="Utsatt.", resolution=Resolution.POSTPONE, actor=town.secretary),
        lambda: perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.chair),
    )
    meeting.refresh_from_db()
    assert isinstance(answers[0], Decision)
    assert (meeting.status == "ended") == (not isinstance(answers[1], Refused))


def test_settling_at_once_settles_once(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    decisions.decide(item, text="Utsatt.", resolution=Resolution.POSTPONE, actor=town.secretary)
    perform(meeting, "end", actor=town.secretary)
    answers = together(
        lambda: settlement.settle_items(Meeting.objects.get(pk=meeting.pk), town.secretary),
        lambda: settlement.settle_items(Meeting.objects.get(pk=meeting.pk), town.chair),
    )
    assert answers == [[], []]
    assert Event.objects.filter(action="forum.item_settled").count() == 1


def test_a_right_that_ended_at_midnight_gives_nothing_in_the_meeting(town: Municipality) -> None:
    meeting = plan(town, days=1)
    membership = town.membership(town.secretary)
    membership.valid_to = clock.today()
    membership.save()
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(Refused):
        agenda_services.add_item(meeting, title="For sent", actor=town.secretary)


def test_a_case_added_twice_by_a_double_press_stands_there_once(town: Municipality) -> None:
    meeting = plan(town)
    url = reverse("forum:meeting_agenda", args=[meeting.pk])

    clients = [Client(), Client()]
    for client in clients:
        client.force_login(town.secretary)

    def press(client: Client) -> int:
        sent = {"do": "new", "title": "Orientering om økonomien", "kind": "PS", "recommendation": ""}
        return client.post(url, sent).status_code

    assert together(lambda: press(clients[0]), lambda: press(clients[1])) == [302, 302]
    assert meeting.items.filter(title="Orientering om økonomien").count() == 1


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("unit_new", {"name": "Brannvesenet"}),
        ("party_new", {"name": "Bygdelista", "short": "BL"}),
        ("person_new", {"name": "Ola Vik", "email": "ola.vik@example.org"}),
    ],
)
def test_what_the_administrator_enters_by_a_double_press_is_entered_once(
    town: Municipality, page: str, sent: dict[str, str]
) -> None:
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(town.administrator)
    url = reverse(f"forum:{page}")
    answers = together(*(lambda client=client: client.post(url, sent).status_code for client in clients))
    assert sorted(answers) == [302, 422]


def pressed(*people: Any, url: str, sent: dict[str, str]) -> list[int]:
    """Send the same form from each of ``people`` at the same moment; return the answers' codes."""
    clients = [Client() for _person in people]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    answers = together(*(lambda client=client: client.post(url, sent).status_code for client in clients))
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    return sorted(answers)


def test_a_meeting_planned_by_a_double_press_is_one_meeting(town: Municipality) -> None:
    when = timezone.localtime(clock.now() + timedelta(days=30)).strftime("%Y-%m-%dT18:00")
    url = reverse("forum:meeting_plan", args=[town.committee.slug])
    sent = {"starts_at": when, "place": "Formannskapssalen"}
    assert pressed(town.secretary, town.secretary, url=url, sent=sent) == [302, 302]
    assert Meeting.objects.filter(body=town.committee).count() == 1
    assert Event.objects.filter(action="forum.meeting_planned").count() == 1


def test_days_without_meetings_entered_by_a_double_press_stand_once(town: Municipality) -> None:
    day = (clock.today() + timedelta(days=60)).isoformat()
    sent = {"name": "Vinterferie", "first_day": day, "last_day": day}
    assert pressed(town.administrator, town.administrator, url=reverse("forum:days_off"), sent=sent) == [302, 422]
    assert DayOff.objects.count() == Event.objects.filter(action="forum.day_off_added").count() == 1


def test_a_mark_in_the_papers_made_twice_at_once_is_kept_once(town: Municipality) -> None:
    meeting = plan(town)
    item = agenda_services.add_item(meeting, title="Sak", recommendation="Ja.", actor=town.secretary)
    deeds = [lambda: notes.add(item, person=town.elected[2], quote="Ja", block="recommendation", start=0)] * 2
    made = together(*deeds)
    assert [one.pk for one in made] == [PaperNote.objects.get().pk] * 2


def test_the_follow_up_put_on_an_agenda_twice_at_once_stands_there_once(town: Municipality) -> None:
    decided(town, {"title": "Nye sykler", "responsible": town.employee(0), "due_on": clock.today() + timedelta(20)})
    meeting = plan(town)
    one_won(together(*[lambda: follow_up.put_on_agenda(meeting, actor=town.secretary)] * 2))
    assert meeting.items.filter(kind=ItemKind.RS).count() == 1


def _until_somebody_waits_for_us() -> None:
    """Return when another connection waits for a lock of this one."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting and time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            (waiting,) = cursor.fetchone()
    assert waiting, "nobody waits"


def test_a_text_sent_along_never_covers_what_another_saves_at_that_moment(town: Municipality) -> None:
    """The wrong side: it was asked what stands there before the lock, and what was saved in between was overwritten."""
    item = in_session(town).items.get()
    written = threading.Event()

    def other() -> None:
        with transaction.atomic():
            save_discussion(fresh(item), text="Den andres.", actor=town.chair)
            written.set()
            _until_somebody_waits_for_us()

    def along() -> None:
        assert written.wait(20)
        sent_along._put_in_minutes(fresh(item), before="", text="Skrevet her.", actor=town.secretary)

    assert together(other, along) == [None, None]
    assert fresh(item).discussion == "Den andres."
    assert Event.objects.filter(action="forum.discussion_saved").count() == 1

"""My page: what waits for me, and nothing that waits for others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind
from forum.meetings.minutes.models import Minutes
from forum.meetings.planning import services
from forum.meetings.urgent import services as urgent
from forum.organisation.services import memberships
from portal.queries.mine import my_page
from proposals.models import Proposal
from tests.factories.consent import take
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.workflow import perform

Make = Callable[..., Proposal]
URL = "portal:my_page"


def titles(person: User) -> list[str]:
    return [task.title for task in my_page(User.objects.get(pk=person.pk)).tasks]


def shown(client: Client, person: User) -> str:
    client.force_login(person)
    response = client.get(reverse(URL))
    assert response.status_code == 200
    return response.content.decode()


def test_one_must_be_signed_in(client: Client, db: None) -> None:
    assert client.get(reverse(URL)).status_code == 302


def test_an_empty_page_says_what_belongs_there(client: Client, town: Municipality) -> None:
    said = shown(client, town.outsider)
    for line in (
        "Nothing is waiting for you",
        "You have not sent in a proposal",
        "You have read everything",
        "No meetings are planned",
    ):
        assert line in said


def test_what_my_body_owes_is_mine_and_nobody_elses(town: Municipality, propose: Make) -> None:
    propose(0, "Vårt")
    propose(1, "Deres")
    assert titles(town.lmu_leader(0)) == ["Vårt"]
    assert titles(town.lmu_members[1][1]) == ["Deres"]
    for person in (town.employee(0), town.chair, town.outsider):
        assert titles(person) == []


def test_what_is_overdue_stands_first_and_says_so(client: Client, town: Municipality, propose: Make) -> None:
    propose(0, "Gammelt")
    with clock.at(clock.now() + timedelta(days=25)):
        propose(0, "Nytt")
        assert my_page(User.objects.get(pk=town.lmu_leader().pk)).tasks[0].soon
    with clock.at(clock.now() + timedelta(days=31)):
        tasks = my_page(User.objects.get(pk=town.lmu_leader().pk)).tasks
        assert [(task.title, task.overdue) for task in tasks] == [("Gammelt", True), ("Nytt", False)]
        assert "Overdue" in shown(client, town.lmu_leader())


def test_an_ended_membership_owes_nothing(town: Municipality, propose: Make) -> None:
    propose(0, "Vårt")
    leader = town.lmu_leader(0)
    memberships.end_membership(town.membership(leader, town.lmus[0]), on=clock.today(), actor=None)
    assert titles(leader) == ["Vårt"]
    with clock.at(clock.now() + timedelta(days=1)):
        assert titles(leader) == []


def test_meetings_to_prepare(client: Client, town: Municipality) -> None:
    when = clock.now() + timedelta(days=20)
    meeting = services.plan_meeting(body=town.committee, starts_at=when, place="Rådhuset", actor=town.secretary)
    (task,) = my_page(User.objects.get(pk=town.secretary.pk)).tasks
    assert task.url == reverse("forum:meeting_agenda", args=[meeting.pk])
    assert task.due == clock.today() + timedelta(days=20 - town.committee.notice_days)
    assert titles(town.elected[2]) == []
    agenda_services.add_item(meeting, title="Sak", recommendation="Ja", actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
    (title,) = titles(town.elected[2])
    assert title.startswith("Read the agenda")
    assert "Partssammensatt utvalg" in shown(client, town.elected[2])
    assert titles(town.employee()) == []
    with clock.at(when):
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        member, secretary = (my_page(User.objects.get(pk=p.pk)).tasks[0] for p in (town.elected[2], town.secretary))
        assert member.now
        assert member.url == meeting.get_absolute_url()
        assert secretary.url == reverse("forum:meeting_run", args=[meeting.pk])


def test_minutes_wait_for_the_secretary_until_they_are_out(town: Municipality) -> None:
    held_meeting(town)
    assert any("minutes" in title for title in titles(town.secretary))
    assert not any("minutes" in title for title in titles(town.elected[2]))

    perform(Minutes.objects.get(), "publish", actor=town.secretary)
    assert not any("minutes" in title for title in titles(town.secretary))


def test_a_measure_waits_for_whoever_is_responsible(town: Municipality, propose: Make) -> None:
    proposal = propose(0, "Felles nøkkelskap", access="employees")
    people = [town.membership(person, town.lmus[0]).pk for person in town.lmu_members[0]]
    due = clock.today() + timedelta(days=30)
    data = {
        "participants": people,
        "held_on": clock.today(),
        "answer": "Ja.",
        "due_on": due,
        "responsible": town.employee(0, 1).pk,
    }
    take(proposal, "carry_out", actor=town.lmu_leader(), data=data)
    (task,) = my_page(User.objects.get(pk=town.employee(0, 1).pk)).tasks
    assert (task.title, task.due) == ("Felles nøkkelskap", due)
    assert titles(town.lmu_leader()) == []


def test_my_proposals_with_the_newest_answer(
    client: Client, town: Municipality, propose: Make, turn_down: Make
) -> None:
    turn_down(propose(0, "Mitt forslag", access="employees"), answer="Nei, men takk <for> idéen 🌟")
    propose(1, "En annens")
    said = shown(client, town.employee(0))
    assert "Mitt forslag" in said
    assert "Nei, men takk &lt;for&gt; idéen 🌟" in said
    assert "Declined" in said
    assert "En annens" not in said


def test_notices_are_read_by_post_and_by_their_owner_alone(client: Client, town: Municipality, propose: Make) -> None:
    propose(0)
    receipt = Notice.objects.get(person=town.employee(0))
    client.force_login(town.employee(0))
    assert client.get(reverse(URL)).context["mine"].notices == [receipt]
    page, read = reverse("portal:notice", args=[receipt.pk]), reverse("portal:notice_read", args=[receipt.pk])
    assert receipt.subject in client.get(page).content.decode()
    assert client.get(read).status_code == 405
    receipt.refresh_from_db()
    assert receipt.read_at is None
    client.force_login(town.employee(1))
    assert client.get(page).status_code == 404
    assert client.post(read).status_code == 404
    client.force_login(town.employee(0))
    assert client.post(read, {"go": "1"}).url == receipt.url
    receipt.refresh_from_db()
    first = receipt.read_at
    assert first is not None
    assert client.post(read).url == reverse(URL)
    receipt.refresh_from_db()
    assert receipt.read_at == first
    assert client.get(reverse(URL)).context["mine"].notices == []
    assert receipt.subject in client.get(reverse("portal:notices")).content.decode()


def test_all_are_marked_as_read_at_once_mine_alone(client: Client, town: Municipality, propose: Make) -> None:
    propose(0)
    propose(1)
    client.force_login(town.employee(0))
    assert client.get(reverse("portal:notices_read_all")).status_code == 405
    client.post(reverse("portal:notices_read_all"))
    assert not Notice.objects.filter(person=town.employee(0), read_at__isnull=True).exists()
    assert Notice.objects.filter(person=town.employee(1), read_at__isnull=True).exists()


def test_it_costs_the_same_for_three_and_thirty(client: Client, town: Municipality, propose: Make) -> None:
    leader = town.lmu_leader()

    def cost() -> int:
        client.force_login(leader)
        client.get(reverse(URL))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(URL))
        return len(captured)

    def grow(count: int) -> None:
        for number in range(count):
            propose(0, f"Forslag {number}")

    grow(3)
    few = cost()
    grow(9)
    assert cost() == few
    assert few <= 31


def test_every_link_of_a_full_page_opens(client: Client, town: Municipality, propose: Make) -> None:
    propose(0)
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Rådhuset", actor=town.secretary
    )
    people: list[Any] = [town.lmu_leader(), town.secretary, town.administrator, town.coordination_leader]
    for person in people:
        client.force_login(User.objects.get(pk=person.pk))
        mine = my_page(User.objects.get(pk=person.pk))
        urls = (
            {task.url for task in mine.tasks}
            | {url for _n, url in mine.queues}
            | {url for _l, url in mine.places if url}
        )
        for url in urls | {meeting.get_absolute_url()}:
            assert client.get(url).status_code == 200, (person, url)


def test_an_urgent_case_is_answered_first_and_then_counted(town: Municipality) -> None:
    at = clock.now() + timedelta(hours=30)
    meeting = urgent.begin(
        town.committee, kind=MeetingKind.WRITTEN, title="Brakker", recommendation="Ja.", reason="Taket.", at=at,
        actor=town.chair,
    )  # fmt: skip
    answers, counts = "Answer in writing: an urgent case", "Count the answers in writing"
    assert titles(town.union[0]) == [answers]
    assert titles(town.chair) == [answers, counts]
    assert titles(town.secretary) == [counts]
    for person in (town.deputies["employees"][0], town.employee(), town.outsider):
        assert titles(person) == []
    urgent.answer(meeting.items.get(), accepts_proposal=True, accepts_procedure=False, actor=town.union[0])
    assert titles(town.union[0]) == []
    urgent.conclude(meeting, actor=town.secretary)
    assert answers not in titles(town.chair)
    assert [title.split(" of ")[0] for title in titles(town.secretary)] == ["Finish the minutes"]


def test_an_urgent_remote_meeting_stands_among_the_others(town: Municipality) -> None:
    at = clock.now() + timedelta(hours=30)
    urgent.begin(
        town.committee, kind=MeetingKind.URGENT, title="Brakker", recommendation="Ja.", reason="Taket.", at=at,
        actor=town.chair,
    )  # fmt: skip
    assert len(my_page(town.union[0]).meetings) == 1
    assert titles(town.union[0])[0].startswith("Read the agenda for the meeting on")


def test_a_plan_for_the_year_is_no_list_of_things_to_do_today(town: Municipality) -> None:
    for days in (20, 400):
        services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=days), place="Salen", actor=town.secretary
        )
    found = my_page(town.secretary)
    assert len(found.meetings) == 2
    assert len([task for task in found.tasks if task.title.startswith("Set the agenda")]) == 1

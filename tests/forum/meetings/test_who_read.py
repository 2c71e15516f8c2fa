"""Every door that shows something kept writes down who went through it, whatever basis stands there (R8, R25).

The one case that is kept is exempt, and nobody has screened it: it has no basis, and open doors.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import absences, roll_call
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes.models import Minutes
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions.settlement import settle_items
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import plan
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import ViewLog
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]
TITLE = "Rus på jobb"
OPEN = "Felles vaktmester"


def unlogged(doors: dict[str, str], reader: User, *, words: str = TITLE) -> list[str]:
    """Return the doors that showed ``words`` to ``reader``, or gave a file, and wrote nothing down."""
    client, found = Client(), []
    client.force_login(reader)
    for name, url in doors.items():
        before = ViewLog.objects.filter(person=reader).count()
        answer = client.get(url)
        assert answer.status_code == 200, (name, answer.status_code)
        assert answer["Content-Type"] == "application/pdf" or words in answer.content.decode(), (name, words)
        if ViewLog.objects.filter(person=reader).count() == before:
            found.append(name)
    return found


def of(meeting: Meeting, *names: str, item: AgendaItem | None = None) -> dict[str, str]:
    more = [item.pk] if item is not None else []
    return {name: reverse(f"forum:{name}", args=[meeting.pk, *more]) for name in names}


def test_every_door_to_a_case_without_a_basis_is_in_the_log_of_who_looked(town: Municipality) -> None:
    secretary, member, meeting = town.secretary, town.elected[3], plan(town)
    case = cases.open_case(title=TITLE, actor=secretary, access=CaseAccess.PUBLIC)
    Case.objects.filter(pk=case.pk).update(access=CaseAccess.RECEIVER, access_basis="")
    agenda.add_item(meeting, title=OPEN, recommendation="ja", actor=secretary)
    agenda.add_item(
        meeting, title=TITLE, recommendation=f"{TITLE} ja", case=Case.objects.get(pk=case.pk), actor=secretary
    )
    perform(meeting, "call", actor=secretary)
    meeting = Meeting.objects.get(pk=meeting.pk)
    item = meeting.items.get(title=TITLE)
    assert (item.is_withheld, item.withheld_basis) == (True, "")
    missing = unlogged(of(meeting, "meeting_detail", "packet_read", "agenda_pdf"), member)
    missing += unlogged(of(meeting, "paper", "partiality", item=item), member)
    absences.report(meeting, actor=town.elected[4])
    call = reverse("forum:deputy_call", args=[meeting.pk, DeputyCall.objects.get().pk])
    missing += unlogged({"deputy_call": call}, secretary)

    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", data={"other_day": "on"}, actor=secretary)
    missing += unlogged(of(meeting, "meeting_follow"), member)
    missing += unlogged(of(meeting, "meeting_run_item", item=item), secretary)
    for one in meeting.items.all():
        ballots.record_ballot(one, actor=secretary)
        fresh = AgendaItem.objects.select_related("meeting__body").get(pk=one.pk)
        decisions.decide(
            fresh, text=fresh.recommendation, resolution=Resolution.ADOPT, responsible=secretary,
            due_on=clock.today() + timedelta(days=30), actor=secretary,
        )  # fmt: skip
    with clock.at(clock.now() + timedelta(hours=2)):
        settle_items(perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary), secretary)
    missing += unlogged(of(meeting, "minutes_detail", "decision_list"), secretary)

    perform(Minutes.objects.get(meeting=meeting), "publish", actor=secretary)
    missing += unlogged(of(meeting, "minutes_detail", "minutes_pdf", "roll_call"), member)
    missing += unlogged(of(meeting, "extract", item=item), member)
    missing += unlogged(of(meeting, "minutes_record"), secretary)
    missing += unlogged(of(meeting, "minutes_record_decision", item=item), secretary)
    follow_up = FollowUp.objects.get(decision__item=item)
    missing += unlogged({"follow_up": reverse("forum:follow_up", args=[follow_up.pk])}, secretary)
    board = reverse("forum:follow_up_board", args=[meeting.body.slug])
    missing += unlogged({"follow_up_board": board}, member)
    assert missing == []

    # The wrong side: who reads nothing of it is not in the log, and neither is who reads what is open to all.
    seen = ViewLog.objects.count()
    for who in (None, town.outsider):
        client = Client()
        if who is not None:
            client.force_login(who)
        for url in (
            *of(meeting, "meeting_detail", "minutes_detail", "roll_call").values(),
            *of(meeting, "extract", item=meeting.items.get(title=OPEN)).values(),
        ):
            answer = client.get(url)
            assert answer.status_code == 200
            assert TITLE not in answer.content.decode()
    inside = Client()
    inside.force_login(member)
    open_one = reverse("forum:extract", args=[meeting.pk, meeting.items.get(title=OPEN).pk])
    assert inside.get(open_one).status_code == 200
    assert ViewLog.objects.count() == seen

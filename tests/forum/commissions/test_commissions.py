"""Commissions from above: given, taken on or sent back, reported, heard; and the way back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.cases.models import Case, Referral
from forum.commissions import queries
from forum.commissions import services as commissions
from forum.commissions.models import Commission
from forum.delegations.models import Delegation
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.planning import services
from forum.meetings.session.decisions import settlement
from forum.meetings.session.decisions.services import decide
from forum.meetings.session.votes import ballots
from forum.organisation.enums import DecidesBy
from forum.organisation.models import Body
from forum.organisation.services import bodies as organisation
from forum.pages import reminders
from tests.factories.councils import Council, village_council
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import available, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(town: Municipality) -> Council:
    return village_council(town)


def wanted(town: Municipality, to: str, **more: Any) -> dict[str, Any]:
    due = clock.today() + timedelta(days=60)
    return {
        "by": "body",
        "council_decision": "",
        "title": "Naturbarnehage",
        "wanted": "Se på om vi kan drive barnehage ute.",
        "to": to,
        "due_on": due.isoformat(),
        "report_to": town.committee.pk,
        "item": "",
        "access": "public",
    } | more


def give(town: Municipality, to: str, **more: Any) -> Commission:
    return commissions.give(town.committee, data=wanted(town, to, **more), actor=town.secretary)


def to_lmu(town: Municipality, **more: Any) -> Commission:
    return give(town, f"body-{town.lmus[0].pk}", **more)


def reported(town: Municipality, **more: Any) -> Commission:
    leader = town.lmu_leader(0)
    accepted = perform(to_lmu(town, **more), "accept", actor=leader, data={"plan": "Vi går en runde."})
    done: Commission = perform(accepted, "report", actor=leader, data={"report": "Det går fint."})
    return done


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=f"forum.commission_{kind}").values_list("person__email", flat=True))


def givers(town: Municipality) -> set[str]:
    return {town.chair.email, town.elected[1].email, town.secretary.email}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# Giving ---------------------------------------------------------------------------------------------------------------


def test_it_is_given_with_a_number_and_the_leader_of_the_receiver_is_told(town: Municipality) -> None:
    commission = to_lmu(town)
    assert (commission.status, commission.receiver, commission.given_by) == ("given", town.lmus[0], town.committee)
    assert commission.case.reference.endswith(f"/{commission.case.number}")
    assert told("given") == {town.lmu_leader(0).email}


def test_the_municipal_council_commissions_through_the_secretary(town: Municipality) -> None:
    with pytest.raises(InvalidInput) as refused:
        to_lmu(town, by="council")
    assert list(refused.value.form.errors) == ["council_decision"]
    commission = to_lmu(town, by="council", council_decision="Kommunestyret 14.10.2026, sak 61/26")
    assert (commission.given_by, commission.giver) == (town.council, town.committee)
    assert commission.council_decision == "Kommunestyret 14.10.2026, sak 61/26"


@pytest.mark.parametrize("who", ["elected member", "coordination", "lmu leader", "outsider"])
def test_nobody_else_gives_one(town: Municipality, who: str) -> None:
    person = {
        "elected member": town.elected[3], "coordination": town.coordination_leader,
        "lmu leader": town.lmu_leader(0), "outsider": town.outsider,
    }[who]  # fmt: skip
    before = Case.objects.count()
    with pytest.raises(NotPermitted):
        commissions.give(town.committee, data=wanted(town, f"body-{town.lmus[0].pk}"), actor=person)
    assert signed_in(person).get(reverse("forum:commission_new", args=[town.committee.slug])).status_code == 404
    assert (Commission.objects.count(), Case.objects.count()) == (0, before)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("wanted", " "),
        ("to", ""),
        ("to", "unit-0"),
        ("to", "body-'--"),
        ("due_on", "2001-01-01"),
        ("due_on", "9999-01-01"),
        ("report_to", "0"),
        ("access", "receiver"),
        ("item", "123456"),
        ("by", "king"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_written(
    town: Municipality, field: str, value: str
) -> None:
    before = Case.objects.count()
    url = reverse("forum:commission_new", args=[town.committee.slug])
    answer = signed_in(town.secretary).post(url, wanted(town, f"body-{town.lmus[0].pk}") | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (Commission.objects.count(), Case.objects.count()) == (0, before)


def test_a_file_that_is_something_else_stops_it_all(town: Municipality) -> None:
    before = Case.objects.count()
    url = reverse("forum:commission_new", args=[town.committee.slug])
    upload = SimpleUploadedFile("plan.pdf", b"MZ\x90\x00", content_type="application/pdf")
    sent = wanted(town, f"body-{town.lmus[0].pk}") | {"attachments": [upload]}
    assert signed_in(town.secretary).post(url, sent).status_code == 422
    assert Case.objects.count() == before


def test_a_workplace_without_an_lmu_receives_through_its_leader(town: Municipality) -> None:
    unit = organisation.add_unit("Kjelleren", None, actor=None)
    leader = organisation.add_person(email="leder@fjellvik.example", name="Leder Lie", actor=None)
    other = organisation.add_person(email="annen@fjellvik.example", name="Annen Lie", actor=None)
    organisation.start_employment(person=leader, unit=unit, leads=True, actor=None)
    organisation.start_employment(person=other, unit=unit, actor=None)
    commission = give(town, f"unit-{unit.pk}")
    assert (commission.receiver_body, commission.receiver_unit) == (None, unit)
    assert told("given") == {leader.email}
    with pytest.raises(NotPermitted):
        perform(commission, "accept", actor=other, data={})
    assert perform(commission, "accept", actor=leader, data={}).status == "accepted"


# Underway -------------------------------------------------------------------------------------------------------------


def test_wrong_place_passed_on_and_those_who_gave_it_are_told(town: Municipality) -> None:
    commission = to_lmu(town)
    data = {"to": f"body-{town.lmus[1].pk}", "reason": "Det er Åsen som har uteområdet."}
    moved = perform(commission, "pass_on", actor=town.lmu_leader(0), data=data)
    assert (moved.status, moved.receiver_body) == ("given", town.lmus[1])
    assert told("passed_on") == givers(town)
    assert told("given") == {town.lmu_leader(0).email, town.lmu_leader(1).email}
    with pytest.raises(NotPermitted):
        perform(moved, "accept", actor=town.lmu_leader(0), data={})


def test_sent_back_stands_with_those_who_gave_it_and_can_be_given_anew(town: Municipality, council: Council) -> None:
    commission = to_lmu(town)
    with pytest.raises(InvalidInput):
        perform(commission, "send_back", actor=town.lmu_leader(0), data={"reason": ""})
    back = perform(commission, "send_back", actor=town.lmu_leader(0), data={"reason": "Vi har ikke folk til det."})
    assert told("sent_back") == givers(town)
    page = signed_in(town.secretary).get(reverse("portal:my_page")).content.decode()
    assert back.get_absolute_url() in page
    due = (clock.today() + timedelta(days=90)).isoformat()
    anew = perform(
        back, "give_anew", actor=town.secretary, data={"to": f"body-{council.body.pk}", "due_on": due, "note": ""}
    )
    assert (anew.status, anew.receiver) == ("given", council.body)
    assert told("given") == {town.lmu_leader(0).email, council.leader.email, council.secretary.email}


def test_called_back_with_a_reason(town: Municipality) -> None:
    commission = to_lmu(town)
    done = perform(commission, "call_back", actor=town.chair, data={"reason": "Staten har tatt det over."})
    assert (done.status, done.reason) == ("called_back", "Staten har tatt det over.")
    assert told("called_back") == {town.lmu_leader(0).email}
    assert available(done, town.chair) == []


def test_two_at_once_one_goes_through(town: Municipality) -> None:
    commission = to_lmu(town)
    seen = commission.status_event_id
    perform(commission, "accept", actor=town.lmu_leader(0), data={}, seen=seen)
    with pytest.raises(WrongState):
        perform(commission, "call_back", actor=town.chair, data={"reason": "Nei."}, seen=seen)


# The way back ---------------------------------------------------------------------------------------------------------


def test_the_report_waits_in_the_queue_of_those_who_hear_it_and_a_vote_takes_a_meeting(town: Municipality) -> None:
    commission = reported(town)
    stay = Referral.objects.get(case=commission.case)
    assert (stay.body, stay.status) == (town.committee, "open")
    assert told("reported") == givers(town)
    queue = signed_in(town.secretary).get(reverse("forum:body_queue", args=[town.committee.slug])).content.decode()
    assert commission.get_absolute_url() in queue
    with pytest.raises(GuardRefused):
        perform(commission, "conclude", actor=town.secretary, data={"answer": "Takk."})


@pytest.mark.parametrize(
    ("resolution", "status", "outcome", "kind"),
    [("noted", "concluded", "noted", "concluded"), ("consider", "accepted", "sent_back", "goes_on")],
)
def test_what_the_meeting_decides_is_carried_into_it_once(
    town: Municipality, resolution: str, status: str, outcome: str, kind: str
) -> None:
    commission = reported(town)
    Body.objects.filter(pk=town.committee.pk).update(decides_by=DecidesBy.CONSENSUS)
    body = Body.objects.get(pk=town.committee.pk)
    stay = Referral.objects.get(case=commission.case)
    planned = services.plan_meeting(
        body=body, starts_at=clock.now() + timedelta(minutes=5), place="Salen", actor=town.secretary
    )
    agenda.add_item(planned, referral=stay, actor=town.secretary)
    called = perform(Meeting.objects.get(pk=planned.pk), "call", actor=town.secretary)
    roll_call.set_attendance(called, rows=roll_call.all_met(called), actor=town.secretary)
    opened = perform(Meeting.objects.get(pk=called.pk), "open", actor=town.secretary, data={"other_day": "on"})
    # On an agenda it is for the meeting, also where no vote is needed.
    with pytest.raises(GuardRefused):
        perform(Commission.objects.get(pk=commission.pk), "conclude", actor=town.secretary, data={"answer": "Takk."})
    item = AgendaItem.objects.get(meeting=opened)
    # What the report proposes is decided by delegation, or recommended to whoever has the authority (§ 5-3).
    Delegation.objects.all().delete()
    with pytest.raises(GuardRefused, match="5-3"):
        decide(item, text="Naturgruppa blir fast.", resolution=Resolution.ADOPT, actor=town.secretary)
    due = clock.today() + timedelta(days=50) if resolution == "consider" else None
    decide(
        item,
        text="Godt arbeid.",
        resolution=Resolution(resolution),
        answer="Godt arbeid.",
        due_on=due,
        actor=town.secretary,
    )
    ended = perform(Meeting.objects.get(pk=opened.pk), "end", actor=town.secretary)
    settlement.settle_items(ended, town.secretary)
    settlement.settle_items(ended, town.secretary)  # again does nothing
    commission.refresh_from_db()
    stay.refresh_from_db()
    assert (commission.status, commission.conclusion) == (status, "Godt arbeid.")
    assert (stay.status, stay.outcome, stay.answer) == ("closed", outcome, "Godt arbeid.")
    assert told(kind) == givers(town) | {town.lmu_leader(0).email}
    if due:
        assert commission.due_on == due


def test_a_motion_that_is_adopted_on_a_report_is_a_decision_and_is_carried_out(
    client: Client, town: Municipality
) -> None:
    """What the body adopted is not told as taken note of: it rests on a delegation, and somebody carries it out."""
    commission = reported(town)
    stay = Referral.objects.get(case=commission.case)
    starts_at = clock.now() + timedelta(days=14)
    planned = services.plan_meeting(body=town.committee, starts_at=starts_at, place="Salen", actor=town.secretary)
    agenda.add_item(planned, referral=stay, recommendation="Naturgruppa blir fast.", actor=town.secretary)
    called = perform(Meeting.objects.get(pk=planned.pk), "call", actor=town.secretary)
    roll_call.set_attendance(called, rows=roll_call.all_met(called), actor=town.secretary)
    perform(Meeting.objects.get(pk=called.pk), "open", actor=town.secretary, data={"other_day": "on"})
    item = AgendaItem.objects.get(meeting=called)
    ballots.record_ballot(item, actor=town.secretary)
    client.force_login(town.secretary)
    url = reverse("forum:meeting_run_item", args=[called.pk, item.pk])
    page = client.get(url).content.decode()
    assert 'name="decision-rests"' in page
    assert "?som=noted" not in page
    sent = {"do": "decide", "resolution": "noted", "decision-text": "Naturgruppa blir fast."}
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert "bare tok saken til orientering" in refused.content.decode()
    decide(
        item, text="Naturgruppa blir fast.", resolution=Resolution.ADOPT, responsible=town.employee(0),
        delegation=town.committee.delegations.get(), actor=town.secretary,
    )  # fmt: skip
    ended = perform(Meeting.objects.get(pk=called.pk), "end", actor=town.secretary)
    assert settlement.settle_items(ended, town.secretary) == []
    commission.refresh_from_db()
    stay.refresh_from_db()
    assert (commission.status, stay.outcome) == ("concluded", "adopted")
    assert FollowUp.objects.get().responsible == town.employee(0)
    assert not Event.objects.filter(action="forum.case_noted").exists()


def test_a_group_that_decides_by_consensus_hears_it_without_a_meeting(town: Municipality) -> None:
    Body.objects.filter(pk=town.coordination.pk).update(decides_by=DecidesBy.CONSENSUS)
    commission = Commission.objects.get(pk=reported(town, report_to=town.coordination.pk).pk)
    with pytest.raises(NotPermitted):
        perform(commission, "conclude", actor=town.secretary, data={"answer": "Takk."})
    done = perform(commission, "conclude", actor=town.coordination_leader, data={"answer": "Takk."})
    assert (done.status, Referral.objects.get(case=done.case).status) == ("concluded", "closed")


# Reading --------------------------------------------------------------------------------------------------------------


def test_who_reads_it_follows_the_case(town: Municipality, council: Council, client: Client) -> None:
    public, internal = to_lmu(town), to_lmu(town, access="employees")
    assert client.get(public.get_absolute_url()).status_code == 200
    assert client.get(internal.get_absolute_url()).status_code == 404
    assert signed_in(council.leader).get(internal.get_absolute_url()).status_code == 404
    assert signed_in(town.outsider).get(internal.get_absolute_url()).status_code == 404
    assert signed_in(town.employee(2)).get(internal.get_absolute_url()).status_code == 200
    shown = client.get(reverse("forum:commission_list")).content.decode()
    assert public.get_absolute_url() in shown
    assert internal.get_absolute_url() not in shown


def test_the_pages_of_the_steps_open_for_those_who_have_them(town: Municipality) -> None:
    commission = to_lmu(town)
    for person, names in ((town.lmu_leader(0), ("accept", "pass_on", "send_back")), (town.secretary, ("call_back",))):
        shown = signed_in(person).get(commission.get_absolute_url()).content.decode()
        for name in names:
            url = reverse("forum:commission_step", args=[commission.pk, name])
            assert url in shown
            assert signed_in(person).get(url).status_code == 200
    refused = signed_in(town.secretary).post(reverse("forum:commission_step", args=[commission.pk, "accept"]), {})
    assert refused.status_code == 403


def test_reminded_before_the_day_and_when_overdue(town: Municipality) -> None:
    commission = to_lmu(town)
    assert reminders.remind() == 0
    with clock.at(clock.now() + timedelta(days=58)):
        assert (reminders.remind(), reminders.remind()) == (1, 0)
        assert told("reminded") == {town.lmu_leader(0).email}
    with clock.at(clock.now() + timedelta(days=61)):
        assert queries.standing(commission)[1] == "danger"
        page = signed_in(town.lmu_leader(0)).get(reverse("portal:my_page")).content.decode()
        assert commission.get_absolute_url() in page

"""Whose it is that somebody stepped aside: of whoever sat there, a deputy or one who stood in (fvl § 6, R12)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.case_papers.permissions import WRITE
from forum.meetings.core import participants
from forum.meetings.core.closed import access, preparing, stepped_aside
from forum.meetings.core.models import AgendaItem, Attendance, Meeting, Recusal
from forum.meetings.enums import RecusalKind, Settled
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes.building import build
from forum.meetings.minutes.corrections import services as corrections
from forum.meetings.minutes.corrections import wording
from forum.meetings.minutes.corrections.forms import RecusalCorrectionForm
from forum.meetings.minutes.structure import Audience
from forum.meetings.session import narrative
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions.forms import DecisionForm
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots
from forum.organisation.models import StandIn
from tests.factories.meetings import end_meeting, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.test_closed_doors import PRIVACY
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.refusals import GuardRefused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]

BASIS = "fvl. § 6 første ledd bokstav a"


def opened(town: Municipality) -> AgendaItem:
    """A meeting in session with one case in it that has a folder."""
    item = in_session(town).items.get()
    case = cases.open_case(title="Felles vaktmester", actor=town.secretary, access=CaseAccess.EMPLOYEES)
    AgendaItem.objects.filter(pk=item.pk).update(case=case)
    return fresh(item)


def fresh(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting__body", "case", "referral__case").get(pk=item.pk)


def aside(item: AgendaItem, person: User, town: Municipality, **given: object) -> None:
    said = {"membership": town.membership(person), "kind": RecusalKind.PARTIALITY, "basis": BASIS} | given
    recusals.recuse(fresh(item), actor=town.secretary, **said)  # type: ignore[arg-type]


def barred(person: User, item: AgendaItem) -> bool:
    """Say whether somebody neither prepares nor reads the case, by every door that asks."""
    case = Case.objects.get(pk=item.case_id)
    left = stepped_aside.has_left(person, case)
    try:
        preparing.check(person, case)
    except GuardRefused:
        refused = True
    else:
        refused = False
    assert refused is left
    assert (person.pk in set(stepped_aside.those_who_left(case).values_list("whose", flat=True))) is left
    assert stepped_aside.cases_left_by(person).filter(of_case=case.pk).exists() is left
    assert stepped_aside.own_cases_left_by(person).filter(pk=item.pk).exists() is left
    return left


def sits_for(item: AgendaItem, holder: User, person: User, town: Municipality) -> None:
    """``person`` stood in for ``holder``, who was away, when the meeting began."""
    today = clock.today()
    place = town.membership(holder)
    stand_in = StandIn.objects.create(
        person=person, membership=place, valid_from=today - timedelta(days=3), valid_to=today + timedelta(days=3)
    )
    row = Attendance.objects.get(meeting=item.meeting, membership=place)
    row.stand_in = stand_in
    row.save()


def test_who_stood_in_and_stepped_aside_is_barred_and_the_holder_who_was_away_is_not(town: Municipality) -> None:
    item, holder, person = opened(town), town.chair, town.employee(0)
    sits_for(item, holder, person, town)
    aside(item, holder, town)
    assert barred(person, item)
    assert not barred(holder, item)
    assert policy.can(holder, WRITE, fresh(item).folder)
    assert policy.people_who_can(WRITE, fresh(item).folder).filter(pk=holder.pk).exists()


def test_in_a_meeting_where_the_holder_sat_it_is_the_holders(town: Municipality) -> None:
    item, holder, person = opened(town), town.chair, town.employee(0)
    today = clock.today()
    StandIn.objects.create(
        person=person, membership=town.membership(holder), valid_from=today, valid_to=today + timedelta(days=3)
    )
    aside(item, holder, town)
    assert barred(holder, item)
    assert not barred(person, item)
    assert not policy.can(holder, WRITE, fresh(item).folder)


def test_what_is_kept_is_read_by_the_holder_who_was_away_as_by_others_who_were(town: Municipality) -> None:
    """Away, and so not at the table: what bars them afterwards is that, and before the case is treated nothing."""
    item, holder, person = opened(town), town.chair, town.employee(0)
    sits_for(item, holder, person, town)
    Case.objects.filter(pk=item.case_id).update(access=CaseAccess.RECEIVER, access_basis="offl. § 13")
    Recusal.objects.create(item=item, membership=town.membership(holder), basis=BASIS)
    rows = access._rows(access.Q(pk=item.pk))
    for record in (access._Record(rows), access._Record(rows, holder.pk), access._Record(rows, person.pk)):
        assert (holder.pk, item.pk) not in record.aside
    assert (person.pk, item.pk) in access._Record(rows).aside


@pytest.mark.parametrize("how", ["for the meeting", "for one case"])
def test_a_deputy_who_stepped_aside_is_barred_and_the_member_is_not(town: Municipality, how: str) -> None:
    item, member, deputy = opened(town), town.elected[3], town.deputies["municipality"][0]
    movements.leave(
        item, membership=town.membership(member), deputy=town.membership(deputy), only=how == "for one case",
        actor=town.secretary,
    )  # fmt: skip
    aside(item, deputy, town)
    assert barred(deputy, item)
    assert not barred(member, item)


def test_a_deputy_called_because_another_stepped_aside_can_step_aside_too(town: Municipality) -> None:
    item, member = opened(town), town.elected[3]
    first, second = (town.membership(person) for person in town.deputies["municipality"][:2])
    aside(item, member, town, deputy=first)
    aside(item, first.person, town, deputy=second)
    assert barred(first.person, item)
    assert barred(member, item)
    assert not barred(second.person, item)
    voters = {voter.membership: voter.seat for voter in participants.entitled(fresh(item))}
    assert voters[second] == town.membership(member)
    assert first not in voters
    document = build(Meeting.objects.get(pk=item.meeting_id), Audience.INTERNAL)
    said = " ".join(document.items[0].recusals)
    assert f"{first.person.name} ble kalt inn som vara i saken." in said
    assert f"{second.person.name} møtte som vara i saken." in said
    assert first.person.name not in {line.name for line in document.present}


@pytest.mark.parametrize(
    ("kind", "basis", "paragraph", "not_it"),
    [
        (RecusalKind.PARTIALITY, BASIS, "forvaltningsloven § 6", "11-11"),
        (RecusalKind.EXEMPTION, "koml. § 11-11", "§ 11-11", "§ 6"),
    ],
)
def test_the_paragraph_is_that_on_which_one_stepped_aside(
    town: Municipality, kind: RecusalKind, basis: str, paragraph: str, not_it: str
) -> None:
    item = opened(town)
    aside(item, town.elected[3], town, kind=kind, basis=basis)
    with pytest.raises(GuardRefused, match=paragraph) as refusal:
        preparing.check(town.elected[3], fresh(item))
    assert not_it not in str(refusal.value)
    closed_doors.close_doors(item, basis=PRIVACY, public_title="Sak", settled=Settled.AGREED, actor=town.secretary)
    said = narrative.out_of_the_room(fresh(item))
    assert paragraph in said.replace("\u00a0", " ")
    assert not_it not in said


def test_an_item_that_stands_alone_is_left_as_a_case_is(town: Municipality) -> None:
    item = in_session(town).items.get()
    assert item.folder is None
    aside(item, town.elected[3], town)
    with pytest.raises(GuardRefused, match="§ 6"):
        preparing.check(town.elected[3], fresh(item))
    preparing.check(town.elected[4], fresh(item))


@pytest.mark.parametrize(("kind", "basis"), [("partiality", "koml. § 11-11"), ("exemption", "fvl. § 6 andre ledd")])
def test_a_provision_of_the_other_kind_is_asked_about(
    client: Client, town: Municipality, kind: str, basis: str
) -> None:
    item = opened(town)
    client.force_login(town.secretary)
    url = reverse("forum:meeting_act", args=[item.meeting_id, item.pk, "habilitet"])
    given = {
        "recuse-membership": town.membership(town.elected[3]).pk, "recuse-kind": kind, "recuse-basis": basis,
        "recuse-settled": "agreed", "recuse-deputy": "nobody",
    }  # fmt: skip
    answer = client.post(url, given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["basis"])
    other = "exemption" if kind == "partiality" else "partiality"
    assert client.post(url, given | {"recuse-kind": other}).status_code == 302


def test_who_stepped_aside_is_not_given_the_job_in_the_meeting_and_afterwards_asked_about_once(
    client: Client, town: Municipality
) -> None:
    item = in_session(town).items.get()
    partial, exempted = town.elected[3], town.elected[4]
    aside(item, partial, town)
    aside(item, exempted, town, kind=RecusalKind.EXEMPTION, basis="koml. § 11-11")
    ballots.record_ballot(item, actor=town.secretary)
    said = {"text": item.recommendation, "resolution": Resolution.ADOPT, "actor": town.secretary}
    form = DecisionForm(item=fresh(item), resolution=Resolution.ADOPT, text="Ja.")
    assert not set(form._may_be_responsible()) & {partial, exempted}
    with pytest.raises(GuardRefused, match=partial.name):
        decisions.decide(item, responsible=partial, **said)  # type: ignore[arg-type]
    decisions.decide(item, **said)  # type: ignore[arg-type]
    end_meeting(Meeting.objects.get(pk=item.meeting_id), actor=town.secretary)
    one = FollowUp.objects.get()
    day = clock.today() + timedelta(days=30)
    with pytest.raises(GuardRefused, match=partial.name):
        follow_up.assign(one, responsible=partial, due_on=day, actor=town.secretary)
    client.force_login(town.secretary)
    for person, paragraph in ((partial, "forvaltningsloven § 6"), (exempted, "§ 11-11")):
        given = {"do": "assign", "responsible": person.pk, "due_on": day.isoformat()}
        asked = client.post(one.get_absolute_url(), given)
        assert asked.status_code == 422
        assert paragraph in str(asked.context["assign"].errors["although_aside"])
        assert client.post(one.get_absolute_url(), given | {"although_aside": "on"}).status_code == 302
        one.refresh_from_db()
        assert one.responsible == person
    # Whoever has the job keeps it: a new day is no new question.
    later = given | {"due_on": (day + timedelta(days=1)).isoformat()}
    assert client.post(one.get_absolute_url(), later).status_code == 302


def test_who_was_exempted_does_not_become_disqualified_by_a_correction_of_the_words(town: Municipality) -> None:
    meeting = held_meeting(town)
    item = meeting.items.get(title="Habilitet")
    recusal = item.recusals.get()
    people = participants.took_part(item)
    given = {"member": str(recusal.membership_id), "basis": "koml. § 11-11", "reason": "Feil hjemmel."}
    assert list(RecusalCorrectionForm(given, item=item, people=people).errors) == ["kind"]
    assert list(RecusalCorrectionForm(given | {"kind": "partiality"}, item=item, people=people).errors) == ["basis"]
    assert RecusalCorrectionForm(given | {"kind": "exemption"}, item=item, people=people).is_valid()
    kept = corrections.correct_recusal(
        item, membership=recusal.membership, kind=RecusalKind.EXEMPTION, basis="koml. § 11-11", reason="Feil hjemmel.",
        actor=town.secretary,
    )  # fmt: skip
    assert (kept.was, kept.now) == ("inhabil, fvl § 6 andre ledd", "fritatt, koml. § 11-11")
    assert "(inhabil, fvl § 6 andre ledd)" in wording.said(kept)

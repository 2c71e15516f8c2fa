"""Saksprotokoll: one case from the published minutes, as page and PDF, and what is closed in it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Case
from forum.meetings.core.models import Meeting
from forum.meetings.core.readable_items import may_read, readable_items
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.approvals.models import MinutesSigner
from forum.meetings.minutes.extracts import queries as extract_queries
from forum.organisation.models import Body, Membership
from tests.factories.meetings import SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import pdf_words, words
from tests.proposals.conftest import Road
from trepart import clock
from trepart.audit.models import Event, ViewLog
from trepart.notices.models import Notice
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("bokmal")


def published(meeting: Meeting, town: Municipality) -> None:
    perform(minutes_services.begin(meeting), "publish", actor=town.secretary)


def test_there_is_no_extract_before_the_minutes_are_out(client: Client, meeting: Meeting, town: Municipality) -> None:
    item = meeting.items.order_by("position")[1]
    client.force_login(town.secretary)
    for name in ("forum:extract", "forum:extract_pdf"):
        assert client.get(reverse(name, args=[meeting.pk, item.pk])).status_code == 404


@pytest.mark.printed
def test_page_and_pdf_say_the_one_case_and_no_other(meeting: Meeting, town: Municipality) -> None:
    published(meeting, town)
    unanimous, split = meeting.items.order_by("position")[:2]
    page = words(Client().get(reverse("forum:extract", args=[meeting.pk, split.pk])).content.decode())
    pdf = Client().get(reverse("forum:extract_pdf", args=[meeting.pk, split.pk])).content
    printed = pdf_words(pdf)
    for said in (f"Saksprotokoll: {split.label}", "Biblioteket åpner klokka ni.", "Biblioteket åpner klokka åtte."):
        assert said in page
        assert said in printed
    for other in (unanimous.title, "felles stilling", "Personalsak", SECRET):
        assert other not in page
        assert other not in printed
    # The same version gives the same bytes.
    assert Client().get(reverse("forum:extract_pdf", args=[meeting.pk, split.pk])).content == pdf


def test_a_closed_case_has_an_extract_for_those_who_may_and_that_is_written_down(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    published(meeting, town)
    closed = meeting.items.order_by("position")[3]
    for name in ("forum:extract", "forum:extract_pdf"):
        url = reverse(name, args=[meeting.pk, closed.pk])
        assert Client().get(url).status_code == 404
        for person in (town.employee(), town.administrator, town.outsider, town.deputies["municipality"][1]):
            client.force_login(person)
            assert client.get(url).status_code == 404, person
        client.force_login(town.union[0])
        assert client.get(url).status_code == 200
    assert ViewLog.objects.filter(person=town.union[0]).count() == 2


def test_an_item_of_another_meeting_or_none_is_not_found(meeting: Meeting, town: Municipality) -> None:
    published(meeting, town)
    other = held_meeting(town)
    item = other.items.order_by("position")[0]
    for pk in (item.pk, 10**15, 0):
        assert Client().get(reverse("forum:extract", args=[meeting.pk, pk])).status_code == 404


def test_what_became_of_a_case_stands_where_it_came_from(client: Client, town: Municipality) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    meeting = road.decided(Resolution.DECLINE).meeting
    proposal = road.fresh()
    lmu = town.lmus[0]
    assert extract_queries.from_body(lmu, town.lmu_leader()) == []
    published(meeting, town)
    (line,) = extract_queries.from_body(lmu, town.lmu_leader())
    assert (line.body, line.title) == (town.committee.name, proposal.title)
    client.force_login(town.lmu_leader())
    for page in (
        reverse("forum:body_detail", args=[lmu.slug]),
        reverse("lmu:detail", args=[lmu.slug]),
        proposal.get_absolute_url(),
    ):
        assert line.url in client.get(page).content.decode(), page
    client.force_login(proposal.proposer)
    story = client.get(proposal.get_absolute_url()).content.decode()
    assert line.url in story
    assert f"Møteboka for {town.committee.name} forteller om saken" in words(story)
    assert extract_queries.from_body(town.committee, town.secretary) == []
    # An exempt case is not told of, on no page, to those who do not treat it.
    Case.objects.filter(pk=proposal.case_id).update(access=CaseAccess.RECEIVER, access_basis="offl § 13")
    assert extract_queries.from_body(lmu, town.lmu_leader()) == []
    assert [line.title for line in extract_queries.from_body(lmu, town.secretary)] == [proposal.title]


def test_those_who_lead_the_bodies_it_came_from_are_told(town: Municipality) -> None:
    """R13, R18: the LMU's leader, and the coordination group's leader and secretary; each once, nobody else, with the
    outcome and the way to the extract."""
    road = Road(town, needs_grant="yes").to_committee()
    item = road.decided(Resolution.DECLINE)
    published(item.meeting, town)
    told = Notice.objects.filter(kind="forum.case_minuted")
    group = town.coordination.memberships.filter(role__in=("leader", "secretary")).values_list("person_id", flat=True)
    assert sorted(told.values_list("person_id", flat=True)) == sorted({town.lmu_leader().pk, *group})
    notice = told.select_related("mail").get(person=town.lmu_leader())
    assert notice.subject == f"{town.committee.name} har behandlet «{road.proposal.title}»"
    assert f"Saken har vært hos {town.lmus[0].name} før" in notice.body
    assert "Utfallet: Avslått, enstemmig.\nVi vedtar dette." in notice.body
    assert notice.url == reverse("forum:extract", args=[item.meeting_id, item.pk])
    assert notice.mail is not None
    assert notice.mail.text.endswith(notice.url)
    client = Client()
    client.force_login(town.lmu_leader())
    assert client.get(notice.url).status_code == 200
    for person in set(group):
        secretary = told.get(person=person)
        assert f"Saken har vært hos {town.coordination.name} før" in secretary.body


def test_whoever_was_told_of_the_minutes_is_not_told_twice(town: Municipality) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    Membership.objects.filter(body=town.lmus[0], role="leader").update(person=town.secretary)
    item = road.decided(Resolution.DECLINE)
    published(item.meeting, town)
    own = Notice.objects.filter(person=town.secretary)
    assert own.filter(kind="forum.minutes_published").count() == 1
    assert not own.filter(kind="forum.case_minuted").exists()


def test_an_exempt_case_is_told_to_nobody_who_may_not_read_it(town: Municipality) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    item = road.decided(Resolution.DECLINE)
    Case.objects.filter(pk=road.proposal.case_id).update(access=CaseAccess.RECEIVER, access_basis="offl § 13")
    published(item.meeting, town)
    assert not Notice.objects.filter(kind="forum.case_minuted").exists()
    assert Event.objects.filter(action="forum.case_minuted").count() == 1


def test_of_what_was_closed_those_who_were_there_read_the_number_alone(town: Municipality) -> None:
    """Somebody who leads the LMU, sat as a deputy in the closed item and is asked to approve its minutes may read it:
    what is kept of it on "my page" gives nothing away later."""
    road = Road(town, needs_grant="yes", title="Rus på jobb").to_committee()
    item = road.decided(Resolution.DECLINE)
    item.doors, item.closed_basis, item.public_title = "closed", "koml. § 11-5 (2)", "Personalsak"
    item.save()
    item.door_periods.create(basis=item.closed_basis, settled="law")
    seat = item.meeting.attendances.filter(stands_for__isnull=True, present=True)[0]
    deputy = town.committee.memberships.filter(role="deputy")[0]
    Membership.objects.filter(body=town.lmus[0], role="leader").update(person=deputy.person)
    item.movements.create(
        meeting=item.meeting, membership=deputy, kind="came", stands_for=seat.membership, only=True, at=clock.now()
    )
    minutes = minutes_services.begin(item.meeting)
    MinutesSigner.objects.create(minutes=minutes, membership=deputy)
    Membership.objects.filter(pk=deputy.pk).update(valid_to=clock.today())
    with clock.at(clock.now() + timedelta(days=1)):
        perform(minutes, "publish", actor=town.secretary)
    (notice,) = Notice.objects.filter(kind="forum.case_minuted").select_related("mail")
    assert notice.person == deputy.person
    assert notice.subject == f"{town.committee.name} har behandlet {item.label}"
    assert notice.mail is not None
    for said in (notice.subject, notice.body, notice.mail.subject, notice.mail.text):
        assert "Rus på jobb" not in said
        assert "Vi vedtar" not in said


def test_one_item_that_is_fetched_may_be_read_by_those_who_find_it(town: Municipality, meeting: Meeting) -> None:
    """The question of one row (`may_read`) and the question to the database (`readable_items`) answer alike, for
    everybody, open and closed, and for a deputy called to one item."""
    published(meeting, town)
    kept = meeting.items.order_by("position")[3]
    stand_in = town.committee.memberships.filter(role="deputy").order_by("-deputy_number")[0]
    kept.recusals.create(
        membership=town.membership(town.elected[1]), kind="partiality", basis="fvl § 6", deputy=stand_in
    )
    people = [
        AnonymousUser(),
        town.outsider,
        town.employee(),
        town.lmu_leader(),
        town.chair,
        town.secretary,
        town.union[0],
        town.administrator,
        town.coordination_secretary,
        town.deputies["municipality"][1],
        stand_in.person,
    ]
    for open_to_all in (True, False):
        Body.objects.filter(pk=town.committee.pk).update(meetings_open=open_to_all)
        items = list(meeting.items.select_related("meeting__body", "case", "referral__case"))
        for person in people:
            found = set(readable_items(person).filter(meeting=meeting).values_list("pk", flat=True))
            assert {item.pk for item in items if may_read(item, person)} == found, (person, open_to_all)


def test_the_list_costs_the_same_however_many(town: Municipality, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        road = Road(town, needs_grant="yes", title=f"Forslag {number}").to_committee()
        published(road.decided(Resolution.DECLINE).meeting, town)
    with django_assert_max_num_queries(8):
        assert len(extract_queries.from_body(town.lmus[0], town.secretary)) == 3


def test_the_votes_alone_are_public_once_the_minutes_are(client: Client, meeting: Meeting, town: Municipality) -> None:
    url = reverse("forum:roll_call", args=[meeting.pk])
    assert Client().get(url).status_code == 404
    published(meeting, town)
    page = words(Client().get(url).content.decode())
    assert f"{town.elected[1].name}" in page
    assert "Biblioteket åpner klokka ni." in page
    assert "Habilitet" in page
    for hidden in (SECRET, "Personalsak", "Orientering om nærvær", "Trukket sak"):
        assert hidden not in page
    client.force_login(town.union[0])
    assert SECRET in client.get(url).content.decode()
    assert ViewLog.objects.filter(person=town.union[0]).count() == 1

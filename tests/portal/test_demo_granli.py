"""The demo municipality of three equal parts: run by the same code, proved by its own trail."""

from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.models import Referral
from forum.meetings.agenda.models import Demand
from forum.meetings.case_papers.models import CasePaperVersion
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.minutes.models import Minutes
from forum.meetings.planning.meeting_days import public_holidays
from forum.organisation import composition
from forum.organisation.enums import BodyKind, Part
from forum.organisation.models import Body, Membership
from portal.demo.roles import stands
from portal.demo.stories.granli import BODY, CHIEF, SECTORS, TALES
from proposals.enums import ProposalStatus
from proposals.models import Feedback, HeardWord, Proposal
from trepart import clock
from trepart.access import sync
from trepart.audit import verifying
from trepart.audit.models import Event


@pytest.mark.django_db(transaction=True)
def test_a_year_in_granli(settings: Any, client: Client) -> None:
    settings.DEMO = True
    said = StringIO()
    call_command("load_demo", "--model", "lunner", stdout=said)
    body, chief = Body.objects.get(name=BODY), Body.objects.get(name=CHIEF)
    assert not Body.objects.filter(kind__in=[BodyKind.LMU, BodyKind.COORDINATION]).exists()
    assert Body.objects.filter(kind=BodyKind.LINE, unit__isnull=False).count() == sum(map(len, SECTORS.values()))
    seats = Counter(m.part for m in Membership.objects.running().filter(body=body) if m.seated)
    assert seats == {Part.ELECTED: 3, Part.ADMINISTRATION: 3, Part.UNION: 3}
    assert [b for b in Body.objects.all() if composition.hindrances(b) and b.kind != BodyKind.COUNCIL] == []
    assert body.meetings_open
    assert body.chapter_11
    assert body.evidence
    assert 4 <= Meeting.objects.filter(body=body, status="ended").count() <= 6
    # Four to six times in the year that is planned, too, and none of those held was on a day off.
    assert 4 <= Meeting.objects.filter(body=body, starts_at__year=clock.today().year + 1).count() <= 6
    held = [timezone.localtime(each.starts_at).date() for each in Meeting.objects.filter(body=body, status="ended")]
    assert not [day for day in held if day.weekday() > 4 or day in public_holidays(day, day)]
    # Each road was walked, and whoever is at an end has an answer.
    statuses = dict(Proposal.objects.values_list("title", "status"))
    for tale in TALES:
        assert statuses[tale.title] == _ENDS[tale.road], tale.title
    ended = Proposal.objects.filter(status__in=["implemented", "declined", "considered", "adopted"])
    assert {p.pk for p in ended} <= set(Feedback.objects.values_list("proposal_id", flat=True))
    # An employee's proposal came to the leader first, then to the chief executive, then to the three parts, with a
    # recommendation each time.
    case = Proposal.objects.get(title=TALES[0].title).case
    stays = list(Referral.objects.filter(case=case).order_by("pk"))
    assert [stay.body.name for stay in stays] == ["Leder, Økonomi og personal", CHIEF, BODY]
    assert all(stay.recommendation for stay in stays[1:])
    assert set(Referral.objects.filter(case__proposal__origin="citizen").values_list("body__name", flat=True)) == {
        chief.name
    }
    # Nothing an employee proposed ended with one leader before union and safety representative were heard, or had had
    # their days; at Nav, which has no safety representative, the chief one was asked.
    for proposal in Proposal.objects.filter(origin="employee", adopted_by__kind=BodyKind.LINE):
        asked = list(proposal.heard.all())
        assert {word.membership.role for word in asked} == {"union_representative", "safety_representative"}
        assert all(word.text for word in asked if word.membership.role == "union_representative")
    assert HeardWord.objects.exclude(text="").exists()
    assert Event.objects.filter(action="proposals.heard_silent").exists()
    begun = HeardWord.objects.filter(proposal__unit__name="Nav Granli").order_by("pk")
    assert [(word.membership.body.name, bool(word.text)) for word in begun] == [
        ("Leder, Nav Granli", True), (CHIEF, False),
    ]  # fmt: skip
    # What a part put to the body went straight there, and stands on the coming agenda.
    put = Referral.objects.get(case__proposal__origin="part")
    assert put.body == body
    assert put.items.filter(meeting__status="called").exists()
    demand = Demand.objects.get()
    assert (demand.supports.count(), demand.item is not None) == (3, True)
    assert demand.item.meeting.status == "called"
    # Whoever was away had a deputy of the same part in the chair, so the parts stayed equal.
    for row in Attendance.objects.filter(stands_for__isnull=False):
        assert row.membership.part == row.stands_for.part
    assert Minutes.objects.filter(status="approved").count() == 4
    assert Minutes.objects.filter(status="published").count() == 1
    # What the chief executive's people wrote for the coming meeting, with the archive's own number.
    paper = CasePaperVersion.objects.get()
    assert paper.discussed_on is not None
    assert paper.paper.case.archive_reference
    assert not sync.difference()
    assert verifying.verify() == []
    assert f"{Proposal.objects.count()} forslag" in said.getvalue()
    assert [stand.key for stand in stands()] == [
        "proposer", "line-leader", "line-union", "chief", "committee-leader", "committee-secretary",
        "committee-elected", "committee-union", "committee-deputy", "administrator", "chief-executive", "archive",
    ]  # fmt: skip
    assert "Granli kommune" in client.get("/").content.decode()
    # The same pages, for the public and for the leader of a workplace.
    for name in ("portal:front", "forum:body_list", "forum:meeting_list", "proposals:list"):
        page = client.get(reverse(name)).content.decode()
        assert "LMU" not in page.replace("(LMU)", "")
    leader = Membership.objects.get(body__name="Leder, Nav Granli", role="leader").person
    client.force_login(leader)
    assert "Drop-in en ettermiddag i uka" in client.get(reverse("portal:my_page")).content.decode()
    assert Proposal.objects.filter(submitted_at__gt=clock.now()).count() == 0


_ENDS = {
    "body_completed": ProposalStatus.IMPLEMENTED,
    "leader_completed": ProposalStatus.IMPLEMENTED,
    "body_adopted": ProposalStatus.ADOPTED,
    "chief_adopted": ProposalStatus.ADOPTED,
    "citizen_adopted": ProposalStatus.ADOPTED,
    "leader_declined": ProposalStatus.DECLINED,
    "body_declined": ProposalStatus.DECLINED,
    "chief_considered": ProposalStatus.CONSIDERED,
    "body_council": ProposalStatus.AWAITING_COUNCIL,
    "body_next": ProposalStatus.IN_TREATMENT,
    "chief_queue": ProposalStatus.IN_TREATMENT,
    "begun": ProposalStatus.IN_TREATMENT,
    "withdrawn": ProposalStatus.WITHDRAWN,
    "new": ProposalStatus.RECEIVED,
    "citizen_new": ProposalStatus.RECEIVED,
}

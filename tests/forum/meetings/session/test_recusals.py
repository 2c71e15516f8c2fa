"""Who does not take part in an item, by agreement or by vote (R12)."""

import pytest

from forum.cases.models import Case, Document
from forum.meetings.attendance import conflicts_of_interest
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import RecusalKind, Settled
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.participation import recusals
from forum.organisation.services import bodies as organisation
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.django_db


class TestWhoTakesPart:
    def test_the_body_votes_without_the_member_concerned(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.elected[4])
        said = {"membership": who, "kind": RecusalKind.PARTIALITY, "basis": "fvl. § 6", "settled": Settled.VOTE}
        with pytest.raises(GuardRefused, match=who.person.name):
            recusals.recuse(item, **said, choices=against(town, item), actor=town.secretary)
        choices = against(town, item, town.union[0], without=town.elected[4])
        recusal = recusals.recuse(item, **said, choices=choices, actor=town.secretary)
        assert recusal is not None
        assert recusal.ballot.votes.count() == 8
        block = build(item.meeting, Audience.INTERNAL).items[0]
        assert block.procedure[0].result.startswith("7 mot 1.")
        assert "inhabil" in block.procedure[0].motion
        assert who.person.name not in [voter.membership.person.name for voter in participants.entitled(item)]

    def test_a_vote_that_the_member_takes_part_stands_in_the_minutes(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = against(town, item, *town.union, town.elected[0], without=town.elected[4])
        said = {"membership": town.membership(town.elected[4]), "kind": RecusalKind.EXEMPTION, "basis": "koml. § 11-11"}
        assert recusals.recuse(item, **said, settled=Settled.VOTE, choices=choices, actor=town.secretary) is None
        assert len(participants.entitled(item)) == 9
        assert "fritatt" in build(item.meeting, Audience.INTERNAL).items[0].procedure[0].motion

    def test_an_elected_employee_who_prepared_the_case_is_prompted_with_the_paragraph(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        case = Case.objects.create(year=2026, number=77, title="Felles vaktmester")
        AgendaItem.objects.filter(pk=item.pk).update(case=case)
        for person in (town.elected[3], town.union[0]):
            Document.objects.create(
                case=case,
                title="Saksframlegg",
                file="x",
                content_type="text/plain",
                size=1,
                sha256="0" * 64,
                added_by=person,
            )
        organisation.start_employment(
            person=town.elected[3], unit=town.units[0], valid_from=town.committee.active_from, actor=None
        )
        item = AgendaItem.objects.get(pk=item.pk)
        found = conflicts_of_interest.prompts(item, participants.at_the_table(meeting, item))
        assert [(p.membership.person, p.basis, p.by_law) for p in found] == [
            (town.elected[3], "koml. § 11-10 andre ledd", True),
            (town.union[0], "fvl. § 6 andre ledd", False),
        ]

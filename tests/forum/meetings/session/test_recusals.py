"""Who does not take part in an item, by agreement or by vote (R12)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.models import Case, Document
from forum.meetings.attendance import conflicts_of_interest
from forum.meetings.attendance.deputy_lists import deputies, list_of
from forum.meetings.attendance.models import ConflictReport
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import RecusalKind, Settled
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.participation import recusals
from forum.meetings.session.participation.forms import RecuseForm
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body, Membership
from forum.organisation.services import bodies as organisation
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.test_closed_doors import PRIVACY
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.access.models import User
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

    def test_of_several_in_doubt_none_votes_on_any_of_them(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        first, second = town.membership(town.elected[4]), town.membership(town.union[0])
        said = {
            "membership": first, "kind": RecusalKind.PARTIALITY, "basis": "fvl. § 6", "settled": Settled.VOTE,
            "in_doubt": [second], "actor": town.secretary,
        }  # fmt: skip
        with pytest.raises(GuardRefused, match=second.person.name):
            recusals.recuse(item, **said, choices=against(town, item, without=town.elected[4]))
        choices = against(town, item, without=town.elected[4])
        del choices[second.pk]
        recusal = recusals.recuse(item, **said, choices=choices)
        assert recusal is not None
        assert {vote.membership_id for vote in recusal.ballot.votes.all()}.isdisjoint({first.pk, second.pk})
        assert recusal.ballot.votes.count() == 7

    def test_where_too_few_are_left_all_who_met_take_part_in_it(self, town: Municipality) -> None:
        """Fvl § 8 second paragraph: five of nine must vote, and of six in doubt three are left."""
        item = in_session(town).items.get()
        doubtful = [town.membership(person) for person in (*town.elected[3:], *town.union)]
        recusal = recusals.recuse(
            item, membership=doubtful[0], kind=RecusalKind.PARTIALITY, basis="fvl. § 6", settled=Settled.VOTE,
            in_doubt=doubtful[1:], choices=against(town, item), actor=town.secretary,
        )  # fmt: skip
        assert recusal is not None
        assert recusal.ballot.votes.count() == 9

    def test_whoever_steps_aside_leaves_the_room_while_the_doors_are_closed(
        self, client: Client, town: Municipality
    ) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.elected[4])
        recusals.recuse(item, membership=who, kind=RecusalKind.PARTIALITY, basis="fvl. § 6", actor=town.secretary)
        client.force_login(town.secretary)
        url = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        assert "er ikke i rommet" not in client.get(url).content.decode()
        closed_doors.close_doors(item, basis=PRIVACY, public_title="Sak", settled=Settled.AGREED, actor=town.secretary)
        assert "er ikke i rommet" in client.get(url).content.decode()

    def test_the_form_asks_who_else_is_in_doubt(self, client: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        first, second = town.membership(town.elected[4]), town.membership(town.union[0])
        client.force_login(town.secretary)
        url = reverse("forum:meeting_act", args=[item.meeting_id, item.pk, "habilitet"])
        assert "recuse-in_doubt" in client.get(url).content.decode()
        given = {
            "recuse-membership": first.pk, "recuse-kind": "partiality", "recuse-basis": "fvl. § 6",
            "recuse-settled": "vote", "recuse-in_doubt": [second.pk], "recuse-against": [],
            "recuse-deputy": "nobody",
        }  # fmt: skip
        assert client.post(url, given).status_code == 302
        assert item.recusals.get().ballot.votes.count() == 7

    def test_nothing_that_costs_a_seat_is_chosen_beforehand(self, client: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.elected[4])
        ConflictReport.objects.create(item=item, membership=who, why="Naboen min har søkt.")
        client.force_login(town.secretary)
        url = reverse("forum:meeting_act", args=[item.meeting_id, item.pk, "habilitet"])
        form = client.get(f"{url}?hvem={who.pk}").context["form"]
        assert form["basis"].value() in ("", None)
        assert form["deputy"].value() in ("", None)
        named = [
            pk for _heading, group in form.fields["deputy"].choices if isinstance(group, list) for pk, _name in group
        ]
        own = list_of(who, deputies(item.meeting))
        assert named == [str(d.pk) for d in own]
        given = {
            "recuse-membership": who.pk, "recuse-kind": "partiality", "recuse-basis": "fvl. § 6",
            "recuse-settled": "agreed",
        }  # fmt: skip
        assert client.post(url, given).status_code == 422
        others = next(d for d in deputies(item.meeting) if d not in own)
        assert client.post(url, given | {"recuse-deputy": others.pk}).status_code == 422
        assert not item.recusals.exists()
        assert client.post(url, given | {"recuse-deputy": "next"}).status_code == 302
        assert item.recusals.get().deputy == own[0]

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
        assert self.prompted(item) == [
            (town.elected[3], "koml. § 11-10 andre ledd", True),
            (town.union[0], "fvl. § 6 andre ledd", False),
        ]
        # Whom the law reaches is elected by an elected organ, whatever part that person is of (§ 5-1).
        for person, elected in ((town.elected[3], False), (town.union[0], True)):
            Membership.objects.filter(pk=town.membership(person).pk).update(elected_by_council=elected)
        assert self.prompted(item) == [
            (town.union[0], "koml. § 11-10 andre ledd", True),
            (town.elected[3], "fvl. § 6 andre ledd", False),
        ]

    def test_in_another_arrangement_the_public_administration_act_applies_alone(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        case = Case.objects.create(year=2026, number=78, title="Felles vaktmester")
        AgendaItem.objects.filter(pk=item.pk).update(case=case)
        self.prepares(town, case, town.elected[3])
        Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
        assert self.prompted(item) == [(town.elected[3], "fvl. § 6 andre ledd, jf. § 10", False)]
        form = RecuseForm(people=[], deputies=[], voters=[], on=clock.today(), elected_body=False)
        assert "§ 11-11" not in str(form.fields["basis"].help_text)

    def prepares(self, town: Municipality, case: Case, person: User) -> None:
        """Let an employee have put a document into the case."""
        Document.objects.create(
            case=case, title="Saksframlegg", file="x", content_type="text/plain", size=1, sha256="0" * 64,
            added_by=person,
        )  # fmt: skip
        organisation.start_employment(
            person=person, unit=town.units[0], valid_from=town.committee.active_from, actor=None
        )

    def prompted(self, item: AgendaItem) -> list[tuple[User, str, bool]]:
        """Return who is to be asked about, on which provision, and whether the law itself decides."""
        fresh = AgendaItem.objects.get(pk=item.pk)
        found = conflicts_of_interest.prompts(fresh, participants.at_the_table(fresh.meeting, fresh))
        return [(prompt.membership.person, prompt.basis, prompt.by_law) for prompt in found]

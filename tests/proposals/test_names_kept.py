"""A name that is not shown, a guest in one case, promises that are kept, and a closed account (R18, R27, R31)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import CaseAccess
from forum.cases.models import CaseGuest
from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis, OfficeKind, Role
from forum.organisation.models import Membership
from forum.organisation.queries.bodies import is_employee, takes_part
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from lmu import services as lmu
from proposals import screening, services
from proposals.enums import AccessAnswer, Origin
from proposals.models import Proposal
from proposals.presenting import display_names, errands, promises
from tests.factories.organisation import Municipality
from tests.proposals.asking import as_, page
from tests.proposals.citizens import citizen, screened, sent
from tests.proposals.conftest import Road, words
from trepart import clock
from trepart.access import account_closure, policy
from trepart.access.models import User
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted

pytestmark = pytest.mark.usefixtures("bokmal")


class TestTheName:
    def test_those_who_receive_and_their_secretary_know_it_and_nobody_else(self, town: Municipality) -> None:
        proposal = screened(town, sent())
        name = proposal.proposer.name  # type: ignore[union-attr]  # a citizen with an account
        url = proposal.get_absolute_url()
        for reader in (town.coordination_secretary, town.coordination_leader):
            assert f"{name} (navnet vises ikke for andre)" in page(as_(reader), url)
        for reader in (None, citizen("Else Vik"), town.employee(), town.lmu_leader(), town.chair, town.administrator):
            assert name not in page(as_(reader), url)
            assert not display_names.may_see_proposer(proposal, reader)
        assert name in page(as_(proposal.proposer), url)
        assert name not in page(as_(town.coordination_secretary), "/forslag/"), "a list is looked at over shoulders"

    def test_the_members_of_the_group_are_colleagues(self, town: Municipality) -> None:
        road = Road(town).begin()
        name = road.proposer.name
        assert name in page(as_(road.leader), road.fresh().get_absolute_url())
        for member in town.lmu_members[0][1:]:
            assert name not in page(as_(member), road.fresh().get_absolute_url())

    def test_the_right_to_the_trail_is_no_right_to_the_name(self, town: Municipality) -> None:
        organisation.appoint(person=town.employee(1), office=OfficeKind.ARCHIVE, valid_from=clock.today(), actor=None)
        road = Road(town)
        services.correct(road.fresh(), data=words(town.units[0], title="Ny tittel"), actor=road.proposer)
        road.begin()
        name = road.proposer.name
        for reader in (town.administrator, town.employee(1)):
            html = page(as_(reader), road.fresh().get_absolute_url() + "?spor=1")
            assert "Hvem" in html or reader != town.administrator
            assert name not in html
            told = str(timeline.entries(road.fresh().case, reader, audit=True))
            assert name not in told
            assert road.leader.name in told, "whoever acts for a body is named"
        assert name in str(timeline.entries(road.fresh().case, road.leader, audit=True))


class TestAskedForTheName:
    def test_the_proposer_is_told_and_nobody_else(self, town: Municipality) -> None:
        proposal = screened(town, sent())
        url = reverse("proposals:access_asked", args=[proposal.case_id])
        for reader in (None, town.employee(), town.chair, town.administrator, citizen("Else Vik")):
            assert as_(reader).post(url, {"outcome": "asked", "reason": "x"}).status_code in (302, 403, 404)
        assert not Notice.objects.filter(kind="proposals.access_asked").exists()
        given = {"outcome": "held_back", "reason": "Offentleglova § 13.", "seen": proposal.status_event_id}
        assert as_(town.coordination_secretary).post(url, given).status_code == 302
        notice = Notice.objects.select_related("mail", "person").get(kind="proposals.access_asked")
        assert notice.person == proposal.proposer
        assert notice.mail is not None
        assert "navnet ditt holdes tilbake" in notice.mail.text
        assert "Offentleglova § 13." in notice.mail.text
        event = Event.objects.get(action="proposals.access_asked")
        assert event.data["outcome"] == "held_back"
        for reader in (None, town.employee()):
            assert "Offentleglova § 13." not in page(as_(reader), proposal.get_absolute_url())

    def test_it_takes_a_reason_and_a_name_that_is_hidden(self, town: Municipality) -> None:
        secretary = town.coordination_secretary
        hidden = screened(town, sent())
        with pytest.raises(GuardRefused):
            screening.tell_access_asked(hidden, outcome=AccessAnswer.ASKED, reason=" ", actor=secretary)
        with pytest.raises(NotPermitted):
            screening.tell_access_asked(
                hidden, outcome=AccessAnswer.ASKED, reason="x", actor=town.coordination_members[-1]
            )
        shown = screened(town, sent(citizen("Else Vik"), show_name="on"))
        with pytest.raises(GuardRefused):
            screening.tell_access_asked(shown, outcome=AccessAnswer.ASKED, reason="x", actor=secretary)
        assert not [a for a in errands.actions(shown, secretary) if a.name == "access_asked"]


class TestGuests:
    def bring_in(self, town: Municipality, *roads: Road) -> User:
        member = lmu.add_user_representative(
            body=town.lmus[0],
            email="bruker@post.example",
            name="Bjørg Bruker",
            valid_from=clock.today(),
            valid_to=None,
            actor=town.lmu_leader(),
            cases=[road.referral for road in roads],
        )
        return member.person

    def test_a_guest_reads_exactly_the_case(self, town: Municipality) -> None:
        mine, other = Road(town).begin(), Road(town, title="Noe annet").begin()
        guest = self.bring_in(town, mine)
        assert not is_employee(guest)
        assert not takes_part(guest)
        client = as_(guest)
        assert client.get(mine.fresh().get_absolute_url()).status_code == 200
        assert client.get(other.fresh().get_absolute_url()).status_code == 404
        assert list(policy.visible_to(guest, "proposals.view", Proposal.objects.all())) == [mine.fresh()]
        assert guest in policy.people_who_can("proposals.view", mine.fresh())
        assert guest not in policy.people_who_can("proposals.view", other.fresh())
        for right in ("forum.view_internal", "forum.view_queue", "lmu.view", "forum.view_meeting"):
            assert not policy.can(guest, right, town.lmus[0]), right
        assert client.get(reverse("lmu:detail", args=[town.lmus[0].slug])).status_code in (403, 404)
        assert mine.proposer.name not in page(client, mine.fresh().get_absolute_url())

    def test_the_guest_is_let_in_by_the_leader_and_to_the_groups_own_cases_alone(self, town: Municipality) -> None:
        road, elsewhere = Road(town).begin(), Road(town, number=1).begin()
        guest = self.bring_in(town)
        assert as_(guest).get(road.fresh().get_absolute_url()).status_code == 404
        member = Membership.objects.get(person=guest)
        with pytest.raises(GuardRefused):
            lmu.let_in(member, cases=[elsewhere.referral], actor=town.lmu_leader())
        with pytest.raises(NotPermitted):
            lmu.let_in(member, cases=[road.referral], actor=town.employee())
        url = reverse("lmu:user_cases", args=[town.lmus[0].slug, member.pk])
        assert as_(town.employee()).get(url).status_code in (403, 404)
        leader = as_(town.lmu_leader())
        assert leader.post(url, {"cases": [elsewhere.referral.pk]}).status_code == 422
        assert leader.post(url, {"cases": [road.referral.pk]}).status_code == 302
        assert CaseGuest.objects.get().membership == member
        assert as_(guest).get(road.fresh().get_absolute_url()).status_code == 200
        event = Event.objects.get(action="lmu.guest_let_in")
        assert (event.actor, event.root_id) == (town.lmu_leader(), road.fresh().case_id)

    def test_it_ends_with_the_membership(self, town: Municipality) -> None:
        road = Road(town).begin()
        guest = self.bring_in(town, road)
        memberships.end_membership(Membership.objects.get(person=guest), on=clock.today(), actor=town.lmu_leader())
        with clock.at(_tomorrow()):
            assert not policy.can(User.objects.get(pk=guest.pk), "proposals.view", road.fresh())

    def test_all_employees_means_employment(self, town: Municipality) -> None:
        road = Road(town).begin()
        assert road.fresh().case.access == CaseAccess.EMPLOYEES
        for reader, reads in ((town.employee(1), True), (town.administrator, True), (town.elected[3], False)):
            assert policy.can(reader, "proposals.view", road.fresh()) is reads, reader
            assert (reader in policy.people_who_can("proposals.view", road.fresh())) is reads
            assert is_employee(reader) is reads
        assert takes_part(town.elected[3])


def _tomorrow() -> datetime:
    return clock.now() + timedelta(days=1)


class TestPromises:
    def test_a_group_is_called_one_and_a_leader_alone_is_not(self, town: Municipality) -> None:
        (said,) = promises.first_readers([town.lmus[0]])
        assert said == (f"Først er det bare disse i {town.lmus[0]} som leser det: leder, tillitsvalgt og verneombud.")
        memberships.start_membership(
            person=town.outsider, body=town.lmus[0], role=Role.USER_REPRESENTATIVE, valid_from=clock.today(), actor=None
        )
        assert promises.first_readers([town.lmus[0]]) == [said], "a guest does not read what comes in"
        alone = organisation.add_body(
            name="Leder, Nav", kind=BodyKind.LINE, legal_basis=LegalBasis.KOML_13_1, decides_by=DecidesBy.LEADER,
            superior=town.committee, actor=None
        )  # fmt: skip
        memberships.start_membership(
            person=town.employee(2), body=alone, role=Role.LEADER, valid_from=clock.today(), actor=None
        )
        (said,) = promises.first_readers([alone])
        assert said == "Først er det bare én som leser det: leder (Leder, Nav)."

    def test_the_form_and_the_receipt_say_it(self, town: Municipality) -> None:
        html = page(as_(town.employee()), "/forslag/ny/")
        assert promises.first_readers([town.lmus[0]])[0] in html
        assert "alle som arbeider i kommunen, lese det" in html
        road = Road(town)
        receipt = page(as_(road.proposer), reverse("proposals:receipt", args=[road.proposal.case_id]))
        mail = Notice.objects.select_related("mail").get(kind="proposals.receipt").mail
        assert mail is not None
        for said in promises.of_proposal(road.fresh()):
            assert said in receipt
            assert said in " ".join(mail.text.split())

    @pytest.mark.parametrize("origin", list(Origin))
    def test_what_is_promised_of_the_name_is_who_may_see_it(self, origin: Origin) -> None:
        said = promises.of_name(origin)
        assert "De som mottar forslaget, og sekretæren deres kan se det." in said
        assert "Du får beskjed." in said


class TestClosedAccounts:
    def test_the_page_says_that_nobody_can_be_answered_and_what_is_done_instead(self, town: Municipality) -> None:
        proposal = screened(town, sent())
        person = proposal.proposer
        assert person is not None
        account_closure.close(person, actor=person)
        html = page(as_(None), proposal.get_absolute_url())
        assert "har avsluttet kontoen sin, så det er ingen å svare" in html
        assert proposal.case.reference in html
        assert "Forslagsstilleren skal ha svar" not in html
        step = page(as_(town.coordination_secretary), reverse("proposals:preliminary_answer", args=[proposal.case_id]))
        assert "så det er ingen å svare" in step
        answer = as_(town.coordination_secretary).post(
            reverse("proposals:preliminary_answer", args=[proposal.case_id]),
            {"answer": "Vent litt.", "expected_on": timezone.localdate(_tomorrow()), "seen": proposal.status_event_id},
            follow=True,
        )
        assert "Ingen får beskjed" in answer.content.decode()

    def test_an_open_account_is_answered(self, town: Municipality) -> None:
        proposal = screened(town, sent())
        assert "ingen å svare" not in page(as_(None), proposal.get_absolute_url())

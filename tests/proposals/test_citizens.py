"""The road of citizens, associations, village councils and the parts: who may send, and who reads it first."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from forum.organisation.enums import BodyKind, LegalBasis, Part, Role
from forum.organisation.models import Body
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from proposals import senders, services
from proposals.enums import FeedbackOutcome, Origin
from proposals.models import Feedback, Intake, Proposal
from proposals.presenting.display_names import proposer_name
from proposals.routing import road as roads
from proposals.routing import services as routing_services
from proposals.tasks import remind
from tests.factories.consent import take
from tests.factories.organisation import Municipality
from tests.proposals.asking import as_, page
from tests.proposals.citizens import TITLE, citizen, fresh, idea, screened, seen_by, sent
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import available


@pytest.fixture
def council(town: Municipality) -> Body:
    """A village council with a leader and one member."""
    body = organisation.add_body(
        name="Sørbygda grendeutvalg", kind=BodyKind.GRENDEUTVALG, legal_basis=LegalBasis.ASSOCIATION, actor=None
    )
    for name, role in (("Leder Li", Role.LEADER), ("Medlem Moe", Role.MEMBER)):
        person = organisation.add_person(email=f"{name.split()[0].lower()}@grend.example", name=name, actor=None)
        memberships.start_membership(person=person, body=body, role=role, actor=None)
    return organisation.activate_body(body, actor=None)


# Who may, and who receives it -----------------------------------------------------------------------------------------


def test_a_citizens_comes_to_the_coordination_group_and_the_citizen_has_a_receipt(town):
    person = citizen()
    proposal = sent(person)
    assert (proposal.origin, proposal.unit, proposal.place) == ("citizen", None, "Ørnes")
    assert proposal.referral.body == town.coordination
    assert proposal.referral.due_on == clock.today() + timedelta(days=town.coordination.answer_days)
    told = set(Notice.objects.values_list("person", "kind"))
    handlers = {person.pk for person in policy.people_who_can("proposals.handle", proposal)}
    assert handlers
    assert told == {(person.pk, "proposals.receipt"), *((pk, "proposals.in_queue") for pk in handlers)}
    receipt = Notice.objects.get(person=person)
    assert proposal.case.reference in receipt.subject
    assert town.coordination.name in receipt.body


def test_an_address_that_is_not_confirmed_sends_nothing(town):
    with pytest.raises(NotPermitted):
        sent(citizen(verified=False))
    assert not Proposal.objects.exists()
    assert not Notice.objects.exists()


def test_an_association_is_named_and_its_sender_is_not(town):
    proposal = screened(town, sent(for_association="yes", association=" Ørnes   vel "))
    assert (proposal.origin, proposal.association) == ("association", "Ørnes vel")
    assert proposer_name(proposal, town.chair) == "Ørnes vel"
    Proposal.objects.filter(pk=proposal.pk).update(show_name=True)
    assert proposer_name(fresh(proposal), town.chair) == "Ola Åsen, Ørnes vel"


@pytest.mark.parametrize("name", ["", "   "])
def test_an_association_without_a_name(town, name):
    with pytest.raises(InvalidInput) as refusal:
        sent(for_association="yes", association=name)
    assert list(refusal.value.form.errors) == ["association"]


def test_an_association_typed_and_then_taken_back_does_not_count(town):
    assert sent(for_association="no", association="Ørnes vel").origin == "citizen"


def test_a_village_council_is_spoken_for_by_its_members_only(town, council):
    leader, member = (User.objects.get(email=f"{who}@grend.example") for who in ("leder", "medlem"))
    proposal = services.submit(proposer=member, data=idea(), on_behalf_of=council)
    assert (proposal.origin, proposal.on_behalf_of) == ("village_council", council)
    assert {n.person_id for n in Notice.objects.filter(kind="proposals.receipt")} == {leader.pk, member.pk}
    for stranger in (citizen(), town.chair, town.employee()):
        with pytest.raises(NotPermitted):
            services.submit(proposer=stranger, data=idea(), on_behalf_of=council)
    with pytest.raises(NotPermitted):
        services.submit(proposer=town.coordination_secretary, data=idea(), on_behalf_of=town.coordination)
    assert Proposal.objects.count() == 1


def test_one_of_the_parts(town):
    proposal = services.submit(proposer=town.union[0], data=idea(), part=Part.UNION)
    assert proposal.origin == "part"
    assert not proposal.goes_public
    with pytest.raises(NotPermitted):
        services.submit(proposer=town.union[0], data=idea(), part=Part.ELECTED)


def test_the_ways_a_person_can_send(town, council):
    keys = {
        "nobody": [s.key for s in senders.senders(citizen())],
        "unconfirmed": [s.key for s in senders.senders(citizen("Ida Nes", verified=False))],
        "employee": [s.key for s in senders.senders(town.employee())],
        "member": [s.key for s in senders.senders(User.objects.get(email="medlem@grend.example"))],
        "union": [s.key for s in senders.senders(town.union[0])],
    }
    assert keys == {
        "nobody": ["innbygger"],
        "unconfirmed": [],
        "employee": ["ansatt", "innbygger"],
        "member": ["grend-" + council.slug, "innbygger"],
        "union": ["ansatt", "innbygger", "part-union"],
    }


def test_an_employee_sends_as_a_citizen(town):
    client = as_(town.employee())
    assert 'value="as:innbygger"' in page(client, "/forslag/ny/")
    answer = client.post("/forslag/ny/", idea(som="innbygger", go="send", submission_key="x"))
    assert answer.status_code == 302
    assert (Proposal.objects.get().origin, Proposal.objects.get().unit) == ("citizen", None)


def test_changing_as_whom_keeps_the_text(town):
    said = {"title": TITLE, "som": "ansatt", "go": "as:innbygger"}
    html = as_(town.employee()).post("/forslag/ny/", said, follow=True).content
    assert TITLE in html.decode()
    assert 'name="place"' in html.decode()


@pytest.mark.parametrize("key", ["part-elected", "grend-sorbygda", "ansatt", "'; drop"])
@pytest.mark.parametrize("go", ["send", "look"])
def test_a_way_that_is_not_ones_own_is_not_taken_nor_another_in_its_place(town, key, go):
    """It went as a citizen's, which everybody reads, though the page had said something else."""
    client = as_(citizen())
    answer = client.post("/forslag/ny/", idea(som=key, go=go))
    assert answer.status_code == 409
    assert not Proposal.objects.exists()
    said = answer.content.decode()
    assert "Nå går det som: Privatperson" in said
    assert TITLE in said
    assert client.post("/forslag/ny/", idea(som=answer.context["sender"].key, go="send")).status_code == 302
    assert Proposal.objects.get().origin == "citizen"


def test_without_a_word_about_it_a_citizen_sends_as_a_citizen(town):
    assert as_(citizen()).post("/forslag/ny/", idea(som="", go="send")).status_code == 302
    assert Proposal.objects.get().origin == "citizen"


# Ways in --------------------------------------------------------------------------------------------------------------


def test_where_each_comes_in_is_data(town):
    routing_services.set_intake(origin="citizen", kind="body", body=town.committee, actor=town.administrator)
    assert sent().referral.body == town.committee
    assert sent(citizen("Eva Bø"), for_association="yes", association="Vellet").referral.body == town.coordination


def test_citizens_have_no_workplace_to_come_in_by(town):
    with pytest.raises(ValidationError):
        routing_services.set_intake(origin="citizen", kind="unit_lmu", actor=town.administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Intake.objects.bulk_create([Intake(origin="citizen", kind="unit_lmu")])


def test_a_municipality_without_a_group_for_citizens_says_so(town):
    Body.objects.filter(kind=BodyKind.COORDINATION).update(closed_on=clock.today())
    assert roads.entry(Origin.CITIZEN) is None
    with pytest.raises(GuardRefused):
        sent()
    assert "/konto/" not in page(as_(None), "/forslag/ny/", 403).split("<main", 1)[1].split("</main", 1)[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "employee", "unit": None},
        {"origin": "association", "association": ""},
        {"origin": "citizen", "association": "Vellet"},
        {"origin": "village_council"},
        {"origin": "part"},
        {"origin": "citizen", "part": "union"},
    ],
)
def test_the_database_knows_what_goes_with_each_origin(town, wrong):
    proposal = sent()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**wrong)


# Until begun, passed on, elsewhere ------------------------------------------------------------------------------------


def test_the_citizen_corrects_until_it_is_begun_and_never_what_all_can_read(town):
    proposal = sent()
    services.correct(proposal, data=idea(title="To benker"), actor=proposal.proposer)
    assert (fresh(proposal).title, fresh(proposal).origin) == ("To benker", "citizen")
    screened(town, proposal)
    take(
        fresh(proposal), "hand_over", actor=town.coordination_secretary,
        data={"to_body": town.lmus[0].pk, "answer": "Til skolen."}
    )  # fmt: skip
    assert fresh(proposal).status == "received"
    with pytest.raises(WrongState):
        services.correct(proposal, data=idea(title="Skjellsord"), actor=proposal.proposer)
    assert "kan ikke" not in page(as_(None), proposal.get_absolute_url())
    assert f"{proposal.get_absolute_url()}rett/" not in page(as_(proposal.proposer), proposal.get_absolute_url())


def test_an_associations_correction_keeps_it_an_associations(town):
    proposal = sent(for_association="yes", association="Vellet")
    services.correct(proposal, data=idea(association="Ørnes vel"), actor=proposal.proposer)
    assert (fresh(proposal).association, fresh(proposal).origin) == ("Ørnes vel", "association")
    with pytest.raises(InvalidInput):
        services.correct(proposal, data=idea(association=""), actor=proposal.proposer)


def test_handing_over_keeps_the_deadline_and_tells_the_proposer(town):
    proposal = sent()
    due = proposal.referral.due_on
    with clock.at(clock.now() + timedelta(days=9)):
        take(
            fresh(proposal), "hand_over", actor=town.coordination_secretary,
            data={"to_body": town.lmus[1].pk, "answer": "Skolen eier den."}
        )  # fmt: skip
    moved = fresh(proposal)
    assert (moved.referral.body, moved.referral.due_on, moved.screened) == (town.lmus[1], due, False)
    assert Feedback.objects.filter(proposal=proposal).values_list("outcome", "text").get() == (
        "on_its_way",
        "Skolen eier den.",
    )
    assert Notice.objects.filter(person=proposal.proposer, kind="proposals.passed_on").count() == 1
    assert not any(seen_by(None, moved).values())


def test_handing_over_is_no_way_round_the_recommendation(town):
    proposal = screened(town, sent())
    for body in (town.committee, town.council, town.coordination):
        with pytest.raises(InvalidInput):
            take(
                fresh(proposal), "hand_over", actor=town.coordination_secretary,
                data={"to_body": body.pk, "answer": "Opp."}
            )  # fmt: skip


def test_a_group_of_one_workplace_hands_nothing_over(road):
    names = {each.transition.name: each.open for each in available(road.proposal, road.leader)}
    assert (names["hand_over"], names["pass_on"]) == (False, True)


def test_what_belongs_elsewhere_is_answered_with_where(town):
    proposal = sent()
    with pytest.raises(InvalidInput):
        take(proposal, "elsewhere", actor=town.coordination_secretary, data={"belongs_to": "", "answer": ""})
    answer = "Riksveien er det Statens vegvesen som har. Ring 22 07 30 00."
    take(
        proposal,
        "elsewhere",
        actor=town.coordination_secretary,
        data={"belongs_to": "Statens vegvesen", "answer": answer},
    )
    done = fresh(proposal)
    assert (done.status, done.referral) == ("elsewhere", None)
    assert done.case.referrals.get().outcome == "elsewhere"
    assert done.feedback.get().outcome == FeedbackOutcome.ELSEWHERE
    mail = Notice.objects.get(person=proposal.proposer, kind="proposals.answer")
    assert answer in mail.body
    assert answer in page(as_(proposal.proposer), proposal.get_absolute_url())
    assert not any(seen_by(None, done).values())
    with pytest.raises(WrongState):
        take(done, "withdraw", actor=proposal.proposer)


def test_no_one_else_answers_for_the_body(town):
    proposal = sent()
    for person in (town.employee(), town.lmu_leader(), town.secretary, town.coordination_members[0], proposal.proposer):
        with pytest.raises(NotPermitted):
            take(proposal, "elsewhere", actor=person, data={"belongs_to": "Andre", "answer": "Nei."})


# The answer, and who waits --------------------------------------------------------------------------------------------


def test_what_waits_too_long_stands_in_the_bodys_queue(town):
    proposal = sent()
    later = clock.now() + timedelta(days=town.coordination.answer_days + 1)
    url = f"/organer/{town.coordination.slug}/ko/"

    url = reverse("forum:body_queue", args=[town.coordination.slug])
    with clock.at(later):
        html = page(as_(town.coordination_secretary), f"{url}")
    assert proposal.title in html
    with clock.at(later):
        assert remind() == 1
    assert Notice.objects.filter(kind="proposals.overdue").exists()
    assert not Notice.objects.filter(kind="proposals.overdue", person=proposal.proposer).exists()


def test_a_citizens_and_an_employees_merged_get_the_same_answer(town):
    road = Road(town, several_workplaces="yes").begin().forward()
    proposal = screened(town, sent())
    take(
        proposal, "merge", actor=town.coordination_secretary,
        data={"into": road.proposal.case.reference, "answer": "Det samme."}
    )  # fmt: skip
    # The citizen's page is open to all; the employee's, which it goes on with, is not, and nothing of it shows.
    html = page(as_(None), proposal.get_absolute_url())
    assert road.proposal.title not in html
    assert f'href="{road.proposal.get_absolute_url()}"' not in html
    take(road.fresh(), "decline", actor=town.coordination_secretary, data={"answer": "Ikke nå, fordi vi bygger om."})
    for each in (proposal, road.proposal):
        assert "Ikke nå, fordi vi bygger om." in Feedback.objects.filter(proposal=each).values_list("text", flat=True)
        told = Notice.objects.filter(person=each.proposer, kind__startswith="proposals.answer").get()
        assert "Ikke nå, fordi vi bygger om." in told.body


def test_the_citizen_withdraws(town):
    proposal = screened(town, sent())
    take(proposal, "withdraw", actor=proposal.proposer, data={"reason": ""})
    assert fresh(proposal).status == "withdrawn"


def test_the_receipt_says_who_reads_it_when_it_is_public_and_by_when_an_answer_comes(town):
    proposal = sent()
    html = page(as_(proposal.proposer), f"{proposal.get_absolute_url()}kvittering/")
    for said in (proposal.case.reference, town.coordination.name):
        assert said in html


def test_the_form_says_the_days_of_the_body_that_has_them(town):
    Body.objects.filter(pk=town.coordination.pk).update(answer_days=17)
    assert "17" in page(Client(), "/forslag/ny/").split("<aside", 1)[-1]

"""Opinions: asked for while a case is treated, given or not, read by whoever may read the case and by nobody before."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, OpinionStatus
from forum.cases.models import HearingRule, Opinion
from forum.cases.queries import opinions as opinion_queries
from forum.cases.services import cases, opinions
from forum.organisation.services import bodies as organisation
from forum.pages import reminders
from proposals import services as proposals
from proposals.enums import IntakeKind, Origin
from proposals.models import Proposal
from proposals.routing import services
from tests.factories.councils import Council, heard, village_council
from tests.factories.files import PDF
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(town: Municipality) -> Council:
    return village_council(town)


def citizens(town: Municipality, *, place: str = "Furulia", begun: bool = True, access: str = "public") -> Proposal:
    """A citizen's proposal at ``place``, read through by the coordination group."""
    services.set_intake(origin=Origin.CITIZEN, kind=IntakeKind.BODY, body=town.coordination, actor=None)
    sent = proposals.submit(
        proposer=town.outsider,
        origin=Origin.CITIZEN,
        data={
            "title": "Lys ved bussholdeplassen", "what": "To lykter", "why": "Det er mørkt", "place": place,
            "affects_users": "no", "for_association": "no", "several_workplaces": "no", "needs_grant": "no",
        },
    )  # fmt: skip
    if begun:
        data = {"access": access, "access_basis": "offl. § 13"}
        sent = perform(sent, "begin", actor=town.coordination_secretary, data=data)
    return Proposal.objects.select_related("case").get(pk=sent.pk)


def question(to: str, **more: Any) -> dict[str, Any]:
    due = clock.today() + timedelta(days=14)
    return {"to": to, "question": "Hva mener dere?", "due_on": due.isoformat()} | more


def ask(town: Municipality, council: Council, proposal: Proposal | None = None) -> Opinion:
    proposal = proposal or citizens(town)
    data = question(f"body-{council.body.pk}")
    return opinions.ask(proposal.case, data=data, actor=town.coordination_secretary)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__email", flat=True))


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# Asking ---------------------------------------------------------------------------------------------------------------


def test_a_council_is_asked_and_those_who_may_answer_are_told(town: Municipality, council: Council) -> None:
    opinion = ask(town, council)
    assert (opinion.status, opinion.asked, opinion.unit, opinion.asker) == (
        "asked",
        council.body,
        None,
        town.coordination,
    )
    assert opinion.question == "Hva mener dere?"
    # The member without a vote in the matter is not written to, nor anybody in another body.
    assert told("forum.opinion_asked") == {council.leader.email, council.secretary.email}


@pytest.mark.parametrize("who", ["leader", "member"])
def test_nobody_asks_on_behalf_of_another_body(town: Municipality, council: Council, who: str) -> None:
    proposal = citizens(town)
    with pytest.raises(NotPermitted):
        opinions.ask(proposal.case, data=question(f"body-{council.body.pk}"), actor=getattr(council, who))
    with pytest.raises(NotPermitted):
        opinions.ask(proposal.case, data=question(f"body-{council.body.pk}"), actor=town.lmu_leader(0))
    assert not Opinion.objects.exists()


def test_nobody_is_asked_before_it_is_said_who_may_read_it(town: Municipality, council: Council) -> None:
    for proposal in (citizens(town, begun=False), citizens(town, access="receiver")):
        with pytest.raises(GuardRefused, match="R25"):
            ask(town, council, proposal)
    assert not Opinion.objects.exists()


def test_asked_once_while_the_answer_is_waited_for(town: Municipality, council: Council) -> None:
    first = ask(town, council)
    with pytest.raises(InvalidInput) as refused:
        opinions.ask(first.case, data=question(f"body-{council.body.pk}"), actor=town.coordination_secretary)
    assert list(refused.value.form.errors) == ["to"]
    perform(first, "decline", actor=council.leader, data={"reason": "Vi rekker det ikke."})
    again = opinions.ask(first.case, data=question(f"body-{council.body.pk}"), actor=town.coordination_secretary)
    assert again.pk != first.pk


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ""), ("to", "body-999999"), ("to", "unit-x"), ("to", "body-" + "9" * 40), ("to", "<script>"),
        ("question", "  "), ("question", "x" * 2001),
        ("due_on", ""), ("due_on", "2020-01-01"), ("due_on", "9999-12-31"), ("due_on", "i morgen"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_the_text_kept(
    town: Municipality, council: Council, field: str, value: str
) -> None:
    proposal = citizens(town)
    client = signed_in(town.coordination_secretary)
    sent = question(f"body-{council.body.pk}") | {field: value}
    answer = client.post(reverse("forum:opinion_ask", args=[proposal.case_id]), sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    if field != "question":
        assert "Hva mener dere?" in answer.content.decode()
    assert not Opinion.objects.exists()


def test_a_unit_is_asked_through_its_lmu_or_its_leader_and_not_where_nobody_would_receive_it(
    town: Municipality,
) -> None:
    proposal = citizens(town)
    lone = organisation.add_unit("Kjelleren", None, actor=None)
    with pytest.raises(InvalidInput) as refused:
        opinions.ask(proposal.case, data=question(f"unit-{lone.pk}"), actor=town.coordination_secretary)
    assert list(refused.value.form.errors) == ["to"]
    leader = organisation.add_person(email="leder@fjellvik.example", name="Leder Lie", actor=None)
    organisation.start_employment(person=leader, unit=lone, leads=True, actor=None)
    asked = opinions.ask(proposal.case, data=question(f"unit-{lone.pk}"), actor=town.coordination_secretary)
    assert (asked.asked, asked.unit) == (None, lone)
    assert told("forum.opinion_asked") == {leader.email}
    assert perform(asked, "answer", actor=leader, data={"answer": "Gjerne."}).status == "answered"
    through = opinions.ask(proposal.case, data=question(f"unit-{town.units[0].pk}"), actor=town.coordination_secretary)
    assert (through.asked, through.unit) == (town.lmus[0], None)


# Always ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "place", "asked"),
    [
        ("Furulia", "Furulia", 1),
        ("Furulia\nSkogen", "ved skogen, nord", 1),
        ("", "hvor som helst", 1),
        ("", "", 1),
        ("Furulia", "Furuliaåsen", 0),
        ("Furulia", "", 0),
        ("Å", "på Ås", 0),
        ("Øvre Å", "øvre  å bru", 1),
        ("-", "Furulia", 0),
    ],
)
def test_who_is_always_heard_is_asked_when_the_body_begins(
    town: Municipality, council: Council, places: str, place: str, asked: int
) -> None:
    heard(town, council, always=True, places=places, days=10)
    proposal = citizens(town, place=place)
    found = list(Opinion.objects.filter(case=proposal.case))
    assert len(found) == asked
    for opinion in found:
        assert opinion.due_on == clock.today() + timedelta(days=10)
        assert told("forum.opinion_asked") == {council.leader.email, council.secretary.email}


def test_nobody_is_asked_by_itself_about_what_is_closed(town: Municipality, council: Council) -> None:
    heard(town, council, always=True, places="")
    citizens(town, access="receiver")
    assert not Opinion.objects.exists()


def test_one_press_from_the_page_of_the_proposal(town: Municipality, council: Council) -> None:
    heard(town, council, always=False)
    proposal = citizens(town)
    client = signed_in(town.coordination_secretary)
    press = reverse("forum:opinion_ask_at_once", args=[proposal.case_id, council.body.slug])
    assert press in client.get(proposal.get_absolute_url()).content.decode()
    assert client.get(press).status_code == 405
    assert client.post(press).status_code == 302
    assert client.post(press).status_code == 302  # a double press asks once
    opinion = Opinion.objects.get()
    assert (opinion.asked, opinion.due_on) == (council.body, clock.today() + timedelta(days=21))
    assert press not in client.get(proposal.get_absolute_url()).content.decode()
    assert signed_in(council.leader).post(press).status_code == 404


def test_the_rules_are_the_administrators(town: Municipality, council: Council) -> None:
    url = reverse("forum:hearing", args=[council.body.slug])
    assert signed_in(council.leader).get(url).status_code == 404
    admin = signed_in(town.administrator)
    sent = {"asker": town.coordination.pk, "places": "Furulia", "always": "on", "days": "14"}
    assert admin.post(url, sent | {"days": "0"}).status_code == 422
    assert admin.post(url, sent).status_code == 302
    assert admin.post(url, sent).status_code == 422  # one rule for the two
    rule = HearingRule.objects.get()
    assert (rule.always, rule.days, rule.places) == (True, 14, "Furulia")
    assert (
        admin.post(reverse("forum:hearing_rule", args=[council.body.slug, rule.pk]), {"remove": "1"}).status_code == 302
    )
    assert not HearingRule.objects.exists()


# Answering ------------------------------------------------------------------------------------------------------------


def test_the_answer_reaches_those_who_asked_and_stands_on_the_page_for_everybody(
    town: Municipality, council: Council, client: Client
) -> None:
    opinion = ask(town, council)
    page = opinion.case.proposal.get_absolute_url()
    assert client.get(opinion.get_absolute_url()).status_code == 404  # not before it is given
    upload = SimpleUploadedFile("kart.pdf", PDF, content_type="application/pdf")
    sent = {"answer": "Vi vil ha lys, men lave stolper.", "seen": opinion.status_event_id, "attachments": [upload]}
    leader = signed_in(council.leader)
    step = reverse("forum:opinion_step", args=[opinion.pk, "answer"])
    assert leader.get(step).status_code == 200
    assert leader.post(step, sent).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.status, opinion.answer, opinion.closed_by) == (
        "answered",
        "Vi vil ha lys, men lave stolper.",
        council.leader,
    )
    assert (
        told("forum.opinion_given")
        == {user.email for user in policy.people_who_can("forum.ask_opinion", opinion)}
        == {town.coordination_leader.email, town.coordination_secretary.email}
    )
    shown = client.get(page).content.decode()
    assert "Vi vil ha lys, men lave stolper." in shown
    # The council has attached it: who in it did is for nobody outside to read, unless that person has said so.
    assert "Dokument 1.pdf" in shown
    assert "kart.pdf" not in shown
    assert council.leader.name not in shown
    own = client.get(opinion.get_absolute_url())
    assert own.status_code == 200
    document = reverse("forum:opinion_document", args=[opinion.pk, opinion.attached.get().document_id])
    assert client.get(document).status_code == 200
    # The case is closed again: the public loses the opinion with it (R25), those who are asked do not
    # get the rest of the case.
    cases.set_access(opinion.case, access=CaseAccess.RECEIVER, basis="offl. § 13", actor=town.coordination_secretary)
    assert client.get(opinion.get_absolute_url()).status_code == 404
    assert client.get(document).status_code == 404
    seen = leader.get(opinion.get_absolute_url()).content.decode()
    assert "Lys ved bussholdeplassen" not in seen
    assert "To lykter" not in seen
    assert leader.get(document).status_code == 404
    assert signed_in(town.coordination_secretary).get(opinion.get_absolute_url()).status_code == 200


def test_a_member_of_the_council_reads_but_does_not_answer_and_others_see_nothing(
    town: Municipality, council: Council
) -> None:
    other = village_council(town, "Skogen grendeutvalg")
    opinion = ask(town, council)
    assert signed_in(council.member).get(opinion.get_absolute_url()).status_code == 200
    for person in (council.member, other.leader, town.secretary, town.lmu_leader(0), town.coordination_secretary):
        with pytest.raises(NotPermitted):
            perform(opinion, "answer", actor=person, data={"answer": "Nei."})
    for person in (other.leader, town.lmu_leader(0), town.outsider):
        assert signed_in(person).get(opinion.get_absolute_url()).status_code == 404


def test_a_place_in_a_village_council_opens_nothing_that_is_for_employees(town: Municipality, council: Council) -> None:
    proposal = citizens(town)
    cases.set_access(proposal.case, access=CaseAccess.EMPLOYEES, actor=town.coordination_secretary)
    assert not policy.can(council.leader, "proposals.view", proposal)
    assert council.leader not in policy.people_who_can("proposals.view", proposal)
    assert signed_in(council.leader).get(proposal.get_absolute_url()).status_code == 404
    opinion = ask(town, council, proposal)
    # What they are asked about they are told, on the page of the opinion.
    assert "To lykter" in signed_in(council.leader).get(opinion.get_absolute_url()).content.decode()


def test_declined_and_withdrawn_need_a_reason_and_the_other_side_is_told(town: Municipality, council: Council) -> None:
    declined, withdrawn = ask(town, council), ask(town, council)
    with pytest.raises(InvalidInput):
        perform(declined, "decline", actor=council.leader, data={"reason": " "})
    perform(declined, "decline", actor=council.leader, data={"reason": "Vi rekker det ikke."})
    assert told("forum.opinion_declined") == {town.coordination_leader.email, town.coordination_secretary.email}
    perform(withdrawn, "withdraw", actor=town.coordination_leader, data={"reason": "Saken er endret."})
    assert told("forum.opinion_withdrawn") == {council.leader.email, council.secretary.email}
    assert [declined.__class__.objects.get(pk=o.pk).status for o in (declined, withdrawn)] == ["declined", "withdrawn"]
    with pytest.raises(WrongState):
        perform(withdrawn, "answer", actor=council.leader, data={"answer": "For seint."})


def test_it_lapses_when_the_case_is_decided_and_not_when_it_only_moves_on(town: Municipality, council: Council) -> None:
    proposal = citizens(town)
    opinion = ask(town, council, proposal)
    perform(Proposal.objects.get(pk=proposal.pk), "withdraw", actor=town.outsider, data={"reason": "Det er ordnet."})
    opinion.refresh_from_db()
    assert opinion.status == OpinionStatus.LAPSED
    assert told("forum.opinion_lapsed") == {council.leader.email, council.secretary.email}


def test_two_who_answer_at_once_give_one_opinion(town: Municipality, council: Council) -> None:
    opinion = ask(town, council)
    first = perform(opinion, "answer", actor=council.leader, data={"answer": "Ja."}, seen=opinion.status_event_id)
    with pytest.raises(WrongState):
        perform(opinion, "answer", actor=council.secretary, data={"answer": "Nei."}, seen=opinion.status_event_id)
    first.refresh_from_db()
    assert first.answer == "Ja."


def test_the_database_refuses_what_went_past_the_table(town: Municipality, council: Council) -> None:
    opinion = ask(town, council)
    with pytest.raises(Exception, match="status"), transaction.atomic():
        Opinion.objects.filter(pk=opinion.pk).update(status="answered", answer="Ja", closed_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=opinion.pk).update(unit=town.units[0])


# What is due ----------------------------------------------------------------------------------------------------------


def test_a_reminder_before_the_day_once_a_week_and_not_when_it_is_given(town: Municipality, council: Council) -> None:
    opinion = ask(town, council)
    assert reminders.remind() == 0
    with clock.at(clock.now() + timedelta(days=12)):
        assert (reminders.remind(), reminders.remind()) == (1, 0)
        assert told("forum.opinion_reminded") == {council.leader.email, council.secretary.email}
    with clock.at(clock.now() + timedelta(days=16)):
        assert opinion_queries.standing(opinion)[1] == "danger"
        assert opinion.is_overdue
    with clock.at(clock.now() + timedelta(days=20)):
        assert reminders.remind() == 1
        perform(opinion, "answer", actor=council.leader, data={"answer": "Ja."})  # late, but still taken
    with clock.at(clock.now() + timedelta(days=40)):
        assert reminders.remind() == 0


def test_it_stands_on_the_page_of_whoever_may_answer(town: Municipality, council: Council) -> None:
    opinion = ask(town, council)
    url = opinion.get_absolute_url()
    assert url in signed_in(council.leader).get(reverse("portal:my_page")).content.decode()
    assert url not in signed_in(council.member).get(reverse("portal:my_page")).content.decode()
    perform(opinion, "answer", actor=council.leader, data={"answer": "Ja."})
    assert url not in signed_in(council.leader).get(reverse("portal:my_page")).content.decode()

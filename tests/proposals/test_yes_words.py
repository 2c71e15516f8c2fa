"""A body that agrees has adopted nothing, and what was decided elsewhere is told as decided there (R24, R34, R35)."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.delegations.enums import Authority
from forum.meetings.core.models import Meeting
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience
from proposals.consent import services
from tests.factories.consent import everybody_agrees
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.notices.models import Notice


def answer(road: Road) -> tuple[str, str]:
    """Return the subject and the words of the newest answer to the proposer."""
    notice = Notice.objects.filter(person=road.proposer, kind="proposals.answer").latest("id")
    return notice.subject, " ".join(notice.body.split())


def page(road: Road, person: Any) -> str:
    client = Client()
    client.force_login(person)
    return client.get(road.fresh().get_absolute_url()).content.decode()


def test_an_lmu_that_agrees_has_adopted_nothing(town):
    road = Road(town).begin()
    road.agree("carry_out", responsible=road.leader.pk, due_on=soon())
    subject, body = answer(road)
    about = f"{road.proposal.case.reference} «{road.proposal.title}»"
    assert subject == f"Svar på forslaget ditt {about}: enighet, skal gjennomføres"
    assert "LMU Solbakken barnehage svarer" in body
    assert ": enighet, skal gjennomføres." in body
    client = Client()
    client.force_login(road.leader)
    lmu = client.get(reverse("lmu:detail", args=[road.lmu.slug])).content.decode()
    for said in (page(road, road.proposer), lmu):
        assert "Enighet" in said
        assert not re.search("ved(ta|tok)", said, re.IGNORECASE)


def test_whoever_is_to_see_to_it_and_whoever_proposes_the_like_read_of_agreement(town):
    """The mail said "er vedtatt", and so did what is like the proposal one is writing."""
    road = Road(town).begin()
    union = town.lmu_members[0][1]
    road.agree("carry_out", responsible=union.pk, due_on=soon())
    told = Notice.objects.get(person=union, kind="proposals.responsible")
    assert f"{road.lmu} er enige om «{road.proposal.title}»" in " ".join(told.body.split())
    client = Client()
    client.force_login(road.leader)
    alike = client.get(reverse("proposals:similar"), {"title": road.proposal.title}).content.decode()
    for said in (told.body, alike):
        assert not re.search("ved(ta|tok)", said, re.IGNORECASE)
    assert "Enighet, skal gjennomføres" in alike


def test_a_coordination_group_agrees_to_do_it(town):
    road = Road(town).begin().forward()
    secretary = town.coordination_secretary
    given = {"answer": "Ja.", "responsible": road.leader.pk, "due_on": soon()}
    said = page(road, secretary)
    assert "Sett det i verk" in said
    assert ">Vedta<" not in said
    client = Client()
    client.force_login(secretary)
    step = client.get(reverse("proposals:step", args=[road.proposal.case_id, "adopt"])).content.decode()
    assert "<h1>Sett det i verk</h1>" in step
    assert "Vedta" not in step
    conclusion = services.conclude(road.fresh(), "adopt", actor=secretary, data=given)
    shown = client.get(conclusion.get_absolute_url()).content.decode()
    assert "Sett det i verk" in shown
    assert "Vedta" not in shown
    everybody_agrees(conclusion)
    assert answer(road)[0].endswith(": enighet, skal gjennomføres")
    said = page(road, secretary)
    assert f"{town.coordination} ble enig om å gjøre det." in said
    assert "vedtok" not in said


@pytest.mark.parametrize(
    ("step", "word", "details"),
    [("council_adopted", "vedtatt", True), ("council_declined", "avslått", False)],
)
def test_what_was_decided_elsewhere_is_told_as_decided_there(town, step, word, details):
    road = Road(town, needs_grant="yes").to_committee()
    road.decided(Resolution.TO_COUNCIL, due_on=soon(20), goes_to=Authority.COUNCIL)
    given = {"responsible": road.leader.pk, "due_on": soon(90)} if details else {}
    road.step(
        step, town.secretary, council_decided_on=soon(0), council_decision="Slik ble det.", answer="Svaret.", **given
    )
    subject, body = answer(road)
    assert subject.endswith(f": {word}")
    assert f"Kommunestyret har avgjort «Felles vaktmester for tre skoler»: {word}." in body
    assert "Partssammensatt utvalg svarer" not in body
    newest = page(road, road.proposer).split('id="answer"')[1].split("</section>")[0]
    assert "Kommunestyret" in newest
    assert town.committee.name not in newest


def test_a_conclusion_page_names_no_step_and_writes_days_in_words(town):
    road = Road(town).begin()
    table = {"participants": road.table(), "held_on": clock.today(), "answer": "Ja."}
    given = table | {"responsible": road.leader.pk, "due_on": date(2027, 2, 1)}
    conclusion = services.conclude(road.fresh(), "carry_out", actor=road.leader, data=given)
    union = town.lmu_members[0][1]
    services.take_position(conclusion, agrees=False, text="Nei.", actor=union)
    client = Client()
    client.force_login(union)
    shown = client.get(conclusion.get_absolute_url()).content.decode()
    assert "1.\N{NO-BREAK SPACE}februar 2027" in shown
    url = reverse("proposals:conclusion_step", args=[road.proposal.case_id, conclusion.pk, "send_up"])
    for said in (shown, client.get(url).content.decode()):
        assert "carry_out" not in said
        assert "2027-02-01" not in said


def test_the_minutes_of_what_was_written_down_afterwards_invent_nothing(town):
    road = Road(town).begin()
    road.agree("carry_out", responsible=road.leader.pk, due_on=soon())
    minutes = building.build(Meeting.objects.get(body=road.lmu), Audience.INTERNAL)
    assert (minutes.began, minutes.ended, minutes.presiding) == ("", "", "")
    assert (minutes.items[0].heading, minutes.items[0].outcome) == ("Enighet", "")
    assert [person.note for person in minutes.present if person.part == "union"] == [""]
    client = Client()
    client.force_login(road.leader)
    page = client.get(reverse("forum:minutes_detail", args=[Meeting.objects.get(body=road.lmu).pk])).content.decode()
    assert "kl." not in page.split("<article")[1].split("</article>")[0]

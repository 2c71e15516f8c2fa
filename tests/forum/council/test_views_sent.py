"""The views that go to the municipal council, and what the council decided."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.council import services as council_lists
from forum.council import sheet_document
from forum.council.models import CouncilCase, CouncilList, CouncilSheet
from forum.council.services import Row
from forum.meetings.agenda import services as agenda_services
from forum.meetings.agenda.proposed_closing import propose_closing
from forum.meetings.core import legality_review
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import short_outcome
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots, motions
from tests.factories.at_once import together
from tests.factories.council_lists import (
    ROWS,
    SECRET,
    hold,
    take,
    treat_all,
)
from tests.factories.organisation import Municipality
from tests.trepart.pdf.reading import Tagged
from tests.trepart.pdf.test_document import check_structure, check_with_pdfua
from trepart import clock
from trepart.access.models import User
from trepart.notices.models import Attachment, Mail, Notice
from trepart.refusals import GuardRefused
from trepart.workflow import perform

# Sending --------------------------------------------------------------------------------------------------------------


def test_the_views_go_to_the_councils_secretary_and_to_nobody_else(
    town: Municipality, meeting: Meeting, council_secretary: User, client: Client
) -> None:
    taken = take(town, meeting)
    treat_all(town, meeting)
    Mail.objects.all().delete()
    url = reverse("forum:council_sheet_send", args=[taken.case_list.pk])
    client.force_login(town.elected[3])
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404
    client.force_login(town.secretary)
    assert "Solveig Sekretær" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    made = CouncilSheet.objects.get()
    assert (made.number, made.sent_to, made.sent_by) == (1, ["Solveig Sekretær"], town.secretary)
    mails = Mail.objects.filter(kind="forum.council_views_sent")
    assert [mail.to for mail in mails] == ["politisk@fjellvik.example"]
    assert set(Notice.objects.filter(kind="forum.council_views_sent").values_list("person", flat=True)) == {
        council_secretary.pk
    }
    enclosed = Attachment.objects.get(mail=mails[0])
    assert bytes(enclosed.content) == bytes(made.public_pdf)
    assert (enclosed.content_type, enclosed.content[:5]) == ("application/pdf", b"%PDF-")
    # Twice pressing sends nothing more.
    assert client.post(url, {"reason": "Igjen"}).status_code == 422
    assert client.post(url).status_code == 422
    assert CouncilSheet.objects.count() == 1
    assert Mail.objects.filter(kind="forum.council_views_sent").count() == 1


def test_the_sheet_says_number_view_vote_and_dissent(
    town: Municipality, meeting: Meeting, council_secretary: User
) -> None:
    taken = take(town, meeting)
    treat_all(town, meeting)
    sheet = sheet_document.build(taken.case_list, Audience.PUBLIC)
    plan, budget, heard = sheet.items
    assert (plan.number, plan.title, plan.archive, plan.view) == (
        "PS 45/26", "Reguleringsplan for Sagatunet", "26/1234", "Uttalelse: Reguleringsplan for Sagatunet.",
    )  # fmt: skip
    assert plan.treated.startswith("PS 1/")
    assert town.elected[1].name in {row.name for row in plan.ballots[0].rows if row.choice == "mot"}
    assert "8" in plan.ballots[0].result
    assert "1" in plan.ballots[0].result
    assert budget.ballots[0].rows == ()
    assert heard.ballots == ()
    assert sheet_document.from_json(json.loads(json.dumps(sheet.as_json()))) == sheet


def test_a_correction_is_a_new_version_that_says_so(
    town: Municipality, meeting: Meeting, council_secretary: User
) -> None:
    case_list = take(town, meeting, ROWS[:2]).case_list
    for item in hold(town, meeting):
        if item.title.startswith("Budsjett"):
            decisions.decide(item, text="Utsettes.", resolution=Resolution.POSTPONE, actor=town.secretary)
        else:
            ballots.record_ballot(item, actor=town.secretary)
            decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    case_list = CouncilList.objects.get(pk=case_list.pk)
    first = council_lists.send_views(case_list, actor=town.secretary)
    assert [line["without"] for line in first.public["items"]] == [
        "",
        "Utsatt til et senere møte. Det finnes ingen uttalelse ennå.",
    ]
    with pytest.raises(GuardRefused):
        council_lists.send_views(case_list, reason="Uten grunn", actor=town.secretary)
    one = CouncilCase.objects.select_related("case").get(key="PS 46/26")
    later = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=25), place="Salen", actor=town.secretary
    )
    agenda_services.add_item(later, referral=one.case.referrals.get(), actor=town.secretary)
    for item in hold(town, later):
        motion = motions.add_motion(item, text="Nei.", moved_by=town.membership(town.chair), actor=town.secretary)
        ballots.record_ballot(item, motion=motion, actor=town.secretary)
        decisions.decide(item, text="Nei.", resolution=Resolution.ADOPT, actor=town.secretary)
    with pytest.raises(GuardRefused):
        council_lists.send_views(case_list, actor=town.secretary)
    second = council_lists.send_views(case_list, reason="Budsjettet er behandlet.", actor=town.secretary)
    assert (second.number, second.public["items"][1]["view"]) == (2, "Nei.")
    assert [one["reason"] for one in second.public["corrections"]] == ["Budsjettet er behandlet."]
    newest = Mail.objects.filter(kind="forum.council_views_sent").latest("pk")
    assert newest.to == council_secretary.email
    assert "Budsjettet er behandlet." in newest.text
    assert "2" in newest.text
    for statement in (
        "UPDATE council_councilsheet SET reason = 'x'",
        "DELETE FROM council_councilsheet",
        "TRUNCATE council_councilsheet",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_without_anybody_of_the_council_it_is_said_how_it_got_there(town: Municipality, meeting: Meeting) -> None:
    case_list = take(town, meeting).case_list
    treat_all(town, meeting)
    case_list = CouncilList.objects.get(pk=case_list.pk)
    with pytest.raises(GuardRefused):
        council_lists.send_views(case_list, actor=town.secretary)
    made = council_lists.send_views(case_list, handed_over="Sekretariatet, på e-post", actor=town.secretary)
    assert made.sent_to == ["Sekretariatet, på e-post"]
    assert not Mail.objects.filter(kind="forum.council_views_sent").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_one_version(town: Municipality, meeting: Meeting, council_secretary: User) -> None:
    case_list = take(town, meeting).case_list
    treat_all(town, meeting)

    def one(_n: int) -> str:
        try:
            council_lists.send_views(CouncilList.objects.get(pk=case_list.pk), actor=town.secretary)
        except GuardRefused:
            return "refused"
        finally:
            connections.close_all()
        return "sent"

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(one, range(3))) == ["refused", "refused", "sent"]
    assert CouncilSheet.objects.count() == 1
    assert Mail.objects.filter(kind="forum.council_views_sent").count() == 1


@pytest.mark.printed
def test_what_is_exempt_is_kept_from_everybody_outside(
    town: Municipality, meeting: Meeting, council_secretary: User, client: Client, tmp_path: Path
) -> None:
    rows = [ROWS[0], Row("PS 47/26", "PS 47/26", SECRET, "26/99", "", "offl. § 25")]
    case_list = take(town, meeting, rows).case_list
    page = reverse("forum:council_list", args=[case_list.pk])
    assert client.get(page).status_code == 404  # the agenda is not out
    for item in hold(town, meeting):
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(
            item,
            text=f"Om {item.title}",
            resolution=Resolution.ADOPT,
            differs="Uttalt i egne ord.",
            actor=town.secretary,
        )
    council_lists.send_views(CouncilList.objects.get(pk=case_list.pk), actor=town.secretary)
    sheet = reverse("forum:council_sheet", args=[case_list.pk])
    pdf = reverse("forum:council_sheet_pdf", args=[case_list.pk])
    made = CouncilSheet.objects.get()
    for person, inside in ((None, False), (town.outsider, False), (town.elected[2], True), (council_secretary, True)):
        client.logout()
        if person is not None:
            client.force_login(person)
        for url in (page, sheet):
            words = client.get(url).content.decode()
            assert "Reguleringsplan for Sagatunet" in words
            assert (SECRET in words) == inside, (person, url)
        wanted = made.internal_pdf if inside else made.public_pdf
        assert client.get(pdf).content == bytes(wanted)
    for printed, inside in ((made.public_pdf, False), (made.internal_pdf, True)):
        tagged = Tagged(bytes(printed))
        check_structure(tagged)
        check_with_pdfua(bytes(printed), tmp_path)
        words = " ".join(tagged.text().split())
        assert "Reguleringsplan for Sagatunet" in words
        assert (SECRET in words) == inside
    assert SECRET not in json.dumps(made.public, ensure_ascii=False)
    assert SECRET in json.dumps(made.internal, ensure_ascii=False)
    for mail in Mail.objects.all():
        assert SECRET not in f"{mail.subject} {mail.text}"
    for notice in Notice.objects.filter(person=council_secretary):
        assert SECRET not in f"{notice.subject} {notice.body}"


# What the council decided ---------------------------------------------------------------------------------------------


def test_what_the_council_decided_is_recorded_and_goes_on_the_next_agenda(
    town: Municipality, meeting: Meeting, client: Client
) -> None:
    rows = [*ROWS[:2], Row("PS 47/26", "PS 47/26", SECRET, "", "", "offl. § 25")]
    case_list = take(town, meeting, rows).case_list
    treat_all(town, meeting)
    client.force_login(town.secretary)
    page = reverse("forum:council_list", args=[case_list.pk])
    assert client.post(page).status_code == 422
    for one in CouncilCase.objects.order_by("position")[::2]:
        url = reverse("forum:council_case_step", args=[one.pk, "decided"])
        ahead = {"decided_on": clock.today() + timedelta(days=1), "decision": "Vedtatt 25 mot 2.", "followed": "wholly"}
        assert client.post(url, ahead).status_code == 422
        assert client.post(url, {**ahead, "decided_on": clock.today(), "followed": "no_view"}).status_code == 422
        assert client.post(url, {**ahead, "decided_on": clock.today()}).status_code == 302
        one.refresh_from_db()
        assert (one.status, one.decision, one.followed) == ("decided", "Vedtatt 25 mot 2.", "wholly")
    assert "Vedtatt 25 mot 2." in client.get(page).content.decode()
    assert client.post(page).status_code == 422  # no meeting is planned
    later = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=60), place="Salen", actor=town.secretary
    )
    assert client.post(page).status_code == 302
    assert client.post(page).status_code == 409
    item = later.items.get()
    assert item.kind == "RS"
    assert "PS 45/26 Reguleringsplan for Sagatunet" in item.recommendation
    assert "PS 47/26: unntatt offentlighet" in item.recommendation
    assert SECRET not in item.recommendation
    client.force_login(town.elected[2])
    assert client.post(page).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_the_council_decided_put_on_an_agenda_twice_at_once_stands_there_once(
    town: Municipality, meeting: Meeting
) -> None:
    case_list = take(town, meeting, ROWS[:1]).case_list
    treat_all(town, meeting)
    told = {"decided_on": clock.today(), "decision": "Vedtatt.", "followed": "wholly"}
    perform(CouncilCase.objects.get(), "decided", actor=town.secretary, data=told)
    later = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=60), place="Salen", actor=town.secretary
    )
    press = partial(council_lists.put_decisions_on_agenda, case_list, later, actor=town.secretary)
    assert sorted(type(made).__name__ for made in together(press, press)) == ["AgendaItem", "WrongState"]
    assert later.items.count() == 1


def test_what_is_only_proposed_closed_is_not_told_of_as_treated_behind_closed_doors(
    town: Municipality, meeting: Meeting
) -> None:
    """§ 11-5: the body closes the doors, and has not answered; the title is withheld all the same."""
    taken = take(town, meeting, ROWS[:1])
    propose_closing(meeting.items.get(), basis="koml. § 11-5 (3) a", public_title="En sak", actor=town.secretary)
    sheet = sheet_document.build(taken.case_list, Audience.PUBLIC)
    assert (sheet.items[0].title, sheet.items[0].proposed) == ("En sak", True)
    shown = render_to_string("council/_sheet_document.html", {"sheet": sheet})
    assert "Saken ble foreslått behandlet for lukkede dører" in shown
    assert "Behandlet for lukkede dører" not in shown
    assert sheet_document.from_json(sheet.as_json()) == sheet


def test_what_the_council_decided_before_there_was_a_view_takes_the_case_off_the_agenda(
    town: Municipality, meeting: Meeting
) -> None:
    take(town, meeting, ROWS[:1])
    one = CouncilCase.objects.get()
    data = {"decided_on": clock.today(), "decision": "Vedtatt i hast.", "followed": "no_view"}
    perform(one, "decided", actor=town.secretary, data=data)
    assert not meeting.items.exists()
    assert Referral.objects.get().status == "closed"


def test_a_view_is_no_decision_of_the_body(
    town: Municipality, meeting: Meeting, council_secretary: User, client: Client
) -> None:
    """Kommunestyret decides: the minutes and the sheet call it a view, and there is nothing to review (§ 27-1)."""
    case_list = take(town, meeting, [ROWS[0], ROWS[2]]).case_list
    for item in hold(town, meeting):
        if item.kind == "RS":
            decisions.decide(item, text="Hørt.", resolution=Resolution.NOTED, actor=town.secretary)
            continue
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    case_list = CouncilList.objects.get(pk=case_list.pk)
    for item in case_list.meeting.items.all():
        assert legality_review.last_days(item) == {}
    blocks = building.build(case_list.meeting, Audience.PUBLIC).items
    assert [(block.heading, block.outcome, block.review_until) for block in blocks] == [
        ("Uttalelse", "", ""),
        ("Vedtak", "tatt til orientering", ""),
    ]
    lines = sheet_document.build(case_list, Audience.PUBLIC).items
    assert [(line.outcome, line.without, line.has_view) for line in lines] == [
        ("", "", True),
        ("", "Tatt til orientering.", False),
    ]
    first = case_list.meeting.items.order_by("position")[0]
    assert short_outcome(first) == "Uttalelse, enstemmig"

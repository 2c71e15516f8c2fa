"""Ahead of the municipal council: its list taken in, treated item by item, the views sent back, and what the
council decided (domain.md)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Referral
from forum.council import services as council_lists
from forum.council import sheet_document
from forum.council.models import CouncilCase, CouncilList, CouncilSheet
from forum.council.services import Row
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import ItemKind
from forum.meetings.minutes.structure import Audience
from forum.meetings.planning import services
from forum.meetings.session import ballots, decisions, en_bloc
from forum.meetings.session.action_forms import PostponeItemForm
from forum.meetings.session.forms import DecisionForm
from forum.organisation.services import body_functions
from tests.factories.council_lists import (
    RAW,
    ROWS,
    SECRET,
    coming_meeting,
    day,
    hold,
    secretary_of_the_council,
    take,
    treat_all,
)
from tests.factories.organisation import Municipality
from tests.trepart.pdf_reading import Tagged
from tests.trepart.test_pdf import check_structure, check_with_pdfua
from trepart import clock, languages
from trepart.access.models import User
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.notices.models import Attachment, Mail, Notice
from trepart.workflow import GuardRefused, NotPermitted, WrongState, perform


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return coming_meeting(town)


@pytest.fixture
def council_secretary(town: Municipality) -> User:
    return secretary_of_the_council(town)


# Taking in ------------------------------------------------------------------------------------------------------------


def test_every_case_gets_a_folder_a_stay_and_a_place_on_the_agenda(town: Municipality, meeting: Meeting) -> None:
    hat = body_functions.add_function(body=town.committee, name="Planutvalg", actor=town.administrator)
    taken = take(town, meeting, function=hat)
    assert [(c.number, c.title, c.archive_number, c.status) for c in taken.case_list.cases.all()] == [
        ("PS 45/26", "Reguleringsplan for Sagatunet", "26/1234", "received"),
        ("PS 46/26", "Budsjett 2027", "", "received"),
        ("RS 7/26", "Orientering om skolene", "", "received"),
    ]
    items = list(meeting.items.order_by("position"))
    assert [(i.kind, i.title, i.recommendation, i.function) for i in items] == [
        ("PS", "Reguleringsplan for Sagatunet", "Utvalget har ingen merknader.", hat),
        ("PS", "Budsjett 2027", "Utvalget har ingen merknader.", hat),
        ("RS", "Orientering om skolene", "", hat),
    ]
    for item in items:
        assert item.referral is not None
        assert item.case is not None
        assert (item.referral.body, item.referral.due_on, item.referral.status) == (
            town.committee, day(meeting), "open",
        )  # fmt: skip
        assert item.case.access == CaseAccess.PUBLIC
    event = Event.objects.get(action="forum.council_list_taken_in")
    assert (event.actor, event.data["added"], event.root_id) == (town.secretary, 3, meeting.pk)
    assert taken.case_list.raw == RAW


def test_once_more_changes_nothing_and_a_new_title_is_taken_everywhere(town: Municipality, meeting: Meeting) -> None:
    first = take(town, meeting)
    again = take(town, meeting)
    assert (len(again.added), len(again.renamed), len(again.already)) == (0, 0, 3)
    assert again.case_list == first.case_list
    assert meeting.items.count() == 3
    third = take(town, meeting, [Row("45/26", "PS 45/26", "Reguleringsplan for Sagatunet, andre gang"), *ROWS[1:]])
    assert [c.number for c in third.renamed] == ["PS 45/26"]
    one = CouncilCase.objects.select_related("case").get(key="PS 45/26")
    assert one.title == one.case.title == "Reguleringsplan for Sagatunet, andre gang"
    assert meeting.items.get(case=one.case).title == "Reguleringsplan for Sagatunet, andre gang"
    assert one.archive_number == "26/1234"  # what the new list does not say is kept
    assert CouncilList.objects.count() == 1


def test_a_long_title_is_kept_whole_and_shortened_on_the_agenda(town: Municipality, meeting: Meeting) -> None:
    title = "Sammenhengende oppvekstplan " * 15
    take(town, meeting, [Row("1/26", "PS 1/26", title.strip())])
    one = CouncilCase.objects.select_related("case").get()
    assert one.title == title.strip()
    assert len(meeting.items.get().title) <= 200
    take(town, meeting, [Row("1/26", "PS 1/26", title.strip() + " II")])
    assert CouncilCase.objects.get().title.endswith(" II")


def test_what_is_refused(town: Municipality, meeting: Meeting) -> None:
    with pytest.raises(NotPermitted):
        take(town, meeting, actor=town.elected[3])
    with pytest.raises(GuardRefused):
        take(town, meeting, [ROWS[0], Row("45/26", "PS 45/26", "Noe annet")])
    with pytest.raises(GuardRefused):
        take(town, meeting, held_on=clock.today() + timedelta(days=3))
    with pytest.raises(GuardRefused):
        take(town, meeting, council=town.coordination)
    with pytest.raises(GuardRefused):
        council_lists.take_in(
            meeting, council=town.council, held_on=day(meeting), rows=[], raw="", source="text", actor=town.secretary
        )
    perform(Meeting.objects.get(pk=meeting.pk), "cancel", actor=town.secretary, data={"reason": "Nei"})
    with pytest.raises(WrongState):
        take(town, meeting)
    assert not CouncilCase.objects.exists()
    assert not CouncilList.objects.exists()
    assert not Referral.objects.exists()


def test_after_the_notice_the_cases_are_late(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting, ROWS[:1])
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
    take(town, meeting, ROWS[:2])
    assert [(i.title, i.late, i.number) for i in meeting.items.order_by("position")] == [
        ("Reguleringsplan for Sagatunet", False, 1),
        ("Budsjett 2027", True, 2),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_at_once_take_each_case_in_once(town: Municipality, meeting: Meeting) -> None:
    def one(_n: int) -> tuple[int, int]:
        try:
            taken = take(town, Meeting.objects.get(pk=meeting.pk))
            return len(taken.added), len(taken.already)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(one, range(4)))
    assert results == [(0, 3), (0, 3), (0, 3), (3, 0)]
    assert CouncilCase.objects.count() == AgendaItem.objects.filter(meeting=meeting).count() == 3


# Treating -------------------------------------------------------------------------------------------------------------


def test_what_is_decided_is_the_view_and_the_stay_is_over(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting)
    treat_all(town, meeting)
    cases = list(CouncilCase.objects.select_related("item").order_by("position"))
    assert [(c.status, c.view) for c in cases] == [
        ("treated", "Uttalelse: Reguleringsplan for Sagatunet."),
        ("treated", "Uttalelse: Budsjett 2027."),
        ("treated", "Tatt til orientering."),
    ]
    assert [(r.status, r.outcome, r.answer) for r in Referral.objects.order_by("pk")] == [
        ("closed", "to_council", "Uttalelse: Reguleringsplan for Sagatunet."),
        ("closed", "to_council", "Uttalelse: Budsjett 2027."),
        ("closed", "noted", "Tatt til orientering."),
    ]
    # Settling again does nothing.
    before = Event.objects.count()
    assert decisions.settle_items(Meeting.objects.get(pk=meeting.pk), town.secretary) == []
    assert Event.objects.count() == before


def test_cases_without_remarks_are_treated_by_one_vote(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting)
    items = []
    for item in hold(town, meeting):
        if item.kind == ItemKind.RS:
            decisions.decide(item, text="Tatt til orientering.", resolution=Resolution.NOTED, actor=town.secretary)
            en_bloc.treat_together(items, actor=town.secretary)
        else:
            items.append(item)
    assert (
        list(CouncilCase.objects.order_by("position").values_list("view", flat=True)[:2])
        == ["Utvalget har ingen merknader."] * 2
    )


def test_a_postponed_case_waits_in_the_queue_and_can_stand_on_the_next_agenda(
    town: Municipality, meeting: Meeting
) -> None:
    take(town, meeting, ROWS[:1])
    for item in hold(town, meeting):
        decisions.decide(item, text="Utsettes.", resolution=Resolution.POSTPONE, actor=town.secretary)
    one = CouncilCase.objects.get()
    assert (one.status, one.view) == ("received", "")
    assert Event.objects.filter(action="forum.case_postponed").count() == 1
    stay = Referral.objects.get()
    assert stay.status == "open"
    with clock.at(clock.now() + timedelta(hours=1)):
        later = services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=25), place="Salen", actor=town.secretary
        )
        assert agenda_services.add_item(later, referral=stay, actor=town.secretary).title == one.title
    sheet = sheet_document.build(one.case_list, Audience.INTERNAL)
    assert sheet.items[0].without == "Ikke behandlet ennå."


def test_nobody_waits_for_a_word_about_a_postponed_case_of_the_councils(town: Municipality, meeting: Meeting) -> None:
    take(town, meeting, ROWS[:1])
    item = next(iter(hold(town, meeting)))
    voters = participants.entitled(item)
    assert "answer" not in PostponeItemForm(item=item, voters=voters).fields
    assert "answer" not in DecisionForm(item=item, resolution=Resolution.POSTPONE, text="").fields
    with languages.municipal():
        assert sheet_document.build(CouncilList.objects.get(), Audience.PUBLIC).title.startswith(
            "Uttalelser til kommunestyret, "
        )
        told = [entry.sentence + entry.bold for entry in timeline.entries(item.case, town.secretary)]
    assert any(" fra kommunestyret, " in sentence for sentence in told), told


def test_the_council_takes_a_case_off_its_list(town: Municipality, meeting: Meeting, client: Client) -> None:
    take(town, meeting)
    one = CouncilCase.objects.get(key="PS 46/26")
    url = reverse("forum:council_case_step", args=[one.pk, "withdraw"])
    client.force_login(town.elected[3])
    assert client.get(url).status_code == 404
    assert client.post(url, {"reason": "x"}).status_code == 404
    client.force_login(town.secretary)
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Trukket av ordføreren."}).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.withdrawn_reason) == ("withdrawn", "Trukket av ordføreren.")
    assert "Budsjett 2027" not in meeting.items.values_list("title", flat=True)
    assert Referral.objects.get(case=one.case).outcome == "withdrawn"
    # Only meetings give a view.
    for name in ("treat", "take_in", "nonsense"):
        assert client.post(reverse("forum:council_case_step", args=[one.pk, name])).status_code == 404


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
            decisions.decide(item, text="Ja.", resolution=Resolution.ADOPT, actor=town.secretary)
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
        motion = ballots.add_motion(item, text="Nei.", moved_by=town.membership(town.chair), actor=town.secretary)
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


def test_what_is_exempt_is_kept_from_everybody_outside(
    town: Municipality, meeting: Meeting, council_secretary: User, client: Client, tmp_path: Path
) -> None:
    rows = [ROWS[0], Row("PS 47/26", "PS 47/26", SECRET, "26/99", "", "offl. § 25")]
    case_list = take(town, meeting, rows).case_list
    page = reverse("forum:council_list", args=[case_list.pk])
    assert client.get(page).status_code == 404  # the agenda is not out
    for item in hold(town, meeting):
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=f"Om {item.title}", resolution=Resolution.ADOPT, actor=town.secretary)
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


def test_what_the_council_decided_before_there_was_a_view_takes_the_case_off_the_agenda(
    town: Municipality, meeting: Meeting
) -> None:
    take(town, meeting, ROWS[:1])
    one = CouncilCase.objects.get()
    data = {"decided_on": clock.today(), "decision": "Vedtatt i hast.", "followed": "no_view"}
    perform(one, "decided", actor=town.secretary, data=data)
    assert not meeting.items.exists()
    assert Referral.objects.get().status == "closed"

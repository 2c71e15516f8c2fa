"""Approvers of any part, their names on the lines, and remarks that are tasks until they are answered (R13)."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes import structure as minutes_structure
from forum.meetings.minutes.approvals import queries
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.approvals.models import MinutesSignature
from forum.organisation.enums import MinutesApproval, Part
from forum.organisation.services import bodies as organisation
from portal.queries import mine
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_approvals import corrected, named, waiting
from tests.forum.meetings.minutes.test_minutes import pdf_words, words
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("bokmal")


def test_approvers_can_be_of_any_part_and_their_names_stand_on_the_signature_lines(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    minutes = named(meeting, town, town.elected[1], town.union[0])
    assert {signer.membership.part for signer in approvals.signers_of(minutes)} == {Part.ELECTED, Part.UNION}
    perform(minutes, "publish", actor=town.secretary)
    lines = minutes_structure.from_json(minutes.versions.get().public).signature_lines
    assert [(line.name, line.role) for line in lines] == [
        (town.chair.name, "møteleder"), (town.elected[1].name, "nestleder"), (town.union[0].name, "medlem"),
    ]  # fmt: skip
    client.force_login(town.secretary)
    page = words(client.get(reverse("forum:minutes_signers", args=[meeting.pk])).content.decode())
    assert "De kan være fra alle partene." in page
    assert "De som hadde forfall eller var gjester, kan ikke godkjenne møteboka." in page


@pytest.mark.printed
def test_nobody_signs_over_an_empty_line(meeting: Meeting, town: Municipality) -> None:
    minutes = named(meeting, town)
    perform(minutes, "publish", actor=town.secretary)
    printed = pdf_words(bytes(minutes.versions.get().public_pdf))
    signatures = printed[printed.index("Underskrifter") :]
    for person in (town.chair, town.elected[1], town.elected[2]):
        assert person.name in signatures


def test_minutes_the_next_meeting_approves_have_no_signature_lines(meeting: Meeting, town: Municipality) -> None:
    organisation.change_body(town.committee, minutes_approval=MinutesApproval.NEXT_MEETING, actor=town.administrator)
    minutes = perform(minutes_services.begin(Meeting.objects.get(pk=meeting.pk)), "publish", actor=town.secretary)
    assert minutes_structure.from_json(minutes.versions.get().public).signature_lines == ()


def test_a_remark_is_a_task_until_it_is_answered(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = waiting(meeting, town)
    approvals.remark(minutes, version=1, text="Jeg stemte mot.", actor=town.elected[1])
    answer = MinutesSignature.objects.get()

    def tasks(person: User) -> list[str]:
        return [task.title for task in mine.my_page(person).tasks if "merknad til møteboka" in task.title]

    assert len(tasks(town.secretary)) == 1
    assert town.elected[1].name in tasks(town.secretary)[0]
    assert tasks(town.union[0]) == []
    url = reverse("forum:minutes_reply", args=[meeting.pk, answer.pk])
    assert tasks(town.elected[1]) == []
    with pytest.raises(GuardRefused):  # a deputy leader publishes minutes, but does not answer the own remark
        approvals.reply(answer, text="Nei.", actor=town.elected[1])
    for person in (town.elected[2], town.union[0], town.outsider):
        client.force_login(person)
        assert client.get(url).status_code == 404
        assert client.post(url, {"text": "Nei."}).status_code == 404
        with pytest.raises(NotPermitted):
            approvals.reply(answer, text="Nei.", actor=person)
    client.force_login(town.secretary)
    assert url in client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert "Jeg stemte mot." in client.get(url).content.decode()
    assert client.post(url, {"text": " "}).status_code == 422
    assert client.post(url, {"text": "Opptaket viser for."}).status_code == 302
    assert tasks(town.secretary) == []
    told = Notice.objects.filter(kind="forum.remark_answered").values_list("person_id", flat=True)
    assert list(told) == [town.elected[1].pk]
    client.force_login(town.elected[1])
    page = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert "Opptaket viser for." in page
    client.force_login(town.secretary)
    assert client.post(url, {"text": "Igjen."}).status_code == 404
    with pytest.raises(WrongState):
        approvals.reply(answer, text="Igjen.", actor=town.secretary)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE meetings_remarkreply SET text = 'x'")


@pytest.mark.parametrize("ended_by", ["correction", "approval", "approval of the next version"])
def test_a_remark_is_no_task_once_it_is_heeded_or_dropped(meeting: Meeting, town: Municipality, ended_by: str) -> None:
    minutes = waiting(meeting, town)
    approvals.remark(minutes, version=1, text="Feil navn.", actor=town.elected[1])
    assert queries.remarks_waiting([town.committee.pk]).count() == 1
    if ended_by == "correction":
        corrected(minutes, town.secretary, heeded=[MinutesSignature.objects.get().pk])
        assert MinutesSignature.objects.get().reply.text == "Dette er rettet i versjon 2."
    elif ended_by == "approval":
        approvals.sign(minutes, version=1, actor=town.elected[1])
    else:
        corrected(minutes, town.secretary)
        approvals.sign(minutes, version=2, actor=town.elected[1])
    assert not queries.remarks_waiting([town.committee.pk]).exists()


def test_a_correction_of_something_else_answers_no_remark(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = waiting(meeting, town)
    approvals.remark(minutes, version=1, text="Jeg kom kvart på.", actor=town.elected[1])
    answer = MinutesSignature.objects.get()
    corrected(minutes, town.secretary)
    assert [task.title for task in mine.my_page(town.secretary).tasks if town.elected[1].name in task.title]
    client.force_login(town.secretary)
    url = reverse("forum:minutes_reply", args=[meeting.pk, answer.pk])
    page = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert url in page
    assert "Jeg kom kvart på." in page
    assert "Til versjon 1:" in page
    form = client.get(reverse("forum:minutes_step", args=[meeting.pk, "correct"])).content.decode()
    assert "Jeg kom kvart på." in form
    assert client.post(url, {"text": "Bevegelsen er ført kl. 10.45."}).status_code == 302
    assert not queries.remarks_waiting([town.committee.pk]).exists()
    assert (
        "Jeg kom kvart på."
        not in client.get(reverse("forum:minutes_step", args=[meeting.pk, "correct"])).content.decode()
    )

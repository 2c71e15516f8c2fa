"""Minutes approved by those who were there or by the next meeting, and decision lists the same day (R13)."""

import hashlib
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MinutesStatus, SignatureKind
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes import structure as minutes_structure
from forum.meetings.minutes.approvals import queries
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.approvals.models import MinutesSignature, MinutesSigner
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.minutes.models import Minutes
from forum.meetings.planning import services
from forum.organisation.enums import MinutesApproval
from forum.organisation.services import bodies as organisation
from forum.pages import reminders
from tests.factories.at_once import together
from tests.factories.meetings import SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import pdf_words, words
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("bokmal")


def named(meeting: Meeting, town: Municipality, *people: User) -> Minutes:
    """Return the draft, with the two who approve it named."""
    minutes = minutes_services.begin(meeting)
    chosen = people or (town.elected[1], town.elected[2])
    approvals.appoint(minutes, members=[town.membership(p).pk for p in chosen], actor=town.secretary)
    return minutes


def waiting(meeting: Meeting, town: Municipality) -> Minutes:
    return perform(named(meeting, town), "publish", actor=town.secretary)


def corrected(minutes: Minutes, actor: User, **more: object) -> Minutes:
    data = {
        "reason": "Feil navn",
        "remarks": "",
        "others_present": f"Kommunedirektøren ({minutes.versions.count()})",
        **more,
    }
    return perform(Minutes.objects.get(pk=minutes.pk), "correct", actor=actor, data=data)


def test_a_body_under_the_act_asks_three_others_ask_their_leader(town: Municipality) -> None:
    assert town.committee.minutes_approval == MinutesApproval.SIGNERS
    assert town.coordination.minutes_approval == MinutesApproval.CHAIR


def test_whoever_presided_and_two_who_met_are_asked_once_the_minutes_are_out(
    meeting: Meeting, town: Municipality
) -> None:
    assert {m.person for m in approvals.candidates(meeting)} == {
        town.elected[1], town.elected[2], town.elected[4], town.deputies["municipality"][0], *town.union,
    }  # fmt: skip
    minutes = named(meeting, town)
    asked = [signer.membership.person for signer in approvals.signers_of(minutes)]
    assert asked == [town.chair, town.elected[1], town.elected[2]]
    assert not Notice.objects.filter(kind="forum.minutes_to_sign").exists()
    perform(minutes, "publish", actor=town.secretary)
    told = Notice.objects.filter(kind="forum.minutes_to_sign").values_list("person_id", flat=True)
    assert sorted(told) == sorted(person.pk for person in asked)


@pytest.mark.parametrize("who", ["one", "three", "absent", "chair"])
def test_exactly_two_of_those_who_met_are_named(meeting: Meeting, town: Municipality, who: str) -> None:
    minutes = minutes_services.begin(meeting)
    people = {
        "one": [town.elected[1]],
        "three": [town.elected[1], town.elected[2], town.elected[4]],
        "absent": [town.elected[1], town.elected[3]],
        "chair": [town.elected[1], town.chair],
    }[who]
    with pytest.raises(GuardRefused):
        approvals.appoint(minutes, members=[town.membership(p).pk for p in people], actor=town.secretary)
    assert not MinutesSigner.objects.exists()


@pytest.mark.printed
def test_three_clicks_approve_and_the_signatures_stand_on_screen_and_in_print(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    minutes = waiting(meeting, town)
    url = reverse("forum:minutes_detail", args=[meeting.pk])
    for number, person in enumerate((town.elected[1], town.chair, town.elected[2]), start=1):
        client.force_login(person)
        page = client.get(url).content.decode()
        assert "Godkjenn møteboka" in page
        answer = client.post(reverse("forum:minutes_sign", args=[meeting.pk]), {"version": "1"}, follow=True)
        assert answer.status_code == 200
        assert "Godkjenn møteboka" not in answer.content.decode()
        minutes.refresh_from_db()
        assert minutes.status == (MinutesStatus.APPROVED if number == 3 else MinutesStatus.PUBLISHED)
    newest, first = minutes.versions.all()
    assert (newest.number, first.number) == (2, 1)
    names = [town.elected[1].name, town.chair.name, town.elected[2].name]
    document = minutes_structure.from_json(newest.public)
    assert [line.name for line in document.signatures] == names
    assert newest.reason == f"Godkjent av {', '.join(names)}."
    printed = pdf_words(bytes(newest.public_pdf))
    screen = words(Client().get(url).content.decode())
    for said in ("Godkjent av", *names):
        assert said in printed
        assert said in screen
    assert minutes_structure.from_json(first.public).signatures == ()
    signed = list(MinutesSignature.objects.order_by("id"))
    assert [(s.name, s.kind, s.version_id, s.sha256) for s in signed] == [
        (name, SignatureKind.APPROVED, first.pk, first.internal_sha256) for name in names
    ]
    events = Event.objects.filter(subject_type="meetings.minutes", subject_id=minutes.pk).order_by("id")
    assert [(event.action, event.actor_id) for event in events][-4:] == [
        ("forum.minutes_signed", town.elected[1].pk),
        ("forum.minutes_signed", town.chair.pk),
        ("forum.minutes_signed", town.elected[2].pk),
        ("forum.minutes_approved", None),
    ]


def test_only_those_asked_may_approve_and_only_once(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = waiting(meeting, town)
    for person in (town.secretary, town.union[0], town.elected[4], town.administrator, town.employee(), town.outsider):
        with pytest.raises(NotPermitted):
            approvals.sign(minutes, version=1, actor=person)
        client.force_login(person)
        assert client.post(reverse("forum:minutes_sign", args=[meeting.pk]), {"version": "1"}).status_code == 404
        assert client.get(reverse("forum:minutes_remark", args=[meeting.pk])).status_code == 404
    approvals.sign(minutes, version=1, actor=town.chair)
    with pytest.raises(WrongState):
        approvals.sign(minutes, version=1, actor=town.chair)
    assert MinutesSignature.objects.count() == 1


def test_the_leader_cannot_approve_for_all_three(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = waiting(meeting, town)
    with pytest.raises(GuardRefused) as refusal:
        perform(minutes, "approve", actor=town.chair)
    assert "hver i eget navn" in str(refusal.value.message)
    with pytest.raises(GuardRefused):
        perform(minutes, "approve", actor=None)
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.PUBLISHED


def test_an_old_page_does_not_approve_a_version_nobody_has_read(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    minutes = waiting(meeting, town)
    approvals.sign(minutes, version=1, actor=town.elected[1])
    corrected(minutes, town.secretary)
    client.force_login(town.chair)
    answer = client.post(reverse("forum:minutes_sign", args=[meeting.pk]), {"version": "1"}, follow=True)
    assert "nyere versjon" in answer.content.decode()
    for bad in ("", "x", "-1", "99999999999999999999"):
        client.post(reverse("forum:minutes_sign", args=[meeting.pk]), {"version": bad})
    assert MinutesSignature.objects.filter(version__number=2).count() == 0
    # A correction is approved anew by all three, also by the one who approved the first version.
    for person in (town.chair, town.elected[1]):
        approvals.sign(minutes, version=2, actor=person)
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.PUBLISHED
    approvals.sign(minutes, version=2, actor=town.elected[2])
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.APPROVED


def test_nobody_approves_ones_own_correction(meeting: Meeting, town: Municipality) -> None:
    minutes = waiting(meeting, town)
    corrected(minutes, town.chair)
    with pytest.raises(GuardRefused) as refusal:
        approvals.sign(minutes, version=2, actor=town.chair)
    assert "rettet" in str(refusal.value.message)
    assert not MinutesSignature.objects.exists()


def test_a_remark_goes_to_the_secretary_and_holds_the_approval_back(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    minutes = waiting(meeting, town)
    client.force_login(town.elected[1])
    url = reverse("forum:minutes_remark", args=[meeting.pk])
    assert client.get(url).status_code == 200
    empty = client.post(url, {"version": "1", "remark": "  "})
    assert empty.status_code == 422
    said = "Jeg stemte imot i sak 2. <script>"
    assert client.post(url, {"version": "1", "remark": said}).status_code == 302
    told = set(Notice.objects.filter(kind="forum.minutes_remarked").values_list("person_id", flat=True))
    assert told == {town.secretary.pk, town.chair.pk, town.elected[1].pk}
    for person in (town.chair, town.elected[2]):
        approvals.sign(minutes, version=1, actor=person)
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.PUBLISHED
    page = reverse("forum:minutes_detail", args=[meeting.pk])
    shown = client.get(page).content.decode()
    assert "Jeg stemte imot i sak 2. &lt;script&gt;" in shown
    for outside in (Client(), client):
        if outside is client:
            client.force_login(town.employee())
        assert "stemte imot i sak" not in outside.get(page).content.decode()
    approvals.sign(minutes, version=1, actor=town.elected[1])
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.APPROVED


def test_a_body_may_leave_it_to_the_next_meeting(meeting: Meeting, town: Municipality) -> None:
    organisation.change_body(town.committee, minutes_approval=MinutesApproval.NEXT_MEETING, actor=town.administrator)
    minutes = minutes_services.begin(meeting)
    with pytest.raises(GuardRefused):
        approvals.appoint(minutes, members=[town.membership(p).pk for p in town.elected[1:3]], actor=town.secretary)
    minutes = perform(minutes, "publish", actor=town.secretary)
    with pytest.raises(GuardRefused) as refusal:
        perform(minutes, "approve", actor=town.chair)
    assert "neste møte" in str(refusal.value.message)
    item = meeting.items.order_by("position")[0]
    minutes = perform(minutes, "approve", actor=None, basis=item)
    assert minutes.status == MinutesStatus.APPROVED


def test_other_ways_in_are_shut(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes_services.begin(meeting)
    url = reverse("forum:minutes_signers", args=[meeting.pk])
    for person in (town.union[0], town.employee(), town.elected[2]):
        client.force_login(person)
        assert client.get(url).status_code == 404
    client.force_login(town.secretary)
    page = client.get(url).content.decode()
    assert town.elected[1].name in page
    assert town.union[0].name in page  # of any part
    assert town.elected[3].name not in page  # was absent
    too_many = [town.membership(p).pk for p in (town.elected[1], town.elected[2], town.elected[4])]
    refused = client.post(url, {"members": too_many})
    assert refused.status_code == 422
    assert client.post(url, {"members": too_many[:2]}).status_code == 302
    assert MinutesSigner.objects.count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meetings_minutessignature SET name = 'x'",
        "DELETE FROM meetings_minutessignature",
        "TRUNCATE meetings_minutessignature CASCADE",
        "UPDATE meetings_decisionlist SET reason = 'x'",
        "DELETE FROM meetings_decisionlist",
        "TRUNCATE meetings_decisionlist",
    ],
)
def test_signatures_and_lists_cannot_be_changed_with_sql(meeting: Meeting, town: Municipality, statement: str) -> None:
    approvals.sign(waiting(meeting, town), version=1, actor=town.chair)
    decision_lists.publish(meeting, actor=town.secretary)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_takes_one_approval_a_version(meeting: Meeting, town: Municipality) -> None:
    signature = approvals.sign(waiting(meeting, town), version=1, actor=town.chair)
    signature.pk, signature._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        signature.save()


def test_long_unapproved_minutes_are_shown_as_waiting_and_people_are_reminded(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    minutes = waiting(meeting, town)
    approvals.sign(minutes, version=1, actor=town.chair)
    assert list(queries.waiting_long(town.committee.pk)) == []
    with clock.at(clock.now() + timedelta(days=41)):
        assert list(queries.waiting_long(town.committee.pk)) == [minutes]
        assert reminders.remind() == 1
        assert reminders.remind() == 0
        told = set(Notice.objects.filter(kind="forum.minutes_reminded").values_list("person_id", flat=True))
        assert told == {town.elected[1].pk, town.elected[2].pk}
        past = Client().get(reverse("forum:meeting_list") + "?vis=holdt").content.decode()
        assert "ventet på godkjenning siden" in past
        assert "41 dager" in Client().get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
        assert list(queries.waiting_for(town.chair)) == []
        assert list(queries.waiting_for(town.elected[1])) == [minutes]


@pytest.mark.django_db(transaction=True)
def test_the_last_two_click_at_once_and_one_version_comes_of_it(town: Municipality) -> None:
    minutes = waiting(held_meeting(town), town)
    approvals.sign(minutes, version=1, actor=town.chair)

    def click(person: User) -> None:
        with translation.override("nb"):
            approvals.sign(Minutes.objects.get(pk=minutes.pk), version=1, actor=person)

    assert together(*(partial(click, person) for person in town.elected[1:3])) == [None, None]
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.APPROVED
    assert minutes.versions.count() == 2
    # Two versions exist.
    assert len(minutes_structure.from_json(minutes.versions.first().public).signatures) == 3  # type: ignore[union-attr]


# The decision list ----------------------------------------------------------------------------------------------------


@pytest.mark.printed
def test_the_decision_list_goes_out_before_the_minutes_and_is_kept_with_its_sum(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    url = reverse("forum:decision_list", args=[meeting.pk])
    assert Client().get(url).status_code == 404
    for person in (town.union[0], town.employee()):
        client.force_login(person)
        assert client.get(url).status_code == 404
        assert client.post(reverse("forum:decision_list_publish", args=[meeting.pk])).status_code == 404
    client.force_login(town.secretary)
    assert "Publiser vedtakslista" in client.get(url).content.decode()
    assert client.post(reverse("forum:decision_list_publish", args=[meeting.pk])).status_code == 302
    made = DecisionList.objects.get()
    assert made.public_sha256 == hashlib.sha256(bytes(made.public_pdf)).hexdigest()
    assert made.internal_sha256 == hashlib.sha256(bytes(made.internal_pdf)).hexdigest()
    public = Client().get(url).content.decode()
    assert "Det opprettes én felles stilling." in public
    assert Client().get(reverse("forum:decision_list_pdf", args=[meeting.pk])).content == bytes(made.public_pdf)
    first = Client().get(reverse("forum:decision_list_version_pdf", args=[meeting.pk, 1]))
    assert first.content == bytes(made.public_pdf)
    assert Client().get(reverse("forum:decision_list_version_pdf", args=[meeting.pk, 2])).status_code == 404
    for text in (public, pdf_words(bytes(made.public_pdf)), str(made.public)):
        assert SECRET not in text
        assert "Personalsak" in text
    assert SECRET in pdf_words(bytes(made.internal_pdf))
    assert SECRET in client.get(url).content.decode()
    assert Client().get(reverse("forum:minutes_detail", args=[meeting.pk])).status_code == 404
    told = set(Notice.objects.filter(kind="forum.decision_list_published").values_list("person_id", flat=True))
    assert told == set(town.committee.memberships.values_list("person_id", flat=True))


@pytest.mark.printed
def test_a_second_list_says_what_it_corrects_and_says_something_else(meeting: Meeting, town: Municipality) -> None:
    decision_lists.publish(meeting, actor=town.secretary)
    with pytest.raises(GuardRefused):
        decision_lists.publish(meeting, actor=town.secretary)
    with pytest.raises(GuardRefused) as refusal:
        decision_lists.publish(meeting, reason="Ny", actor=town.secretary)
    assert "det samme" in str(refusal.value.message)
    decision = meeting.items.order_by("position")[0].decision
    decision.text = "Det opprettes to stillinger."
    decision.save()
    second = decision_lists.publish(meeting, reason="Antall stillinger var feil", actor=town.secretary)
    assert second.number == 2
    assert "Antall stillinger var feil" in pdf_words(bytes(second.public_pdf))
    assert DecisionList.objects.count() == 2


def test_a_list_is_published_by_who_publishes_minutes_and_after_the_meeting(
    meeting: Meeting, town: Municipality
) -> None:
    for person in (town.union[0], town.employee(), town.administrator):
        with pytest.raises(NotPermitted):
            decision_lists.publish(meeting, actor=person)
    coming = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=30), place="Rådhuset", actor=town.secretary
    )
    with pytest.raises(WrongState):
        decision_lists.publish(coming, actor=town.secretary)

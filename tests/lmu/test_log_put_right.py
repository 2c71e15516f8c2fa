"""What is written of a meeting is put right, by those it is about and by whoever leads the group (R24, R29)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from forum.meetings.attendance.log_presence import was_not_there, was_there
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.minutes import log_corrections, log_versions
from forum.meetings.minutes.structure import Audience
from lmu import services
from proposals.consent import queries as consent_queries
from proposals.consent import services as consent
from proposals.models import Proposal
from tests.factories.consent import everybody_agrees
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted
from trepart.workflow import perform

pytestmark = pytest.mark.django_db
Propose = Callable[..., Proposal]


def seats(town: Municipality, *who: int) -> list[Any]:
    return [town.membership(town.lmu_members[0][n], town.lmus[0]) for n in who]


def write(town: Municipality, *who: int, proposal: Proposal | None = None) -> Meeting:
    rows = [services.Taken("Vaktlista", "Vi bytter på torsdag.")]
    if proposal is not None:
        rows.append(services.Taken(proposal.title, "Vi gjør det ikke.", proposal.case.referrals.get(), "turn_down"))
    meeting = services.write_log(
        key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(), present=seats(town, *who), taken=rows,
        actor=town.lmu_leader(),
    ).meeting  # fmt: skip
    assert meeting is not None
    return meeting


def begun(town: Municipality, propose: Propose) -> Proposal:
    proposal: Proposal = perform(
        propose(0, "Sykkelstativ"), "begin", actor=town.lmu_leader(), data={"access": "employees"}
    )
    return Proposal.objects.select_related("case").get(pk=proposal.pk)


def there(meeting: Meeting) -> set[User]:
    return {row.who for row in Attendance.objects.filter(meeting=meeting, present=True)}


def test_a_mistake_about_oneself_is_taken_back_and_the_others_are_told(town: Municipality, client: Client) -> None:
    leader, union, safety = town.lmu_members[0]
    meeting = write(town, 0, 1, 2)
    client.force_login(safety)
    page = reverse("lmu:detail", args=[town.lmus[0].slug])
    away, back = (reverse(f"lmu:{name}", args=[town.lmus[0].slug, meeting.pk]) for name in ("not_there", "was_there"))
    client.post(away)
    assert there(meeting) == {leader, union}
    assert {n.person for n in Notice.objects.filter(kind="forum.log_changed")} == {leader, union}
    assert back in client.get(page).content.decode()
    client.post(back)
    assert there(meeting) == {leader, union, safety}
    assert back not in client.get(page).content.decode()
    with translation.override("en"):
        inside, outside = (log_versions.of_log(meeting, to) for to in (Audience.INTERNAL, Audience.PUBLIC))
    assert [safety.name in one.reason for one in inside.corrections] == [True, True]
    assert [one.reason for one in outside.corrections] == ["Who met was put right."] * 2
    with pytest.raises(GuardRefused):
        was_there(meeting, actor=town.lmu_leader(1))


def test_a_log_with_one_alone_is_told_to_the_others_who_can_say_they_were_there(
    town: Municipality, client: Client
) -> None:
    leader, union, safety = town.lmu_members[0]
    meeting = write(town, 0)
    assert {n.person for n in Notice.objects.filter(kind="forum.meeting_logged_without")} == {union, safety}
    assert not Notice.objects.filter(kind="forum.meeting_logged").exists()
    was_there(meeting, actor=union)
    assert there(meeting) == {leader, union}
    client.force_login(union)
    minutes = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    # Nobody had leave to send, or was called: "absent" is said of meetings.
    assert "Forfall" not in minutes
    assert "Var ikke med" in minutes


def test_who_was_not_there_reads_the_minutes_of_the_own_group(
    town: Municipality, propose: Propose, client: Client
) -> None:
    """The case lies in their own queue (R8)."""
    proposal = begun(town, propose)
    meeting = write(town, 0, 1, 2, proposal=proposal)
    safety = town.lmu_members[0][2]
    was_not_there(meeting, actor=safety)
    client.force_login(safety)
    assert proposal.title in client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()


def test_who_took_themselves_out_does_not_come_back_with_the_conclusion(
    town: Municipality, propose: Propose, client: Client
) -> None:
    leader, _union, safety = town.lmu_members[0]
    proposal = begun(town, propose)
    meeting = write(town, 0, 1, 2, proposal=proposal)
    was_not_there(meeting, actor=safety)
    client.force_login(leader)
    address = reverse("lmu:answer", args=[town.lmus[0].slug, meeting.log_sheet.agreements.get().pk])
    form = client.get(address, follow=True).context["form"]
    assert {str(pk) for pk in form["participants"].value()} == {str(seat.pk) for seat in seats(town, 0, 1)}
    data = {"held_on": clock.today(), "answer": "Vi har ikke plass."}
    everybody = [seat.pk for seat in seats(town, 0, 1, 2)]
    with pytest.raises(InvalidInput) as refused:
        consent.conclude(proposal, "turn_down", actor=leader, data={**data, "participants": everybody})
    assert safety.name in str(refused.value.form.errors["participants"])
    was_there(meeting, actor=safety)
    conclusion = consent.conclude(proposal, "turn_down", actor=leader, data={**data, "participants": everybody})
    was_not_there(meeting, actor=safety)
    assert safety.name not in consent_queries.who_met(conclusion)
    everybody_agrees(conclusion)
    event = Event.objects.get(action="proposals.declined")
    assert event.data["participants"] == [seat.pk for seat in seats(town, 0, 1)]
    # What was said is another matter: there it counts.
    assert sum(count for _part, count in event.data["parts"]) == 3


def correct(town: Municipality, meeting: Meeting, actor: User, **changes: Any) -> None:
    given = {
        "held_on": timezone.localtime(meeting.starts_at).date(), "present": seats(town, 0, 1, 2), "stand_ins": {},
        "words": {}, "seen": log_versions.version_of(meeting), **changes,
    }  # fmt: skip
    log_corrections.correct(meeting, actor=actor, **given)
    meeting.refresh_from_db()


def test_the_leader_puts_day_words_and_who_met_right(town: Municipality, propose: Propose) -> None:
    leader, union, safety = town.lmu_members[0]
    proposal = begun(town, propose)
    meeting = write(town, 0, 1, 2, proposal=proposal)
    Notice.objects.all().delete()
    day = clock.today() - timedelta(days=2)
    first, second = log_corrections.points(meeting)
    words = {first.pk: "Vi bytter på fredag.", second.pk: "Vi gjør det ikke ennå."}
    correct(town, meeting, leader, held_on=day, present=seats(town, 0, 1), words=words)
    assert (timezone.localtime(meeting.starts_at).date(), there(meeting)) == (day, {leader, union})
    assert {n.person for n in Notice.objects.filter(kind="forum.log_changed")} == {union, safety}
    with translation.override("en"):
        inside, outside = (log_versions.of_log(meeting, to) for to in (Audience.INTERNAL, Audience.PUBLIC))
    assert (inside.items[0].decision, inside.items[1].discussion) == tuple(words.values())
    said = inside.corrections[0].reason
    assert safety.name in said
    assert "They were: “Vi bytter på torsdag.”" in said
    assert "The day was put right." in said
    for hidden in (safety.name, "torsdag"):
        assert hidden not in outside.corrections[0].reason
    # What is concluded about the day that was written first lands in the same meeting.
    data = {"participants": [s.pk for s in seats(town, 0, 1)], "held_on": clock.today(), "answer": "Nei."}
    everybody_agrees(consent.conclude(proposal, "turn_down", actor=leader, data=data))
    assert Meeting.objects.get().items.count() == 2


def test_what_a_correction_may_not_do(town: Municipality) -> None:
    leader, union, safety = town.lmu_members[0]
    meeting = write(town, 0, 1, 2)
    seen = log_versions.version_of(meeting)
    was_not_there(meeting, actor=safety)
    with pytest.raises(NotPermitted):
        correct(town, meeting, union, present=seats(town, 0, 1))
    for changes, why in (
        ({}, "only one who can take it back"),
        ({"present": seats(town, 0, 1)}, "Nothing is different"),
        ({"present": seats(town, 0), "seen": seen}, "meanwhile"),
        ({"present": []}, "Say who met"),
        ({"held_on": clock.today() + timedelta(days=1)}, "not been held"),
    ):
        with translation.override("en"), pytest.raises(GuardRefused, match=why):
            correct(town, meeting, leader, **changes)


def test_the_page_of_the_correction(town: Municipality, client: Client) -> None:
    leader, union, _safety = town.lmu_members[0]
    meeting = write(town, 0, 1, 2)
    url = reverse("lmu:log_correct", args=[town.lmus[0].slug, meeting.pk])
    client.force_login(union)
    assert client.get(url).status_code == 403
    client.force_login(leader)
    assert url in client.get(reverse("lmu:detail", args=[town.lmus[0].slug])).content.decode()
    form = client.get(url).context["form"]
    point = log_corrections.points(meeting)[0]
    assert form[f"words_{point.pk}"].value() == "Vi bytter på torsdag."
    data = {
        "seen": 1, "held_on": clock.today().isoformat(), "present": [s.pk for s in seats(town, 0, 1)],
        f"words_{point.pk}": "Vi bytter på fredag.",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    assert there(meeting) == {leader, union}
    shown = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert "Vi bytter på fredag." in shown
    assert client.post(url, data).status_code == 422

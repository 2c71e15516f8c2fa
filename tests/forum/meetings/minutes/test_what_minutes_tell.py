"""What minutes tell of the notice, of how many took part, and of who was out of a closed case (koml §§ 11-3, 11-4)."""

import pytest
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MovementKind, RecusalKind
from forum.meetings.minutes.building import build
from forum.meetings.minutes.corrections import services
from forum.meetings.minutes.structure import Audience, extract
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.participation import movements
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session
from trepart.text.dates import date_text, time_text

pytestmark = pytest.mark.usefixtures("bokmal")


def test_held_on_another_day_the_minutes_say_for_when_it_was_called_and_judge_the_notice_by_that(
    town: Municipality,
) -> None:
    for_when = timezone.localtime(called(town).starts_at)
    meeting = in_session(town)
    said = build(Meeting.objects.get(pk=meeting.pk), Audience.PUBLIC).called
    assert f"til {date_text(for_when, year=True)} kl. {time_text(for_when)}." in said
    assert "senere enn" not in said


def test_the_quorum_says_when_it_was_counted_and_an_extract_who_took_part_in_the_case(town: Municipality) -> None:
    meeting = in_session(town, ("Felles vaktmester", "Biblioteket"))
    first, second = meeting.items.order_by("position")
    for item in (first, second):
        if item == second:
            movements.leave(item, membership=town.membership(town.union[0]), actor=town.secretary)
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(
            item, text=item.recommendation, resolution=Resolution.ADOPT, own_affairs=True, actor=town.secretary
        )
    document = build(Meeting.objects.get(pk=meeting.pk), Audience.PUBLIC)
    assert document.quorum.startswith("9 av 9 medlemmer møtte da møtet ble åpnet")
    assert extract(document, first.label).quorum.startswith("9 av 9 medlemmer deltok i saken")  # type: ignore[union-attr]
    assert extract(document, second.label).quorum.startswith("8 av 9 medlemmer deltok i saken")  # type: ignore[union-attr]
    assert meeting.movements.get().kind == MovementKind.LEFT


def test_who_was_disqualified_in_a_closed_case_is_told_with_the_provision_alone(
    meeting: Meeting, town: Municipality
) -> None:
    item = meeting.items.order_by("position")[3]
    services.correct_recusal(
        item, membership=town.membership(town.union[2]), kind=RecusalKind.PARTIALITY, basis="fvl § 6 første ledd",
        reason="Glemt.", actor=town.secretary,
    )  # fmt: skip
    block = build(meeting, Audience.PUBLIC).items[3]
    assert block.hidden
    (said,) = block.recusals
    assert said.startswith(f"{town.union[2].name} var inhabil (fvl § 6 første ledd) og deltok ikke.")
    assert len(block.recusals_corrected) == 1
    assert (block.decision, block.discussion, block.recommendation) == ("", "", "")

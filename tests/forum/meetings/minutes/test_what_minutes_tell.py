"""What minutes tell of the notice, of how many took part and of who was out of a closed case, and what is said once,
of the right case and of the right seat (koml §§ 11-3, 11-4)."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.in_one_case import SatIn, _one
from forum.meetings.core.models import Meeting
from forum.meetings.enums import ItemKind, MotionPurpose, MovementKind, RecusalKind
from forum.meetings.minutes import results
from forum.meetings.minutes.building import build
from forum.meetings.minutes.corrections import services
from forum.meetings.minutes.structure import Audience, Correction, ItemBlock, extract
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.participation import movements
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes_print import document
from tests.forum.meetings.test_lifecycle import called, in_session
from trepart import languages
from trepart.text.dates import date_text, time_text
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("bokmal")


def test_held_on_another_day_the_minutes_say_for_when_it_was_called_and_judge_the_notice_by_that(
    town: Municipality,
) -> None:
    meeting = called(town)
    for_when = timezone.localtime(meeting.starts_at)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
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


def test_the_extract_of_a_case_tells_what_was_corrected_in_it_and_not_in_others() -> None:
    items = (ItemBlock(label="PS 42/26", title="En"), ItemBlock(label="PS 47/26", title="To", took_part="8 av 9."))
    told = (
        Correction(2, "30. november 2026", "PS 42/26: vedtak\nPS 47/26: stemme"),
        Correction(3, "1. desember 2026", "PS 47/26: stemme"),
        Correction(4, "2. desember 2026", "Feil navn"),
    )
    whole = replace(document(), items=items, corrections=told)
    first, second = extract(whole, "PS 42/26"), extract(whole, "PS 47/26")
    assert first is not None
    assert second is not None
    assert [one.reason for one in first.corrections] == ["PS 42/26: vedtak", "Feil navn"]
    assert [one.version for one in second.corrections] == [2, 3, 4]
    assert second.quorum == "8 av 9."


def test_a_review_of_legality_is_told_once_with_the_cases_it_is_about() -> None:
    decision, doors = "Tre kan kreve kontroll av vedtaket til 21. desember.", "Tre kan kreve kontroll av dørene."
    items = (
        ItemBlock(label="PS 1/26", title="En", review_until=decision),
        ItemBlock(label="PS 2/26", title="To", review_until=f"{decision} {doors}"),
    )
    said = replace(document(), items=items).reviews
    assert said == [("PS 1/26, PS 2/26", decision), ("PS 2/26", doors)]


@pytest.mark.usefixtures("bokmal")
def test_the_outcome_does_not_repeat_the_words_and_an_election_adopts_nothing() -> None:
    def outcome(resolution: Resolution, text: str, **more: Any) -> str:
        of_item: dict[str, Any] = {"kind": ItemKind.PS, "elections": [], "ballots": [], "referral": None, **more}
        lists = {name: SimpleNamespace(all=lambda rows=of_item[name]: rows) for name in ("elections", "ballots")}
        item = SimpleNamespace(**{**of_item, **lists})
        decision = SimpleNamespace(item=item, resolution=resolution, text=text, goes_to="", options={})
        body = SimpleNamespace(legal_basis="", by_consensus=False)
        with languages.municipal():
            return results.outcome(item, decision, body)  # type: ignore[arg-type]

    ballot = SimpleNamespace(motion=SimpleNamespace(purpose=MotionPurpose.CASE))
    assert outcome(Resolution.NOTED, "Tatt til orientering.") == ""
    assert outcome(Resolution.NOTED, "Teken til orientering.") == ""
    assert outcome(Resolution.NOTED, "Godt arbeid.") == "tatt til orientering"
    assert outcome(Resolution.POSTPONE, "Saken utsettes.") == ""
    assert outcome(Resolution.ADOPT, "Siv Aas er valgt.", elections=[1]) == "valgt"
    assert outcome(Resolution.ADOPT, "Siv Aas er valgt.", elections=[1], ballots=[ballot]) == "vedtatt"
    assert outcome(Resolution.NOTED, "Spørsmålet ble besvart.", kind=ItemKind.FO) == ""


@pytest.mark.usefixtures("bokmal")
def test_whoever_took_two_seats_has_whose_it_was_in_which_case() -> None:
    def came(name: str, label: str) -> Any:
        seat = SimpleNamespace(pk=hash(name), person=SimpleNamespace(name=name))
        return SimpleNamespace(
            membership=SimpleNamespace(pk=1), stands_for=seat, only=True, item=SimpleNamespace(label=label)
        )

    both: SatIn = _one([came("Asbjørn Engen", "PS 47/26"), came("Jakub Haugen", "PS 48/26")], [])
    assert both.met_for == ""
    assert both.note == "bare for Asbjørn Engen i PS 47/26, for Jakub Haugen i PS 48/26"
    same = _one([came("Asbjørn Engen", "PS 47/26"), came("Asbjørn Engen", "PS 48/26")], [])
    assert (same.met_for, same.note) == ("Asbjørn Engen", "bare i PS 47/26, PS 48/26")

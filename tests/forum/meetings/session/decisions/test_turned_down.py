"""Turning down what got no majority is what the votes came to, in whatever words; more than that is not (R13)."""

import pytest

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import consistency
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots, motions
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session

pytestmark = pytest.mark.usefixtures("bokmal")


def voted_down(town: Municipality) -> AgendaItem:
    """Return a case whose recommendation fell."""
    item = in_session(town).items.get()
    opposed = (*town.elected[:5], *town.union[:3])
    ballots.record_ballot(item, choices=against(town, item, *opposed), actor=town.secretary)
    return AgendaItem.objects.get(pk=item.pk)


def unlike(item: AgendaItem, text: str, resolution: Resolution = Resolution.DECLINE) -> list[str]:
    return consistency.differences(resolution, text, ballots=list(item.ballots.all()))


@pytest.mark.parametrize(
    "text",
    [
        "Innstillingen ble ikke vedtatt.",
        "Forslaget avvises.",
        "Forslaget om felles vaktmester avslås.",
        "Søknaden får avslag. Forslaget «Felles vaktmester: ja.» falt.",
        "Framlegget vart ikkje vedteke.",
        "Forslaget fikk ikke flertall.",
    ],
)
def test_turning_down_what_fell_is_no_deviation(town: Municipality, text: str) -> None:
    item = voted_down(town)
    assert unlike(item, text) == []
    decisions.decide(item, text=text, resolution=Resolution.DECLINE, actor=town.secretary)
    meeting = Meeting.objects.select_related("body").get(pk=item.meeting_id)
    (block,) = building.build(meeting, Audience.PUBLIC).items
    assert (block.decision, block.differs) == (text, "")


@pytest.mark.parametrize(
    ("text", "resolution"),
    [
        ("Slott.", Resolution.DECLINE),
        ("Forslaget avvises. Det bygges et slott.", Resolution.DECLINE),
        ("Forslaget avvises, men det bygges et slott i stedet.", Resolution.DECLINE),
        ("I fall noen spør, bygges det et slott.", Resolution.DECLINE),
        ("Saken tas til orientering, og laget får 200 000 kroner.", Resolution.NOTED),
        ("Forslaget ble ikke avvist.", Resolution.DECLINE),
        ("Felles vaktmester: ja.", Resolution.DECLINE),
        ("Forslaget avvises.", Resolution.ADOPT),
        ("Forslaget avvises.", Resolution.NOTED),
    ],
)
def test_anything_more_than_that_is(town: Municipality, text: str, resolution: Resolution) -> None:
    assert unlike(voted_down(town), text, resolution) == ["Ingenting av det som ble votert over, ble vedtatt."]


def test_taking_note_of_what_got_no_majority_is_no_deviation(town: Municipality) -> None:
    assert unlike(voted_down(town), "Saken tas til orientering.", Resolution.NOTED) == []


def test_a_motion_to_turn_it_down_that_fell_is_not_told_as_decided(town: Municipality) -> None:
    item = voted_down(town)
    motion = motions.add_motion(
        item, text="Søknaden avslås.", moved_by=town.membership(town.elected[1]), actor=town.secretary
    )
    opposed = (*town.elected[:5], *town.union[:3])
    ballots.record_ballot(item, motion=motion, choices=against(town, item, *opposed), actor=town.secretary)
    item = AgendaItem.objects.get(pk=item.pk)
    assert unlike(item, "Søknaden avslås.") == ["Ingenting av det som ble votert over, ble vedtatt."]
    assert unlike(item, "Forslagene ble ikke vedtatt.") == []


def test_what_fell_may_be_turned_down_beside_what_won(town: Municipality) -> None:
    item = in_session(town).items.get()
    moved = town.membership(town.elected[1])
    motion = motions.add_motion(item, text="Slott.", moved_by=moved, actor=town.secretary)
    opposed = (*town.elected[:5], *town.union[:3])
    ballots.record_ballot(item, motion=motion, choices=against(town, item, *opposed), actor=town.secretary)
    ballots.record_ballot(item, actor=town.secretary)
    item = AgendaItem.objects.get(pk=item.pk)
    words = item.recommendation
    assert unlike(item, words, Resolution.ADOPT) == []
    assert unlike(item, f"{words} Forslaget om slott avvises.", Resolution.ADOPT) == []
    assert unlike(item, f"{words} Slott.", Resolution.ADOPT) != []
    assert unlike(item, f"{words} Takk for forslaget.", Resolution.ADOPT) != []

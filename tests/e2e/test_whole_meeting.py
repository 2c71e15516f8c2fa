"""A meeting of twenty cases run with the keyboard alone, and its minutes read line by line.

They are read on the screen, and in the PDF.

An absence at the roll call, somebody who leaves and comes back, a deputy for one case, a disqualification by vote, a
closed case, a draw, cases treated together, a postponement, a late case that the chair stops, two motions against each
other, an election decided by lot, an addition to the minutes.
"""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.utils import translation

from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes.building import build
from forum.meetings.minutes.models import MinutesVersion
from forum.meetings.minutes.structure import Audience
from forum.meetings.planning import services as planning_services
from tests.e2e.support.keyboard import Keyboard
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from tests.trepart.pdf.test_document import check_with_pdfua
from trepart import clock
from trepart.audit import sealing
from trepart.workflow import perform

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town() -> Municipality:
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


@pytest.mark.printed
def test_twenty_cases_by_keyboard_and_the_minutes_line_by_line(town: Municipality, visit: Any, tmp_path: Path) -> None:
    meeting = prepared(town)
    keys = Keyboard(visit(town.secretary))
    roll_call(keys, meeting, town)
    story = Story(keys, meeting, town)
    story.tell()
    ended = end(keys, meeting)
    read_the_minutes(keys, ended, story, tmp_path)


def prepared(town: Municipality) -> Meeting:
    meeting = planning_services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(minutes=4), place="Rådhuset", actor=town.secretary
    )
    for number in range(1, 19):
        agenda_services.add_item(
            meeting, title=f"Sak nummer {number}", recommendation=f"Innstilling {number}.", actor=town.secretary
        )
    agenda_services.add_item(meeting, title="Valg av kontaktperson", actor=town.secretary)
    return perform(meeting, "call", actor=town.secretary)


def roll_call(keys: Keyboard, meeting: Meeting, town: Municipality) -> None:
    keys.visitor.go(f"/moter/{meeting.pk}/frammote/")
    away = town.membership(town.elected[3])
    keys.choose(f"met_{away.pk}", "absent")
    keys.write(f"reason_{away.pk}", "Sykdom")
    keys.press(say("Save who meets"))
    keys.press(say("Open the meeting"))


class Story:
    """What happens in each case, and what the minutes must say of it."""

    def __init__(self, keys: Keyboard, meeting: Meeting, town: Municipality) -> None:
        self.keys, self.meeting, self.town = keys, meeting, town
        self.lines: dict[int, list[str]] = {}
        self.items = list(meeting.items.order_by("position"))

    def told(self, number: int, *lines: str) -> None:
        """Remember what the minutes must say in a case."""
        self.lines.setdefault(number, []).extend(lines)

    def open(self, number: int) -> AgendaItem:
        """Go to a case: the address, as a bookmark would."""
        item = self.items[number - 1]
        self.keys.page.goto(f"{self.keys.visitor.address}/moter/{self.meeting.pk}/gjennomfor/{item.pk}/")
        return item

    def act(self, name: str) -> None:
        """Choose one of the things that can be done in the case."""
        self.keys.follow(say(name))

    def unanimous(self, number: int) -> None:
        self.open(number)
        self.keys.press(say("Adopted unanimously"))
        self.record()
        self.told(number, f"Sak nummer {number}", f"Innstilling {number}.")

    def record(self) -> None:
        """Say what the decision rests on, and record it."""
        self.keys.choose("decision-rests", "own")
        self.keys.press(say("Record the decision"))

    def tell(self) -> None:
        """From the first case to the last."""
        self.unanimous(1)
        self.keys.visitor.look()
        self.leaves_and_a_deputy_takes_the_seat(2)
        self.deputy_for_one_case(3)
        self.disqualified_by_vote(4)
        self.closed(5)
        self.draw(6)
        self.against_each_other(7)
        self.together(8, 9, 10)
        self.postponed(11)
        self.addition(12)
        self.comes_back(13)
        for number in range(14, 19):
            self.unanimous(number)
        self.election(19)
        self.late_and_stopped()

    def leaves_and_a_deputy_takes_the_seat(self, number: int) -> None:
        self.open(number)
        who = self.town.membership(self.town.union[0])
        self.act("Somebody leaves")
        self.keys.choose("leave-membership", str(who.pk))
        self.keys.pick("leave-deputy", "next")
        self.keys.write("leave-reason", "Vakt")
        self.keys.visitor.look()
        self.keys.press(say("Record it"))
        deputy = self.town.deputies["employees"][0]
        self.told(number, f"{who.person.name} gikk kl.", f"{deputy.name} tok plassen.")
        self.unanimous(number)

    def deputy_for_one_case(self, number: int) -> None:
        self.open(number)
        who, deputy = self.town.membership(self.town.union[1]), self.town.deputies["employees"][1]
        self.act("Somebody leaves")
        self.keys.choose("leave-membership", str(who.pk))
        self.keys.choose("leave-only", "only")
        self.keys.pick("leave-deputy", "next")
        self.keys.press(say("Record it"))
        self.told(number, f"{who.person.name} deltok ikke i denne saken. {deputy.name} tok plassen.")
        self.unanimous(number)

    def disqualified_by_vote(self, number: int) -> None:
        self.open(number)
        who, alone = self.town.membership(self.town.elected[4]), self.town.membership(self.town.union[2])
        self.act("Somebody does not take part")
        self.keys.pick("recuse-membership", str(who.pk))
        self.keys.write("recuse-basis", "fvl. § 6 andre ledd")
        self.keys.pick("recuse-deputy", "nobody")
        self.keys.choose("recuse-settled", "vote")
        self.keys.tick("recuse-against", str(alone.pk))
        self.keys.visitor.look()
        self.keys.press(say("Record it"))
        self.told(number, f"{who.person.name} var inhabil (fvl. § 6 andre ledd) og deltok ikke.", "7 mot 1.")
        self.unanimous(number)

    def closed(self, number: int) -> None:
        self.open(number)
        self.act("Close the doors")
        self.keys.choose("close-basis", "koml. § 11-5 (2)")
        self.keys.write("close-public_title", "Personalsak")
        self.keys.choose("close-settled", "law")
        self.keys.visitor.look()
        self.keys.press(say("Close the doors"))
        self.unanimous(number)
        self.told(number, "etter koml. § 11-5 (2).")

    def draw(self, number: int) -> None:
        self.open(number)
        away = self.town.membership(self.town.elected[2])
        self.act("Somebody leaves")
        self.keys.choose("leave-membership", str(away.pk))
        self.keys.choose("leave-only", "only")
        self.keys.pick("leave-deputy", "nobody")
        self.keys.press(say("Record it"))
        self.keys.unfold(say("Votes for and against"))
        motion = self.items[number - 1].motions.get()
        for person in (*self.town.elected[:2], self.town.elected[4], self.town.union[1]):
            self.keys.choose(f"vote{motion.pk}-{self.town.membership(person).pk}", "against")
        self.keys.press(say("Record the votes"))
        self.keys.visitor.look()
        self.told(
            number,
            "4 mot 4.",
            say("It was a tie, and the vote of the person presiding decided (Local Government Act § 11-9)."),
        )
        self.keys.write("decision-text", "Innstillingen ble ikke vedtatt.")
        self.keys.press(say("Record the decision"))
        self.told(number, "Innstillingen ble ikke vedtatt.")

    def against_each_other(self, number: int) -> None:
        item = self.open(number)
        mover = self.town.membership(self.town.elected[1])
        self.keys.unfold(say("New motion"))
        self.keys.pick("motion-moved_by", str(mover.pk))
        self.keys.write("motion-text", "Heller noe annet.")
        self.keys.press(say("Record the motion"))
        self.act("Two motions against each other")
        for person in (self.town.elected[1], self.town.union[2]):
            self.keys.tick("contest-for_second", str(self.town.membership(person).pk))
        self.keys.visitor.look()
        self.keys.press(say("Record the votes"))
        self.record()
        assert AgendaItem.objects.get(pk=item.pk).decision.text == f"Innstilling {number}."
        self.told(
            number,
            "Heller noe annet.",
            "Innstillingen fikk 7 stemmer",
            f"Forslaget fra {mover.person.name} (Fl) fikk 2 stemmer",
            "Innstillingen er vedtatt.",
        )

    def together(self, *numbers: int) -> None:
        self.open(numbers[0])
        self.keys.follow(say("Several cases together"))
        for number in numbers:
            self.keys.tick("items", str(self.items[number - 1].pk))
        self.keys.choose("rests", "own")
        self.keys.visitor.look()
        self.keys.press(say("Adopt them"))
        first, second, third = (self.items[number - 1].label for number in numbers)
        self.told(numbers[0], f"Behandlet under ett med {second}, {third}.")
        self.told(numbers[1], f"Behandlet under ett med {first}, {third}.")
        self.told(numbers[2], f"Behandlet under ett med {first}, {second}.")

    def postponed(self, number: int) -> None:
        self.open(number)
        self.act("Postpone the case")
        self.keys.write("postpone-text", "Utsatt til neste møte.")
        self.keys.choose("postpone-settled", "vote")
        self.keys.tick("postpone-against", str(self.town.membership(self.town.union[3]).pk))
        self.keys.press(say("Postpone it"))
        self.told(number, "8 mot 1.", "Utsatt til neste møte.")

    def addition(self, number: int) -> None:
        self.open(number)
        self.act("Addition to the minutes")
        self.keys.pick("addition-membership", str(self.town.membership(self.town.elected[1]).pk))
        self.keys.write("addition-text", "Fl vil ha en ny vurdering om et år.")
        self.keys.press(say("Put it in the minutes"))
        self.unanimous(number)
        self.told(
            number, f"Protokolltilførsel fra {self.town.elected[1].name} (Fl)", "Fl vil ha en ny vurdering om et år."
        )

    def comes_back(self, number: int) -> None:
        self.open(number)
        who = self.town.membership(self.town.union[0])
        self.act("Somebody comes")
        self.keys.choose("come-who", str(who.pk))
        self.keys.press(say("Record it"))
        self.told(number, f"{who.person.name} kom kl.", f"{self.town.deputies['employees'][0].name} gikk ut.")
        self.unanimous(number)

    def election(self, number: int) -> None:
        item = self.open(number)
        self.act("Election")
        self.keys.write("election-place", "Kontaktperson")
        self.keys.write("election-names", "Kari Vik\nJon Bø")
        self.keys.press(say("To the votes"))
        election = item.elections.get()
        one, other = election.candidates.values_list("pk", flat=True)
        for _round in range(2):
            self.keys.choose(f"round{election.pk}-how", "written")
            for candidate, votes in ((one, "4"), (other, "4")):
                self.keys.write(f"round{election.pk}-count{candidate}", votes)
            self.keys.write(f"round{election.pk}-blank", "1")
            self.keys.press(say("Count the votes"))
        self.keys.visitor.look()
        self.keys.press(say("Draw the lot"))
        self.keys.press(say("Record the decision"))
        drawn = item.elections.get().elected.name
        self.told(
            number,
            "Runde 2: Kari Vik 4, Jon Bø 4. 1 blank stemme.",
            f"loddet falt på {drawn}",
            f"Kontaktperson: {drawn}.",
        )

    def late_and_stopped(self) -> None:
        late = agenda_services.add_item(
            self.meeting, title="En sen sak", recommendation="Ja.", actor=self.town.secretary
        )
        self.items.append(late)
        self.open(20)
        self.act("Late case or documents: objection")
        self.keys.tick("object-members", str(self.town.membership(self.town.chair).pk))
        self.keys.visitor.look()
        self.keys.press(say("Record it"))
        self.keys.visitor.look()
        assert not self.keys.page.get_by_role("button", name=say("Adopted unanimously")).count()
        self.keys.follow(say("Postpone the case"))
        self.keys.press(say("Postpone it"))
        self.told(20, "En sen sak", f"(kommuneloven § 11-3): {self.town.chair.name}.")


def end(keys: Keyboard, meeting: Meeting) -> Meeting:
    keys.page.goto(f"{keys.visitor.address}/moter/{meeting.pk}/steg/end/")
    keys.press(say("End the meeting"))
    return Meeting.objects.get(pk=meeting.pk)


def flat(text: str) -> str:
    """Return words only: blanks, soft hyphens and line ends are the layout's."""
    return re.sub(r"[\s\u00a0\u00ad]+", "", text)


def by_case(text: str, items: list[tuple[str, str]]) -> dict[int, str]:
    """Return what stands under the heading of each case (label and title), by its place; every heading is found, in
    the order of the agenda."""
    words, at = flat(text), 0
    starts = []
    for label, title in items:
        at = words.index(flat(f"{label}{title}"), at)
        starts.append(at)
        at += 1
    return {
        place: words[start:end]
        for place, (start, end) in enumerate(zip(starts, [*starts[1:], len(words)], strict=True), start=1)
    }


def check(text: str, story: Story, *, hidden: bool = False) -> None:
    """See that each case says what was done in it, and no other case's lines; ``hidden``: as the
    public reads the closed one."""
    closed = story.items[4]
    headings = [
        (item.label, item.title if not hidden or item.pk != closed.pk else "Personalsak") for item in story.items
    ]
    parts = by_case(text, headings)
    for place, part in parts.items():
        for line in story.lines.get(place, []):
            if hidden and place == 5 and line in ("Sak nummer 5", "Innstilling 5."):
                assert flat(line) not in flat(text), line
            else:
                assert flat(line) in part, f"{headings[place - 1]}: {line}"
        # What only one case has happened to it stands nowhere else.
        for other, lines in story.lines.items():
            for line in lines[:1] if other != place and not lines[0].startswith("Sak nummer") else []:
                assert flat(line) not in part, f"{headings[place - 1]}: {line}"


def read_the_minutes(keys: Keyboard, meeting: Meeting, story: Story, folder: Path) -> None:
    assert (meeting.status, meeting.items.count()) == ("ended", 20)
    sealing.seal_events()
    page = keys.visitor.go(f"/moter/{meeting.pk}/mobok/")
    check(page.locator("main").inner_text(), story)
    perform(meeting.minutes, "publish", actor=story.town.secretary)
    version = MinutesVersion.objects.get()
    with translation.override("nb"):
        document = build(meeting, Audience.INTERNAL, version=1)
    for data, hidden in ((bytes(version.internal_pdf), False), (bytes(version.public_pdf), True)):
        check("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages), story, hidden=hidden)
        check_with_pdfua(data, folder)
    assert [item.label for item in document.items] == [item.label for item in story.items]

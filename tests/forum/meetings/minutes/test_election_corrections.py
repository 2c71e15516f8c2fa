"""A round of an election put right after the meeting: with reason and trace, where it turns nothing (R11, R29)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import PollKind, Settled
from forum.meetings.minutes.completeness import to_be_read_again
from forum.meetings.minutes.corrections import elections as corrections
from forum.meetings.minutes.corrections import queries, services
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.models import Minutes
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.elections import services as elections
from forum.meetings.session.elections.models import Round
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_corrections import REASON, corrected, day, document, published
from tests.forum.meetings.minutes.test_minutes import pdf_words, words
from tests.forum.meetings.test_lifecycle import in_session
from trepart.audit.models import Event
from trepart.audit.sealing import seal_events
from trepart.audit.verifying import verify
from trepart.refusals import GuardRefused, NotPermitted, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]

KARI, JON, BLANK = "Kari Vik", "Jon Bø", "blank"
OPEN = "Runde 1: Kari Vik 6, Jon Bø 2. 1 blank stemme."


@dataclass
class Held:
    """An election whose meeting has ended: its round, who voted in the order of the table, and the candidates."""

    town: Municipality
    meeting: Meeting
    item: AgendaItem
    rounds: list[Round]
    voters: list[int]
    candidates: Mapping[str, int]

    @property
    def round(self) -> Round:
        return self.rounds[-1]

    def voted(self, what: str) -> str:
        """Return a vote as it is sent."""
        return str(self.candidates.get(what, what))

    def voices(self, choices: Mapping[int, str], **more: Any) -> list[RecordCorrection]:
        """Put right what those numbered ``choices`` in the order of the table voted."""
        given: dict[str, Any] = {"reason": REASON, "actor": self.town.secretary} | more
        chosen = {self.voters[number]: self.voted(what) for number, what in choices.items()}
        return corrections.correct_voices(self.round, choices=chosen, **given)

    def counts(self, kari: int, jon: int, blank: int = 0, **more: Any) -> RecordCorrection:
        given: dict[str, Any] = {"reason": REASON, "actor": self.town.secretary} | more
        counted = {self.candidates[KARI]: kari, self.candidates[JON]: jon}
        return corrections.correct_counts(self.round, counts=counted, blank=blank, **given)

    def stands(self) -> tuple[list[int], int, int]:
        """Return the counts of the round, the blank votes, and how many voted."""
        kept = Round.objects.get(pk=self.round.pk)
        return list(kept.counts.values_list("votes", flat=True)), kept.blank, kept.entitled

    def name(self, number: int) -> str:
        return str(self.round.voices.get(membership=self.voters[number]).name)

    def said(self, minutes: Minutes) -> tuple[str, ...]:
        """Return what the newest public version says of the rounds."""
        return document(minutes).items[0].elections[0].rounds


def held(town: Municipality, *tallies: tuple[int, int, int], secret: bool = False, behind_doors: bool = False) -> Held:
    """Hold the rounds of an election with ``tallies``: for Kari, for Jon and blank; at a draw the lot is drawn."""
    meeting = in_session(town)
    item = meeting.items.get()
    if behind_doors:
        closed_doors.close_doors(
            item, basis="koml. § 11-5 (3) a", public_title="Valg", settled=Settled.AGREED, actor=town.secretary
        )
    election = elections.propose_candidates(
        item, kind=PollKind.ELECTION, place="Nestleder", names=[KARI, JON], actor=town.secretary
    )
    kari, jon = election.candidates.values_list("pk", flat=True)
    voters = [voter.pk for voter in participants.entitled(item)]
    for for_kari, for_jon, blank in tallies:
        if secret:
            given: dict[str, Any] = {"counts": {kari: for_kari, jon: for_jon}, "blank": blank}
        else:
            chosen = [kari] * for_kari + [jon] * for_jon + [None] * blank
            given = {"choices": dict(zip(voters, chosen, strict=True))}
        came_to = elections.hold_round(election, actor=town.secretary, **given)
    if came_to.lot:
        elections.draw_lot(election, actor=town.secretary)
    if behind_doors:
        closed_doors.open_doors(item, actor=town.secretary)
    election.refresh_from_db()
    text = "Nestleder er valgt." if behind_doors else f"Nestleder: {election.elected}."
    decisions.decide(item, text=text, resolution=Resolution.ADOPT, actor=town.secretary)
    ended = end_meeting(Meeting.objects.get(pk=meeting.pk), actor=town.secretary)
    rounds = list(election.rounds.select_related("election__item__meeting"))
    return Held(town, ended, AgendaItem.objects.get(pk=item.pk), rounds, voters, {KARI: kari, JON: jon})


def wrongly() -> str:
    """What the minutes say of a corrected vote: that it was, and of nobody by name."""
    return f"Rettet {day()}: Det var ført feil hvem som stemte på hvem."


@pytest.mark.printed
def test_a_vote_corrected_stands_under_its_round(town: Municipality) -> None:
    one = held(town, (6, 2, 1))
    minutes = published(one.meeting, town)
    name = one.name(0)
    (kept,) = one.voices({0: JON})
    assert one.stands() == ([5, 3], 1, 9)
    assert queries.unpublished(one.meeting) == [kept]
    assert one.said(minutes) == (OPEN,)
    minutes = corrected(minutes, town)
    sentence = wrongly()
    assert one.said(minutes) == ("Runde 1: Kari Vik 5, Jon Bø 3. 1 blank stemme.", sentence)
    newest, first = minutes.versions.all()
    assert [block["rounds"] for block in first.public["items"][0]["elections"]] == [[OPEN]]
    assert REASON not in str(newest.public) + str(newest.internal)
    # The round is told as what was counted, and whose vote was put right stays inside.
    assert "Det var ført feil hvem som stemte på hvem." in pdf_words(bytes(newest.public_pdf))
    assert name not in str(newest.public["items"][0]["elections"])
    page = Client().get(reverse("forum:minutes_detail", args=[one.meeting.pk])).content.decode()
    assert words(sentence) in words(page)
    assert queries.unpublished(one.meeting) == []
    event = Event.objects.get(action="forum.voice_corrected")
    assert (event.data["before"], event.data["after"], event.data["place"], event.text) == (
        KARI, JON, "Nestleder", {"reason": REASON},
    )  # fmt: skip
    assert (kept.name, kept.was, kept.now, kept.reason, kept.made_by, kept.item, kept.round, kept.event_id) == (
        name, KARI, JON, REASON, town.secretary, one.item, one.round, event.pk,
    )  # fmt: skip


def test_what_was_counted_in_writing_is_put_right(town: Municipality) -> None:
    one = held(town, (6, 2, 1), secret=True)
    assert one.counts(5, 4).name == ""
    assert one.stands() == ([5, 4], 0, 9)
    first = published(one.meeting, town)
    assert one.said(first) == (
        "Runde 1: Kari Vik 5, Jon Bø 4. Voteringen var skriftlig.",
        f"Rettet {day()}: Det sto «Kari Vik 6, Jon Bø 2, blank 1».",
    )
    event = Event.objects.get(action="forum.count_corrected")
    assert (event.data["before"], event.data["after"]) == ("Kari Vik 6, Jon Bø 2, blank 1", "Kari Vik 5, Jon Bø 4")
    assert not one.round.voices.exists()


@pytest.mark.parametrize("secret", [False, True])
def test_the_trail_holds_it(town: Municipality, secret: bool) -> None:
    one = held(town, (6, 2, 1), secret=secret)
    if secret:
        one.counts(5, 3, 1)
    else:
        row = one.meeting.attendances.get(membership=one.voters[8])
        services.correct_attendance(one.meeting, present={row.pk: False}, reason=REASON, actor=town.secretary)
        one.voices({0: JON, 8: ""})
        assert one.stands() == ([5, 3], 0, 8)
    assert verify() == []
    while seal_events():
        pass
    assert verify() == []
    event = RecordCorrection.objects.latest("pk").event_id
    assert set(one.round.history.filter(event_id=event).values_list("blank", flat=True)) == (set() if secret else {0})
    counts = [count.history.filter(event_id=event).count() for count in one.round.counts.all()]
    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("tallies", "number", "choices", "says"),
    [
        ([(5, 4, 0)], 0, {0: JON}, "Jon Bø ville blitt valgt"),
        ([(5, 4, 0)], 0, {0: BLANK}, "Ingen ville blitt valgt"),
        ([(4, 4, 1), (4, 4, 1)], 0, {8: KARI}, "Kari Vik ville blitt valgt"),
        ([(4, 4, 1), (4, 4, 1)], 1, {8: JON}, "Jon Bø ville blitt valgt"),
        ([(4, 4, 1), (5, 3, 1)], 1, {0: JON}, "like mange stemmer til Kari Vik, Jon Bø"),
    ],
)
def test_what_came_of_a_round_does_not_turn(
    town: Municipality, tallies: list[tuple[int, int, int]], number: int, choices: dict[int, str], says: str
) -> None:
    one = held(town, *tallies)
    one.rounds = one.rounds[: number + 1]
    before = one.stands()
    with pytest.raises(GuardRefused, match=says) as refusal:
        one.voices(choices)
    assert "har skjedd" in str(refusal.value.message)
    assert one.stands() == before
    assert not RecordCorrection.objects.exists()


def test_the_lot_stands_where_it_would_have_been_drawn_between_the_same(town: Municipality) -> None:
    one = held(town, (4, 4, 1), (4, 4, 1))
    one.voices({0: JON, 4: KARI})
    assert one.stands() == ([4, 4], 1, 9)
    one.voices({0: BLANK, 8: JON})
    assert one.stands() == ([4, 4], 1, 9)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((4, 5, 0), "Jon Bø ville blitt valgt"),
        ((4, 4, 1), "Ingen ville blitt valgt"),
        ((6, 2, 0), "8-1"),
        ((6, 3, 1), "8-1"),
        ((6, 2, 1), "ikke endret"),
    ],
)
def test_what_a_correction_of_counts_refuses(town: Municipality, given: tuple[int, int, int], says: str) -> None:
    one = held(town, (6, 2, 1), secret=True)
    with pytest.raises(GuardRefused, match=says):
        one.counts(*given)
    with pytest.raises(GuardRefused):
        one.counts(5, 3, 1, reason=" ")
    with pytest.raises(GuardRefused):
        corrections.correct_counts(one.round, counts={0: 6}, blank=3, reason=REASON, actor=town.secretary)
    assert one.stands() == ([6, 2], 1, 9)
    assert not RecordCorrection.objects.exists()


@pytest.mark.parametrize("case", ["reason", "same", "stranger", "no candidate", "there"])
def test_what_a_correction_of_open_votes_refuses(town: Municipality, case: str) -> None:
    one = held(town, (6, 2, 1))
    table = one.voters
    choices, says = {
        "reason": ({table[0]: BLANK}, "Skriv"),
        "same": ({table[0]: one.voted(KARI), table[8]: BLANK}, "ikke endret"),
        "stranger": ({town.membership(town.secretary).pk: BLANK}, "ved bordet"),
        "no candidate": ({table[0]: "0"}, "stiller"),
        "there": ({table[0]: ""}, one.name(0)),
    }[case]
    with pytest.raises(GuardRefused, match=says):
        corrections.correct_voices(
            one.round, choices=choices, reason="" if case == "reason" else REASON, actor=town.secretary
        )
    assert one.stands() == ([6, 2], 1, 9)
    assert (one.round.voices.count(), RecordCorrection.objects.count()) == (9, 0)


@pytest.mark.parametrize("secret", [False, True])
def test_fewer_than_half_elect_nobody(town: Municipality, secret: bool) -> None:
    one = held(town, (9, 0, 0), secret=secret)
    gone = one.meeting.attendances.filter(membership__in=one.voters[4:])
    absent = dict.fromkeys(gone.values_list("pk", flat=True), False)
    services.correct_attendance(one.meeting, present=absent, reason=REASON, actor=town.secretary)
    correct = partial(one.counts, 4, 0) if secret else partial(one.voices, dict.fromkeys(range(4, 9), ""))
    with pytest.raises(GuardRefused, match="11-9"):
        correct()
    assert one.stands() == ([9, 0], 0, 9)


def test_one_who_was_not_there_has_no_vote_and_gets_it_back(town: Municipality) -> None:
    one = held(town, (6, 2, 1))
    row = one.meeting.attendances.get(membership=one.voters[1])
    services.correct_attendance(one.meeting, present={row.pk: False}, reason=REASON, actor=town.secretary)
    assert len(to_be_read_again(one.meeting)[1]) == 1
    one.voices({1: ""})
    assert to_be_read_again(one.meeting)[1] == []
    assert one.stands() == ([5, 2], 1, 8)
    minutes = published(one.meeting, town)
    assert one.said(minutes) == ("Runde 1: Kari Vik 5, Jon Bø 2. 1 blank stemme.", wrongly())
    services.correct_attendance(one.meeting, present={row.pk: True}, reason=REASON, actor=town.secretary)
    one.voices({1: KARI})
    assert Event.objects.get(action="forum.voice_put_in").data["after"] == KARI
    assert one.said(corrected(minutes, town)) == (OPEN, wrongly())


def test_what_cancels_out_before_a_version_is_not_printed(town: Municipality) -> None:
    one = held(town, (6, 2, 1))
    one.voices({0: BLANK})
    one.voices({0: KARI})
    assert one.said(published(one.meeting, town)) == (OPEN,)
    assert RecordCorrection.objects.count() == 2


def test_counts_follow_the_roll(town: Municipality) -> None:
    one = held(town, (6, 2, 1), secret=True)
    row = one.meeting.attendances.get(membership=one.voters[0])
    services.correct_attendance(one.meeting, present={row.pk: False}, reason=REASON, actor=town.secretary)
    assert len(to_be_read_again(one.meeting)[1]) == 1
    with pytest.raises(GuardRefused, match="8-1"):
        one.counts(5, 3, 1)
    one.counts(5, 2, 1)
    assert (one.stands(), to_be_read_again(one.meeting)[1]) == (([5, 2], 1, 8), [])


def test_only_who_publishes_the_minutes_corrects_an_election(client: Client, town: Municipality) -> None:
    one = held(town, (6, 2, 1))
    url = reverse("forum:minutes_record_election", args=[one.meeting.pk, one.round.pk])
    sent = {f"vote_{one.voters[0]}": one.voted(JON), "reason": REASON}
    assert client.get(url).status_code == 302  # to the login
    for person in (town.union[0], town.elected[2], town.outsider, town.coordination_secretary):
        client.force_login(person)
        assert client.get(url).status_code in (403, 404)
        assert client.post(url, sent).status_code in (403, 404)
        with pytest.raises(NotPermitted):
            one.voices({0: JON}, actor=person)
    assert not RecordCorrection.objects.exists()
    assert one.stands() == ([6, 2], 1, 9)
    other = in_session(town, ("Annet",))
    client.force_login(town.secretary)
    assert client.get(url).status_code == 200
    assert client.get(reverse("forum:minutes_record_election", args=[other.pk, one.round.pk])).status_code == 404
    item = other.items.get()
    election = elections.propose_candidates(
        item, kind=PollKind.ELECTION, place="Leder", names=[KARI], actor=town.secretary
    )
    candidate = election.candidates.get().pk
    elections.hold_round(election, choices=dict.fromkeys(one.voters, candidate), actor=town.secretary)
    running = election.rounds.get()
    assert client.get(reverse("forum:minutes_record_election", args=[other.pk, running.pk])).status_code == 404
    with pytest.raises(WrongState):
        corrections.correct_voices(running, choices={one.voters[0]: BLANK}, reason=REASON, actor=town.secretary)


def test_the_page_of_an_open_round(client: Client, town: Municipality) -> None:
    one = held(town, (6, 2, 1))
    published(one.meeting, town)
    client.force_login(town.secretary)
    url = reverse("forum:minutes_record_election", args=[one.meeting.pk, one.round.pk])
    record = reverse("forum:minutes_record", args=[one.meeting.pk])
    said = client.get(record).content.decode()
    assert f'href="{url}"' in said
    assert f"Rett stemmene i {one.item.label}, Nestleder, runde 1" in words(said)
    page = client.get(url)
    form = page.context["form"]
    assert set(form.fields) == {*(f"vote_{pk}" for pk in one.voters), "reason", "was"}
    assert [label for _value, label in form.fields[f"vote_{one.voters[0]}"].choices] == [KARI, JON, "Blank"]
    assert "Nestleder, runde 1" in words(page.content.decode())
    stands = {name: form.fields[name].initial for name in form.fields if name not in ("reason", "was")}
    turned = {**stands, f"vote_{one.voters[0]}": one.voted(JON)}
    assert client.post(url, {**turned, "reason": ""}).status_code == 422
    assert client.post(url, {**stands, "reason": REASON}).status_code == 422  # nothing is changed
    assert client.post(url, {**turned, "reason": REASON, "seen": "1"}).status_code == 409
    silent = client.post(url, {**stands, f"vote_{one.voters[0]}": "", "reason": REASON})
    assert (silent.status_code, "8-1" in silent.content.decode()) == (422, True)
    sent = {**turned, "reason": REASON, "seen": page.context["seen"]}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 409  # sent twice
    said = words(client.get(record).content.decode())
    assert REASON in said
    assert "Publiser en ny versjon" in said
    about = f"{one.item.label}: stemme i et valg (Nestleder, runde 1), {one.name(0)}"
    assert about in said
    step = reverse("forum:minutes_step", args=[one.meeting.pk, "correct"])
    # The reason that is proposed is for all to read: whose vote it was stays inside.
    assert client.get(step).context["form"].initial["reason"] == about.removesuffix(f", {one.name(0)}")


def test_the_page_of_a_round_in_writing(client: Client, town: Municipality) -> None:
    one = held(town, (6, 2, 1), secret=True)
    client.force_login(town.secretary)
    url = reverse("forum:minutes_record_election", args=[one.meeting.pk, one.round.pk])
    kari, jon = (f"count_{one.candidates[name]}" for name in (KARI, JON))
    form = client.get(url).context["form"]
    said = {name: field.initial for name, field in form.fields.items() if name != "was"}
    assert said == {kari: 6, jon: 2, "blank": 1, "reason": None}
    for sent in ({kari: 6, jon: 3, "blank": 1}, {kari: "-1", jon: 9, "blank": 1}, {kari: "", jon: 2, "blank": 1}):
        assert client.post(url, {**sent, "reason": REASON}).status_code == 422
    assert client.post(url, {kari: 5, jon: 3, "blank": 1, "reason": REASON}).status_code == 302
    assert one.stands() == ([5, 3], 1, 9)
    record = words(client.get(reverse("forum:minutes_record", args=[one.meeting.pk])).content.decode())
    assert f"{one.item.label}: opptelte stemmer i et valg (Nestleder, runde 1)" in record
    assert "Det sto «Kari Vik 6, Jon Bø 2, blank 1»." in record


def test_what_was_voted_behind_doors_stays_there(client: Client, town: Municipality) -> None:
    """The doors are open again: outside nothing is told of the election, nor of what was corrected in it (R8)."""
    one = held(town, (6, 2, 1), behind_doors=True)
    minutes = published(one.meeting, town)
    one.voices({0: JON})
    client.force_login(town.secretary)
    step = reverse("forum:minutes_step", args=[one.meeting.pk, "correct"])
    assert client.get(step).context["form"].initial["reason"] == f"{one.item.label} er rettet."
    version = corrected(minutes, town).versions.all()[0]
    assert "Det var ført feil hvem som stemte" in str(version.internal["items"])
    assert "Rettet" not in str(version.public["items"])
    assert JON not in str(version.public)

"""Everything that says what became of a case says the same: the page in the meeting, the agenda, the decision list, the
minutes, the extract, the page of the case and the mail (R8, R11-R13)."""

import re
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings import ending
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import item_lines
from forum.meetings.core.vote_models import Motion
from forum.meetings.enums import Choice, PollKind, RecusalKind, Settled
from forum.meetings.minutes import structure
from forum.meetings.minutes.contradictions import claims
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.minutes.extracts import queries as extracts
from forum.meetings.minutes.extracts import services as extract_mails
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.meetings.minutes.recorded import loaded
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import postponement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.elections import services as elections
from forum.meetings.session.participation import recusals
from forum.meetings.session.votes import ballots
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import words
from tests.forum.meetings.session.test_closed_doors import PRIVACY
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


@dataclass(frozen=True)
class Truth:
    """What became of one kind of case: its word, the sentences of the votes, and whether nobody was against."""

    outcome: str
    votes: tuple[str, ...] = ()
    unanimous: bool = False


ADOPTED, TIE, POSTPONED, AGREED, KEPT_UP, FELL, ELECTED, PARTIAL, CLOSED = (
    "Enig", "Lik", "Utsatt ved votering", "Utsatt av alle", "Ikke utsatt", "Falt", "Valgt", "Inhabil", "Lukket",
)  # fmt: skip
#: What minutes and list say beside the words of the decision, where it is not the outcome in one word: nothing where
#: the words say it themselves, and of an election that somebody was elected.
BESIDE = {POSTPONED: "", AGREED: "", ELECTED: "valgt"}
#: How the body came to what it did not vote on.
ASKED = "Organet ble spurt, og ingen hadde merknader."
TRUTHS = {
    ADOPTED: Truth("vedtatt", ("9 mot 0",), unanimous=True),
    TIE: Truth("vedtatt", ("4 mot 4", "møtelederens stemme avgjorde")),
    POSTPONED: Truth("utsatt", ("8 mot 1",)),
    AGREED: Truth("utsatt"),
    KEPT_UP: Truth("vedtatt", ("1 mot 8", "9 mot 0"), unanimous=True),
    FELL: Truth("avslått", ("3 mot 6",)),
    ELECTED: Truth("vedtatt", ("Kari Vik 6", "Jon Bø 3")),
    PARTIAL: Truth("vedtatt", ("8 mot 0",), unanimous=True),
    CLOSED: Truth("vedtatt", ("9 mot 0",), unanimous=True),
}


def treat(town: Municipality, meeting: Meeting) -> None:
    """Treat a case of each kind."""
    secretary, rest = town.secretary, [*town.elected[1:], *town.union]
    item = {one.title: one for one in meeting.items.all()}

    def adopt(title: str, resolution: Resolution = Resolution.ADOPT, text: str = "") -> None:
        one = AgendaItem.objects.get(pk=item[title].pk)
        decisions.decide(one, text=text or one.recommendation, resolution=resolution, over_a_part=True, actor=secretary)

    ballots.record_ballot(item[ADOPTED], actor=secretary)
    adopt(ADOPTED)
    # One is disqualified, so that the eight others can be as many for as against.
    recusals.recuse(
        item[TIE], membership=town.membership(rest[0]), kind=RecusalKind.EXEMPTION, basis="koml. § 11-11",
        actor=secretary,
    )  # fmt: skip
    presiding = Meeting.objects.get(pk=meeting.pk).presiding_id
    table = [voter.pk for voter in participants.entitled(item[TIE]) if voter.pk != presiding]
    half = {presiding, *table[:3]}
    tied = {pk: Choice.FOR if pk in half else Choice.AGAINST for pk in (presiding, *table)}
    ballots.record_ballot(item[TIE], choices=tied, actor=secretary)
    adopt(TIE)
    postponement.postpone_item(
        item[POSTPONED], text="Saken utsettes.", settled=Settled.VOTE, actor=secretary,
        choices=against(town, item[POSTPONED], rest[0]),
    )  # fmt: skip
    postponement.postpone_item(item[AGREED], text="Saken utsettes.", settled=Settled.AGREED, actor=secretary)
    everybody_but_one = [voter.membership.person for voter in participants.entitled(item[KEPT_UP])][1:]
    postponement.postpone_item(
        item[KEPT_UP], text="Saken utsettes.", settled=Settled.VOTE, actor=secretary,
        choices=against(town, item[KEPT_UP], *everybody_but_one),
    )  # fmt: skip
    motion = Motion.objects.filter(item=item[KEPT_UP], is_recommendation=True).first()
    ballots.record_ballot(item[KEPT_UP], motion=motion, actor=secretary)
    adopt(KEPT_UP)
    opposed = [voter.membership.person for voter in participants.entitled(item[FELL])][3:]
    ballots.record_ballot(item[FELL], choices=against(town, item[FELL], *opposed), actor=secretary)
    adopt(FELL, Resolution.DECLINE, "Innstillingen ble ikke vedtatt.")
    election = elections.propose_candidates(
        item[ELECTED], kind=PollKind.ELECTION, place="Nestleder", names=["Kari Vik", "Jon Bø"], actor=secretary
    )
    kari, jon = election.candidates.values_list("pk", flat=True)
    elections.hold_round(election, counts={kari: 6, jon: 3}, actor=secretary)
    adopt(ELECTED, text="Nestleder: Kari Vik.")
    recusals.recuse(
        item[PARTIAL], membership=town.membership(rest[0]), kind=RecusalKind.PARTIALITY, basis="fvl. § 6",
        actor=secretary,
    )  # fmt: skip
    ballots.record_ballot(item[PARTIAL], actor=secretary)
    adopt(PARTIAL)
    closed_doors.close_doors(
        item[CLOSED], basis=PRIVACY, public_title="Personalsak", settled=Settled.AGREED, actor=secretary
    )
    ballots.record_ballot(item[CLOSED], actor=secretary)
    adopt(CLOSED)


def plain(block: structure.ItemBlock) -> str:
    """Return everything a block of the minutes says."""
    return re.sub(r"\s+", " ", str(asdict(block))).replace("\u00a0", " ")


def test_all_that_tell_of_a_decision_tell_the_same(town: Municipality) -> None:
    meeting = in_session(town, tuple(TRUTHS))
    treat(town, meeting)
    secretary = Client()
    secretary.force_login(town.secretary)
    item = {one.title: one for one in meeting.items.all()}
    pages = {
        title: words(
            secretary.get(reverse("forum:meeting_run_item", args=[meeting.pk, one.pk])).content.decode()
        ).split("Møteleder:")[1]
        for title, one in item.items()
    }
    ended = end_meeting(Meeting.objects.get(pk=meeting.pk), actor=town.secretary)
    ending.publish_decisions(ended, actor=town.secretary)
    perform(Minutes.objects.get(meeting=ended), "publish", actor=town.secretary, data={})
    minutes, listed = MinutesVersion.objects.get(), DecisionList.objects.get()
    own = frozenset(one.pk for one in item.values())
    agenda = {line.item.title: line for line in item_lines(ended, sees_closed=True, own=own, inside=True)}
    inside = zip(*(structure.from_json(one.internal).items for one in (minutes, listed)), strict=True)
    for title, (said, in_list) in zip(TRUTHS, inside, strict=True):
        truth, one = (
            TRUTHS[title],
            AgendaItem.objects.select_related("meeting__body", "decision").get(pk=item[title].pk),
        )
        told = {
            "the agenda": agenda[title].outcome,
            "the page of the case": extracts.line(one).outcome,
            "the mail": str(extract_mails._outcome(one)),
        }
        beside = BESIDE.get(title, truth.outcome)
        assert (said.outcome, in_list.outcome) == (beside, beside), title
        # How the votes fell behind doors that are open again is told beside no case (R8).
        all_for = truth.unanimous and title != CLOSED
        assert set(told.values()) == {truth.outcome.capitalize() + (", enstemmig" if all_for else "")}, told
        # The decision list has the decision in the very words and under the very heading of the minutes.
        decided = ("label", "heading", "decision", "outcome", "settled", "differs", "rests_on", "recommends")
        assert [getattr(said, name) for name in decided] == [getattr(in_list, name) for name in decided], title
        extract = words(secretary.get(reverse("forum:extract", args=[meeting.pk, one.pk])).content.decode())
        for where, text in {"minutes": plain(said), "extract": extract, "the meeting's page": pages[title]}.items():
            assert one.decision.text in text, (title, where)
            shown = truth.outcome if where == "the meeting's page" else beside or truth.outcome
            assert shown in text.lower(), (title, where)
            assert (ASKED in text) is (title in (AGREED, TIE, PARTIAL, CLOSED)), (title, where)
            # Where all were for, the page says that, and has the votes one by one.
            told_in_full = [vote for vote in truth.votes if where != "the meeting's page" or not vote.endswith("mot 0")]
            for vote in told_in_full:
                assert vote in text, (title, where, vote)
            assert ("enstemmig" in text.lower()) is truth.unanimous, (title, where)
        assert said.differs == ""
    # Outside, the closed case is told by its number in every one of them.
    public = Client()
    for document in (minutes, listed):
        block = structure.from_json(document.public).items[-1]
        assert (block.hidden, block.decision, block.outcome, block.ballots) == (True, "", "", ())
    for name in ("decision_list", "minutes_detail", "meeting_detail"):
        text = words(public.get(reverse(f"forum:{name}", args=[meeting.pk])).content.decode())
        assert "Personalsak" in text
        assert f"{CLOSED}: ja." not in text
    assert public.get(reverse("forum:extract", args=[meeting.pk, item[CLOSED].pk])).status_code == 404


def test_a_claim_of_the_free_text_is_held_against_the_same_votes(town: Municipality) -> None:
    meeting = in_session(town, tuple(TRUTHS))
    treat(town, meeting)
    items = {one.title: one for one in loaded(Meeting.objects.get(pk=meeting.pk))}

    def asked(title: str, text: str) -> list[str]:
        return claims([items[title]], by_consensus=False, texts={items[title].pk: text})

    for title, truth in TRUTHS.items():
        true = [vote for vote in truth.votes if " mot " in vote]
        if truth.unanimous:
            true.append("Innstillingen ble enstemmig vedtatt.")
        assert [asked(title, text) for text in true] == [[]] * len(true), title
        assert len(asked(title, "Det ble 7 mot 2.")) == 1, title
        assert bool(asked(title, "Innstillingen ble enstemmig vedtatt.")) is not truth.unanimous, title
    assert asked(ELECTED, "Kari Vik fikk 6 mot 3 stemmer.") == []
    assert len(asked(ELECTED, "Kari Vik ble enstemmig valgt.")) == 1


def test_what_everybody_turned_down_was_not_adopted_unanimously(town: Municipality, client: Client) -> None:
    item = in_session(town).items.get()
    everybody: list[Any] = [voter.membership.person for voter in participants.entitled(item)]
    ballots.record_ballot(item, choices=against(town, item, *everybody), actor=town.secretary)
    (one,) = loaded(Meeting.objects.get(pk=item.meeting_id))
    for text, wrong in (
        ("Innstillingen ble enstemmig vedtatt.", True), ("Innstillingen ble enstemmig avvist.", False),
        ("Forslaget falt enstemmig.", False), ("Innstillinga vart samrøystes vedteken.", True),
    ):  # fmt: skip
        assert bool(claims([one], by_consensus=False, texts={one.pk: text})) is wrong, text

"""Who is there is a question about a moment: leaving between two votes, and cases taken out of order (R4, R11)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Choice, MovementKind, PollKind, RecusalKind
from forum.meetings.minutes import contradictions
from forum.meetings.minutes.building import build
from forum.meetings.minutes.completeness import missing, to_be_read_again
from forum.meetings.minutes.corrections import movements as corrections
from forum.meetings.minutes.corrections import votes
from forum.meetings.minutes.recorded import loaded
from forum.meetings.minutes.services import begin
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.elections import services as elections
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots, motions
from forum.organisation.enums import Side
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.refusals import GuardRefused, InvalidInput
from trepart.workflow import perform

pytestmark = pytest.mark.usefixtures("bokmal", "db")


def fresh(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting__body").get(pk=item.pk)


def entitled(item: AgendaItem) -> list[int]:
    return [voter.pk for voter in participants.entitled(fresh(item))]


def vote(town: Municipality, item: AgendaItem, *, in_favour: int, text: str = "") -> Ballot:
    """Vote over the recommendation, or a new motion; the first ``in_favour`` of those entitled are for it."""
    pks = entitled(item)
    motion = None
    if text:
        mover = participants.entitled(fresh(item))[0].membership
        motion = motions.add_motion(item, text=text, moved_by=mover, actor=town.secretary)
    choices = {pk: Choice.FOR if number < in_favour else Choice.AGAINST for number, pk in enumerate(pks)}
    return ballots.record_ballot(item, motion=motion, choices=choices, actor=town.secretary)


def adopt(town: Municipality, item: AgendaItem, ballot: Ballot) -> None:
    decisions.decide(
        item, text=ballot.motion.text, resolution=Resolution.ADOPT, ballot=ballot, over_a_part=True,
        actor=town.secretary,
    )  # fmt: skip


def end(town: Municipality, meeting: Meeting) -> Meeting:
    with clock.at(clock.now() + timedelta(hours=1)):
        return perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)


def said(meeting: Meeting) -> list[str]:
    return contradictions.around_the_table(meeting, loaded(meeting))


class TestTheTwoFaults:
    def test_one_who_has_left_has_no_vote_in_a_case_taken_up_again(self, town: Municipality) -> None:
        """PS 39: voted down 0-9 and left. PS 40: Per leaves for the rest. PS 39 again: Per is not there to decide."""
        meeting = in_session(town, ("Sak 39", "Sak 40"))
        first, second = meeting.items.all()
        per = town.membership(town.elected[4])
        assert vote(town, first, in_favour=0).votes.count() == 9
        movements.leave(second, membership=per, actor=town.secretary)
        new = motions.add_motion(
            first, text="Noe annet.", moved_by=town.membership(town.elected[0]), actor=town.secretary
        )
        pks = entitled(first)
        assert per.pk not in pks
        assert len(pks) == 8
        client = Client()
        client.force_login(town.secretary)
        page = client.get(reverse("forum:meeting_run_item", args=[meeting.pk, first.pk])).content.decode()
        assert f"vote{new.pk}-{pks[0]}" in page
        assert f"vote{new.pk}-{per.pk}" not in page
        four = {pk: Choice.FOR if number < 4 else Choice.AGAINST for number, pk in enumerate(pks)}
        with pytest.raises(GuardRefused, match=per.person.name):
            ballots.record_ballot(first, motion=new, choices={**four, per.pk: Choice.FOR}, actor=town.secretary)
        second_vote = ballots.record_ballot(first, motion=new, choices=four, actor=town.secretary)
        assert second_vote.votes.count() == 8
        block = build(meeting, Audience.INTERNAL).items[0]
        assert (block.comings, block.comings_after) == ((), ())
        assert [len(one.comings) for one in block.ballots] == [0, 1]
        assert block.ballots[1].comings[0].startswith(f"{per.person.name} gikk kl.")
        assert said(meeting) == []

    def test_a_case_treated_later_rewrites_nothing(self, town: Municipality) -> None:
        """Per leaves before PS 40, which waits. PS 41 is voted on by eight, then PS 40: the record holds together."""
        meeting = in_session(town, ("Sak 39", "Sak 40", "Sak 41"))
        first, second, third = meeting.items.all()
        per = town.membership(town.elected[4])
        adopt(town, first, vote(town, first, in_favour=9))
        movements.leave(second, membership=per, actor=town.secretary)
        adopt(town, third, vote(town, third, in_favour=8))
        assert per.pk not in entitled(third)
        adopt(town, second, vote(town, second, in_favour=8))
        assert [len(entitled(item)) for item in (first, second, third)] == [9, 8, 8]
        ended = end(town, meeting)
        assert said(ended) == []
        assert missing(ended) == []


class TestBetweenTwoVotes:
    def test_one_leaves_and_comes_and_the_minutes_say_where(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        item, other = meeting.items.all()
        per = town.membership(town.elected[4])
        assert vote(town, item, in_favour=0).votes.filter(membership=per).exists()
        movements.leave(item, membership=per, actor=town.secretary)
        assert vote(town, item, in_favour=0, text="To.").votes.count() == 8
        movements.come(item, membership=per, actor=town.secretary)
        last = vote(town, item, in_favour=9, text="Tre.")
        assert last.votes.count() == 9
        movements.leave(item, membership=per, actor=town.secretary)
        adopt(town, item, last)
        adopt(town, other, vote(town, other, in_favour=8))
        ended = end(town, meeting)
        document = build(ended, Audience.PUBLIC)
        block = document.items[0]
        gone, back = f"{per.person.name} gikk kl.", f"{per.person.name} kom kl."
        assert block.comings == ()
        assert block.ballots[0].comings == ()
        assert block.ballots[1].comings[0].startswith(gone)
        assert block.ballots[2].comings[0].startswith(back)
        assert [line.startswith(gone) for line in block.comings_after] == [True]
        assert document.items[1].comings == ()
        note = next(line.note for line in document.present if line.name == per.person.name)
        assert note.count(f"gikk under {item.label}") == 2
        assert note.count(f"kom under {item.label}") == 1
        assert missing(ended) == []
        client = Client()
        client.force_login(town.secretary)
        page = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
        order = [page.index(words, page.index("<h3>")) for words in (gone, "To.", back)]
        assert page.rindex(gone) > page.rindex(back)
        assert order[0] < order[2]

    def test_out_of_this_case_and_back_into_it(self, town: Municipality) -> None:
        """Out of two cases alone, and back in one: still out of the other, and at the table everywhere else."""
        first, second, third = in_session(town, ("A", "B", "C")).items.all()
        per = town.membership(town.elected[4])
        vote(town, first, in_favour=0)
        movements.leave(first, membership=per, only=True, actor=town.secretary)
        movements.leave(second, membership=per, only=True, actor=town.secretary)
        assert [per.pk in entitled(item) for item in (first, second, third)] == [False, False, True]
        assert movements.come(first, membership=per, actor=town.secretary).only
        assert [per.pk in entitled(item) for item in (first, second, third)] == [True, False, True]

    def test_the_deputy_for_one_case_is_followed_in_that_case(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        away = town.membership(town.union[0])
        one, two = (town.membership(person) for person in town.deputies[Side.EMPLOYEES][:2])
        vote(town, first, in_favour=0)
        movements.leave(first, membership=away, deputy=one, only=True, actor=town.secretary)
        assert vote(town, first, in_favour=0, text="To.").votes.get(membership=one).stands_for == away.person.name
        movements.leave(first, membership=one, deputy=two, skipped_reason="Gikk.", actor=town.secretary)
        assert [two.pk in entitled(item) for item in (first, second)] == [True, False]
        assert [away.pk in entitled(item) for item in (first, second)] == [False, True]
        block = build(first.meeting, Audience.INTERNAL).items[0]
        assert block.ballots[1].comings[0].endswith(f"{one.person.name} tok plassen.")
        assert "deltok ikke i resten av saken" in block.ballots[1].comings[0]
        notes = {line.name: line.note for line in build(first.meeting, Audience.INTERNAL).present}
        assert f"bare i {first.label} fra kl." in notes[one.person.name]
        assert f"ikke i {first.label} fra kl." in notes[away.person.name]

    def test_too_few_are_left_for_the_second_vote(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        vote(town, item, in_favour=0)
        for person in (*town.union, town.elected[4]):
            movements.leave(item, membership=town.membership(person), actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-9"):
            vote(town, item, in_favour=1, text="To.")

    def test_who_is_disqualified_is_settled_by_the_first_vote(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        vote(town, item, in_favour=0)
        with pytest.raises(GuardRefused, match="ligger fast"):
            recusals.recuse(
                item, membership=town.membership(town.elected[4]), kind=RecusalKind.PARTIALITY, basis="fvl. § 6",
                actor=town.secretary,
            )  # fmt: skip

    def test_what_was_voted_without_them_is_not_taken_back(self, town: Municipality) -> None:
        """A vote in another case counts too: it was held as if they had left."""
        first, second = in_session(town, ("A", "B")).items.all()
        movement = movements.leave(first, membership=town.membership(town.elected[4]), actor=town.secretary)
        assert vote(town, second, in_favour=0).votes.count() == 8
        with pytest.raises(GuardRefused, match="ligger fast"):
            movements.take_back(movement, actor=town.secretary)
        only = movements.leave(first, membership=town.membership(town.union[0]), only=True, actor=town.secretary)
        vote(town, second, in_favour=0, text="To.")
        movements.take_back(only, actor=town.secretary)
        assert len(entitled(first)) == 8


class TestTimes:
    def test_the_order_of_recording_decides_and_the_time_is_told(self, town: Municipality) -> None:
        """Recorded a few minutes later: a vote keyed meanwhile stands, and the time is the one that was typed."""
        meeting = in_session(town)
        item = meeting.items.get()
        per = town.membership(town.elected[4])
        now = clock.now()
        with clock.at(now + timedelta(minutes=30)):
            held = vote(town, item, in_favour=0)
        with clock.at(now + timedelta(minutes=40)):
            earlier = now + timedelta(minutes=20)
            movements.leave(item, membership=per, at=earlier, actor=town.secretary)
            assert held.votes.filter(membership=per).exists()
            assert per.pk not in entitled(item)
            told = timezone.localtime(earlier).strftime("%H.%M")
            assert build(meeting, Audience.INTERNAL).items[0].comings_after == (f"{per.person.name} gikk kl. {told}.",)
            assert said(meeting) == []

    def test_nobody_comes_back_before_they_left(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        per = town.membership(town.elected[4])
        now = clock.now()
        with clock.at(now + timedelta(minutes=30)):
            movements.leave(item, membership=per, actor=town.secretary)
        with clock.at(now + timedelta(minutes=40)):
            with pytest.raises(GuardRefused, match=per.person.name):
                movements.come(item, membership=per, at=now + timedelta(minutes=20), actor=town.secretary)
            movements.come(item, membership=per, at=now + timedelta(minutes=35), actor=town.secretary)


class TestElections:
    def test_one_who_leaves_between_two_rounds(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        per = town.membership(town.elected[4])
        election = elections.propose_candidates(
            item, kind=PollKind.ELECTION, place="Nestleder", names=["Kari Vik", "Jon Bø"], actor=town.secretary
        )
        kari, jon = election.candidates.values_list("pk", flat=True)
        elections.hold_round(
            election, choices=dict(zip(entitled(item), [kari] * 4 + [jon] * 4 + [None], strict=True)),
            actor=town.secretary,
        )  # fmt: skip
        movements.leave(item, membership=per, actor=town.secretary)
        choices: dict[int, int | None] = dict.fromkeys(entitled(item), kari)
        with pytest.raises(GuardRefused, match=per.person.name):
            elections.hold_round(election, choices={**choices, per.pk: kari}, actor=town.secretary)
        assert elections.hold_round(election, choices=choices, actor=town.secretary).elected == kari
        decisions.decide(item, text="Nestleder: Kari Vik.", resolution=Resolution.ADOPT, actor=town.secretary)
        ended = end(town, meeting)
        rounds = build(ended, Audience.PUBLIC).items[0].elections[0].rounds
        assert rounds[1].startswith(f"{per.person.name} gikk kl.")
        assert (rounds[0][:7], rounds[2][:7]) == ("Runde 1", "Runde 2")
        assert to_be_read_again(ended)[1] == []
        left = corrections.put_in(
            item, membership=town.membership(town.elected[3]), kind=MovementKind.LEFT, reason="Glemt.",
            at=timezone.localtime(meeting.opened_at).time(), actor=town.secretary,
        )  # fmt: skip
        assert to_be_read_again(ended)[1] == [
            f"{item.label} (Nestleder): Står med stemme, men hadde gått: {left.name}.",
            f"{item.label} (Nestleder): Står med stemme, men hadde gått: {left.name}.",
        ]
        minutes = begin(ended)
        with pytest.raises(InvalidInput) as refusal:
            perform(minutes, "publish", actor=town.secretary, data={})
        assert set(refusal.value.form.errors) == {"votes_told"}
        assert perform(minutes, "publish", actor=town.secretary, data={"votes_told": "on"}).status == "published"


class TestCorrections:
    def test_one_is_put_in_before_the_vote_it_was_before(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        item, other = meeting.items.all()
        per = town.membership(town.elected[4])
        first = vote(town, item, in_favour=0)
        adopt(town, other, vote(town, other, in_favour=9))
        second = vote(town, item, in_favour=9, text="To.")
        adopt(town, item, second)
        ended = end(town, meeting)
        given: dict[str, Any] = {"membership": per, "reason": "Glemt.", "actor": town.secretary}
        given["at"] = timezone.localtime(meeting.opened_at).time()
        with pytest.raises(GuardRefused):
            corrections.put_in(item, kind=MovementKind.LEFT, before=other.ballots.get().moment, **given)
        corrections.put_in(item, kind=MovementKind.LEFT, before=second.moment, **given)
        assert said(ended) == [f"{item.label}: Står med stemme, men hadde gått: {per.person.name}."]
        assert per.pk in {voter.pk for voter in votes.who_may_have_voted(item, first)}
        votes.correct_votes(second, choices={per.pk: ""}, reason="Hadde gått.", actor=town.secretary)
        assert missing(ended) == []
        assert Ballot.objects.get(pk=second.pk).votes.count() == 8
        note = next(line.note for line in build(ended, Audience.PUBLIC).present if line.name == per.person.name)
        assert f"gikk under {item.label}" in note

    def test_the_page_asks_before_which_vote(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        per = town.membership(town.elected[4])
        vote(town, item, in_favour=0)
        second = vote(town, item, in_favour=9, text="To.")
        adopt(town, item, second)
        end(town, meeting)
        client = Client()
        client.force_login(town.secretary)
        url = reverse("forum:minutes_record_movement", args=[meeting.pk, item.pk])
        page = client.get(url).content.decode()
        assert "Før hvilken votering i saken?" in page
        sent = {
            "what": "left", "member": per.pk, "at": f"{timezone.localtime(meeting.opened_at):%H:%M}",
            "before": second.moment, "reason": "Glemt.",
        }  # fmt: skip
        assert client.post(url, sent).status_code == 302
        assert item.movements.get().moment == second.moment

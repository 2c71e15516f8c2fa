"""Doors, who takes part, motions against each other, objections, postponing, elections, several cases at once,
additions, those without a seat, recording (R5, R7-R9, R11, R12, R14)."""

from typing import Any

import pytest

from forum.cases.enums import Resolution
from forum.cases.models import Case, Document
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import conflicts_of_interest
from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Capacity, Choice, PollKind, RecusalKind, Settled
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.document import build
from forum.meetings.minutes.structure import Audience, from_json
from forum.meetings.session import (
    ballots,
    closed_doors,
    election_rules,
    en_bloc,
    minute_additions,
    movements,
    objections,
    postponement,
)
from forum.meetings.session import (
    decisions as decisions_services,
)
from forum.meetings.session import (
    elections as elections_services,
)
from forum.meetings.session.election_models import Election
from forum.meetings.session.models import Attendee, DoorPeriod, RecordingRequest
from forum.organisation.enums import Side
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart.audit.models import Event
from trepart.workflow import GuardRefused, NotPermitted, WrongState

pytestmark = pytest.mark.django_db

SECOND = "koml. § 11-5 (2)"
PRIVACY = "koml. § 11-5 (3) a"


def against(town: Municipality, item: AgendaItem, *people: Any, without: Any = None) -> dict[int, Choice]:
    opposed = {town.membership(person).pk for person in people}
    out = town.membership(without).pk if without is not None else None
    return {v.pk: Choice.AGAINST if v.pk in opposed else Choice.FOR for v in participants.entitled(item) if v.pk != out}


def public_of(item: AgendaItem) -> Any:
    return next(block for block in build(item.meeting, Audience.PUBLIC).items if block.label == item.label)


class TestDoors:
    def close(self, town: Municipality, item: AgendaItem, **more: Any) -> Any:
        said = {"basis": PRIVACY, "public_title": "Personalsak", "settled": Settled.AGREED, **more}
        return closed_doors.close_doors(item, **said, actor=town.secretary)

    @pytest.mark.parametrize("basis", ["", "fordi vi vil", "koml. § 11-5 (3) b", "koml. § 11-5 (3) b, offl. § 1"])
    def test_only_a_provision_from_the_list(self, town: Municipality, basis: str) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="11-5"):
            self.close(town, item, basis=basis)
        assert not DoorPeriod.objects.exists()

    def test_the_public_sees_the_title_the_basis_and_the_vote_and_nothing_else(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = against(town, item, town.elected[1])
        self.close(town, item, settled=Settled.VOTE, choices=choices, debate_closed=True)
        decisions_services.save_discussion(item, text="NN er syk.", actor=town.secretary)
        block = public_of(AgendaItem.objects.get(pk=item.pk))
        assert (block.hidden, block.title, block.closed_basis) == (True, "Personalsak", PRIVACY)
        assert block.door_votes[0].result.startswith("8 mot 1.")
        assert "avgjørelsen ble tatt åpent" in block.doors[0]
        assert "NN" not in str(block)
        assert "Felles vaktmester" not in str(block)

    def test_a_vote_against_leaves_them_open_and_stands_in_the_minutes(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = against(town, item, *town.elected)
        assert self.close(town, item, settled=Settled.VOTE, choices=choices) is None
        assert not AgendaItem.objects.get(pk=item.pk).is_closed
        assert public_of(item).door_votes[0].result.startswith("4 mot 5.")
        ballots.record_ballot(item, actor=town.secretary)  # the vote on the doors is no vote on the case

    def test_the_law_decides_only_where_it_does(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="11-5"):
            self.close(town, item, settled=Settled.LAW)
        self.close(town, item, basis=SECOND, settled=Settled.LAW)
        assert AgendaItem.objects.get(pk=item.pk).closed_basis == SECOND

    def test_what_was_said_behind_doors_stays_there_when_they_open(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        self.close(town, item)
        decisions_services.save_discussion(item, text="NN er syk.", actor=town.secretary)
        closed_doors.open_doors(item, actor=town.secretary)
        ballots.record_ballot(item, actor=town.secretary)
        decisions_services.decide(item, text="Ja.", resolution=Resolution.ADOPT, actor=town.secretary)
        fresh = AgendaItem.objects.get(pk=item.pk)
        block = public_of(fresh)
        assert (block.hidden, block.partly_hidden, block.decision, block.discussion) == (False, True, "Ja.", "")
        assert build(fresh.meeting, Audience.INTERNAL).items[0].discussion == "NN er syk."
        with pytest.raises(WrongState):
            closed_doors.open_doors(item, actor=town.secretary)

    def test_a_remote_meeting_cannot_treat_what_the_second_paragraph_closes(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        item.meeting.remote = True
        item.meeting.save()
        with pytest.raises(GuardRefused, match="11-7"):
            self.close(town, item, basis=SECOND, settled=Settled.LAW)
        AgendaItem.objects.filter(pk=item.pk).update(closed_basis=SECOND, public_title="Personalsak")
        with pytest.raises(GuardRefused, match="11-7"):
            ballots.record_ballot(item, actor=town.secretary)
        postponement.postpone_item(item, text="Utsatt.", settled=Settled.AGREED, actor=town.secretary)


class TestWhoTakesPart:
    def test_the_body_votes_without_the_member_concerned(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.elected[4])
        said = {"membership": who, "kind": RecusalKind.PARTIALITY, "basis": "fvl. § 6", "settled": Settled.VOTE}
        with pytest.raises(GuardRefused, match=who.person.name):
            ballots.recuse(item, **said, choices=against(town, item), actor=town.secretary)
        choices = against(town, item, town.union[0], without=town.elected[4])
        recusal = ballots.recuse(item, **said, choices=choices, actor=town.secretary)
        assert recusal is not None
        assert recusal.ballot.votes.count() == 8
        block = build(item.meeting, Audience.INTERNAL).items[0]
        assert block.procedure[0].result.startswith("7 mot 1.")
        assert "inhabil" in block.procedure[0].motion
        assert who.person.name not in [voter.membership.person.name for voter in participants.entitled(item)]

    def test_a_vote_that_the_member_takes_part_stands_in_the_minutes(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = against(town, item, *town.union, town.elected[0], without=town.elected[4])
        said = {"membership": town.membership(town.elected[4]), "kind": RecusalKind.EXEMPTION, "basis": "koml. § 11-11"}
        assert ballots.recuse(item, **said, settled=Settled.VOTE, choices=choices, actor=town.secretary) is None
        assert len(participants.entitled(item)) == 9
        assert "fritatt" in build(item.meeting, Audience.INTERNAL).items[0].procedure[0].motion

    def test_an_elected_employee_who_prepared_the_case_is_prompted_with_the_paragraph(self, town: Municipality) -> None:
        from forum.organisation.services import bodies as organisation

        meeting = in_session(town)
        item = meeting.items.get()
        case = Case.objects.create(year=2026, number=77, title="Felles vaktmester")
        AgendaItem.objects.filter(pk=item.pk).update(case=case)
        for person in (town.elected[3], town.union[0]):
            Document.objects.create(
                case=case,
                title="Saksframlegg",
                file="x",
                content_type="text/plain",
                size=1,
                sha256="0" * 64,
                added_by=person,
            )
        organisation.start_employment(
            person=town.elected[3], unit=town.units[0], valid_from=town.committee.active_from, actor=None
        )
        item = AgendaItem.objects.get(pk=item.pk)
        found = conflicts_of_interest.prompts(item, participants.at_the_table(meeting, item))
        assert [(p.membership.person, p.basis, p.by_law) for p in found] == [
            (town.elected[3], "koml. § 11-10 andre ledd", True),
            (town.union[0], "fvl. § 6 andre ledd", False),
        ]


class TestMotionsAgainstEachOther:
    def test_one_of_two_is_adopted_and_the_decision_rests_on_it(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        first = item.motions.get()
        second = ballots.add_motion(
            item, text="Nei takk.", moved_by=town.membership(town.elected[1]), actor=town.secretary
        )
        choices = against(town, item, *town.elected[1:], town.union[0])
        ballot = ballots.record_ballot(item, motion=first, opponent=second, choices=choices, actor=town.secretary)
        assert voting.winner(ballot) == second
        decision = decisions_services.decide(item, text="Nei takk.", resolution=Resolution.ADOPT, actor=town.secretary)
        assert decision.ballot == ballot
        block = build(item.meeting, Audience.PUBLIC).items[0].ballots[0]
        assert "Innstillingen fikk 4 stemmer" in block.result
        assert f"Forslaget fra {town.elected[1].name} (Fl) fikk 5 stemmer" in block.result
        assert block.result.endswith(f"Forslaget fra {town.elected[1].name} (Fl) er vedtatt.")
        assert {row.choice for row in block.rows} == {"innstillingen", f"forslaget fra {town.elected[1].name} (Fl)"}

    def test_a_draw_goes_with_the_one_presiding(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        movements.leave(item, membership=town.membership(town.elected[4]), actor=town.secretary)
        second = ballots.add_motion(item, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        choices = against(town, item, town.chair, *town.union[:3])
        ballot = ballots.record_ballot(
            item, motion=item.motions.first(), opponent=second, choices=choices, actor=town.secretary
        )
        tally = voting.tally_of(ballot)
        assert (tally.for_, tally.against, tally.by_casting_vote, voting.winner(ballot)) == (4, 4, True, second)

    def test_not_a_motion_against_itself_nor_twice(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        motion = item.motions.get()
        with pytest.raises(GuardRefused):
            ballots.record_ballot(item, motion=motion, opponent=motion, actor=town.secretary)
        second = ballots.add_motion(item, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        ballots.record_ballot(item, motion=motion, opponent=second, actor=town.secretary)
        with pytest.raises(WrongState):
            ballots.record_ballot(item, motion=motion, opponent=second, actor=town.secretary)


class TestObjections:
    def test_the_chair_alone_stops_a_late_item(self, town: Municipality) -> None:
        meeting = in_session(town)
        late = agenda_services.add_item(meeting, title="Sen sak", recommendation="Ja.", actor=town.secretary)
        objections.object_to(late, members=[town.membership(town.chair)], actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            ballots.record_ballot(late, actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            decisions_services.decide(late, text="Ja.", resolution=Resolution.NOTED, actor=town.secretary)
        postponement.postpone_item(late, text="Utsatt.", settled=Settled.AGREED, actor=town.secretary)
        assert town.chair.name in build(meeting, Audience.PUBLIC).items[1].objections

    def test_it_takes_a_third_of_those_present(self, town: Municipality) -> None:
        meeting = in_session(town)
        late = agenda_services.add_item(meeting, title="Sen sak", recommendation="Ja.", actor=town.secretary)
        three = [town.membership(person) for person in town.union[:3]]
        objections.object_to(late, members=three, actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            ballots.record_ballot(late, actor=town.secretary)
        objections.object_to(late, members=three[:2], actor=town.secretary)
        ballots.record_ballot(late, actor=town.secretary)

    def test_an_item_in_time_cannot_be_stopped_unless_its_documents_were_late(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="11-3"):
            objections.object_to(item, members=[town.membership(town.chair)], actor=town.secretary)
        objections.set_papers_late(item, late=True, actor=town.secretary)
        objections.object_to(item, members=[town.membership(town.chair)], actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            ballots.record_ballot(item, actor=town.secretary)


class TestPostponing:
    def test_by_vote_and_against_it(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        said = {"text": "Utsatt.", "settled": Settled.VOTE, "actor": town.secretary}
        assert postponement.postpone_item(first, **said, choices=against(town, first, *town.elected)) is None
        assert AgendaItem.objects.get(pk=first.pk).decided is None
        decision = postponement.postpone_item(second, **said, choices=against(town, second, town.union[0]))
        assert (decision.resolution, decision.ballot.votes.count()) == (Resolution.POSTPONE, 9)
        blocks = build(first.meeting, Audience.PUBLIC).items
        assert [block.procedure[0].result[:7] for block in blocks] == ["4 mot 5", "8 mot 1"]


class TestElections:
    @pytest.mark.parametrize(
        ("number", "votes", "blank", "elected", "lot"),
        [
            (1, {1: 5, 2: 4}, 0, 1, ()),
            (1, {1: 4, 2: 4}, 1, None, ()),
            (1, {1: 4, 2: 1}, 4, None, ()),  # blank votes count: 4 of 9 is not more than half
            (1, {1: 4, 2: 4}, 0, None, ()),
            (2, {1: 4, 2: 3}, 2, 1, ()),
            (2, {1: 3, 2: 3, 3: 2}, 1, None, (1, 2)),
            (2, {1: 0, 2: 0}, 9, None, ()),
        ],
    )
    def test_what_a_round_comes_to(self, number: int, votes: Any, blank: int, elected: Any, lot: Any) -> None:
        came_to = election_rules.outcome(number, votes, blank)
        assert (came_to.elected, came_to.lot) == (elected, lot)

    def begin(self, town: Municipality) -> tuple[AgendaItem, Election, list[int]]:
        meeting = in_session(town)
        item = agenda_services.add_item(meeting, title="Valg av nestleder i gruppa", actor=town.secretary)
        election = elections_services.propose_candidates(
            item, kind=PollKind.ELECTION, place="Nestleder", names=["Kari Vik", "Jon Bø"], actor=town.secretary
        )
        return item, election, list(election.candidates.values_list("pk", flat=True))

    def test_two_rounds_and_the_lot(self, town: Municipality) -> None:
        item, election, (kari, jon) = self.begin(town)
        pks = [voter.pk for voter in participants.entitled(item)]
        even = dict(zip(pks, [kari] * 4 + [jon] * 4 + [None], strict=True))
        assert elections_services.hold_round(election, choices=even, actor=town.secretary).again
        with pytest.raises(GuardRefused):
            elections_services.draw_lot(election, actor=town.secretary)
        assert elections_services.hold_round(election, choices=even, actor=town.secretary).lot == (kari, jon)
        with pytest.raises(WrongState):
            elections_services.hold_round(election, choices=even, actor=town.secretary)
        drawn = elections_services.draw_lot(election, actor=town.secretary)
        assert drawn.name in ("Kari Vik", "Jon Bø")
        with pytest.raises(WrongState):
            elections_services.draw_lot(election, actor=town.secretary)
        decisions_services.decide(
            item, text=f"Nestleder: {drawn.name}.", resolution=Resolution.ADOPT, actor=town.secretary
        )
        block = build(item.meeting, Audience.PUBLIC).items[1].elections[0]
        assert (
            block.rounds[0]
            == "Runde 1: Kari Vik 4, Jon Bø 4. 1 blank stemme. Ingen fikk mer enn halvparten av stemmene."
        )
        assert "loddet falt på" in block.result
        assert not [line for line in missing(item.meeting) if item.label in line]

    def test_in_writing_the_counts_must_add_up(self, town: Municipality) -> None:
        _item, election, (kari, jon) = self.begin(town)
        with pytest.raises(GuardRefused, match="8-1"):
            elections_services.hold_round(election, counts={kari: 5, jon: 3}, actor=town.secretary)
        came_to = elections_services.hold_round(election, counts={kari: 5, jon: 3}, blank=1, actor=town.secretary)
        assert came_to.elected == kari
        assert election.rounds.get().voices.count() == 0

    def test_everybody_votes_and_nobody_else(self, town: Municipality) -> None:
        item, election, (kari, _jon) = self.begin(town)
        choices: dict[int, int | None] = {voter.pk: kari for voter in participants.entitled(item)}
        stranger = town.membership(town.secretary)
        with pytest.raises(GuardRefused, match=stranger.person.name):
            elections_services.hold_round(election, choices={**choices, stranger.pk: kari}, actor=town.secretary)
        choices.popitem()
        with pytest.raises(GuardRefused, match="8-1"):
            elections_services.hold_round(election, choices=choices, actor=town.secretary)

    def test_nothing_is_adopted_while_the_election_is_open(self, town: Municipality) -> None:
        item, _election, _candidates = self.begin(town)
        with pytest.raises(GuardRefused, match="11-9"):
            decisions_services.decide(item, text="Kari.", resolution=Resolution.ADOPT, actor=town.secretary)


class TestTogether:
    def test_each_gets_a_ballot_and_a_decision_of_its_own(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B", "C"))
        items = list(meeting.items.all())
        decisions = en_bloc.treat_together(items, choices=against(town, items[0], town.union[0]), actor=town.secretary)
        assert [(d.text, d.ballot.votes.count()) for d in decisions] == [("A: ja.", 9), ("B: ja.", 9), ("C: ja.", 9)]
        block = build(meeting, Audience.PUBLIC).items[0]
        assert block.together == f"Behandlet under ett med {items[1].label}, {items[2].label}."

    def test_all_or_none(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        ballots.add_motion(second, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        for items in ([first, second], [first]):
            with pytest.raises(GuardRefused):
                en_bloc.treat_together(items, actor=town.secretary)
        assert not meeting.items.filter(ballots__isnull=False).exists()

    def test_not_where_others_take_part(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        movements.leave(second, membership=town.membership(town.union[0]), actor=town.secretary)
        with pytest.raises(GuardRefused):
            en_bloc.treat_together([first, second], actor=town.secretary)


class TestIntoTheMinutes:
    def test_an_addition_from_one_who_takes_part(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        who = town.membership(town.elected[1])
        addition = minute_additions.add_to_minutes(
            item, membership=who, text="Vi vil se tallene.", on_behalf="Fjellista", actor=town.secretary
        )
        block = build(item.meeting, Audience.PUBLIC).items[0]
        assert [(one.name, one.text) for one in block.additions] == [
            (f"{who.person.name} (Fl) på vegne av Fjellista", "Vi vil se tallene.")
        ]
        with pytest.raises(GuardRefused):
            minute_additions.add_to_minutes(
                item, membership=town.membership(town.secretary), text="x", actor=town.secretary
            )
        minute_additions.take_out(addition, actor=town.secretary)
        assert not item.additions.exists()
        assert Event.objects.get(action="forum.addition_taken_out").text == {"addition": "Vi vil se tallene."}

    def test_the_mayor_moves_a_motion_and_the_chief_executive_does_not(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        mayor = minute_additions.attend(meeting, name="Berit Ås", capacity=Capacity.MAYOR, actor=town.secretary)
        chief = minute_additions.attend(
            meeting, name="Ola Nes", capacity=Capacity.CHIEF_EXECUTIVE, actor=town.secretary
        )
        with pytest.raises(GuardRefused, match="8-1"):
            ballots.add_motion(item, text="Nei.", moved_by=chief, actor=town.secretary)
        ballots.add_motion(item, text="Nei.", moved_by=mayor, actor=town.secretary)
        document = build(meeting, Audience.PUBLIC)
        assert document.items[0].motions == (("Nei.", "Berit Ås"),)
        assert [line.split(",")[0] for line in document.attendees] == ["Berit Ås", "Ola Nes"]
        with pytest.raises(GuardRefused):
            minute_additions.remove_attendee(mayor, actor=town.secretary)
        minute_additions.remove_attendee(chief, actor=town.secretary)
        assert list(Attendee.objects.values_list("name", flat=True)) == ["Berit Ås"]

    def test_somebody_invited_informs_in_a_case(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        with pytest.raises(GuardRefused, match="8-1"):
            minute_additions.attend(meeting, name="Ida Lie", capacity=Capacity.INVITED, actor=town.secretary)
        minute_additions.attend(
            meeting, name="Ida Lie", title="rektor", item=item, capacity=Capacity.INVITED, actor=town.secretary
        )
        assert build(meeting, Audience.PUBLIC).items[0].informed == ("Ida Lie, rektor orienterte organet.",)

    def test_a_request_to_record_is_answered_with_a_reason_where_refused(self, town: Municipality) -> None:
        meeting = in_session(town)
        with pytest.raises(GuardRefused, match="11-6"):
            minute_additions.answer_recording(
                meeting, by="Bladet", what="film", allowed=False, reason="", actor=town.secretary
            )
        minute_additions.answer_recording(
            meeting, by="Bladet", what="film", allowed=True, reason="", actor=town.secretary
        )
        assert RecordingRequest.objects.get().by == "Bladet"
        assert build(meeting, Audience.PUBLIC).recordings[0].startswith("Bladet ba om å gjøre opptak av møtet (film).")

    def test_members_do_not_write_in_the_meeting(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        member, actor = town.membership(town.elected[3]), town.elected[3]
        for act in (
            lambda: minute_additions.add_to_minutes(item, membership=member, text="x", actor=actor),
            lambda: minute_additions.attend(meeting, name="x", capacity=Capacity.MAYOR, actor=actor),
            lambda: closed_doors.close_doors(
                item, basis=PRIVACY, public_title="x", settled=Settled.AGREED, actor=actor
            ),
            lambda: closed_doors.open_doors(item, actor=actor),
            lambda: objections.object_to(item, members=[member], actor=actor),
            lambda: postponement.postpone_item(item, text="x", settled=Settled.AGREED, actor=actor),
            lambda: elections_services.propose_candidates(
                item, kind=PollKind.ELECTION, place="x", names=["y"], actor=actor
            ),
            lambda: en_bloc.treat_together([item, item], actor=actor),
            lambda: movements.come(item, membership=member, actor=actor),
        ):
            with pytest.raises((NotPermitted, GuardRefused)):
                act()
        assert not Event.objects.filter(actor=actor).exists()


def test_the_structure_with_everything_in_it_is_read_back_as_it_was(town: Municipality) -> None:
    meeting = in_session(town, ("A", "B"))
    first, second = meeting.items.all()
    closed_doors.close_doors(
        first, basis=PRIVACY, public_title="Sak", settled=Settled.VOTE, choices=against(town, first),
        actor=town.secretary
    )  # fmt: skip
    movements.leave(
        second, membership=town.membership(town.union[0]), deputy=town.membership(town.deputies[Side.EMPLOYEES][0]),
        actor=town.secretary
    )  # fmt: skip
    minute_additions.add_to_minutes(second, membership=town.membership(town.chair), text="Hei.", actor=town.secretary)
    elections_services.propose_candidates(
        second, kind=PollKind.APPOINTMENT, place="Leder", names=["A"], actor=town.secretary
    )
    for audience in Audience:
        document = build(meeting, audience)
        assert from_json(document.as_json()) == document

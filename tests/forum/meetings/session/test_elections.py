"""Elections and appointments in a meeting: rounds, counts and the lot (R11)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import PollKind
from forum.meetings.minutes.building import build
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.elections import rules as election_rules
from forum.meetings.session.elections import services as elections
from forum.meetings.session.elections import taking_back
from forum.meetings.session.elections.forms import ElectionForm
from forum.meetings.session.elections.models import Candidate, Election, Round
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, WrongState

pytestmark = pytest.mark.django_db


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
        election = elections.propose_candidates(
            item, kind=PollKind.ELECTION, place="Nestleder", names=["Kari Vik", "Jon Bø"], actor=town.secretary
        )
        return item, election, list(election.candidates.values_list("pk", flat=True))

    def test_no_employee_is_appointed_by_a_body(self, town: Municipality) -> None:
        """§ 13-1: appointments are the chief executive's, so that no such vote is held, nor reviewed (§ 27-1)."""
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="13-1"):
            elections.propose_candidates(
                item, kind=PollKind.APPOINTMENT, place="Rektor", names=["Kari Vik"], actor=town.secretary
            )
        assert not item.elections.exists()

    def test_a_name_too_long_is_refused_and_not_cut(self) -> None:
        long = "Kari " * 30 + "Vik"
        form = ElectionForm({"election-place": "Leder", "election-names": f"Jon Ås\n{long}"})
        assert not form.is_valid()
        assert set(form.errors) == {"names"}
        assert "150" in str(form.errors["names"])
        assert long[:40].strip() in str(form.errors["names"])
        fits = ElectionForm({"election-place": "Leder", "election-names": f"Jon Ås\n{'x' * 150}"})
        assert fits.is_valid()
        assert fits.cleaned_data["names"] == ["Jon Ås", "x" * 150]

    def test_two_rounds_and_the_lot(self, town: Municipality) -> None:
        item, election, (kari, jon) = self.begin(town)
        pks = [voter.pk for voter in participants.entitled(item)]
        even = dict(zip(pks, [kari] * 4 + [jon] * 4 + [None], strict=True))
        assert elections.hold_round(election, choices=even, actor=town.secretary).again
        with pytest.raises(GuardRefused):
            elections.draw_lot(election, actor=town.secretary)
        assert elections.hold_round(election, choices=even, actor=town.secretary).lot == (kari, jon)
        with pytest.raises(WrongState):
            elections.hold_round(election, choices=even, actor=town.secretary)
        drawn = elections.draw_lot(election, actor=town.secretary)
        assert drawn.name in ("Kari Vik", "Jon Bø")
        with pytest.raises(WrongState):
            elections.draw_lot(election, actor=town.secretary)
        decisions.decide(item, text=f"Nestleder: {drawn.name}.", resolution=Resolution.ADOPT, actor=town.secretary)
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
            elections.hold_round(election, counts={kari: 5, jon: 3}, actor=town.secretary)
        came_to = elections.hold_round(election, counts={kari: 5, jon: 3}, blank=1, actor=town.secretary)
        assert came_to.elected == kari
        assert election.rounds.get().voices.count() == 0

    def test_everybody_votes_and_nobody_else(self, town: Municipality) -> None:
        item, election, (kari, _jon) = self.begin(town)
        choices: dict[int, int | None] = {voter.pk: kari for voter in participants.entitled(item)}
        stranger = town.membership(town.secretary)
        with pytest.raises(GuardRefused, match=stranger.person.name):
            elections.hold_round(election, choices={**choices, stranger.pk: kari}, actor=town.secretary)
        choices.popitem()
        with pytest.raises(GuardRefused, match="8-1"):
            elections.hold_round(election, choices=choices, actor=town.secretary)

    def test_nothing_is_adopted_while_the_election_is_open(self, town: Municipality) -> None:
        item, _election, _candidates = self.begin(town)
        with pytest.raises(GuardRefused, match="11-9"):
            decisions.decide(item, text="Kari.", resolution=Resolution.ADOPT, actor=town.secretary)

    def test_a_round_is_taken_back_whole_and_held_anew(self, town: Municipality) -> None:
        item, election, (kari, jon) = self.begin(town)
        even = {kari: 4, jon: 4}
        for _number in (1, 2):
            elections.hold_round(election, counts=even, blank=1, actor=town.secretary)
        elections.draw_lot(election, actor=town.secretary)
        first, second = election.rounds.all()
        with pytest.raises(GuardRefused):
            taking_back.take_round_back(first, reason="Feil telt.", actor=town.secretary)
        with pytest.raises(GuardRefused):
            taking_back.take_round_back(second, reason=" ", actor=town.secretary)
        taking_back.take_round_back(second, reason="Feil telt.", actor=town.secretary)
        election.refresh_from_db()
        assert (election.elected, election.by_lot, election.decided_at) == (None, False, None)
        assert [one.number for one in election.rounds.all()] == [1]
        event = Event.objects.get(action="forum.election_round_taken_back")
        assert (event.data["number"], event.data["place"]) == (2, "Nestleder")
        assert Round.history.filter(id=second.pk, history_type="-").exists()
        came_to = elections.hold_round(election, counts={kari: 6, jon: 3}, actor=town.secretary)
        assert came_to.elected == kari
        item.refresh_from_db()
        decisions.decide(item, text="Nestleder: Kari Vik.", resolution=Resolution.ADOPT, actor=town.secretary)
        with pytest.raises(GuardRefused):
            taking_back.take_round_back(election.rounds.last(), reason="Feil.", actor=town.secretary)
        decided = AgendaItem.objects.get(pk=item.pk)
        decisions.take_up_again(decided, reason="Feil telt.", actor=town.secretary)
        taking_back.take_round_back(election.rounds.last(), reason="Feil.", actor=town.secretary)
        assert election.rounds.count() == 1

    def test_a_candidate_and_an_election_are_taken_back_before_the_first_round(self, town: Municipality) -> None:
        item, election, (kari, jon) = self.begin(town)
        elections.hold_round(election, counts={kari: 4, jon: 4}, blank=1, actor=town.secretary)
        candidate = Candidate.objects.get(pk=jon)
        for take in (
            lambda: taking_back.withdraw_candidate(candidate, actor=town.secretary),
            lambda: taking_back.take_election_back(election, actor=town.secretary),
        ):
            with pytest.raises(GuardRefused):
                take()
        taking_back.take_round_back(election.rounds.get(), reason="Jon Bø stiller ikke.", actor=town.secretary)
        taking_back.withdraw_candidate(candidate, actor=town.secretary)
        assert [one.name for one in election.candidates.all()] == ["Kari Vik"]
        with pytest.raises(GuardRefused):
            taking_back.withdraw_candidate(Candidate.objects.get(pk=kari), actor=town.secretary)
        taking_back.take_election_back(election, actor=town.secretary)
        assert not item.elections.exists()
        assert Candidate.history.filter(id=kari, history_type="-").exists()

    def test_the_page_takes_back_by_press(self, client: Client, town: Municipality) -> None:
        item, election, (kari, jon) = self.begin(town)
        client.force_login(town.secretary)
        url = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        assert client.get(url).content.decode().count('value="withdraw_candidate"') == 2
        elections.hold_round(election, counts={kari: 4, jon: 4}, blank=1, actor=town.secretary)
        page = client.get(url).content.decode()
        assert 'value="round_back"' in page
        assert 'value="withdraw_candidate"' not in page
        sent = {"do": "round_back", "election": election.pk}
        assert client.post(url, sent).status_code == 422
        assert client.post(url, sent | {f"back{election.pk}-reason": "Feil telt."}).status_code == 302
        assert not election.rounds.exists()
        assert client.post(url, {"do": "withdraw_candidate", "candidate": jon}).status_code == 302
        assert client.post(url, {"do": "election_back", "election": election.pk}).status_code == 302
        assert not item.elections.exists()

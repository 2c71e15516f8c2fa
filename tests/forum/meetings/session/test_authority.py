"""What a decision rests on: the delegation in force that day, the body's own affairs, or nothing (R34-R37)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.delegations import services as delegations
from forum.delegations.enums import Authority, Scope
from forum.delegations.models import Delegation
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.follow_up.queries import board as board_of
from forum.meetings.minutes.building import build
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots, en_bloc
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.django_db

#: The words of the motion that was voted on.
ADOPTED = "Felles vaktmester: ja."
FELL = "Forslaget ble ikke vedtatt."


def voted(town: Municipality, *titles: str, opposed: Any = ()) -> AgendaItem:
    item = in_session(town, titles=titles or ("Felles vaktmester",)).items.order_by("position")[0]
    choices = against(town, item, *opposed) if opposed else None
    ballots.record_ballot(item, choices=choices, actor=town.secretary)
    return AgendaItem.objects.select_related("meeting__body").get(pk=item.pk)


def decide(
    town: Municipality, item: AgendaItem, resolution: Resolution = Resolution.ADOPT, text: str = ADOPTED, **more: Any
) -> Decision:
    return decisions.decide(item, text=text, resolution=resolution, actor=town.secretary, **more)


def other_arrangement(town: Municipality) -> None:
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER, evidence="412 av 497 ja.")


def test_a_decision_names_the_delegation_it_rests_on(town: Municipality) -> None:
    item = voted(town)
    decision = decide(town, item, delegation=town.committee.delegations.get(), amount=85_000)
    assert (decision.delegation, decision.amount) == (town.committee.delegations.get(), 85_000)
    block = build(Meeting.objects.get(pk=item.meeting_id), Audience.PUBLIC).items[0]
    assert "PS 88/25" in block.rests_on
    assert "utviklingsfondet" in block.rests_on
    assert "85" in block.rests_on
    assert not block.recommends


def test_without_a_delegation_the_body_recommends(town: Municipality) -> None:
    item = voted(town)
    Delegation.objects.all().delete()
    with pytest.raises(GuardRefused, match="5-3"):
        decide(town, item)
    offered = decisions.resolutions(AgendaItem.objects.get(pk=item.pk))
    assert offered[0] == (Resolution.TO_COUNCIL, None)
    decision = decide(
        town, item, Resolution.TO_COUNCIL, due_on=clock.today() + timedelta(days=30), goes_to=Authority.CHIEF_EXECUTIVE
    )
    assert (decision.delegation, decision.goes_to) == (None, "chief_executive")
    block = build(Meeting.objects.get(pk=item.meeting_id), Audience.PUBLIC).items[0]
    assert (block.recommends, block.rests_on) == (True, "")
    assert block.outcome == "anbefalt til kommunedirektøren"
    assert block.review_until == ""


@pytest.mark.parametrize(
    ("more", "said"),
    [({"amount": 500_001}, "er mer enn"), ({"own_affairs": True, "amount": 1}, "gir ingen penger")],
)
def test_more_than_it_gives_is_refused(town: Municipality, more: dict[str, Any], said: str) -> None:
    item = voted(town)
    with pytest.raises(GuardRefused, match=said):
        decide(town, item, **more)
    assert not Decision.objects.exists()


def test_it_is_judged_by_what_is_in_force_on_the_day_of_the_meeting(town: Municipality) -> None:
    item = voted(town)
    one = town.committee.delegations.get()
    Delegation.objects.filter(pk=one.pk).update(valid_to=clock.today() - timedelta(days=1))
    with pytest.raises(GuardRefused, match="gjelder ikke for organet"):
        decide(town, item, delegation=one)
    later = clock.today() + timedelta(days=1)
    coming = delegations.enter_delegation(
        body=town.committee, scope=Scope.EMPLOYER, matter="Senere", decided_on=clock.today(), reference="PS 2/26",
        valid_from=later, actor=town.secretary,
    )  # fmt: skip
    with pytest.raises(GuardRefused, match="gjelder ikke for organet"):
        decide(town, item, delegation=coming)
    with pytest.raises(GuardRefused):
        decide(town, item)


def test_a_delegation_a_decision_rests_on_does_not_end_before_it(town: Municipality) -> None:
    from django.core.exceptions import ValidationError

    decide(town, voted(town))
    with pytest.raises(ValidationError, match="hviler på den"):
        delegations.end_delegation(
            town.committee.delegations.get(), on=clock.today() - timedelta(days=1), actor=town.secretary
        )


def test_where_several_fit_one_is_named(town: Municipality) -> None:
    item = voted(town)
    second = delegations.enter_delegation(
        body=town.committee, scope=Scope.EMPLOYER, matter="Arbeidstid", decided_on=clock.today(), reference="PS 3/26",
        valid_from=clock.today(), actor=town.secretary,
    )  # fmt: skip
    with pytest.raises(GuardRefused, match="hvilken delegasjon"):
        decide(town, item)
    assert decide(town, item, delegation=second).delegation == second


def test_another_arrangement_recommends_whatever_it_is(town: Municipality) -> None:
    item = voted(town)
    other_arrangement(town)
    item = AgendaItem.objects.select_related("meeting__body").get(pk=item.pk)
    for more in ({}, {"delegation": town.committee.delegations.get()}):
        with pytest.raises(GuardRefused, match="5-11"):
            decide(town, item, **more)
    assert decisions.resolutions(item)[0] == (Resolution.TO_COUNCIL, None)
    # How it works itself it settles, and nobody reads that as something adopted.
    decide(town, item, own_affairs=True)
    block = build(Meeting.objects.get(pk=item.meeting_id), Audience.PUBLIC).items[0]
    assert block.outcome == "avgjort som organets egen sak"


def test_a_committee_is_recommended_to_by_name(town: Municipality) -> None:
    item = voted(town)
    day = clock.today() + timedelta(days=9)
    with pytest.raises(GuardRefused, match="navnet på utvalget"):
        decide(town, item, Resolution.TO_COUNCIL, due_on=day, goes_to=Authority.COMMITTEE)
    decision = decide(
        town, item, Resolution.TO_COUNCIL, due_on=day, goes_to=Authority.COMMITTEE, goes_to_name="Utvalg for helse"
    )
    assert decision.authority == "Utvalg for helse"
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(goes_to="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(amount=5)


def test_a_recommendation_waits_for_its_answer_and_gets_it(client: Client, town: Municipality) -> None:
    item = voted(town)
    decide(town, item, Resolution.TO_COUNCIL, due_on=clock.today(), goes_to=Authority.EXECUTIVE_COMMITTEE)
    end_meeting(Meeting.objects.get(pk=item.meeting_id), actor=town.secretary)
    one = FollowUp.objects.get()
    assert one.awaits_answer
    client.force_login(town.union[0])
    sent = {"do": "answer", "answered_on": clock.today().isoformat(), "answered": "partly", "text": "Vedtatt, men ..."}
    assert client.post(one.get_absolute_url(), sent).status_code == 404
    client.force_login(town.secretary)
    assert client.post(one.get_absolute_url(), sent | {"text": ""}).status_code == 422
    ahead = (clock.today() + timedelta(days=1)).isoformat()
    assert client.post(one.get_absolute_url(), sent | {"answered_on": ahead}).status_code == 422
    assert client.post(one.get_absolute_url(), sent).status_code == 302
    one.refresh_from_db()
    assert (one.answered, one.answered_on, one.done_on) == ("partly", clock.today(), clock.today())
    assert one.notes.get().text == "Vedtatt, men ..."
    # Once is enough.
    assert client.post(one.get_absolute_url(), sent).status_code == 404


def test_a_decision_against_a_whole_part_is_asked_about_once(town: Municipality) -> None:
    item = voted(town, opposed=town.union)
    with pytest.raises(GuardRefused, match="Alle tillitsvalgte stemte mot"):
        decide(town, item)
    decide(town, item, over_a_part=True)
    block = build(Meeting.objects.get(pk=item.meeting_id), Audience.PUBLIC).items[0]
    assert "Alle tillitsvalgte stemte mot." in block.ballots[0].parts


def test_where_one_of_the_part_was_for_nothing_is_asked(town: Municipality) -> None:
    item = voted(town, opposed=town.union[1:])
    assert decide(town, item).pk
    block = build(Meeting.objects.get(pk=item.meeting_id), Audience.PUBLIC).items[0]
    assert block.ballots[0].parts == ""


def test_a_part_that_was_for_what_fell_is_asked_about_too(town: Municipality) -> None:
    item = voted(town, opposed=town.elected)
    with pytest.raises(GuardRefused, match="Alle tillitsvalgte stemte for"):
        decide(town, item, Resolution.DECLINE, FELL)
    assert decide(town, item, Resolution.DECLINE, FELL, over_a_part=True).pk


def test_several_at_once_say_what_they_rest_on(town: Municipality) -> None:
    meeting = in_session(town, titles=("Møteplan", "Arbeidsmåte"))
    Delegation.objects.all().delete()
    items = list(meeting.items.order_by("position"))
    with pytest.raises(GuardRefused):
        en_bloc.treat_together(items, actor=town.secretary)
    made = en_bloc.treat_together(items, rests={"own_affairs": True}, actor=town.secretary)
    assert [one.options["own_affairs"] for one in made] == [True, True]


class TestPage:
    def url(self, item: AgendaItem) -> str:
        return reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])

    def test_the_form_asks_what_it_rests_on_and_chooses_nothing_for_one(
        self, client: Client, town: Municipality
    ) -> None:
        item = voted(town)
        client.force_login(town.secretary)
        sent = {"do": "decide", "resolution": "adopt", "decision-text": ADOPTED}
        assert client.post(self.url(item), sent).status_code == 422
        one = town.committee.delegations.get()
        too_much = sent | {"decision-rests": str(one.pk), "decision-amount": "600 000"}
        page = client.post(self.url(item), too_much)
        assert page.status_code == 422
        assert not Decision.objects.exists()
        assert client.post(self.url(item), sent | {"decision-rests": "99999"}).status_code == 422
        done = client.post(self.url(item), sent | {"decision-rests": str(one.pk), "decision-amount": "85 000"})
        assert done.status_code == 302
        decision = Decision.objects.get()
        assert (decision.delegation, decision.amount) == (one, 85_000)

    def test_where_nothing_is_delegated_it_says_recommends(self, client: Client, town: Municipality) -> None:
        item = voted(town)
        Delegation.objects.all().delete()
        client.force_login(town.secretary)
        page = client.get(self.url(item)).content.decode()
        assert 'name="resolution" value="to_council"' in page
        sent = {
            "do": "decide", "resolution": "to_council", "decision-text": ADOPTED,
            "decision-goes_to": "committee", "decision-due_on": clock.today().isoformat(),
        }  # fmt: skip
        assert client.post(self.url(item), sent).status_code == 422
        sent["decision-goes_to"] = "chief_executive"
        assert client.post(self.url(item), sent).status_code == 302
        assert Decision.objects.get().goes_to == "chief_executive"

    def test_a_whole_part_is_asked_about_in_the_form(self, client: Client, town: Municipality) -> None:
        item = voted(town, opposed=town.union)
        client.force_login(town.secretary)
        one = town.committee.delegations.get()
        sent = {
            "do": "decide", "resolution": "adopt", "decision-text": ADOPTED, "decision-rests": str(one.pk),
        }  # fmt: skip
        page = client.get(self.url(item) + "?som=adopt").content.decode()
        assert 'name="decision-over_a_part"' in page
        assert client.post(self.url(item), sent).status_code == 422
        assert client.post(self.url(item), sent | {"decision-over_a_part": "on"}).status_code == 302


def test_the_day_to_ask_is_called_that_on_the_public_page(client: Client, town: Municipality) -> None:
    item = voted(town)
    Delegation.objects.all().delete()
    day = clock.today() + timedelta(days=30)
    decide(town, item, Resolution.TO_COUNCIL, due_on=day, goes_to=Authority.CHIEF_EXECUTIVE)
    end_meeting(item.meeting, actor=town.secretary)
    decision_lists.publish(Meeting.objects.get(pk=item.meeting_id), actor=town.secretary)
    page = Client().get(item.meeting.get_absolute_url()).content.decode()
    assert "det spørres etter svaret" in page
    assert "· innen" not in " ".join(page.split())
    # Nor is it a measure that nobody is responsible for: the body's list says what it waits for.
    board = board_of(town.committee, town.secretary)
    assert ([m.awaits for m in board.open], board.unassigned) == ([True], [])
    client.force_login(town.secretary)
    listed = client.get(reverse("forum:follow_up_board", args=[town.committee.slug])).content.decode()
    assert "det spørres etter svaret" in listed
    assert "gjennomføres innen" not in listed
    assert "ingen ansvarlig" not in listed

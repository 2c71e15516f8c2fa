"""Minutes cannot contradict themselves: results are computed, and what differs is asked about and printed (R13)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.core.vote_models import Vote
from forum.meetings.enums import Settled
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.minutes import building, services
from forum.meetings.minutes.completeness import missing, to_be_read_again
from forum.meetings.minutes.structure import Audience, ItemBlock
from forum.meetings.session.decisions import postponement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.votes import ballots, motions
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.refusals import GuardRefused, InvalidInput
from trepart.workflow import perform

CASTLE = "Det bygges et slott."


pytestmark = pytest.mark.usefixtures("bokmal")


def block(item: AgendaItem, audience: Audience = Audience.PUBLIC) -> ItemBlock:
    return next(one for one in building.build(item.meeting, audience).items if one.label == item.label)


def postpone(town: Municipality, item: AgendaItem, *people: Any, settled: Settled = Settled.VOTE) -> Any:
    choices = against(town, item, *people) if settled == Settled.VOTE else None
    return postponement.postpone_item(item, text="Utsatt.", settled=settled, choices=choices, actor=town.secretary)


def test_a_decision_that_is_not_what_was_voted_on_is_asked_about_once(client: Client, town: Municipality) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, actor=town.secretary)
    with pytest.raises(GuardRefused, match="Felles vaktmester: ja"):
        decisions.decide(item, text=CASTLE, resolution=Resolution.ADOPT, actor=town.secretary)
    client.force_login(town.secretary)
    url = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
    assert 'name="decision-differs"' not in client.get(url).content.decode()
    sent = {"do": "decide", "resolution": "adopt", "decision-text": CASTLE, "decision-rests": "own"}
    asked = client.post(url, sent)
    assert asked.status_code == 422
    assert 'name="decision-differs"' in asked.content.decode()
    assert not Decision.objects.exists()
    assert client.post(url, {**sent, "decision-differs": "Møtet rettet ordlyden muntlig."}).status_code == 302
    assert Decision.objects.get().differs == "Møtet rettet ordlyden muntlig."
    said = block(item)
    assert said.decision == CASTLE
    assert said.differs == (
        "Vedtaket avviker fra det som ble votert over. Vedtaket sier noe annet enn det som ble vedtatt: «Felles "
        "vaktmester: ja.» Grunn: Møtet rettet ordlyden muntlig."
    )


def test_the_words_that_were_voted_on_need_no_reason(town: Municipality) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, actor=town.secretary)
    decision = decisions.decide(
        item, text="Felles  vaktmester:\nja", resolution=Resolution.ADOPT, differs="Ingen grunn", actor=town.secretary
    )
    assert (decision.differs, block(item).differs) == ("", "")


def test_two_motions_adopted_are_both_decided(town: Municipality) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, actor=town.secretary)
    more = motions.add_motion(item, text="Fra 1. mai.", moved_by=town.membership(town.chair), actor=town.secretary)
    ballots.record_ballot(item, motion=more, actor=town.secretary)
    with pytest.raises(GuardRefused):
        decisions.decide(item, text="Fra 1. mai.", resolution=Resolution.ADOPT, actor=town.secretary)
    both = decisions.decide(
        item, text="Felles vaktmester: ja.\n\nFra 1. mai.", resolution=Resolution.ADOPT, actor=town.secretary
    )
    assert both.differs == ""


@pytest.mark.parametrize("words", ["Innstillingen ble ikke vedtatt.", "Tilrådinga vart ikkje vedteken."])
def test_where_nothing_was_adopted_nothing_else_is_said(town: Municipality, words: str) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, choices=against(town, item, *town.elected, *town.union), actor=town.secretary)
    with pytest.raises(GuardRefused):
        decisions.decide(item, text=CASTLE, resolution=Resolution.DECLINE, actor=town.secretary)
    with translation.override("nn"):
        known = translation.gettext("The recommendation was not adopted.")
    text = words if words.startswith("Innstillingen") else known
    assert decisions.decide(item, text=text, resolution=Resolution.DECLINE, actor=town.secretary).differs == ""


def test_what_was_voted_down_is_not_postponed_because_everybody_agrees(client: Client, town: Municipality) -> None:
    item = in_session(town).items.get()
    assert postpone(town, item, *town.elected) is None
    with pytest.raises(GuardRefused, match="4 mot 5"):
        postpone(town, item, settled=Settled.AGREED)
    with pytest.raises(GuardRefused, match="4 mot 5"):
        decisions.decide(item, text="Utsatt.", resolution=Resolution.POSTPONE, actor=town.secretary)
    assert postpone(town, item) is not None  # the body changed its mind, by a vote
    said = block(item)
    assert (said.settled, said.differs, len(said.procedure)) == ("", "", 2)


def test_how_it_was_postponed_is_computed(town: Municipality) -> None:
    item = in_session(town).items.get()
    postpone(town, item, settled=Settled.AGREED)
    assert block(item).settled == "Organet ble spurt, og ingen hadde merknader."


def test_a_case_adopted_cannot_be_postponed_in_passing(town: Municipality) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, actor=town.secretary)
    with pytest.raises(GuardRefused, match="Felles vaktmester"):
        decisions.decide(item, text="Utsatt.", resolution=Resolution.POSTPONE, actor=town.secretary)


def test_a_case_the_vote_postponed_cannot_be_adopted_in_passing(town: Municipality) -> None:
    item = in_session(town).items.get()
    postpone(town, item)
    decisions.take_up_again(item, reason="Feil.", actor=town.secretary)
    with pytest.raises(GuardRefused, match="9 mot 0"):
        decisions.decide(item, text=CASTLE, resolution=Resolution.NOTED, actor=town.secretary)


def logged(town: Municipality, resolution: Resolution, **more: Any) -> Meeting:
    return log_meeting(
        body=town.lmus[0],
        held_on=clock.today(),
        present=[town.membership(person, town.lmus[0]) for person in town.lmu_members[0][:2]],
        items=[LogItem("Vaktplan", "Vi snakket om vaktplanen.", resolution, **more)],
        actor=town.lmu_leader(),
    )


@pytest.mark.parametrize(
    ("resolution", "heading"),
    [
        (Resolution.ADOPT, "Enighet"),
        (Resolution.FORWARD, "Enighet"),
        (Resolution.NOTED, "Oppsummering"),
        (Resolution.DISAGREE, "Uenighet"),
    ],
)
def test_a_disagreement_is_not_minuted_as_agreed(town: Municipality, resolution: Resolution, heading: str) -> None:
    positions = (("Kari", "Nei, ikke nå."), ("Ola", "Ja, nå.")) if resolution == Resolution.DISAGREE else ()
    meeting = logged(town, resolution, positions=positions)
    said = building.build(meeting, Audience.INTERNAL).items[0]
    assert (said.heading, said.positions) == (heading, positions)
    client = Client()
    client.force_login(town.lmu_leader())
    page = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert ("Enighet" in page.split('<article class="minutes')[1]) == (heading == "Enighet")
    assert ("Standpunktet til Kari" in page) == bool(positions)


def ended(town: Municipality) -> Meeting:
    meeting = in_session(town)
    item = meeting.items.get()
    ballots.record_ballot(item, choices=against(town, item, town.elected[1], town.union[0]), actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    return end_meeting(meeting, actor=town.secretary)


def test_publishing_names_each_contradiction(town: Municipality) -> None:
    meeting = ended(town)
    assert missing(meeting) == []
    Decision.objects.update(text=CASTLE)
    Vote.objects.filter(membership=town.membership(town.union[1])).delete()
    meeting.attendances.filter(membership=town.membership(town.union[2])).update(present=False)
    label = meeting.items.get().label
    meeting = Meeting.objects.get(pk=meeting.pk)
    assert missing(meeting) == [
        f"{label}: Vedtaket sier noe annet enn det som ble vedtatt: «Felles vaktmester: ja.»",
        f"{label}: Står med stemme, men deltok ikke i saken: {town.union[2].name}.",
        f"{label}: Deltok i saken, men står uten stemme: {town.union[1].name}.",
    ]
    with pytest.raises(GuardRefused, match="Felles vaktmester: ja"):
        perform(services.begin(meeting), "publish", actor=town.secretary)


def test_who_presided_and_was_absent_is_named(town: Municipality) -> None:
    meeting = ended(town)
    meeting.attendances.filter(membership=meeting.presiding).update(present=False)
    assert f"{town.chair.name} står som møteleder, men hadde forfall." in missing(Meeting.objects.get(pk=meeting.pk))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Saken ble enstemmig vedtatt.", True),
        ("Vedtatt med 8 mot 1.", True),
        ("Vedtatt med 7 stemmer mot 2.", False),
        ("Utvalget drøftet saken.", False),
    ],
)
def test_free_text_against_the_vote_is_asked_about_once(
    client: Client, town: Municipality, text: str, asked: bool
) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    discussion.save_discussion(item, text=text, actor=town.secretary)
    ballots.record_ballot(item, choices=against(town, item, town.elected[1], town.union[0]), actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    meeting = end_meeting(meeting, actor=town.secretary)
    assert bool(to_be_read_again(meeting)[0]) == asked
    minutes = services.begin(meeting)
    if not asked:
        assert perform(minutes, "publish", actor=town.secretary).status == "published"
        return
    with pytest.raises(InvalidInput) as refused:
        perform(minutes, "publish", actor=town.secretary)
    assert item.label in str(refused.value.form.errors)
    client.force_login(town.secretary)
    url = reverse("forum:minutes_step", args=[meeting.pk, "publish"])
    assert 'name="claims_read"' in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"claims_read": "on"}).status_code == 302
    minutes.refresh_from_db()
    assert minutes.status == "published"

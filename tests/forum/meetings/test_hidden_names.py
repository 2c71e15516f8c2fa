"""A name that others do not see stands in no words of a meeting that nobody has been asked about (R25)."""

from typing import Any

import pytest

from forum.cases.enums import Resolution
from forum.cases.forms.hidden_names import MAY_STAND
from forum.meetings.agenda.forms import ItemWordsForm
from forum.meetings.core.models import AgendaItem
from forum.meetings.follow_up.forms import ProgressForm
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes.corrections.forms import DecisionCorrectionForm
from forum.meetings.session.decisions.forms import PostponeItemForm
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.minute_additions.forms import AdditionForm
from forum.meetings.session.votes.forms import MotionForm
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart.access.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]

NAMED = "Kari Testesen har rett."


@pytest.fixture
def signed(town: Municipality) -> Road:
    road = Road(town, needs_grant="yes")
    road.proposer.name = "Kari Testesen"
    road.proposer.save()
    return road.to_committee()


def built(item: AgendaItem, reader: User, **changed: str) -> dict[str, Any]:
    """Every form of words in a meeting, each with ``NAMED`` in it."""
    decided = item.decided
    forms = {
        "words": ItemWordsForm({"title": "Sak", "recommendation": NAMED}, item=item, reader=reader),
        "discussion": DiscussionForm({"discussion-text": NAMED} | changed, item=item, reader=reader),
        "motion": MotionForm({"motion-text": NAMED}, voters=[], item=item, reader=reader),
        "addition": AdditionForm({"addition-text": NAMED}, people=[], item=item, reader=reader),
        "postpone": PostponeItemForm({"postpone-text": NAMED}, item=item, voters=[], reader=reader),
    }
    if decided is not None:
        given = {"text": NAMED, "reason": "Feil.", **changed}
        forms["correction"] = DecisionCorrectionForm(given, item=item, decision=decided, reader=reader)
        one = FollowUp(decision=decided)
        forms["progress"] = ProgressForm({"text": NAMED} | changed, follow_up=one, reader=reader)
    return forms


def test_whoever_may_know_the_name_is_asked_in_every_form_of_words(town: Municipality, signed: Road) -> None:
    item = signed.decided(Resolution.DECLINE)
    item = AgendaItem.objects.select_related("meeting__body", "referral__case", "decision").get(pk=item.pk)
    for name, form in built(item, town.secretary).items():
        assert "Kari Testesen" in str(form.errors.get(MAY_STAND, "")), name
    for name, form in built(item, town.outsider).items():
        assert MAY_STAND not in form.errors, name
    confirmed = built(item, town.secretary, **{MAY_STAND: "on", f"discussion-{MAY_STAND}": "on"})
    for name in ("correction", "progress", "discussion"):
        assert MAY_STAND not in confirmed[name].errors, name
        assert MAY_STAND not in confirmed[name].cleaned_data, name


def test_what_stood_there_already_and_the_reason_that_stays_inside_are_not_asked_about(
    town: Municipality, signed: Road
) -> None:
    item = signed.decided(Resolution.DECLINE)
    item = AgendaItem.objects.select_related("meeting__body", "referral__case", "decision").get(pk=item.pk)
    item.decision.text = NAMED
    given = {"text": NAMED, "reason": NAMED}
    form = DecisionCorrectionForm(given, item=item, decision=item.decision, reader=town.secretary)
    assert MAY_STAND not in form.errors

"""Who has stepped aside in a case does not prepare it either (fvl § 6; R12)."""

import pytest

from forum.meetings.agenda import services as agenda
from forum.meetings.core.models import AgendaItem, Recusal
from forum.organisation.models import Membership
from proposals import services
from proposals.forms.fields import may_be_responsible
from proposals.presenting import errands
from tests.proposals.conftest import Road
from trepart.refusals import GuardRefused
from trepart.workflow import available

pytestmark = pytest.mark.usefixtures("bokmal")


@pytest.fixture
def left(town):
    """A case in the committee, on an agenda, in which the leader has stepped aside."""
    road = Road(town, needs_grant="yes").to_committee()
    item = road.on_agenda()
    membership = Membership.objects.get(body=town.committee, person=town.chair)
    Recusal.objects.create(item=item, membership=membership, basis="fvl. § 6")
    return road, AgendaItem.objects.get(pk=item.pk)


def test_no_step_is_open_and_the_reason_says_who_can(town, left):
    road, _item = left
    shut = {a.transition.name: a.why for a in available(road.fresh(), town.chair)}
    assert {"hand_over", "elsewhere", "merge"} <= set(shut)
    for name in ("hand_over", "elsewhere", "merge"):
        assert "§ 6" in str(shut[name])
        assert town.secretary.name in str(shut[name])
        assert "§ 6" not in str({a.transition.name: a.why for a in available(road.fresh(), town.secretary)}[name])


def test_nor_what_is_no_step(town, left):
    road, item = left
    assess = next(each for each in errands.ERRANDS if each.name == "assess")
    assert not errands.errand_open(assess, road.fresh(), town.chair)
    assert errands.errand_open(assess, road.fresh(), town.secretary)
    with pytest.raises(GuardRefused, match="§ 6"):
        services.assess(road.fresh(), several=False, grant=True, text="Koster.", actor=town.chair)
    with pytest.raises(GuardRefused, match="§ 6"):
        agenda.change_item(item, title="Noe annet", recommendation="Ja.", actor=town.chair)
    assert town.chair in may_be_responsible(town.committee)
    assert town.chair not in may_be_responsible(town.committee, road.fresh().case)

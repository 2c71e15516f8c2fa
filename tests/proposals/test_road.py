"""The main road, walked from one end to the other, and each of its branches."""

from forum.enums import Resolution
from forum.models import Meeting
from tests.proposals.conftest import Road, soon


def test_the_whole_road(town):
    road = Road(town, several_workplaces="yes", needs_grant="yes", grant_amount="180 000")
    assert road.fresh().status == "received"
    assert road.body == town.lmus[0]
    road.to_committee()
    assert road.body == town.committee
    assert road.referral.recommendation == "Det settes av 180 000 kr."
    item = road.decided(Resolution.ADOPT, responsible=road.leader, due_on=soon())
    assert item.settled_at, item.settle_error
    proposal = road.fresh()
    assert (proposal.status, proposal.responsible, proposal.due_on) == ("adopted", road.leader, soon())
    road.step(
        "complete",
        road.leader,
        carried_out_on=soon(0),
        effect="Innleien er borte.",
        effect_saved="120 000",
        effect_absence="-0,5",
    )
    proposal = road.fresh()
    assert (proposal.status, proposal.effect_saved) == ("implemented", 120_000)
    assert [f.outcome for f in proposal.feedback.order_by("id")] == [
        "on_its_way",
        "on_its_way",
        "adopted",
        "implemented",
    ]
    assert all(r.answer and r.outcome for r in proposal.case.referrals.all())
    assert Meeting.objects.filter(body=town.lmus[0], kind="log").count() == 1

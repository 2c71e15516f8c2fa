"""Two at once, in administration, over an opinion, over a commission: one deed, one clear message."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.models import HearingRule, Opinion
from forum.commissions.models import Commission
from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Body, Membership, StandIn
from forum.organisation.services import memberships, people, stand_ins, terms
from forum.organisation.services.edit_conflicts import version_of
from proposals.models import Intake
from proposals.routing import changes
from tests.factories.at_once import together
from tests.factories.councils import village_council
from tests.factories.organisation import Municipality, municipality
from tests.forum.cases.test_opinions import ask
from tests.forum.commissions.test_commissions import to_lmu
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import Refused, WrongState
from trepart.text.dates import date_text
from trepart.workflow import perform

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Municipality]:
    """Fjellvik, committed, so that both threads see it."""
    return municipality()


def post(person: User, url: str, data: dict[str, Any]) -> Callable[[], int]:
    """Return the deed of sending a form as ``person``; it gives the status answered."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return lambda: int(client.post(url, data).status_code)


def happened(action: str, subject: Any = None) -> int:
    events = Event.objects.filter(action=action)
    return (events if subject is None else events.filter(subject_id=subject.pk)).count()


def another_administrator(town: Municipality) -> User:
    person = town.employee(1)
    people.appoint(person=person, office=OfficeKind.ADMINISTRATOR, actor=town.administrator)
    return person


def test_two_end_the_same_membership(town: Municipality) -> None:
    member = Membership.objects.get(body=town.lmus[0], role=Role.LEADER)
    url = reverse("forum:member_end", args=[town.lmus[0].slug, member.pk])
    seen, today = version_of(member), clock.today()
    answers = together(
        *(
            post(person, url, {"on": (today + timedelta(days=days)).isoformat(), "seen": seen, "all_the_same": "on"})
            for person, days in ((town.administrator, 1), (another_administrator(town), 9))
        )
    )
    assert sorted(answers) == [302, 422]
    assert happened("forum.membership_ended", member) == 1
    assert Membership.objects.get(pk=member.pk).valid_to in (today + timedelta(days=1), today + timedelta(days=9))


def test_the_last_day_another_has_set_is_shown_beside_ones_own(town: Municipality) -> None:
    """The wrong side: the whole row was compared, and the page said neither what differed nor what stood there."""
    member = Membership.objects.get(body=town.lmus[0], role=Role.LEADER)
    url = reverse("forum:member_end", args=[town.lmus[0].slug, member.pk])
    client, today = Client(), clock.today()
    client.force_login(town.administrator)
    form = client.get(url).context["form"]
    marks = {"was": form["was"].value(), "all_the_same": "on"}
    theirs, mine = today + timedelta(days=9), today + timedelta(days=1)
    memberships.end_membership(member, on=theirs, actor=another_administrator(town))
    told = client.post(url, {**marks, "on": mine.isoformat()})
    assert told.status_code == 422
    form = told.context["form"]
    assert form["on"].value() == mine.isoformat()
    assert [text for _label, text in form.theirs] == [date_text(theirs, year=True)]
    assert Membership.objects.get(pk=member.pk).valid_to == theirs
    again = {"was": form["was"].value(), "all_the_same": "on", "on": mine.isoformat()}
    assert client.post(url, again).status_code == 302
    assert Membership.objects.get(pk=member.pk).valid_to == mine


def test_two_renew_the_same_body(town: Municipality) -> None:
    body = town.coordination
    staying = list(body.memberships.running())
    begins = clock.today() + timedelta(days=3)

    def renew() -> list[Membership]:
        return terms.renew(
            Body.objects.get(pk=body.pk), staying=staying, valid_from=begins, valid_to=None, actor=town.administrator
        )

    found = together(renew, renew)
    refused = [one for one in found if isinstance(one, Exception)]
    assert len(refused) == 1, found
    assert type(refused[0]).__name__ == "ValidationError"
    assert happened("forum.body_renewed", body) == 1
    there = Membership.objects.running(begins).filter(body=body)
    assert sorted(m.person_id for m in there) == sorted(m.person_id for m in staying)
    assert Membership.objects.filter(body=body, valid_to=begins - timedelta(days=1)).count() == len(staying)


def test_two_take_back_the_same_stand_in(town: Municipality) -> None:
    place = Membership.objects.get(body=town.committee, role=Role.SECRETARY)
    begins = clock.today() + timedelta(days=5)
    made = stand_ins.start_stand_in(
        place=place, person=town.coordination_secretary, valid_from=begins, valid_to=begins + timedelta(days=5),
        actor=town.administrator,
    )  # fmt: skip

    def take_back() -> None:
        stand_ins.end_stand_in(made, on=clock.today(), actor=town.administrator)

    found = together(take_back, take_back)
    refused = [one for one in found if one is not None]
    assert [type(one).__name__ for one in refused] == ["ValidationError"], found
    assert happened("forum.stand_in_withdrawn", made) == 1
    assert not StandIn.objects.exists()


def test_two_let_the_same_council_be_heard(town: Municipality) -> None:
    council = village_council(town)
    url = reverse("forum:hearing", args=[council.body.slug])
    data = {"asker": town.coordination.pk, "places": "Furulia", "always": "on", "days": 14}
    answers = together(*(post(person, url, data) for person in (town.administrator, another_administrator(town))))
    assert sorted(answers) == [302, 422]
    rule = HearingRule.objects.get()
    assert happened("forum.hearing_rule_set") == 1
    once = reverse("forum:hearing_rule", args=[council.body.slug, rule.pk])
    gone = together(*(post(town.administrator, once, {"remove": "1"}) for _n in range(2)))
    assert set(gone) <= {302, 404}
    assert not HearingRule.objects.exists()
    assert happened("forum.hearing_rule_removed") == 1


def test_two_change_the_road(town: Municipality) -> None:
    seen, now = changes.state(), changes.today()

    def change(entry: Body) -> Callable[[], None]:
        plan = changes.Plan({**now.entries, next(o for o in now.entries if o == "citizen"): entry}, now.superiors)
        return lambda: changes.change_road(plan, seen=seen, actor=town.administrator)

    found = together(change(town.committee), change(town.lmus[0]))
    refused = [one for one in found if one is not None]
    assert len(refused) == 1, found
    assert getattr(refused[0], "code", "") == "stale"
    assert Intake.objects.filter(origin="citizen").count() == 1
    assert Event.objects.filter(action="proposals.intake_set", data__origin="citizen").count() == 1


def test_two_answer_the_same_opinion(town: Municipality) -> None:
    council = village_council(town)
    opinion = ask(town, council)

    def answer(person: User, text: str) -> Callable[[], Opinion]:
        fresh = Opinion.objects.get(pk=opinion.pk)
        return lambda: perform(fresh, "answer", actor=person, data={"answer": text}, seen=opinion.status_event_id)

    found = together(answer(council.leader, "Ja."), answer(council.secretary, "Nei."))
    refused = [one for one in found if isinstance(one, Refused)]
    assert [type(one) for one in refused] == [WrongState], found
    won = next(one for one in found if isinstance(one, Opinion))
    assert Opinion.objects.get(pk=opinion.pk).answer == won.answer
    assert happened("forum.opinion_given", opinion) == 1
    assert set(Notice.objects.filter(kind="forum.opinion_given").values_list("event_id", flat=True)) == {
        won.status_event_id
    }


def test_an_opinion_answered_while_it_is_taken_back(town: Municipality) -> None:
    council = village_council(town)
    opinion = ask(town, council)
    found = together(
        lambda: perform(Opinion.objects.get(pk=opinion.pk), "answer", actor=council.leader, data={"answer": "Ja."}),
        lambda: perform(
            Opinion.objects.get(pk=opinion.pk), "withdraw", actor=town.coordination_secretary, data={"reason": "Nei."}
        ),
    )
    assert [type(one) for one in found if isinstance(one, Exception)] == [WrongState], found
    assert Opinion.objects.get(pk=opinion.pk).status in ("answered", "withdrawn")
    assert happened("forum.opinion_given", opinion) + happened("forum.opinion_withdrawn", opinion) == 1


def test_a_commission_taken_on_while_it_is_called_back(town: Municipality) -> None:
    commission = to_lmu(town)
    seen = commission.status_event_id
    found = together(
        lambda: perform(
            Commission.objects.get(pk=commission.pk),
            "accept",
            actor=town.lmu_leader(0),
            data={"plan": "Ja."},
            seen=seen,
        ),
        lambda: perform(
            Commission.objects.get(pk=commission.pk), "call_back", actor=town.chair, data={"reason": "Nei."}, seen=seen
        ),
    )
    assert [type(one) for one in found if isinstance(one, Exception)] == [WrongState], found
    now = Commission.objects.get(pk=commission.pk)
    accepted, called = (
        happened("forum.commission_accepted", commission),
        happened("forum.commission_called_back", commission),
    )
    assert (now.status, accepted, called) in (("accepted", 1, 0), ("called_back", 0, 1))

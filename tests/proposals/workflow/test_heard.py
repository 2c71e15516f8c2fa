"""Where a leader stands alone, union and safety representative are heard before an employee's proposal ends (R16)."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.organisation.enums import Part, Role
from forum.organisation.models import Body, Membership
from forum.organisation.services import memberships, people
from proposals.consent.rules import working_days_after
from proposals.enums import Origin, ProposalStatus
from proposals.heard import services, who_is_heard
from proposals.models import HeardWord, Proposal
from proposals.services import submit
from tests.proposals.workflow.test_line import begun, granli, in_a_month, sent  # noqa: F401  # no LMUs
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.notices.models import Mail, Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import available, perform

pytestmark = pytest.mark.django_db
NO = {"answer": "Vi har ikke plass."}


def seat(body: Body, name: str, role: Role) -> User:
    part = Part.UNION if role == Role.UNION_REPRESENTATIVE else ""
    person = people.add_person(email=f"{name}@granli.example", name=name.capitalize(), actor=None)
    memberships.start_membership(person=person, body=body, role=role, part=part, actor=None)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def heard(granli: Any) -> Any:  # noqa: F811
    """The workplace with a representative of each kind, and the chief ones above it."""
    granli.union = seat(granli.line, "tillit", Role.UNION_REPRESENTATIVE)
    granli.safety = seat(granli.line, "vern", Role.SAFETY_REPRESENTATIVE)
    granli.chief_union = seat(granli.chief, "hovedtillit", Role.UNION_REPRESENTATIVE)
    granli.chief_safety = seat(granli.chief, "hovedvern", Role.SAFETY_REPRESENTATIVE)
    return granli


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=proposal.pk)


def asked(proposal: Proposal) -> set[User]:
    return {word.membership.person for word in proposal.heard.select_related("membership__person")}


def say(proposal: Proposal, who: User, text: str = "Vi støtter det.") -> None:
    services.say(fresh(proposal), text=text, actor=User.objects.get(pk=who.pk))


def after_the_days(proposal: Proposal) -> datetime:
    last = working_days_after(clock.today(), 5)
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time(10)))


def shut(proposal: Proposal, who: User) -> set[str]:
    return {a.transition.name for a in available(fresh(proposal), who) if not a.open}


# Who is asked ---------------------------------------------------------------------------------------------------------


def test_they_are_asked_when_somebody_begins(heard: Any) -> None:
    proposal = sent(heard)
    assert not Notice.objects.filter(kind="proposals.heard_asked").exists()  # nobody reads it before it is read through
    perform(proposal, "begin", actor=heard.leader, data={"access": "employees"})
    assert asked(proposal) == {heard.union, heard.safety}
    told = Notice.objects.filter(kind="proposals.heard_asked")
    assert {notice.person for notice in told} == {heard.union, heard.safety}
    # Not from whom it is: that may not be meant to be shown.
    assert not any(heard.employee.name in f"{notice.subject} {notice.body}" for notice in told)
    event = Event.objects.get(action="proposals.heard_asked")
    assert event.data["by"] == working_days_after(clock.today(), 5).isoformat()


def test_the_chief_ones_where_the_workplace_has_none(granli: Any) -> None:  # noqa: F811
    union = seat(granli.line, "tillit", Role.UNION_REPRESENTATIVE)
    seat(granli.chief, "hovedtillit", Role.UNION_REPRESENTATIVE)
    chief_safety = seat(granli.chief, "hovedvern", Role.SAFETY_REPRESENTATIVE)
    assert asked(begun(granli)) == {union, chief_safety}


def test_nobody_is_heard_on_their_own(heard: Any) -> None:
    people.start_employment(person=heard.union, unit=heard.unit, actor=None)
    data = {"title": "Stativ", "what": "Et stativ.", "why": "Syklene velter.", "expected_effect": "Orden."}
    data |= {"several_workplaces": "no", "needs_grant": "no", "affects_users": "no", "unit": heard.unit.pk}
    proposal = submit(proposer=User.objects.get(pk=heard.union.pk), data=data)
    perform(proposal, "begin", actor=heard.leader, data={"access": "employees"})
    assert asked(proposal) == {heard.chief_union, heard.safety}
    with pytest.raises(NotPermitted):
        say(proposal, heard.union)


def test_where_nobody_is_such_a_representative_it_says_so(granli: Any, client: Client) -> None:  # noqa: F811
    proposal = begun(granli)
    client.force_login(granli.leader)
    assert client.get(proposal.get_absolute_url()).content.decode().count("ingen kan høres") == 2
    declined = perform(fresh(proposal), "decline", actor=granli.leader, data=NO)
    assert declined.status == ProposalStatus.DECLINED
    gone = Event.objects.filter(action="proposals.heard_nobody")
    assert {event.data["role"] for event in gone} == {"union_representative", "safety_representative"}


@pytest.mark.parametrize("origin", [Origin.CITIZEN, Origin.ASSOCIATION])
def test_only_what_an_employee_proposes_and_one_leader_decides(heard: Any, origin: Origin) -> None:
    proposal = fresh(begun(heard))
    assert who_is_heard.is_needed(proposal)
    proposal.origin = origin
    assert not who_is_heard.is_needed(proposal)
    assert who_is_heard.why_not_yet(proposal) is None
    assert who_is_heard.unasked(proposal) == []


def sent_up(heard: Any) -> Proposal:
    proposal = begun(heard, several_workplaces="yes")
    up = {"answer": "Videre.", "recommendation": "Gjøres."}
    for who in (heard.leader, heard.director):
        perform(fresh(proposal), "recommend", actor=who, data=up)
    return fresh(proposal)


def test_what_has_left_the_leader_waits_for_nobody_but_they_have_their_days(heard: Any, client: Client) -> None:
    proposal = sent_up(heard)
    assert not who_is_heard.is_needed(fresh(proposal))
    told = Notice.objects.filter(kind="proposals.heard_went_on")
    assert {notice.person for notice in told} == {heard.union, heard.safety}
    assert len(told) == 2  # not for the way from one leader to another
    last = working_days_after(clock.today(), 5)
    assert [by for _word, by in who_is_heard.waiting_for(heard.safety)] == [last]
    client.force_login(heard.safety)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert reverse("proposals:word", args=[proposal.case_id]) in page
    assert "Har ikke svart. Fristen er" in page
    say(proposal, heard.safety, "Lyset er for svakt.")
    assert heard.town.secretary in {n.person for n in Notice.objects.filter(kind="proposals.heard")}
    with pytest.raises(WrongState):  # said, and it has left
        say(proposal, heard.safety, "Nei.")
    with clock.at(after_the_days(proposal)):
        assert who_is_heard.waiting_for(heard.union) == []
        with pytest.raises(WrongState):
            say(proposal, heard.union)
        client.force_login(heard.union)
        assert "Har ikke svart.</p>" in client.get(proposal.get_absolute_url()).content.decode()


def test_nobody_who_was_cut_off_has_not_answered(heard: Any, client: Client) -> None:
    proposal = begun(heard)
    say(proposal, heard.union)
    perform(fresh(proposal), "withdraw", actor=proposal.proposer, data={"reason": "Jeg slutter."})
    with clock.at(after_the_days(proposal)):
        client.force_login(heard.safety)
        page = client.get(proposal.get_absolute_url()).content.decode()
    assert "Har ikke svart" not in page
    assert "Behandlingen ble avsluttet før det." in page


# Nothing ends before --------------------------------------------------------------------------------------------------


def test_nothing_ends_before_they_are_heard(heard: Any) -> None:
    proposal = begun(heard)
    ending = {"adopt", "decline", "elsewhere", "merge"}
    assert ending <= shut(proposal, heard.leader)
    # To go on, or to take time, is no end.
    assert not {"recommend", "consider", "pass_on"} & shut(proposal, heard.leader)
    adopt = {"answer": "Ja.", "responsible": heard.leader.pk, "due_on": in_a_month()}
    for name, data in (("decline", NO), ("adopt", adopt), ("elsewhere", NO | {"belongs_to": "Fylket"})):
        with pytest.raises(GuardRefused, match="har ikke svart ennå: Tillit, Vern"):
            perform(fresh(proposal), name, actor=heard.leader, data=data)
    say(proposal, heard.union)
    with pytest.raises(GuardRefused, match="har ikke svart ennå: Vern"):
        perform(fresh(proposal), "adopt", actor=heard.leader, data=adopt)
    say(proposal, heard.safety, "Pass på lyset.")
    assert perform(fresh(proposal), "adopt", actor=heard.leader, data=adopt).status == ProposalStatus.ADOPTED
    assert not Event.objects.filter(action__in=["proposals.heard_silent", "proposals.heard_nobody"]).exists()


def test_those_who_were_asked_are_told_what_came_of_it(heard: Any) -> None:
    proposal = begun(heard)
    say(proposal, heard.union)
    with clock.at(after_the_days(proposal)):
        perform(fresh(proposal), "decline", actor=heard.leader, data=NO)
    told = Notice.objects.filter(kind="proposals.heard_outcome")
    assert {notice.person for notice in told} == {heard.union, heard.safety}
    assert all(NO["answer"] in notice.body for notice in told)


def outcomes() -> list[User]:
    return [notice.person for notice in Notice.objects.filter(kind="proposals.heard_outcome").order_by("pk")]


def test_they_are_not_told_of_what_is_only_on_its_way(heard: Any) -> None:
    proposal = begun(heard, several_workplaces="yes")
    for word in (heard.union, heard.safety):
        say(proposal, word)
    later = {"answer": "Vi tenker.", "resumes_on": in_a_month()}
    perform(fresh(proposal), "consider", actor=heard.leader, data=later)
    up = {"answer": "Videre.", "recommendation": "Gjøres."}
    perform(fresh(proposal), "recommend", actor=heard.leader, data=up)
    assert outcomes() == []
    adopt = {"answer": "Ja.", "responsible": heard.director.pk, "due_on": in_a_month()}
    perform(fresh(proposal), "adopt", actor=heard.director, data=adopt)
    assert set(outcomes()) == {heard.union, heard.safety}
    done = {"carried_out_on": clock.today(), "effect": "Det virker."}
    perform(fresh(proposal), "complete", actor=heard.director, data=done)
    assert len(outcomes()) == 2  # it was told when it was decided


def test_they_are_told_when_it_is_withdrawn_without_the_proposers_reason(heard: Any) -> None:
    proposal = begun(heard)
    perform(fresh(proposal), "withdraw", actor=proposal.proposer, data={"reason": "Jeg slutter."})
    assert set(outcomes()) == {heard.union, heard.safety}
    assert len(outcomes()) == 2
    for notice in Notice.objects.filter(kind="proposals.heard_outcome"):
        assert "trukket" in notice.body
        assert "Jeg slutter." not in notice.body


def test_they_are_told_when_what_was_to_be_done_is_not(heard: Any) -> None:
    proposal = begun(heard)
    for word in (heard.union, heard.safety):
        say(proposal, word)
    adopt = {"answer": "Ja.", "responsible": heard.leader.pk, "due_on": in_a_month()}
    perform(fresh(proposal), "adopt", actor=heard.leader, data=adopt)
    perform(fresh(proposal), "stop", actor=heard.leader, data={"answer": "Det ble for dyrt."})
    last = Notice.objects.filter(kind="proposals.heard_outcome").order_by("-pk")[:2]
    assert {notice.person for notice in last} == {heard.union, heard.safety}
    assert all("Det ble for dyrt." in notice.body for notice in last)


def test_not_even_before_somebody_has_begun(heard: Any) -> None:
    proposal = sent(heard)
    with pytest.raises(GuardRefused, match="Begynn på det først"):
        perform(proposal, "elsewhere", actor=heard.leader, data=NO | {"belongs_to": "Fylket"})


def test_silence_is_written_down_and_holds_it_up_for_the_days(heard: Any) -> None:
    proposal = begun(heard)
    say(proposal, heard.union)
    last = timezone.make_aware(datetime.combine(working_days_after(clock.today(), 5), time(15)))
    with clock.at(last), pytest.raises(GuardRefused, match="har ikke svart ennå: Vern"):
        perform(fresh(proposal), "decline", actor=heard.leader, data=NO)
    with clock.at(after_the_days(proposal)):
        perform(fresh(proposal), "decline", actor=heard.leader, data=NO)
    silent = Event.objects.get(action="proposals.heard_silent")
    assert silent.data == {"name": "Vern", "role": "safety_representative"}
    word = HeardWord.objects.get(membership__person=heard.safety)
    assert (word.text, word.said_by, word.said_at) == ("", None, None)  # it never says that they agreed
    trail = timeline.entries(proposal.case, heard.town.administrator, audit=True)
    assert any("Vern, verneombud, ble spurt og har ikke svart" in str(entry.sentence) for entry in trail)


def test_who_said_something_at_the_workplace_is_not_asked_again_above(heard: Any) -> None:
    proposal = begun(heard, several_workplaces="yes")
    say(proposal, heard.union)
    up = {"answer": "Videre.", "recommendation": "Gjøres."}
    perform(fresh(proposal), "recommend", actor=heard.leader, data=up)
    with pytest.raises(GuardRefused, match="har ikke svart ennå: Vern"):
        perform(fresh(proposal), "decline", actor=heard.director, data=NO)
    say(proposal, heard.safety)
    assert perform(fresh(proposal), "decline", actor=heard.director, data=NO).status == ProposalStatus.DECLINED


def test_who_comes_later_is_asked_by_the_leader(heard: Any) -> None:
    proposal = begun(heard)
    for who in (heard.union, heard.safety):
        say(proposal, who)
    with pytest.raises(WrongState):
        services.ask(fresh(proposal), actor=heard.leader)
    new = seat(heard.line, "nytillit", Role.UNION_REPRESENTATIVE)
    with pytest.raises(GuardRefused, match="Ikke spurt ennå: Nytillit"):
        perform(fresh(proposal), "decline", actor=heard.leader, data=NO)
    services.ask(fresh(proposal), actor=heard.leader)
    assert asked(proposal) == {heard.union, heard.safety, new}
    say(proposal, new)
    assert perform(fresh(proposal), "decline", actor=heard.leader, data=NO).status == ProposalStatus.DECLINED


# Who says and who reads -----------------------------------------------------------------------------------------------


def test_who_asks_and_who_answers(heard: Any, client: Client) -> None:
    proposal = begun(heard)
    hear, word = (reverse(f"proposals:{name}", args=[proposal.case_id]) for name in ("hear", "word"))
    for who in (heard.employee, heard.leader, heard.director, heard.chief_union, heard.town.outsider):
        client.force_login(who)
        assert client.post(word, {"text": "Jeg bestemmer."}).status_code in (403, 404)
        with pytest.raises(NotPermitted):
            services.say(fresh(proposal), text="Jeg bestemmer.", actor=who)
    for who in (heard.employee, heard.union, heard.director):
        client.force_login(who)
        assert client.post(hear).status_code in (403, 404)
        with pytest.raises(NotPermitted):
            services.ask(fresh(proposal), actor=who)
    assert not HeardWord.objects.exclude(text="").exists()
    client.force_login(heard.union)
    mine = client.get(reverse("portal:my_page")).content.decode()
    assert word in mine
    assert client.get(word).status_code == 200
    assert client.post(word, {"text": " "}).status_code == 422
    assert client.post(word, {"text": "Vi støtter det."}).status_code == 302
    assert word not in client.get(reverse("portal:my_page")).content.decode()
    told = Notice.objects.filter(kind="proposals.heard")
    assert {notice.person for notice in told} == {heard.leader}
    # It can be said better, until the proposal has ended.
    say(proposal, heard.union, "Vi støtter det, med tak.")
    say(proposal, heard.safety)
    perform(fresh(proposal), "decline", actor=heard.leader, data=NO)
    with pytest.raises(WrongState):
        say(proposal, heard.union, "Nei, likevel ikke.")
    assert HeardWord.objects.get(membership__person=heard.union).text == "Vi støtter det, med tak."


def test_whoever_no_longer_represents_them_says_nothing(heard: Any) -> None:
    proposal = begun(heard)
    memberships.end_membership(Membership.objects.get(person=heard.union), on=clock.today(), actor=None)
    with clock.at(after_the_days(proposal)), pytest.raises(NotPermitted):
        say(proposal, heard.union)


def test_they_read_what_they_are_asked_about_and_no_more(heard: Any) -> None:
    proposal = sent(heard)
    closed = {"access": "receiver", "access_basis": "offl § 13, jf. fvl § 13"}
    perform(proposal, "begin", actor=heard.leader, data=closed)
    other = sent(heard)
    for who in (heard.union, heard.safety):
        assert policy.can(who, "proposals.view", fresh(proposal))
        assert not policy.can(who, "proposals.see_proposer", fresh(proposal))
        assert not policy.can(who, "proposals.view", fresh(other))
    assert not policy.can(heard.chief_union, "proposals.view", fresh(proposal))
    # The mail says no more than the number of what is exempt.
    mails = Mail.objects.filter(kind="proposals.heard_asked")
    assert {mail.to for mail in mails} == {heard.union.email, heard.safety.email}
    assert not any(proposal.title in f"{mail.subject} {mail.text}" for mail in mails)


def test_names_and_words_are_for_those_who_may_read_them(heard: Any, client: Client) -> None:
    proposal = begun(heard)
    say(proposal, heard.union, "Det er trangt der.")
    whole = (heard.leader, heard.employee, heard.union, heard.safety)
    colleague = heard.town.employee(0, 1)
    for who in (*whole, colleague):
        client.force_login(who)
        page = client.get(proposal.get_absolute_url()).content.decode()
        assert ("Det er trangt der." in page) == (who in whole), who
        assert ("Tillit</b>" in page) == (who in whole), who
        assert "Har uttalt seg." in page or who in whole
        assert "Har ikke svart." in page


def test_the_leader_reads_it_beside_the_form(heard: Any, client: Client) -> None:
    proposal = begun(heard)
    say(proposal, heard.union, "Det er trangt der.")
    say(proposal, heard.safety)
    client.force_login(heard.leader)
    page = client.get(reverse("proposals:step", args=[proposal.case_id, "decline"])).content.decode()
    assert "Det er trangt der." in page

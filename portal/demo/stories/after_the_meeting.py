"""What follows a meeting in the demo: decision list, approved minutes, a correction, decisions carried out."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core import voting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Choice, MotionPurpose
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.corrections.votes import correct_votes
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.models import Minutes
from forum.meetings.minutes.services import begin
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from forum.organisation.enums import MinutesApproval
from trepart import clock
from trepart.access.models import User
from trepart.audit import sealing
from trepart.workflow import perform

if TYPE_CHECKING:
    from portal.demo.stories.year import Year

#: Ways the minutes can fare: all sign, one has signed and one has a remark, nobody has, one has a remark and they are
#: corrected before all sign.
APPROVED, HALF, WAITING, CORRECTED = "approved", "half", "waiting", "corrected"

#: Decisions of the committee's own, not from proposals: title, decision, days until it is due, what was told
#: (days after, words, done).
OWN_CASES: dict[int, tuple[str, str, int, tuple[tuple[int, str, bool], ...]]] = {
    155: (
        "Introduksjonsdag for nye ledere",
        (
            "Kommunen holder en felles introduksjonsdag om trepartssamarbeid for nye ledere, tillitsvalgte og "
            "folkevalgte hvert år i september."
        ),
        100,
        (
            (30, "Programmet er klart, og rommet er bestilt.", False),
            (95, "Dagen er holdt. 31 møtte, og de fleste vil ha en oppfølging.", True),
        ),
    ),
    95: (
        "Årshjul for samarbeidet",
        (
            "Administrasjonen lager et årshjul med budsjett, lønnsforhandlinger og de faste møtene, og legger det "
            "fram for utvalget."
        ),
        60,
        ((25, "Utkastet er sendt til de tillitsvalgte. To datoer mangler.", False),),
    ),
    35: (
        "Felles mal for risikovurdering ved omstilling",
        "Hovedverneombudet og HR lager én mal som alle enheter bruker før de omstiller.",
        45,
        (),
    ),
}


def own_case(meeting: Meeting, days: int, secretary: User) -> None:
    """Put the committee's own case of that day on the agenda, where there is one."""
    if days in OWN_CASES:
        title, decision, _due, _told = OWN_CASES[days]
        agenda_services.add_item(meeting, title=title, recommendation=decision, actor=secretary)


def decide_own_case(year: "Year[Any]", item: AgendaItem, responsible: User, secretary: User) -> bool:
    """Decide a case of the committee's own, and let it be carried out in time, late, or not yet. Says
    whether ``item`` is one."""
    found = next((case for case in OWN_CASES.values() if case[0] == item.title), None)
    if found is None:
        return False
    _title, decision, due, told = found
    motion = item.motions.get(is_recommendation=True)
    ballot = ballots.record_ballot(item, motion=motion, choices=None, actor=secretary)
    decisions.decide(
        item, text=decision, resolution=Resolution.ADOPT, ballot=ballot, responsible=responsible,
        due_on=clock.today() + timedelta(days=due), actor=secretary,
    )  # fmt: skip
    for days, words, done in told:
        year.on(clock.now() + timedelta(days=days), partial(_report, item, words, done, responsible))
    return True


def _report(item: AgendaItem, words: str, done: bool, responsible: User) -> None:
    follow_up.report(FollowUp.objects.get(decision__item=item), text=words, done=done, actor=responsible)


def publish_and_approve(year: "Year[Any]", meeting: Meeting, secretary: User, begins: datetime, *, way: str) -> None:
    """Let the decision list and the minutes go out the same day, and the minutes be approved the way that is said."""
    year.on(begins + timedelta(hours=3), lambda: decision_lists.publish(meeting, actor=secretary))
    year.on(begins + timedelta(hours=5), lambda: _publish(meeting, secretary))
    if meeting.body.minutes_approval != MinutesApproval.SIGNERS:
        if way == APPROVED and meeting.presiding is not None:
            leader = meeting.presiding.person
            year.on(begins + timedelta(days=8), lambda: perform(begin(meeting), "approve", actor=leader))
        return
    if way == CORRECTED:
        year.on(begins + timedelta(days=2, hours=3), lambda: _remark(meeting))
        year.on(begins + timedelta(days=3), lambda: _correct(meeting, secretary))
    if way == HALF:
        year.on(begins + timedelta(days=2, hours=6), lambda: _wait_for_an_answer(meeting))
    first = 4 if way == CORRECTED else 1
    for number in range({HALF: 1, WAITING: 0}.get(way, 3)):
        year.on(begins + timedelta(days=first + 2 * number, hours=number), partial(_sign, meeting, number))


def _publish(meeting: Meeting, secretary: User) -> None:
    sealing.seal_events()
    minutes = begin(meeting)
    if meeting.body.minutes_approval == MinutesApproval.SIGNERS:
        chosen = [membership.pk for membership in approvals.candidates(meeting)[: approvals.APPOINTED]]
        approvals.appoint(minutes, members=chosen, actor=secretary)
    perform(minutes, "publish", actor=secretary)


def _signer(minutes: Minutes, number: int) -> User:
    return approvals.signers_of(minutes)[number].membership.person


def _newest(minutes: Minutes) -> int:
    version = approvals.newest_of(minutes)
    return version.number if version is not None else 0


def _sign(meeting: Meeting, number: int) -> None:
    minutes = begin(meeting)
    approvals.sign(minutes, version=_newest(minutes), actor=_signer(minutes, number))


def _remark(meeting: Meeting) -> None:
    minutes = begin(meeting)
    words = (
        "Kommunedirektøren var til stede under den første saken. Det mangler i møteboka. Og jeg står med «for» i den "
        "første saken, men jeg stemte mot."
    )
    approvals.remark(minutes, version=_newest(minutes), text=words, actor=_signer(minutes, 1))


def _wait_for_an_answer(meeting: Meeting) -> None:
    """Let one who is asked answer with a remark that the secretary still has to see to."""
    minutes = begin(meeting)
    words = "Jeg mener orienteringen om sykefravær kom før den andre saken. Kan rekkefølgen rettes?"
    approvals.remark(minutes, version=_newest(minutes), text=words, actor=_signer(minutes, 2))


def _correct(meeting: Meeting, secretary: User) -> None:
    _correct_vote(meeting, _signer(begin(meeting), 1), secretary)
    perform(
        begin(meeting),
        "correct",
        actor=secretary,
        data={
            "reason": "Kommunedirektøren manglet blant dem som var til stede, og en stemme var ført feil.",
            "remarks": "",
            "others_present": "Kommunedirektøren, under den første saken.",
        },
    )


def _correct_vote(meeting: Meeting, member: User, secretary: User) -> None:
    """Let the member who remarked on it stand with the vote given, in the first case where that turns nothing."""
    held = Ballot.objects.filter(item__meeting=meeting, opponent=None, motion__purpose=MotionPurpose.CASE)
    for ballot in held.filter(votes__membership__person=member).order_by("item__position", "pk"):
        tally = voting.tally_of(ballot)
        vote = ballot.votes.get(membership__person=member)
        if not ballot.item.is_closed and vote.choice == Choice.FOR and tally.for_ - tally.against > 2:
            correct_votes(
                ballot,
                choices={vote.membership_id: Choice.AGAINST},
                reason="Medlemmet sa fra etter at møteboka var publisert, og møtelederen bekrefter det.",
                actor=secretary,
            )
            return

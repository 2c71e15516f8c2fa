"""Ahead of the municipal council in the demo: one list that was treated and decided, one for the coming meeting."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from forum.cases.enums import CaseAccess, Resolution
from forum.council import list_import
from forum.council import services as council_lists
from forum.council.enums import CouncilFollowed
from forum.council.models import CouncilCase, CouncilList
from forum.council.services import Row
from forum.meetings.agenda import functions
from forum.meetings.agenda.proposed_closing import propose_closing
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, ItemKind
from forum.meetings.planning.meeting_days import public_holidays
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots, motions
from forum.organisation.models import Body
from forum.organisation.services import body_functions
from portal.demo.stories import session
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform

if TYPE_CHECKING:
    from portal.demo.stories.year import Year

#: So many days ago the committee treated the list that kommunestyret has decided since.
_TREATED = 35
#: Kommunestyret meets so many days after the committee.
_AFTER = 8
HAT = "Planutvalg"

_PAST = """Fjellvik kommune
Saksliste kommunestyret
Møtedato: {day}

PS 61/{yy}   {yy}/1204   Områderegulering for Sagatunet, andre gangs behandling
PS 62/{yy}   {yy}/1377   Budsjettjustering etter andre tertial
PS 63/{yy}   {yy}/1391   Sammenslåing av vaktordningene i hjemmetjenesten og på
sykehjemmene
PS 64/{yy}   {yy}/1402   Forlik i sak om innleie (unntatt offentlighet, offl. § 23 første ledd)
RS 19/{yy}   {yy}/1410   Orientering om sykefraværet i kommunen
Vedlegg følger sakene.
Side 1 av 1
"""
_COMING = """Saksnr;Tittel;Arkivsak;Lenke
PS 71/{yy};Budsjett og økonomiplan;{yy}/1588;https://innsyn.fjellvik.example/sak/71
PS 72/{yy};Kommunedelplan for oppvekst, første gangs behandling;{yy}/1592;https://innsyn.fjellvik.example/sak/72
PS 73/{yy};Ny struktur for legevakta;{yy}/1601;https://innsyn.fjellvik.example/sak/73
RS 22/{yy};Orientering om heltidskultur;{yy}/1611;
"""

#: Views that are more than no remarks, by how the title begins.
_VIEWS = {
    "Områderegulering": "Utvalget støtter planen, og ber om at gangvegen til skolen bygges først.",
    "Sammenslåing": (
        "Utvalget ber kommunestyret utsette saken til den er drøftet med de tillitsvalgte, slik Hovedavtalen krever."
    ),
}
#: What kommunestyret came to, by how the title begins.
_DECIDED = {
    "Områderegulering": ("Planen vedtas. Gangvegen til skolen bygges først.", CouncilFollowed.WHOLLY),
    "Budsjettjustering": ("Vedtatt som kommunedirektøren foreslo.", CouncilFollowed.WHOLLY),
    "Sammenslåing": (
        "Vaktordningene slås sammen fra nyttår. Saken drøftes med de tillitsvalgte først.",
        CouncilFollowed.PARTLY,
    ),
}


def take_in(year: "Year[Any]", meeting: Meeting, days: int, secretary: User) -> None:
    """Let the secretary paste kommunestyret's list before the committee's meeting in the autumn is called."""
    if days != _TREATED:
        return
    _take(meeting, _PAST, _day_of_the_council(meeting), secretary)
    sent = year.moment(_TREATED - 2, 10)
    year.on(sent, lambda: council_lists.send_views(_list(meeting), actor=secretary))
    year.on(year.moment(_TREATED - _AFTER - 3, 10), lambda: _decide(meeting, secretary))


def before_the_coming_one(meeting: Meeting, secretary: User) -> None:
    """Take in the list of kommunestyret's coming meeting, and let the committee hear what became of the last one."""
    _take(meeting, _COMING, _day_of_the_council(meeting), secretary)
    for one in CouncilList.objects.filter(body=meeting.body).exclude(meeting=meeting):
        council_lists.put_decisions_on_agenda(one, meeting, actor=secretary)


def treat(item: AgendaItem, secretary: User) -> bool:
    """Treat a case of kommunestyret's as the committee did; says whether ``item`` is one."""
    if item.referral is None or not CouncilCase.objects.filter(case=item.referral.case_id).exists():
        return False
    if item.kind == ItemKind.RS:
        return False
    text = next((view for begins, view in _VIEWS.items() if item.title.startswith(begins)), "")
    if item.is_proposed_closed:
        item = session.close(item, secretary)
    motion = item.motions.get(is_recommendation=True)
    choices = None
    if text:
        member = item.meeting.attendances.filter(present=True).order_by("id")[1].membership
        motion = motions.add_motion(item, text=text, moved_by=member, actor=secretary)
    if item.title.startswith("Sammenslåing"):
        table = participants.entitled(item)
        against = {voter.pk for voter in table if voter.membership.party and voter.membership.party.short == "H"}
        choices = {voter.pk: Choice.AGAINST if voter.pk in against else Choice.FOR for voter in table}
    ballot = ballots.record_ballot(item, motion=motion, choices=choices, actor=secretary)
    decisions.decide(
        item, text=text or item.recommendation, resolution=Resolution.ADOPT, ballot=ballot, actor=secretary
    )  # fmt: skip
    return True


def _day_of_the_council(meeting: Meeting) -> date:
    """Return the day kommunestyret meets after the committee: no weekend, no public holiday."""
    day = timezone.localtime(meeting.starts_at).date() + timedelta(days=_AFTER)
    closed = public_holidays(day - timedelta(days=_AFTER), day)
    while day.weekday() >= 5 or day in closed:
        day -= timedelta(days=1)
    return day


def _list(meeting: Meeting) -> CouncilList:
    return CouncilList.objects.select_related("body", "council", "meeting__body").get(meeting=meeting)


def _take(meeting: Meeting, pasted: str, held_on: date, secretary: User) -> None:
    text = pasted.format(day=held_on.strftime("%d.%m.%Y"), yy=held_on.strftime("%y"))
    reading = list_import.read(text)
    rows = [
        Row(
            found.number,
            found.key,
            found.title,
            found.archive,
            found.url,
            "offl. § 23 første ledd" if found.exempt else "",
        )
        for found in reading.cases
    ]
    body: Body = meeting.body
    hat = next((one for one in body_functions.of_day(body, clock.today()) if one.name == HAT), None)
    council = council_lists.councils()[0]
    taken = council_lists.take_in(
        meeting, council=council, held_on=held_on, rows=rows, raw=text, source=reading.source,
        recommendation=f"{body.name} har ingen merknader til saken.", actor=secretary,
    )  # fmt: skip
    for one in taken.added:
        if one.case.access == CaseAccess.RECEIVER:
            item, basis = meeting.items.get(case=one.case_id), f"koml. § 11-5 (3) b, {one.case.access_basis}"
            propose_closing(item, basis=basis, public_title="Uttalelse i en forhandlingssak", actor=secretary)
    if hat is None:
        return
    for one in taken.added:
        if "regulering" in one.title or "plan" in one.title.lower():
            functions.treat_under(meeting.items.get(case=one.case_id), function=hat, actor=secretary)


def _decide(meeting: Meeting, secretary: User) -> None:
    case_list = _list(meeting)
    for one in case_list.cases.all():
        found = next((said for begins, said in _DECIDED.items() if one.title.startswith(begins)), None)
        if found is not None:
            data = {"decided_on": case_list.held_on, "decision": found[0], "followed": found[1].value}
            perform(one, "decided", actor=secretary, data=data)

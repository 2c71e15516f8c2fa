"""What Fjellvik's LMUs wrote in their quick logs, in the year."""

from datetime import timedelta
from typing import TYPE_CHECKING

from forum.cases.enums import Resolution
from forum.cases.models import CaseGuest, Referral
from forum.meetings.log import LogItem, log_meeting
from forum.organisation.models import StandIn
from forum.organisation.services import stand_ins as standins
from lmu import services as lmu
from lmu.guests import services as guests
from portal.demo.towns.fjellvik_town import Fjellvik, local_group_members
from proposals.enums import Origin
from proposals.models import Proposal
from trepart import clock

if TYPE_CHECKING:
    from portal.demo.stories.year import Year

_LOGS = (
    (
        330,
        "Nordli skole",
        "Vernerunde før jul",
        "Verneombudet sjekker rømningsveiene i gymsalen, og leder bestiller nye skilt.",
    ),
    (245, "Renhold", "Tunge bører på rådhuset", "Vi prøver traller i begge etasjer i en måned."),
    (190, "Vei og park", "Vaktliste for vinteren", "Lista settes opp av dem som kjører. Tillitsvalgt samler ønskene."),
    (
        133,
        "Fjellvik sykehjem",
        "Pauser som blir holdt",
        "Vi ringer ikke inn i pauserommet. Én har telefonen om gangen.",
    ),
    (61, "Nordli skole", "Støy i skolefritidsordningen", "Vi deler gruppa etter klokka 14 og bruker biblioteket."),
    (27, "Lia barnehage", "Klær som blir borte", "Hver avdeling får en egen kurv og rydder fredager."),
    (8, "Sentrum skole", "Overgangen til ny timeplan", "Vi evaluerer etter tre uker og justerer inspeksjonen nå."),
    (3, "Nordli skole", "Julearbeid på tvers av trinn", "Hvert trinn tar én stasjon. Vi er ferdige før siste uka."),
)


#: Where the leader was away, and somebody stood in.
_AWAY = "Lia barnehage"


def _log(year: "Year[Fjellvik]", days: int, unit: str, taken_up: str, agreed: str) -> None:
    def write() -> None:
        present = local_group_members(year.town.lmus[unit])
        away = StandIn.objects.running(clock.today()).filter(membership__in=present).select_related("person")
        stand_ins = {each.membership_id: each for each in away if each.membership_id is not None}
        log_meeting(
            body=year.town.lmus[unit],
            held_on=clock.today(),
            present=present,
            stand_ins=stand_ins,
            items=[LogItem(title=taken_up, agreed=agreed, resolution=Resolution.NOTED)],
            actor=next((each.person for each in stand_ins.values()), year.town.leader(unit)),
            cause=None,
        )

    def leave() -> None:
        seat = local_group_members(year.town.lmus[unit])[0]
        last = clock.today() + timedelta(days=4)
        standins.start_stand_in(
            place=seat, person=year.town.staff[unit][4], valid_from=clock.today(), valid_to=last, actor=seat.person
        )

    if unit == _AWAY:
        year.on(year.moment(days + 1, 9), leave)
    year.on(year.moment(days, 15), write)


def plan_logs(year: "Year[Fjellvik]") -> None:
    """Put every log in the calendar."""
    for days, unit, taken_up, agreed in _LOGS:
        _log(year, days, unit, taken_up, agreed)
    year.on(year.moment(2, 10), _let_in_a_guest)
    year.on(year.moment(1, 19), _guest_speaks)


def _guest_speaks() -> None:
    """The guest says what they think, from their own sign-in."""
    guest = CaseGuest.objects.filter(said_at__isnull=True).select_related("membership__person").first()
    if guest is not None:
        guests.say(
            guest,
            text=(
                "Vi som bruker tilbudet, vil gjerne vite det noen uker i forveien. "
                "Det viktigste er at vi møter de samme."
            ),
            actor=guest.membership.person,
        )


def _let_in_a_guest() -> None:
    """Let a resident speak for the users in the case a group was to bring them into: a guest in that case alone."""
    stay = Referral.objects.waiting().filter(needs_user_representatives=True).select_related("body").first()
    sent = Proposal.objects.filter(origin=Origin.CITIZEN, proposer__isnull=False).select_related("proposer").first()
    if stay is None or sent is None or sent.proposer is None:
        return
    lmu.add_user_representative(
        body=stay.body,
        email=sent.proposer.email,
        name=sent.proposer.name,
        valid_from=clock.today(),
        valid_to=None,
        actor=local_group_members(stay.body)[0].person,
        cases=[stay],
    )

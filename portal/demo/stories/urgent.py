"""Urgent cases in the demo (koml § 11-8, R10): one settled in writing, one that is out with the members."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind
from forum.meetings.session.decisions import settlement
from forum.meetings.urgent import services as urgent
from forum.organisation.enums import SEATED, Role
from forum.organisation.models import Membership
from portal.demo.stories import after_the_meeting
from trepart import clock

if TYPE_CHECKING:
    from portal.demo.stories.year import Year
    from trepart.access.models import User

#: How many days ago the settled case was sent out: between two of the committee's meetings.
SETTLED = 62
ROOF = "Midlertidig arbeidstid på Nordli skole"
PUMP = "Ny turnus på vannverket på Åsen"


def plan(year: "Year[Any]") -> None:
    """Put both cases in the calendar: the first is adopted by everybody and minuted, the second has
    been answered by some."""
    committee = year.town.committee
    chair, secretary = year.town.seat(committee, Role.LEADER), year.town.seat(committee, Role.SECRETARY)
    sent = year.moment(SETTLED, 9)
    out: dict[str, Meeting] = {}

    def send() -> None:
        out["roof"] = urgent.begin(
            committee,
            kind=MeetingKind.WRITTEN,
            title=ROOF,
            recommendation=(
                "De som arbeider på 3. trinn, begynner en halv time tidligere fra mandag, så lenge trinnet er i "
                "samfunnshuset."
            ),
            reason="Taket over 3. trinn lekker, og trinnet må flytte før helga.",
            at=sent + timedelta(hours=7),
            actor=chair,
        )

    def settle() -> None:
        meeting = urgent.conclude(out["roof"], actor=secretary)
        settlement.settle_items(meeting, secretary)
        after_the_meeting.publish_and_approve(year, meeting, secretary, clock.now(), way=after_the_meeting.APPROVED)

    year.on(sent, send)
    for number in range(len(_members(year))):
        # The number is of this turn.
        year.on(sent + timedelta(minutes=30 * (1 + number)), lambda number=number: _answer(year, out["roof"], number))  # type: ignore[misc]
    year.on(sent + timedelta(hours=6), settle)

    waits_until = timezone.make_aware(datetime.combine(year.coming_day(1), time(12)))
    sent_now = year.moment(1, 9)

    def send_now() -> None:
        out["pump"] = urgent.begin(
            committee,
            kind=MeetingKind.WRITTEN,
            title=PUMP,
            recommendation="Turnusen endres med en gang, slik at to er på arbeid hele døgnet til pumpa er byttet.",
            reason="Den ene pumpa har stoppet, og den andre må passes hele døgnet. Det kan ikke vente til neste møte.",
            at=waits_until,
            actor=chair,
        )

    year.on(sent_now, send_now)
    for number in (1, 4, 6):
        # The number is of this turn.
        year.on(sent_now + timedelta(hours=1 + number), lambda number=number: _answer(year, out["pump"], number))  # type: ignore[misc]


def _members(year: "Year[Any]") -> list["User"]:
    seats = Membership.objects.running().filter(body=year.town.committee, role__in=SEATED).select_related("person")
    return [seat.person for seat in seats.order_by("pk")]


def _answer(year: "Year[Any]", meeting: Meeting, number: int) -> None:
    urgent.answer(meeting.items.get(), accepts_proposal=True, accepts_procedure=True, actor=_members(year)[number])

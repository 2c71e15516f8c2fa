"""When a provisional conclusion stands, and when there is disagreement: worked out from seats, answers and days (R24).

Nothing here reads the database, so that the rule can be tried with seats, answers and days in any order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forum.meetings.planning.meeting_days import public_holidays
from forum.organisation.enums import Part, Role


@dataclass(frozen=True)
class Seat:
    """A place in the body that is filled today."""

    pk: int
    role: str
    part: str = ""


@dataclass(frozen=True)
class Said:
    """What somebody said for a seat, from their own sign-in: its holder, or one who stands in."""

    person: int
    agrees: bool


@dataclass(frozen=True)
class Terms:
    """What the municipality has set: working days to object in, days after which a yes that lacks is disagreement."""

    objection_days: int = 5
    disagreement_days: int = 14


@dataclass(frozen=True)
class Verdict:
    """What the answers amount to today."""

    #: Everything the rule asks for is there.
    stands: bool
    #: The leader has said yes, and somebody else who answers for the employees.
    leader: bool
    employees: bool
    #: Seats that have said no, and seats that have not answered.
    objections: tuple[int, ...]
    silent: tuple[int, ...]
    #: An objection, or a yes that must be there and is not after the days: any one member may send it up.
    disputed: bool
    #: The first day on which silence no longer holds it up; None while somebody has not been told.
    lapses_on: date | None
    #: Somebody has stepped aside, and nobody else can say a yes that must be there.
    nobody_left: bool = False

    @property
    def consented(self) -> bool:
        """Say whether the two who must say yes have done so."""
        return self.leader and self.employees


def working_days_after(day: date, count: int) -> date:
    """Return the last of ``count`` working days after ``day``: no weekend, no public holiday, and neither of the two
    eves."""
    closed = public_holidays(day, day + timedelta(days=3 * count + 30))
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in closed:
            count -= 1
    return day


def leaders(seats: Sequence[Seat]) -> list[Seat]:
    """Return whose yes is the leader's: the leader's seat; the deputy leader's where no leader is seated."""
    first = [seat for seat in seats if seat.role == Role.LEADER]
    return first or [seat for seat in seats if seat.role == Role.DEPUTY_LEADER]


def for_the_employees(seats: Sequence[Seat], *, environment: bool) -> list[Seat]:
    """Return whose yes is the employees': the union representatives'; the safety representatives' where no union seat
    is filled, and in matters of the working environment too (aml § 6-2)."""
    leading = {seat.pk for seat in leaders(seats)}
    others = [seat for seat in seats if seat.pk not in leading]
    union = [seat for seat in others if seat.role == Role.UNION_REPRESENTATIVE or seat.part == Part.UNION]
    safety = [seat for seat in others if seat.role == Role.SAFETY_REPRESENTATIVE and seat not in union]
    return [*union, *safety] if environment or not union else union


def judge(
    seats: Sequence[Seat],
    said: Mapping[int, Said],
    told: Mapping[int, date],
    *,
    concluded_on: date,
    today: date,
    environment: bool = False,
    terms: Terms | None = None,
    aside: bool = False,
) -> Verdict:
    """Say what the answers amount to on ``today`` (R24).

    ``seats`` are those filled today, by role; what was said for a seat that is no longer there counts for nothing.
    ``said`` and ``told`` go by seat. Silence never counts as a yes: it only stops holding up what leader and employees
    have said yes to, when ``terms.objection_days`` working days have gone since that seat was told. The two yeses come
    from two people. ``aside`` says that somebody has stepped aside as partial and is not among ``seats``: where nobody
    is left who can say a yes that must be there, that is disagreement at once.
    """
    terms = terms or Terms()
    answers = {seat.pk: said[seat.pk] for seat in seats if seat.pk in said}
    lead = {answers[s.pk].person for s in leaders(seats) if s.pk in answers and answers[s.pk].agrees}
    staff = {
        answers[s.pk].person
        for s in for_the_employees(seats, environment=environment)
        if s.pk in answers and answers[s.pk].agrees
    }
    # One person who sits for both, or stands in for the other, agrees only with themselves.
    employees = bool(staff - lead) or (bool(staff) and len(lead) != 1)
    objections = tuple(seat.pk for seat in seats if seat.pk in answers and not answers[seat.pk].agrees)
    silent = tuple(seat.pk for seat in seats if seat.pk not in answers)
    last = [working_days_after(told[pk], terms.objection_days) for pk in silent if pk in told]
    over = len(last) == len(silent) and all(today > day for day in last)
    consented = bool(lead) and employees
    nobody_left = aside and not (leaders(seats) and for_the_employees(seats, environment=environment))
    late = today > concluded_on + timedelta(days=terms.disagreement_days)
    return Verdict(
        stands=consented and not objections and over,
        leader=bool(lead),
        employees=employees,
        objections=objections,
        silent=silent,
        disputed=bool(objections) or ((late or nobody_left) and not consented),
        lapses_on=max(last, default=today) if len(last) == len(silent) else None,
        nobody_left=nobody_left and not consented,
    )

"""Those who took a seat while the meeting lasted, and in which cases others were out of it (R4, R12).

The roll call says who met when the meeting began. A deputy who took a seat later, or for one case, is in the minutes,
on the page and in the list for allowances as well, and the one replaced is said to be out, whatever the reason.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from forum.meetings.core.models import AgendaItem, Attendance, Meeting, Recusal
from forum.meetings.enums import MovementKind
from forum.meetings.session.models import Movement
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from trepart.text.dates import time_text


@dataclass(frozen=True)
class SatIn:
    """Somebody who took a seat after the roll call: whose, and in which cases (none: from then on)."""

    membership: Membership
    stands_for: tuple[str, ...]
    cases: tuple[str, ...]
    #: The same seats by their ids.
    seats: frozenset[int] = frozenset()
    #: In which cases each seat was taken, where several were and each for single cases: the name, and the cases.
    seat_by_case: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def met_for(self) -> str:
        """Return whose seat it was, by name; empty for a member, and where `note` says whose it was in which case."""
        return "" if self.seat_by_case else ", ".join(self.stands_for)

    @property
    def note(self) -> str:
        """Return the cases in words: "only in PS 4/26", with whose seat it was where there were several; empty where it
        was for more than single cases."""
        if self.seat_by_case:
            return _("only %(list)s") % {
                "list": ", ".join(
                    _("for %(name)s in %(items)s") % {"name": name, "items": ", ".join(labels)}
                    for name, labels in self.seat_by_case
                )
            }
        return _("only in %(item)s") % {"item": ", ".join(self.cases)} if self.cases else ""


def recusals_of(meetings: Collection[Meeting]) -> list[Recusal]:
    """Return who did not take part in a case of ``meetings``, with the deputies, in the order of the agenda."""
    rows = Recusal.objects.filter(item__meeting__in=meetings, item__withdrawn_at__isnull=True)
    people = ("membership__person", "deputy__person", "deputy__party", "seat__person")
    return list(rows.select_related("item", *people).order_by("item__position", "item_id", "pk"))


def out_of(membership: Membership, recusals: Iterable[Recusal]) -> list[str]:
    """Return in which cases somebody stepped aside: "not in PS 4/26", as of one who left for a case."""
    return [_("not in %(item)s") % {"item": one.item.label} for one in recusals if one.membership_id == membership.pk]


def out(movement: Movement) -> str:
    """Return in which case somebody was out, who left for that one: "not in PS 4/26", or from when where votes had been
    held in it."""
    words = {"item": movement.item.label, "time": time_text(movement.at)}
    return (_("not in %(item)s from %(time)s") if movement.after_a_vote else _("not in %(item)s")) % words


def called_for(membership: Membership, recusals: Iterable[Recusal]) -> str:
    """Return for which cases a deputy was called because somebody stepped aside: "only in PS 4/26"; empty for none."""
    recusals = list(recusals)
    aside = {one.item_id for one in recusals if one.membership_id == membership.pk}
    labels = [one.item.label for one in recusals if one.deputy_id == membership.pk and one.item_id not in aside]
    return _("only in %(item)s") % {"item": ", ".join(labels)} if labels else ""


def is_guest(attendance: Attendance) -> bool:
    """Say whether somebody was there as a guest: a user representative has a say in single cases, and no seat (R24)."""
    return attendance.membership.role == Role.USER_REPRESENTATIVE


def guests_in(attendances: Iterable[Attendance]) -> dict[int, str]:
    """Return in which cases each user representative was there as a guest, "only in PS 4/26", by the id of the
    attendance; nothing of members, nor of whoever was invited to none. One query; none where there are no guests."""
    guests = {(one.meeting_id, one.membership_id): one.pk for one in attendances if is_guest(one)}
    if not guests:
        return {}
    invited = AgendaItem.objects.filter(
        meeting__in={meeting for meeting, _place in guests},
        referral__guests__membership__in={place for _meeting, place in guests},
        withdrawn_at__isnull=True,
    ).annotate(guest=F("referral__guests__membership"))
    found: dict[int, list[str]] = {}
    for item in invited.order_by("position", "pk"):
        there = guests.get((item.meeting_id, item.guest))
        if there is not None and item.label:
            found.setdefault(there, []).append(item.label)
    words = _("only in %(item)s")
    return {pk: words % {"item": ", ".join(dict.fromkeys(labels))} for pk, labels in found.items()}


def sat_in(known: Iterable[int], movements: Iterable[Movement], recusals: Iterable[Recusal]) -> list[SatIn]:
    """Return those who are not in the roll call (``known``, ids of places) and sat at the table all the same, once
    each, in the order they came."""
    there = set(known)
    came: dict[int, list[Movement]] = {}
    for movement in movements:
        if movement.membership_id in there:
            continue
        if movement.kind == MovementKind.CAME:
            came.setdefault(movement.membership_id, []).append(movement)
    called: dict[int, list[Recusal]] = {}
    recusals = list(recusals)
    aside = {(recusal.item_id, recusal.membership_id) for recusal in recusals}
    for recusal in recusals:
        if (recusal.item_id, recusal.deputy_id) in aside:
            continue
        if recusal.deputy_id is not None and recusal.deputy_id not in there:
            called.setdefault(recusal.deputy_id, []).append(recusal)
    return [_one(came.get(pk, []), called.get(pk, [])) for pk in dict.fromkeys([*came, *called])]


def _one(came: list[Movement], called: list[Recusal]) -> SatIn:
    member = came[0].membership if came else called[0].deputy
    if member is None:  # recusals are gathered by their deputy
        raise ValueError("Nobody sat in.")
    seats = [m.stands_for for m in came if m.stands_for is not None]
    seats += [one.seat or one.membership for one in called]
    lasting = [m for m in came if not m.only]
    labels = [] if lasting else [m.item.label for m in came] + [one.item.label for one in called]
    by_seat: dict[str, list[str]] = {}
    if not lasting:
        for movement in came:
            if movement.stands_for is not None:
                by_seat.setdefault(movement.stands_for.person.name, []).append(movement.item.label)
        for one in called:
            by_seat.setdefault((one.seat or one.membership).person.name, []).append(one.item.label)
    several = tuple((name, tuple(dict.fromkeys(labels))) for name, labels in by_seat.items())
    return SatIn(
        seat_by_case=several if len(several) > 1 else (),
        membership=member,
        stands_for=tuple(dict.fromkeys(seat.person.name for seat in seats)),
        cases=tuple(dict.fromkeys(labels)),
        seats=frozenset(seat.pk for seat in seats),
    )

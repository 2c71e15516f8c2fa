"""Who is heard of an employee's proposal that one leader decides on, who has been, and what is still waited for.

Whoever is asked has the days that were promised: the proposal ends with no leader before they are over, and where it
goes on to another body meanwhile, they can answer there. Only of somebody who had the days is it said that they have
not answered.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.cases.enums import ReferralStatus
from forum.cases.models import Referral
from forum.organisation.enums import DecidesBy, Role
from forum.organisation.models import Membership
from proposals.consent.rules import working_days_after
from proposals.enums import Origin, ProposalStatus
from proposals.heard.models import HeardWord
from proposals.models import Proposal
from proposals.notifications import duplicates
from proposals.queries.page import deals_with
from proposals.routing import road
from trepart import clock, municipality
from trepart.text.dates import date_text

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person
    from trepart.workflow import Words

#: Who speaks for the employees where there is no group: the union's representative, and the safety representative.
REPRESENTATIVES = (Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE)
#: Where a proposal as fetched keeps why it cannot end yet: several steps on a page ask.
_WHY = "_heard_why"


@dataclass(frozen=True)
class Heard:
    """One who is to be heard: their place, what they said, and until when silence holds the end up."""

    membership: Membership
    word: HeardWord | None
    waits_until: date | None


@dataclass(frozen=True)
class Line:
    """What a reader is shown of one who is heard: names and words only to those who may read them."""

    role: str
    name: str
    text: str
    said: bool
    asked_on: date | None
    by: date | None
    #: The last day of the days that were promised, where the treatment ended before they were over.
    cut_off: date | None = None


def is_needed(proposal: Proposal, referral: Referral | None = None) -> bool:
    """Say whether somebody is heard first: an employee's proposal that one leader decides on. ``referral`` is the stay
    it has now, where it is at hand."""
    if proposal.origin != Origin.EMPLOYEE:
        return False
    held = referral or proposal.referral
    return held is not None and held.body.decides_by == DecidesBy.LEADER


def _places(proposal: Proposal) -> dict[Role, list[Membership]]:
    """Return who is to be heard as what: the workplace's own representatives, and where it has none, the nearest above,
    so the chief ones at last. Nobody is heard about what they have proposed themselves."""
    found: dict[Role, list[Membership]] = {role: [] for role in REPRESENTATIVES}
    nearest = road.nearest_local(proposal.unit) if proposal.unit is not None else None
    if nearest is None:
        return found
    chain = [nearest.pk, *(body.pk for body in road.ahead(nearest))]
    senders = {each.proposer_id for each in (proposal, *duplicates(proposal))}
    running = Membership.objects.running().filter(body__in=chain, role__in=REPRESENTATIVES, person__is_active=True)
    places = [
        place for place in running.select_related("person", "body").order_by("pk") if place.person_id not in senders
    ]
    for role in REPRESENTATIVES:
        for body in chain:
            found[role] = [place for place in places if place.body_id == body and place.role == role]
            if found[role]:
                break
    return found


def held_by_nobody(proposal: Proposal) -> list[Role]:
    """Return as what nobody can be heard: no such representative at the workplace or above it."""
    return [role for role, places in _places(proposal).items() if not places]


def hearing(proposal: Proposal) -> list[Heard]:
    """Return everybody to hear, with what they have said; then those who said something and hold no such place now."""
    words = {
        word.membership_id: word
        for word in HeardWord.objects.filter(proposal=proposal).select_related("membership__person", "membership__body")
    }
    found = []
    for places in _places(proposal).values():
        for place in places:
            word = words.pop(place.pk, None)
            found.append(Heard(place, word, last_day(word.asked_on) if word is not None and not word.text else None))
    return [*found, *(Heard(word.membership, word, None) for word in words.values() if word.text)]


def unasked(proposal: Proposal) -> list[Membership]:
    """Return the places of those who are to be heard and have not been asked."""
    return [one.membership for one in hearing(proposal) if one.word is None] if is_needed(proposal) else []


def last_day(asked_on: date) -> date:
    """Return the last day somebody asked on ``asked_on`` can answer before the proposal may end."""
    return working_days_after(asked_on, municipality.current().objection_days)


def why_not_yet(proposal: Proposal) -> "Words | None":
    """Return why the proposal cannot end yet; None where everybody has been heard, or has had the days for it."""
    if _WHY not in proposal.__dict__:
        proposal.__dict__[_WHY] = _why_not_yet(proposal) if is_needed(proposal) else None
    why: Words | None = proposal.__dict__[_WHY]
    return why


def _why_not_yet(proposal: Proposal) -> "Words | None":
    found = hearing(proposal)
    if any(one.word is None for one in found):
        if proposal.status == ProposalStatus.RECEIVED:
            return _("Begin on it first: then the union and safety representatives are asked what they think.")
        names = ", ".join(one.membership.person.name for one in found if one.word is None)
        return _("Hear the union and safety representatives first. Not asked yet: %(names)s.") % {"names": names}
    waiting = [one for one in found if one.waits_until is not None and one.waits_until >= clock.today()]
    if not waiting:
        return None
    last = max(one.waits_until for one in waiting if one.waits_until is not None)
    names = ", ".join(one.membership.person.name for one in waiting)
    return _("Asked, and not answered yet: %(names)s. They can answer until %(day)s.") % {
        "names": names, "day": date_text(last),
    }  # fmt: skip


def can_say(proposal: Proposal, word: HeardWord) -> bool:
    """Say whether whoever was asked can answer now: while one leader has the proposal, and wherever it is for the days
    that were promised."""
    if is_needed(proposal):
        return True
    return proposal.referral is not None and not word.text and last_day(word.asked_on) >= clock.today()


def cut_short(proposal: Proposal) -> list[HeardWord]:
    """Return where somebody was asked and has neither answered nor had the days for it."""
    found = HeardWord.objects.filter(proposal=proposal, text="").select_related("membership__person")
    return [word for word in found.order_by("pk") if last_day(word.asked_on) >= clock.today()]


def word_of(proposal: Proposal, person: "User") -> HeardWord | None:
    """Return where ``person`` was asked about the proposal, for a place they still hold; one without words first."""
    running = Membership.objects.running().filter(person=person, role__in=REPRESENTATIVES)
    return HeardWord.objects.filter(proposal=proposal, membership__in=running).order_by("said_at", "pk").last()


def waiting_for(person: "User") -> list[tuple[HeardWord, date]]:
    """Return what ``person`` has been asked about and has not answered, each with the last day."""
    running = Membership.objects.running().filter(person=person, role__in=REPRESENTATIVES)
    somewhere = Referral.objects.filter(
        case=OuterRef("proposal__case"), status__in=[ReferralStatus.OPEN, ReferralStatus.RESTING]
    )
    found = HeardWord.objects.filter(Exists(somewhere), membership__in=running, text="").annotate(
        with_one_leader=Exists(somewhere.filter(body__decides_by=DecidesBy.LEADER))
    )
    asked = [
        (word, last_day(word.asked_on))
        for word in found.select_related("proposal__case", "membership__body").order_by("asked_on", "pk")
    ]
    return [(word, by) for word, by in asked if word.with_one_leader or by >= clock.today()]


def lines_for(proposal: Proposal, reader: "Person", *, asked: bool = True) -> list[Line]:
    """Return what ``reader`` is shown of the hearing: names and words to those who deal with the proposal, to whoever
    proposed it and to the representatives asked; to others that somebody was asked, and whether they answered.
    ``asked`` says whether anybody has been."""
    needed = is_needed(proposal)
    if not needed and not asked:
        return []
    if needed:
        found = hearing(proposal)
    else:
        words = HeardWord.objects.filter(proposal=proposal).select_related("membership__person")
        found = [Heard(word.membership, word, None if word.text else last_day(word.asked_on)) for word in words]
    own = reader.is_authenticated and any(one.membership.person_id == reader.pk for one in found)
    whole = own or proposal.is_by(reader) or deals_with(proposal, reader)
    ended = None if proposal.referral is not None or not found else _left_on(proposal)
    lines = [_line(one, whole=whole, ended=ended) for one in found if one.word is not None or whole]
    if needed:
        lines += [Line(_label(role), "", "", False, None, None) for role in held_by_nobody(proposal)]
    return lines


def _left_on(proposal: Proposal) -> date | None:
    """Return the day the last body was done with the proposal."""
    days = [stay.closed_at for stay in proposal.case.referrals.all() if stay.closed_at is not None]
    return timezone.localtime(max(days)).date() if days else None


def _line(one: Heard, *, whole: bool, ended: date | None) -> Line:
    word, until = one.word, one.waits_until
    cut_off = until if until is not None and ended is not None and ended <= until else None
    return Line(
        role=_label(Role(one.membership.role)),
        name=one.membership.person.name if whole else "",
        text=word.text if word is not None and whole else "",
        said=word is not None and bool(word.text),
        asked_on=word.asked_on if word is not None else None,
        by=until if until is not None and ended is None and until >= clock.today() else None,
        cut_off=cut_off,
    )


def _label(role: Role) -> str:
    return str(role.label)

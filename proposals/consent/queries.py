"""What the answers to a conclusion amount to today, and which conclusions wait for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from forum.cases.models import Referral
from forum.meetings.log import presence_on
from forum.organisation.enums import SEATED, DecidesBy
from forum.organisation.models import Body, Membership, StandIn
from proposals.consent.impartiality import queries as impartiality
from proposals.consent.models import Conclusion, Stance
from proposals.consent.rules import Said, Terms, Verdict, judge, working_days_after
from proposals.consent.who_answers import judging, seats
from proposals.models import PartialityAnswer, Proposal
from trepart import clock, municipality

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person

#: The steps on a proposal that are a conclusion of the body that has it: they end it there, rest it or send it away.
CONCLUDING = frozenset(
    {
        "carry_out", "done_already", "think_further", "turn_down", "forward",
        "adopt", "consider", "decline", "recommend", "send_back", "to_council",
        "pass_on", "hand_over", "elsewhere", "merge",
    }
)  # fmt: skip


#: Where a stay keeps what :func:`pending` found.
_ASKED = "_pending_conclusion"


@dataclass(frozen=True)
class Line:
    """One seat on the page of a conclusion: whose, and what was said for it. ``agrees`` None: nothing was."""

    membership: Membership
    stance: Stance | None
    seated: bool
    answers_by: date | None
    #: Whether its holder has stepped aside as partial: then nothing said for the seat counts (fvl § 6).
    aside: bool = False

    @property
    def agrees(self) -> bool | None:
        """Return what was said for the seat."""
        return self.stance.agrees if self.stance is not None else None

    @property
    def who(self) -> str:
        """Return the name of whoever said it; of the holder where nobody has."""
        if self.stance is not None and self.stance.stand_in is not None:
            return str(self.stance.stand_in.person.name)
        return str(self.membership.person.name)


def agrees_by_itself(body: Body) -> bool:
    """Say whether ``body`` comes to its conclusions by consent: an LMU, a coordination group, and every other body that
    is neither one leader nor under chapter 11 (R24)."""
    return body.decides_by != DecidesBy.LEADER and not body.chapter_11


def pending(referral: Referral | None) -> Conclusion | None:
    """Return the conclusion that waits for answers in a stay, or None; asked once of a stay as fetched: every step
    on a page asks for it."""
    if referral is None:
        return None
    if _ASKED not in referral.__dict__:
        referral.__dict__[_ASKED] = Conclusion.objects.provisional().filter(referral=referral).first()
    found: Conclusion | None = referral.__dict__[_ASKED]
    return found


def conclusions() -> "QuerySet[Conclusion]":
    """Return conclusions with what their pages read."""
    return Conclusion.objects.select_related("referral__case__proposal", "referral__body__superior", "concluded_by")


def verdict(conclusion: Conclusion, filled: Sequence[Membership] | None = None) -> Verdict:
    """Return what the answers to ``conclusion`` amount to today."""
    filled = seats(conclusion.referral.body_id) if filled is None else filled
    stances = list(conclusion.stances.all())
    own = municipality.current()
    left = judging(conclusion.referral, filled)
    return judge(
        left,
        {
            s.membership_id: Said(s.said_by_id, s.agrees)
            for s in stances
            if s.agrees is not None and s.said_by_id is not None
        },
        {s.membership_id: s.told_on for s in stances},
        concluded_on=timezone.localtime(conclusion.concluded_at).date(),
        today=clock.today(),
        environment=conclusion.environment,
        terms=Terms(own.objection_days, own.disagreement_days),
        aside=len(left) < len(filled),
    )


def lines(conclusion: Conclusion, filled: Sequence[Membership] | None = None) -> list[Line]:
    """Return every seat with what was said for it, those that are filled today first; then those that answered and are
    no longer there, whose answer is printed and does not count."""
    filled = seats(conclusion.referral.body_id) if filled is None else filled
    days = municipality.current().objection_days
    stances = {
        s.membership_id: s
        for s in conclusion.stances.select_related("membership__person", "stand_in__person", "said_by")
    }
    aside = impartiality.stepped_aside(conclusion.referral)
    found = []
    for seat in filled:
        stance = stances.pop(seat.pk, None)
        by = working_days_after(stance.told_on, days) if stance is not None else None
        found.append(Line(seat, stance, seated=True, answers_by=by, aside=seat.person_id in aside))
    gone = [Line(s.membership, s, seated=False, answers_by=None) for s in stances.values() if s.agrees is not None]
    return [*found, *gone]


def answers(conclusion: Conclusion) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return how many have said yes to ``conclusion`` and how many have not answered, by part, else by role: silence is
    never told as a yes, and whoever has stepped aside is neither (R24)."""
    yes, silent = Counter[str](), Counter[str]()
    for line in lines(conclusion):
        if line.seated and not line.aside and line.agrees is not False:
            (yes if line.agrees else silent)[line.membership.part or line.membership.role] += 1
    return list(yes.items()), list(silent.items())


def who_met(conclusion: Conclusion) -> list[str]:
    """Return who was there when it was concluded, as the log of that day has it now, else as it was filled in; whoever
    stood in for somebody is named with whose place it was. Empty where it came of no meeting."""
    given = conclusion.filled_in
    day = parse_date(str(given.get("held_on") or ""))
    if day is None:
        return []
    logged = presence_on(conclusion.referral, day)
    if logged is not None:
        return [_at_the_table(row.membership, row.stand_in) for row in logged if row.present]
    own = Membership.objects.filter(pk__in=_numbers(given.get("participants"))).select_related("person")
    lent = StandIn.objects.filter(pk__in=_numbers(given.get("stand_ins"))).select_related(
        "person", "membership__person"
    )
    return [
        *(_at_the_table(seat, None) for seat in own.order_by("pk")),
        *(_at_the_table(each.membership, each) for each in lent.order_by("pk") if each.membership is not None),
    ]


def _numbers(value: object) -> list[int]:
    found = value if isinstance(value, list) else [value]
    return [int(str(one)) for one in found if str(one).isdigit()]


def _at_the_table(seat: Membership, stand_in: StandIn | None) -> str:
    if stand_in is None:
        return str(seat.person.name)
    return f"{stand_in.person.name} ({_('standing in for %(name)s') % {'name': seat.person.name}})"


def waiting_for(person: "User") -> list[tuple[Conclusion, date]]:
    """Return the conclusions that wait for an answer for a seat ``person`` holds or stands in for, each with the last
    day on which it should come."""
    own = set(Membership.objects.running().filter(person=person, role__in=SEATED).values_list("pk", flat=True))
    own |= set(
        StandIn.objects.running()
        .filter(person=person, membership__role__in=SEATED)
        .values_list("membership", flat=True)
    )
    if not own:
        return []
    waiting = (
        Stance.objects.filter(membership__in=own, agrees__isnull=True, conclusion__in=Conclusion.objects.provisional())
        .exclude(
            Exists(
                PartialityAnswer.objects.filter(
                    Q(person=OuterRef("membership__person")) | Q(person=person),
                    referral=OuterRef("conclusion__referral"),
                    partial=True,
                )
            )
        )
        .select_related("conclusion__referral__case", "conclusion__referral__body")
    )
    days = municipality.current().objection_days
    return [(s.conclusion, working_days_after(s.told_on, days)) for s in waiting.order_by("told_on", "pk")]


def of_body(body: Body) -> list[Conclusion]:
    """Return the conclusions of ``body`` that wait for answers, the oldest first."""
    waiting = Conclusion.objects.provisional().filter(referral__body=body).select_related("referral__case")
    return list(waiting.order_by("concluded_at", "pk"))


def of_proposal(proposal: Proposal, reader: "Person") -> Conclusion | None:
    """Return the conclusion that waits for answers on ``proposal``, for who may read it."""
    from trepart.access import policy

    found = pending(proposal.referral) if reader.is_authenticated else None
    return found if found is not None and policy.can(reader, "proposals.view_conclusion", found) else None

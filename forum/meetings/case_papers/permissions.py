"""Who may write and who may read the paper of a case (R25, koml § 11-3); roles are in `trepart/access/roles.py`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess, ReferralStatus
from forum.cases.models import Case, Referral
from forum.cases.permissions import ids_given
from forum.meetings.case_papers.models import CasePaperVersion
from forum.meetings.case_papers.release import shown
from forum.meetings.core.closed import access as closed_access
from forum.meetings.core.closed import stepped_aside
from forum.meetings.core.models import AgendaItem, Meeting, Recusal
from forum.meetings.core.readable_items import OUT, about
from forum.organisation.permissions import EMPLOYEE
from trepart.access import policy
from trepart.access.policy import Permission, register
from trepart.access.rules import EVERYTHING, NOTHING, Combinable, Everyone, InBody, Personal, When, any_of

if TYPE_CHECKING:
    from trepart.access.rules import Person

WRITE = "forum.write_paper"
VIEW = "forum.view_paper"
WHOLE = "forum.view_whole_paper"


# Who prepares the case ------------------------------------------------------------------------------------------------


def _who_prepares(case: Case) -> list[int]:
    """Return the bodies that prepare ``case``: where it stays, who sent it there, and on whose agenda
    it stands or has stood."""
    stays = Referral.objects.filter(case=case).exclude(status=ReferralStatus.CLOSED)
    found = [pk for pair in stays.values_list("body_id", "sent_by__body_id") for pk in ids_given(*pair)]
    return [*found, *AgendaItem.objects.filter(about(case)).values_list("meeting__body_id", flat=True)]


def _prepared_by(bodies: Any) -> Q:
    waiting = Referral.objects.exclude(status=ReferralStatus.CLOSED)
    stays = waiting.filter(Q(body__in=bodies) | Q(sent_by__body__in=bodies))
    return Q(pk__in=stays.values("case")) | _cases(AgendaItem.objects.filter(meeting__body__in=bodies))


def _cases(items: "QuerySet[AgendaItem]") -> Q:
    plain = items.order_by()
    return Q(pk__in=plain.filter(case__isnull=False).values("case")) | Q(
        pk__in=plain.filter(referral__isnull=False).values("referral__case")
    )


# Who reads it ---------------------------------------------------------------------------------------------------------


def finished() -> "QuerySet[CasePaperVersion]":
    """Return the version of each paper that counts today: the newest."""
    newer = CasePaperVersion.objects.filter(paper=OuterRef("paper"), number__gt=OuterRef("number"))
    return CasePaperVersion.objects.filter(~Exists(newer)).order_by()


#: A finished version is released, and the public may read something of it.
_HAS_PUBLIC_FORM = When(
    test=lambda case: shown().filter(paper__case=case).exists(), where=Q(pk__in=shown().values("paper__case"))
)
_IS_FINISHED = When(
    test=lambda case: CasePaperVersion.objects.filter(paper__case=case).exists(),
    where=Q(pk__in=CasePaperVersion.objects.order_by().values("paper__case")),
)
#: Nowhere behind closed doors: what is said there is kept, whoever else may read the case.
_BEHIND_DOORS = AgendaItem.objects.withheld_by_doors()
_DOORS_OPEN = When(
    test=lambda case: not _BEHIND_DOORS.filter(about(case)).exists(), where=~_cases(_BEHIND_DOORS)
)  # fmt: skip


@dataclass(frozen=True)
class _ThroughMeetings(Combinable):
    """Whoever has a right over a meeting whose agenda is out and has the case on it; ``open_only``: as an item
    that is kept from nobody."""

    right: str
    open_only: bool = False
    #: What docs/roles.md says of it.
    ground = "a meeting that has the case on its agenda"

    def _items(self) -> "QuerySet[AgendaItem]":
        items = AgendaItem.objects.filter(OUT).order_by()
        return items.not_withheld() if self.open_only else items

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        meetings = Meeting.objects.filter(pk__in=self._items().filter(about(obj)).values("meeting")).order_by()
        return policy.visible_to(person, self.right, meetings).exists()

    def objects(self, permission: str, person: "Person") -> Q:
        seen = policy.visible_to(person, self.right, Meeting.objects.order_by())
        return _cases(self._items().filter(meeting__in=seen.values("pk")))

    def people(self, permission: str, obj: Any) -> Q:
        meetings = Meeting.objects.filter(pk__in=self._items().filter(about(obj)).values("meeting")).select_related(
            "body"
        )
        return any_of(policy.get(self.right).rule.people(self.right, meeting) for meeting in meetings)


@dataclass(frozen=True)
class _TreatsIt(Combinable):
    """Whoever takes part in an item that treats the case, or must (`forum.meetings.core.closed.access`), once its
    agenda is out; a deputy called for the one item, from then on (R5, R12)."""

    ground = "an item that treats the case, which one takes part in or must treat"

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return closed_access.items_treated_by(person).filter(about(obj)).exists()

    def objects(self, permission: str, person: "Person") -> Q:
        return _cases(closed_access.items_treated_by(person))

    def people(self, permission: str, obj: Any) -> Q:
        found: set[int] = set()
        for item in AgendaItem.objects.filter(about(obj)).select_related("meeting__body"):
            found |= closed_access.readers_of_item(item)
        return Q(pk__in=found)


@dataclass(frozen=True)
class _NotSteppedAside(Combinable):
    """Whoever has not stepped aside in the case: partial in it, or exempted (fvl § 6, koml §§ 11-10, 11-11; R12)."""

    ground = "not having stepped aside in the case"

    def allows(self, permission: str, person: "Person", obj: Any) -> bool:
        return not stepped_aside.items_left_by(person).filter(about(obj)).exists()

    def objects(self, permission: str, person: "Person") -> Q:
        return ~_cases(stepped_aside.items_left_by(person)) if person.is_authenticated else EVERYTHING

    def people(self, permission: str, obj: Any) -> Q:
        return ~Q(pk__in=stepped_aside.people_of(Recusal.objects.filter(item__in=_items_of(obj))))


def _items_of(case: Case) -> "QuerySet[AgendaItem, Any]":
    return AgendaItem.objects.filter(about(case)).order_by().values("pk")


#: Whoever has stepped aside as the party of the case reads the paper as a party does, without what is exempt (fvl
#: §§ 18-19), where the municipality has said that the portal shows it: what § 19 keeps is judged by people.
_PARTY_OF_IT = Personal(
    test=lambda person, case, on: (
        bool(settings.PARTY_READS_PAPERS) and stepped_aside.own_cases_left_by(person).filter(about(case)).exists()
    ),
    mine=lambda person, on: _cases(stepped_aside.own_cases_left_by(person)) if settings.PARTY_READS_PAPERS else NOTHING,
    whose=lambda case, on: (
        Q(pk__in=stepped_aside.people_of(stepped_aside.parties().filter(item__in=_items_of(case))))
        if settings.PARTY_READS_PAPERS
        else NOTHING
    ),
)


@dataclass(frozen=True)
class _Whoever(Combinable):
    """Whoever has another right over the same thing."""

    right: str
    ground = "another right over it"

    def allows(self, permission: str, person: "Person", obj: object) -> bool:
        return policy.can(person, self.right, obj)

    def objects(self, permission: str, person: "Person") -> Q:
        return policy.condition(person, self.right)

    def people(self, permission: str, obj: object) -> Q:
        return policy.get(self.right).rule.people(self.right, obj)


_PUBLIC = When(lambda case: case.access == CaseAccess.PUBLIC, Q(access=CaseAccess.PUBLIC.value)) & Everyone()
_INTERNAL = When(lambda case: case.access != CaseAccess.RECEIVER, ~Q(access=CaseAccess.RECEIVER.value)) & EMPLOYEE

register(
    Permission(
        name=WRITE,
        label=_("write the case paper of a case the body prepares or treats"),
        rule=InBody(_who_prepares, _prepared_by) & _NotSteppedAside(),
    ),
    Permission(
        name=WHOLE,
        label=_("read a finished case paper and its attachments with what is exempt"),
        rule=(_IS_FINISHED & _TreatsIt() & _NotSteppedAside()) | _Whoever(WRITE),
    ),
    Permission(
        name=VIEW,
        label=_("read a finished case paper, without what is exempt"),
        rule=(
            _HAS_PUBLIC_FORM
            & _DOORS_OPEN
            & (_PUBLIC | _INTERNAL | _ThroughMeetings("forum.view_meeting", open_only=True))
        )
        | (_HAS_PUBLIC_FORM & _PARTY_OF_IT)
        | _Whoever(WHOLE),
    ),
)

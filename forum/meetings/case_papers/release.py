"""From when a finished case paper is read by others than those who prepare the case: with the notice of the meeting, or
at once where somebody chooses that (koml § 11-3, R6, R25)."""

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import CaseAccess, PublicForm
from forum.cases.models import Case
from forum.meetings.case_papers.models import CasePaperVersion
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.readable_items import OUT, about
from forum.meetings.enums import MeetingStatus
from trepart.text.dates import date_text

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Who may read a case that is not exempt, and does not prepare it.
_READERS = {
    CaseAccess.PUBLIC: gettext_lazy("Everybody"),
    CaseAccess.EMPLOYEES: gettext_lazy("All employees, and those who may see the meeting"),
    CaseAccess.RECEIVER: gettext_lazy("Only those who prepare and treat the case, which is exempt from public access"),
}


def released() -> Q:
    """Return which versions are released: chosen so, or out with an agenda. A version is out with the agenda that was
    called after it was finished, and with one that was out when it was finished and had not treated the case yet; a
    meeting that was over by then has nothing to do with it."""
    agendas = (
        AgendaItem.objects.filter(OUT)
        .filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=OuterRef("finished_at")))
        .filter(Q(meeting__ended_at__isnull=True) | Q(meeting__ended_at__gte=OuterRef("finished_at")))
        .order_by()
    )
    case = OuterRef("paper__case")
    return (
        Q(number__lte=F("paper__shown_ahead"))
        | Exists(agendas.filter(case=case))
        | Exists(agendas.filter(case__isnull=True, referral__case=case))
    )


def shown() -> "QuerySet[CasePaperVersion]":
    """Return the version of each paper that others than those who prepare the case read something of today: the newest
    that is released. What a later version keeps from the public is not read in the one before, though the later one is
    not released: there such a paper has none."""
    later = CasePaperVersion.objects.filter(paper=OuterRef("paper"), number__gt=OuterRef("number"))
    return (
        CasePaperVersion.objects.filter(released())
        .filter(~Exists(later.filter(released())), ~Exists(later.exclude(public_form=PublicForm.WHOLE)))
        .exclude(public_form=PublicForm.NOTHING)
        .order_by()
    )


def is_shown(version: CasePaperVersion) -> bool:
    """Say whether ``version`` is released."""
    return CasePaperVersion.objects.filter(released(), pk=version.pk).exists()


def who_and_when(case: Case) -> str:
    """Return who will read a paper of ``case`` that is finished now, and from when, in a sentence or two."""
    coming = _coming(case)
    if any(item.is_withheld_by_doors for item in coming):
        who = _("Only those who take part in the meeting: the case is closed, or proposed closed")
    else:
        who = str(_READERS[CaseAccess(case.access)])
    if any(item.meeting.called_at is not None for item in coming):
        return _("%(who)s can read it as soon as it is finished: the agenda is out.") % {"who": who}
    if coming:
        day = date_text(coming[0].meeting.starts_at, year=True)
        return _("%(who)s can read it when the meeting of %(date)s is called, not before.") % {"who": who, "date": day}
    return _("%(who)s can read it when the case is on an agenda that is out. It is on none yet.") % {"who": who}


def agenda_is_out(case: Case) -> bool:
    """Say whether ``case`` is on an agenda that is out and has not treated it: what is finished now is read at once."""
    return any(item.meeting.called_at is not None for item in _coming(case))


def _coming(case: Case) -> list[AgendaItem]:
    items = AgendaItem.objects.filter(about(case), withdrawn_at__isnull=True).select_related("meeting")
    items = items.exclude(meeting__status__in=[MeetingStatus.ENDED, MeetingStatus.CANCELLED])
    return list(items.order_by("meeting__starts_at", "pk"))

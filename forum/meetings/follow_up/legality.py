"""Recording that a review of legality has been asked for (koml §§ 27-1, 27-2; R15)."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from forum.meetings.core import legality_review
from forum.meetings.core.locking import hold
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingStatus, Reviewed
from forum.meetings.follow_up.legality_models import LegalityRequest
from trepart import clock
from trepart.access.models import User
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import reserve_pk


def record(
    item: AgendaItem, *, asked_on: date, asked_by: str, grounds: str, actor: User, about: Reviewed = Reviewed.DECISION
) -> LegalityRequest:
    """Write down a request for review of what was decided in ``item``: the day it was handed in or posted (fvl § 30),
    the members of the municipal council who ask, and why. One that came too late is kept, and said to be.

    Raises ``GuardRefused`` for fewer than three names, no grounds, a day before the decision or to come, and what
    cannot be reviewed; ``WrongState`` where a request about the same is recorded already.
    """
    names = list(dict.fromkeys(line.strip() for line in asked_by.splitlines() if line.strip()))
    with hold(item.meeting, actor=actor, permission="forum.write_minutes", at=(MeetingStatus.ENDED,)) as held:
        fresh = AgendaItem.objects.select_related("decision", "case", "referral__case").get(
            pk=item.pk, meeting=held.meeting
        )
        fresh.meeting = held.meeting
        last = legality_review.last_days(fresh).get(about)
        if last is None:
            raise GuardRefused(
                _(
                    "Only a final decision of an elected body can be reviewed, and what it decided about closed doors "
                    "and partiality (Local Government Act §§ 27-1 and 27-2)."
                )
            )
        if LegalityRequest.objects.filter(item=fresh, about=about).exists():
            raise WrongState(_("A request for review is recorded already."))
        if len(names) < legality_review.MEMBERS:
            raise GuardRefused(
                _("At least three members of the municipal council must ask together (Local Government Act § 27-1).")
            )
        if not grounds.strip():
            raise GuardRefused(_("Write on what grounds they ask."))
        if asked_on > clock.today() or asked_on < last - timedelta(days=legality_review.DAYS):
            raise GuardRefused(_("The day cannot be before the decision, nor to come."))
        made = LegalityRequest(
            pk=reserve_pk(LegalityRequest),
            item=fresh,
            about=about,
            asked_on=asked_on,
            asked_by="\n".join(names),
            grounds=grounds.strip(),
            deadline=last,
            recorded_by=held.actor,
            recorded_at=clock.now(),
        )
        with held.about(
            "forum.legality_requested",
            fresh,
            data={"count": len(names), "asked_on": asked_on, "late": made.late, "about": about},
            text={"reason": made.grounds, "names": ", ".join(names)},
        ):
            made.save(force_insert=True)
    return made  # fmt: skip

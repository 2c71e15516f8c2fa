"""Adopted measures when whoever was responsible is gone: what `forum.hanging` asks this room."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from forum.hanging import Task
from forum.models import Case
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from proposals.notifications import url
from trepart import audit
from trepart.access.models import User
from trepart.notices.announcing import tell


class Measures:
    """The measures that are adopted and not carried out yet."""

    def open(self, people: Collection[int] | None = None) -> Sequence[Task]:
        """Return the open measures of ``people`` (ids; everybody's where None); one query."""
        found = Proposal.objects.filter(status=ProposalStatus.ADOPTED, responsible__isnull=False)
        if people is not None:
            found = found.filter(responsible__in=people)
        return [
            Task(
                pk=measure.pk,
                words=_("Measure %(reference)s: %(title)s")
                % {"reference": measure.case.reference, "title": measure.title},
                url=url(measure),
                person_id=measure.responsible_id or 0,
                unit_id=measure.responsible_unit_id,
                body_id=measure.adopted_by_id,
            )
            for measure in found.select_related("case").order_by("due_on", "pk")
        ]

    def hand_over(self, task: Task, to: User, *, actor: User | None) -> None:
        """Make ``to`` responsible for the measure, and tell them and whoever had it; nothing happens where it has been done or moved since."""
        # The case is the root: taken first, as by the executor.
        Case.objects.select_for_update(no_key=True).get(proposal=task.pk)
        measure = Proposal.objects.select_related("case", "responsible").get(pk=task.pk)
        before = measure.responsible
        if measure.status != ProposalStatus.ADOPTED or before is None or before.pk != task.person_id:
            return
        measure.responsible = to
        data = {"before": before.pk, "after": to.pk}
        with audit.recorded(
            "proposals.measure_handed_over", actor=actor, subject=measure, root=measure.case, data=data
        ) as event:
            measure.save(update_fields=["responsible"])
            words = {"proposal": measure, "reference": measure.case.reference, "before": before, "after": to}
            for person, template in ((to, "handed_over"), (before, "handed_on")):
                tell(
                    [person],
                    kind=f"proposals.{template}",
                    template=f"proposals/mail/{template}",
                    context=words,
                    url=url(measure),
                    event=event,
                )

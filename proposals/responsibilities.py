"""Adopted measures when whoever was responsible is gone (`forum.organisation.responsibilities`)."""

from collections.abc import Collection, Iterator, Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from forum.cases.models import Case, Referral
from forum.organisation.responsibilities import Task
from forum.organisation.unattended import Unattended, able_to
from proposals.enums import ProposalStatus
from proposals.models import Letter, Proposal
from proposals.notifications import url
from trepart import audit
from trepart.access.models import User
from trepart.notices.announcing import tell


def letters_nobody_sends() -> Iterator[Unattended]:
    """Give the letters to proposers without an account that nobody is left to send; two queries."""
    able = able_to("proposals.send_letters")
    waiting = Letter.objects.filter(sent_on__isnull=True, proposal__proposer__isnull=True)
    held = Referral.objects.filter(case=OuterRef("proposal__case"), body__in=able)
    for letter in waiting.filter(~Exists(held)).select_related("proposal__case").order_by("due_on", "pk"):
        said = _("A letter to the proposer in %(reference)s waits to be sent.") % {
            "reference": letter.proposal.case.reference
        }
        why = _("Nobody who has had the case can send it. Enter a leader or a secretary, or let somebody stand in.")
        yield Unattended(said, url(letter.proposal), why)


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
        """Make ``to`` responsible for the measure, and tell them and whoever had it; nothing happens where it has
        been done or moved since."""
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
                    template=f"proposals/measures/mail/{template}",
                    context=words,
                    url=url(measure),
                    event=event,
                )

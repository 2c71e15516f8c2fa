"""The municipal council's cases as owners of their cases, and a body's links (`forum.cases.case_owners`)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.cases.matters import Matter
from forum.cases.models import Referral
from forum.council.enums import CouncilCaseStatus
from forum.council.models import CouncilCase, CouncilList
from forum.meetings.core.locking import on_agenda
from forum.meetings.core.models import AgendaItem
from forum.organisation.body_links import BodyLink
from forum.organisation.models import Body
from trepart import audit
from trepart.access import policy
from trepart.audit.models import Event
from trepart.refusals import WrongState
from trepart.workflow import perform

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person


def _council_case(referral: Referral) -> CouncilCase:
    return CouncilCase.objects.select_related("case", "body", "case_list__council").get(case=referral.case_id)


class CouncilCases:
    """Answers for every case taken in from the municipal council's list (`forum.cases.case_owners.CaseOwner`): what is
    decided in the meeting is the body's view."""

    def owns(self, referral: Referral) -> bool:
        """Say whether the case came from the municipal council's list."""
        return hasattr(referral.case, "council_case")

    def resolutions(self, referral: Referral) -> list[tuple[Resolution, str | Promise | None]]:
        """Return what the body may do: give a view, have no remarks, or wait."""
        waits = _council_case(referral).status == CouncilCaseStatus.RECEIVED
        why = None if waits else _("The case has moved on since it was put on the agenda.")
        return [(Resolution.ADOPT, why), (Resolution.NOTED, why), (Resolution.POSTPONE, None)]

    def fields(self, resolution: Resolution) -> tuple[str, ...]:
        """The words of the decision are the view: nothing more is asked for."""
        return ()

    def matter(self, referral: Referral) -> Matter | None:
        """A view decides nothing: no delegation is asked for."""
        return None

    def answers_somebody(self) -> bool:
        """The municipal council's cases have no proposer."""
        return False

    def asks_for_views(self) -> bool:
        """The municipal council decides, and hears the views first."""
        return True

    def back_to(self, referral: Referral) -> list[tuple[int, str]]:
        """A view goes to the municipal council, and nowhere else."""
        return []

    def settle(self, item: AgendaItem, *, actor: "User") -> None:
        """Make the decision the body's view; a second time does nothing. Raises ``Refused`` where it cannot be done."""
        decision = item.decided
        if item.referral is None or decision is None:
            return
        council_case = _council_case(item.referral)
        about = Event.objects.about(council_case.case)
        if decision.resolution == Resolution.POSTPONE:
            if not about.filter(action="forum.case_postponed", data__item=item.pk).exists():
                audit.write(
                    "forum.case_postponed",
                    actor=actor,
                    subject=item.referral,
                    root=council_case.case,
                    data=on_agenda(item, item.meeting),
                )
            return
        if about.filter(action="forum.council_case_treated", data__item=item.pk).exists():
            return
        if council_case.status != CouncilCaseStatus.RECEIVED:
            raise WrongState(_("The case has moved on since the meeting; the decision cannot be carried into it."))
        perform(council_case, "treat", actor=actor, basis=item)

    def carries_out(self) -> bool:
        """The municipal council decides."""
        return True

    def goes_on_with(self, referral: Referral) -> list["User"]:
        """The municipal council has the body's view on a sheet that says what is corrected; nobody else has it."""
        return []

    def summary(self, referral: Referral) -> str:
        """Return where the case comes from, for the case paper."""
        council_case: CouncilCase = referral.case.council_case
        said = [f"{council_case.case_list.council}, {council_case.number}: {council_case.title}"]
        if council_case.archive_number:
            said.append(_("Folder: %(number)s") % {"number": council_case.archive_number})
        if council_case.url:
            said.append(council_case.url)
        return "\n\n".join(said)

    def url(self, referral: Referral) -> str:
        """Return the page of the list the case stands on."""
        council_case: CouncilCase = referral.case.council_case
        return council_case.get_absolute_url()


def links_of(body: Body, person: "Person") -> Iterable[BodyLink]:
    """Lead from a committee's page to the municipal council's lists (`forum.organisation.body_links.register`): where
    there are any, and for who may take one in."""
    if not body.kind_row.treats_council_list:
        return
    seen = policy.visible_to(person, "forum.view_meeting", CouncilList.objects.filter(body=body))
    if policy.can(person, "forum.plan_meeting", body) or seen.exists():
        yield BodyLink(_("The municipal council's case lists"), reverse("forum:council_lists", args=[body.slug]))

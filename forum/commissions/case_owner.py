"""Commissions as owners of their cases, and what a body's page leads to (`forum.cases.case_owners`)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.cases.matters import Matter
from forum.cases.models import Referral
from forum.commissions.enums import CommissionStatus
from forum.commissions.forms import Heard
from forum.commissions.models import Commission
from forum.delegations.enums import Power, power_of
from forum.meetings.core.models import AgendaItem
from forum.organisation import body_kinds
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

_FIELDS: dict[Resolution, tuple[str, ...]] = {
    Resolution.TO_COUNCIL: ("due_on",),
    Resolution.CONSIDER: ("answer", "due_on"),
}
_STEPS = {
    Resolution.ADOPT: "conclude",
    Resolution.TO_COUNCIL: "conclude",
    Resolution.NOTED: "conclude",
    Resolution.CONSIDER: "go_on",
}


def _commission(referral: Referral) -> Commission:
    return Commission.objects.select_related(
        "case", "giver", "council", "report_to", "receiver_body", "receiver_unit"
    ).get(case=referral.case_id)


class CommissionCases:
    """Answers for every case that is a commission (`forum.cases.case_owners.CaseOwner`): deciding or agreeing on what
    is reported, recommending it, or taking note of it, concludes it; considering it further asks for more."""

    def owns(self, referral: Referral) -> bool:
        """Say whether the case is a commission."""
        return hasattr(referral.case, "commission")

    def resolutions(self, referral: Referral) -> list[tuple[Resolution, str | Promise | None]]:
        """Return what the body may decide about the report. Where it decides what is delegated to it, or recommends, a
        motion that is adopted is a decision as in any case: it rests on a delegation, concerns the body alone, or is
        recommended to whoever has the authority (koml § 5-3). Where nothing is moved it takes note."""
        waits = _commission(referral).status == CommissionStatus.REPORTED
        why = None if waits else _("The case has moved on since it was put on the agenda.")
        asks = power_of(referral.body.legal_basis) in (Power.DELEGATED, Power.RECOMMENDS)
        heard = (Resolution.ADOPT, Resolution.TO_COUNCIL, Resolution.NOTED) if asks else (Resolution.ADOPT,)
        return [*((one, why) for one in heard), (Resolution.CONSIDER, why), (Resolution.POSTPONE, None)]

    def fields(self, resolution: Resolution) -> tuple[str, ...]:
        """Return what a decision of this kind must say."""
        return _FIELDS.get(resolution, ())

    def matter(self, referral: Referral) -> Matter | None:
        """Nobody has said what a motion on a report comes to: whoever records the decision judges it."""
        return Matter()

    def answers_somebody(self) -> bool:
        """A commission has no proposer; those who carry it see that it was postponed."""
        return False

    def asks_for_views(self) -> bool:
        """A report is heard by whoever gave the commission."""
        return False

    def back_to(self, referral: Referral) -> list[tuple[int, str]]:
        """A report is sent back to nobody but those who made it."""
        return []

    def settle(self, item: AgendaItem, *, actor: "User") -> None:
        """Carry what was decided into the commission; a second time does nothing. Raises ``Refused``
        where it cannot be done."""
        decision = item.decided
        if item.referral is None or decision is None:
            return
        commission = _commission(item.referral)
        about = Event.objects.about(commission.case)
        if about.filter(action__startswith="forum.commission_", data__item=item.pk).exists():
            return
        if decision.resolution == Resolution.POSTPONE:
            data = {"item": item.pk, "hears": item.meeting.body.name}
            audit.write("forum.commission_postponed", actor=actor, subject=commission, root=commission.case, data=data)
            return
        name = _STEPS.get(Resolution(decision.resolution))
        if name is None:
            return
        if commission.status != CommissionStatus.REPORTED:
            raise WrongState(_("The case has moved on since the meeting; the decision cannot be carried into it."))
        data = Heard(answer=decision.answer or decision.text, due_on=decision.due_on)
        perform(commission, name, actor=actor, data=data, basis=item)

    def carries_out(self) -> bool:
        """The report concludes the commission: what is decided because of it is the body's to follow up."""
        return False

    def goes_on_with(self, referral: Referral) -> Iterable["User"]:
        """Those who carry the commission are told what was concluded on it, and so what that is corrected to."""
        return policy.people_who_can("forum.carry_commission", _commission(referral))

    def summary(self, referral: Referral) -> str:
        """Return what was wanted and what was reported, for the case paper."""
        commission: Commission = referral.case.commission
        return "\n\n".join(part.strip() for part in (commission.wanted, commission.report) if part.strip())

    def url(self, referral: Referral) -> str:
        """Return the page of the commission."""
        commission: Commission = referral.case.commission
        return commission.get_absolute_url()


def links_of(body: Body, person: "Person") -> Iterable[BodyLink]:
    """Lead from a body's page to its commissions, and to giving one (`forum.organisation.body_links.register`)."""
    if not body.is_active or body.kind in body_kinds.OUTSIDE:
        return
    yield BodyLink(_("Commissions"), f"{reverse('forum:commission_list')}?organ={body.slug}")
    if policy.can(person, "forum.give_commission", Commission(giver=body)):
        yield BodyLink(_("Give a commission"), reverse("forum:commission_new", args=[body.slug]))
    if policy.can(person, "forum.manage_organisation"):
        yield BodyLink(_("When it is heard"), reverse("forum:hearing", args=[body.slug]))

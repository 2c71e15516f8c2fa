"""Commissions and opinions that nobody can attend to."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from forum.cases.enums import OpinionStatus
from forum.cases.models import Opinion
from forum.commissions.enums import CommissionStatus
from forum.commissions.models import RUNNING, Commission
from forum.organisation.enums import LOCAL
from forum.organisation.models import Body, Employment, Unit
from forum.organisation.role_assignments import at_work
from forum.organisation.unattended import Unattended, able_to
from trepart import clock


def opinions_and_commissions() -> Iterator[Unattended]:
    """Give the opinions and commissions nobody can answer, carry out or give anew; seven queries
    however many there are."""
    today = clock.today()
    leads = Employment.objects.running(today).filter(leads=True, person__is_active=True)
    led = set(leads.values_list("unit", flat=True))
    able = {name: able_to(f"forum.{name}") for name in ("answer_opinion", "carry_commission", "give_commission")}
    local = dict(Body.objects.filter(at_work(today), kind__in=LOCAL, unit__isnull=False).values_list("unit", "pk"))

    def attended(right: str, body: int | None, unit: int | None) -> bool:
        return body in able[right] if unit is None else unit in led or local.get(unit) in able[right]

    why = _("Nobody there can answer. Enter a leader, or let somebody stand in.")
    # By number alone: whoever looks after the organisation need not be one who may read the case.
    for opinion in (
        Opinion.objects.filter(status=OpinionStatus.ASKED)
        .select_related("case", "asked", "unit")
        .order_by("due_on", "pk")
    ):
        if not attended("answer_opinion", opinion.asked_id, opinion.unit_id):
            words = {"of": opinion.of, "reference": opinion.case.reference}
            yield Unattended(
                _("%(of)s is asked for an opinion on %(reference)s.") % words,
                _page_of(opinion.asked, opinion.unit),
                why,
            )
    running = Commission.objects.filter(status__in=RUNNING).select_related(
        "case", "giver", "receiver_body", "receiver_unit"
    )
    for commission in running.order_by("due_on", "pk"):
        words = {"reference": commission.case.reference}
        if commission.status == CommissionStatus.SENT_BACK:
            if not attended("give_commission", commission.giver_id, None):
                said = _("The commission %(reference)s was sent back to %(of)s.")
                yield Unattended(said % {**words, "of": commission.giver}, _page_of(commission.giver, None), why)
        elif not attended("carry_commission", commission.receiver_body_id, commission.receiver_unit_id):
            said = _("%(of)s has the commission %(reference)s.") % {**words, "of": commission.receiver}
            yield Unattended(said, _page_of(commission.receiver_body, commission.receiver_unit), why)


def _page_of(body: Body | None, unit: Unit | None) -> str:
    return body.get_absolute_url() if body is not None else reverse("forum:unit_change", args=[unit.pk if unit else 0])

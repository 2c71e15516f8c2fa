"""Who may give, carry and hear a commission."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.cases.permissions import ids_given, read_as_the_case
from forum.organisation.permissions import leader_of_the_workplace, local_group_at, within
from trepart.access.policy import Permission, register
from trepart.access.rules import InBody

register(
    Permission(
        name="forum.view_commission",
        label=_("read a commission"),
        rule=read_as_the_case(Q(), lambda commission: True)
        | InBody(
            lambda c: ids_given(c.giver_id, c.report_to_id, c.receiver_body_id),
            lambda bodies: Q(giver__in=bodies) | Q(report_to__in=bodies) | Q(receiver_body__in=bodies),
        )
        | leader_of_the_workplace("receiver_unit")
        | local_group_at("receiver_unit"),
    ),
    Permission(
        name="forum.give_commission",
        label=_("give a commission, give it anew and call it back"),
        rule=InBody(lambda commission: [commission.giver_id], within("giver")),
    ),
    Permission(
        name="forum.carry_commission",
        label=_("take on a commission, send it back and report on it"),
        rule=InBody(lambda c: ids_given(c.receiver_body_id), within("receiver_body"))
        | leader_of_the_workplace("receiver_unit")
        | local_group_at("receiver_unit"),
    ),
    Permission(
        name="forum.hear_commission",
        label=_("hear the report on a commission and conclude it"),
        rule=InBody(lambda commission: [commission.report_to_id], within("report_to")),
    ),
)

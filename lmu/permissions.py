"""Who may what in this room."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.organisation.permissions import body_ids
from trepart.access import policy
from trepart.access.policy import Permission
from trepart.access.rules import InBody

policy.register(
    Permission(
        name="lmu.view",
        label=_("see the LMU's page: its members and what it has taken up"),
        # The page shows what the body keeps to itself, so the right to it is that right: members, bodies
        # above, the unit's employees.
        rule=policy.get("forum.view_internal").rule,
    ),
    Permission(
        name="lmu.manage",
        label=_("bring user representatives into the LMU, and end their time there"),
        rule=InBody(bodies=body_ids, where=lambda ids: Q(pk__in=ids)),
    ),
)

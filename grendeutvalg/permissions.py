"""Who may what in a village council."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.organisation.permissions import body_ids
from trepart.access.policy import Permission, register
from trepart.access.rules import InBody, InOffice

register(
    Permission(
        name="grendeutvalg.work",
        label=_("see what the village council is asked and what is due"),
        rule=InBody(bodies=body_ids, where=lambda ids: Q(pk__in=ids)),
    ),
    Permission(
        name="grendeutvalg.manage",
        label=_("write what the village council says about itself"),
        rule=InBody(bodies=body_ids, where=lambda ids: Q(pk__in=ids)) | InOffice(),
    ),
)

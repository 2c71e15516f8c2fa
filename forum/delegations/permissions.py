"""Who keeps what a body may decide: its secretary and leaders, and the administrator."""

from django.utils.translation import gettext_lazy as _

from forum.organisation.permissions import body_ids, within
from trepart.access.policy import Permission, register
from trepart.access.rules import InBody, InOffice

KEEP = "forum.keep_delegations"

register(
    Permission(
        name=KEEP,
        label=_("enter what the municipal council has let the body decide"),
        rule=InBody(bodies=body_ids, where=within("pk")) | InOffice(),
    ),
)

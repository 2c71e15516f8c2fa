"""Who receives the views given to the municipal council."""

from django.utils.translation import gettext_lazy as _

from forum.organisation.permissions import within
from trepart.access.policy import Permission, register
from trepart.access.rules import InBody

register(
    Permission(
        name="forum.receive_views",
        label=_("receive the views a committee gives the municipal council, with what is exempt in them"),
        rule=InBody(bodies=lambda case_list: [case_list.council_id], where=within("council")),
    ),
)

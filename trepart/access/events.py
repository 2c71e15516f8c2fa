"""What the trail can say about access itself."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(
        name="access.grants_synced",
        sentence=_("The rights of {subject} were brought in step with memberships: {added} added, {removed} removed."),
    ),
)

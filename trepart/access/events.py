"""What the trail can say about access itself."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(
        name="access.grants_synced",
        sentence=_("Rights were brought in step with memberships: {added} added, {removed} removed."),
    ),
    Action(name="audit.content_erased", sentence=_("Personal words were erased from the trail: {reason}.")),
)

"""What the trail can say about delegations."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(
        name="forum.delegation_entered",
        sentence=_("{actor} entered what {body} may decide from {valid_from}, by the municipal council's {reference}."),
        key=True,
    ),
    Action(
        name="forum.delegation_ended",
        sentence=_("{actor} ended a delegation to {body}; the last day is {on}."),
        key=True,
    ),
)

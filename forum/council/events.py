"""What the trail can say about cases ahead of the municipal council."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(
        name="forum.council_list_kept",
        sentence=_("The case list of {council}, {held_on}, was kept as it was read."),
        quiet=True,
    ),
    Action(
        name="forum.council_list_taken_in",
        sentence=_("{acting} took in the case list of {council}, {held_on}. New cases: {added}."),
        key=True,
    ),
    Action(
        name="forum.council_case_taken_in",
        sentence=_("The case came from {council}, as {number} on its list for {held_on}."),
        key=True,
    ),
    Action(
        name="forum.council_case_renamed",
        sentence=_("{council} gave case {number} a new title."),
    ),
    Action(name="forum.council_case_treated", sentence=_("{body} gave its view, in {label}."), key=True),
    Action(name="forum.council_case_decided", sentence=_("{council} decided the case."), key=True),
    Action(name="forum.council_case_withdrawn", sentence=_("{council} took the case off its list."), key=True),
    Action(
        name="forum.council_views_sent",
        sentence=_("{acting} sent the views to {council}, version {version}."),
        key=True,
    ),
)

"""What a proposer is promised: who reads the proposal first and afterwards, and who sees the name.

Said from the data the portal itself goes by, in every form, receipt, mail and letter; what is said here is what
`proposals.permissions` does.
"""

from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.models import Referral
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership
from proposals.enums import PUBLIC_ORIGINS, Origin
from proposals.models import Proposal
from trepart import clock
from trepart.access.roles import ROLES
from trepart.text.dates import date_text

#: What is promised of a name that is not to be shown: where it stands beside the box that says it may be (True), and
#: afterwards; to whoever has colleagues in the municipality (True), and to others.
_NAME = {
    (True, True): gettext_lazy("Otherwise your name is not shown to colleagues or the public."),
    (True, False): gettext_lazy("Otherwise your name is not shown to the public."),
    (False, True): gettext_lazy("Your name is not shown to colleagues or the public."),
    (False, False): gettext_lazy("Your name is not shown to the public."),
}
#: Who sees it all the same, and what happens when somebody asks for it.
_SEEN = gettext_lazy(
    "Those who receive the proposal and their secretary can see it. If somebody asks for access, the municipality has "
    "to consider whether the name can be held back (Freedom of Information Act); you are told."
)
_WHOM = {
    Origin.EMPLOYEE: gettext_lazy("Others see your workplace only."),
    Origin.CITIZEN: gettext_lazy("Others see “A citizen”."),
    Origin.ASSOCIATION: gettext_lazy("Others see the name of the association alone."),
}
_OTHERWISE = gettext_lazy("Others see only for whom you sent it.")


def of_name(origin: Origin | str, *, asked: bool = False) -> str:
    """Return what is promised of the name of a proposer who does not tick that it may be shown; ``asked``: beside that
    box, where a citizen has not said yet whether it is for an association."""
    found = Origin(origin)
    whom = _WHOM.get(found, _OTHERWISE)
    if asked and found == Origin.CITIZEN:
        whom = gettext_lazy("Others see “A citizen”, or the association's name alone.")
    return f"{_NAME[asked, found not in (Origin.CITIZEN, Origin.ASSOCIATION)]} {_SEEN} {whom}"


def first_readers(bodies: Iterable[Body]) -> list[str]:
    """Return who reads a proposal before anybody else, a sentence for each body it may come to: by the places that are
    filled there today and that let somebody read it, so that a leader alone is never called a group."""
    found = list(bodies)
    held: dict[int, set[str]] = {}
    for body, role in Membership.objects.running().filter(body__in=found).values_list("body", "role"):
        held.setdefault(body, set()).add(role)
    return [_first(body, held.get(body.pk, set())) for body in found]


def _first(body: Body, held: set[str]) -> str:
    readers = [role for role in Role if role in held and "proposals.view" in ROLES.get((body.kind, role.value), ())]
    words = {"body": body, "roles": get_text_list([str(role.label) for role in readers], _("and"))}
    if not readers:
        return _("First only %(body)s reads it.") % words
    if len(readers) == 1:
        return _("First only the %(roles)s reads it (%(body)s).") % words
    return _("First only these in %(body)s read it: %(roles)s.") % words


def afterwards(origin: Origin | str) -> str:
    """Return who reads it when it has been read through. The law may close some of it, and then it stays closed."""
    if Origin(origin) in PUBLIC_ORIGINS:
        return _(
            "When it has been read through, everybody can read it, apart from what the law keeps from the public "
            "(Freedom of Information Act § 13)."
        )
    return _(
        "When it has been read through, everybody who works in the municipality can read it, apart from what the law "
        "keeps from others (Freedom of Information Act § 13)."
    )


def of_proposal(proposal: Proposal) -> list[str]:
    """Return what the receipt of ``proposal`` promises: who reads it now, who afterwards, and what of the name."""
    referral = proposal.referral
    first = first_readers([referral.body]) if referral is not None else []
    name = _("Your name stands there.") if proposal.show_name else of_name(proposal.origin)
    return [*first, afterwards(proposal.origin), str(name)]


def of_answer(referral: Referral | None, *, own: bool) -> str:
    """Return by when the answer comes; of a day that has passed, that it should have. ``own`` speaks to the proposer.
    Empty where no body has it."""
    if referral is None:
        return ""
    due = referral.due_on
    if due < clock.today():
        return _("The answer should have come by %(date)s.") % {"date": date_text(due)}
    if own:
        return _("You get an answer, or a preliminary one, by %(date)s.") % {"date": date_text(due)}
    return _("The proposer is to have an answer, or a preliminary one, by %(date)s.") % {"date": date_text(due)}

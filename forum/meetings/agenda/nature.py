"""What no three-party body treats: one employee's appointment, dismissal or redundancy, and negotiations (§ 13-1)."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.matters import Nature
from forum.cases.models import Case
from forum.meetings.core.models import AgendaItem
from trepart import audit
from trepart.authorising import authorise
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.workflow import Words

WRITE = "forum.write_paper"
NOT_FOR_A_BODY = _(
    "The appointment, dismissal or redundancy of one employee is for the chief executive, and no body treats it "
    "(Local Government Act § 13-1)."
)
_REFUSED: dict[str, "Words"] = {
    Nature.INDIVIDUAL: NOT_FOR_A_BODY,
    Nature.NEGOTIATION: _(
        "Negotiations are held between the municipality and the unions. Such a case cannot stand on the agenda of a "
        "body where the parts meet (the guide on local pay negotiations; Local Government Act § 13-4)."
    ),
}


def why_not(nature: str) -> "Words | None":
    """Return why a case of this kind cannot stand on an agenda; None for an ordinary one."""
    return _REFUSED.get(nature)


def refuse(case: Case | None) -> None:
    """Raise ``GuardRefused`` for a case that no three-party body treats."""
    why = why_not(case.nature) if case is not None else None
    if why is not None:
        raise GuardRefused(why)


@transaction.atomic
def mark(case: Case, *, nature: Nature, reason: str, actor: "User") -> Case:
    """Say what kind of case it is, and return it. Raises ``GuardRefused`` without a reason, and for one that no body
    treats while it stands on an agenda: it is taken off first; ``NotPermitted``."""
    fresh = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    by = authorise(actor, WRITE, fresh)
    if fresh.nature == nature:
        return fresh
    if not reason.strip():
        raise GuardRefused(_("Say why."))
    if why_not(nature) is not None:
        standing = AgendaItem.objects.filter(case=fresh, withdrawn_at__isnull=True, settled_at__isnull=True)
        item = standing.select_related("meeting__body").first()
        if item is not None:
            raise GuardRefused(
                _("The case stands on an agenda: %(meeting)s. Take it off that agenda first.")
                % {"meeting": item.meeting}
            )
    fresh.nature = nature
    with audit.recorded(
        "forum.case_nature_set",
        actor=by.actor,
        acting=by.acting,
        subject=fresh,
        data={"nature": nature},
        text={"reason": reason.strip()},
    ):
        fresh.save(update_fields=["nature"])
    return fresh

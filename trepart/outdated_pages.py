"""A form sent from a page that is no longer up to date: noticed by the newest event the page was made from.

Steps of a lifecycle compare the event of the status (`trepart.workflow.perform`, and `other_writes` in
`proposals.workflow`); the administrator's pages compare field by field (`forum.organisation.services.edit_conflicts`).
"""

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from trepart.audit.models import Event
from trepart.refusals import WrongState

if TYPE_CHECKING:
    from django.db.models import Model


def version(subject: "Model") -> int:
    """Return the id of the newest event on ``subject``: the version a page was made from."""
    newest = Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return int(newest.aggregate(newest=Max("pk"))["newest"] or 0)


def check_seen(subject: "Model", seen: int | None) -> None:
    """Raise ``WrongState`` where somebody has written about ``subject`` since the page with
    version ``seen`` was made."""
    if seen is not None and seen != version(subject):
        raise WrongState(
            _(
                "Something has been recorded here since you opened the page. What you sent was not saved; look "
                "at what stands there now, and try again if it is still needed."
            )
        )

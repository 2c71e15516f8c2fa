"""What union and safety representatives say of an employee's proposal that one leader decides on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case
from forum.organisation.models import Membership
from proposals.models.proposal import Proposal
from trepart import clock
from trepart.audit.history import track


class HeardWord(models.Model):
    """A representative who was asked, for the place they hold, and what they said; without words it says that they were
    asked, and never that they agreed."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="heard")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("place"))
    asked_on = models.DateField(_("asked"), default=clock.today)
    text = models.TextField(_("what was said"), blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField(_("said"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("word from a representative")
        verbose_name_plural = _("words from representatives")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "membership"], name="proposals_heard_once"),
            models.CheckConstraint(
                condition=Q(text="", said_by__isnull=True, said_at__isnull=True)
                | ~Q(text="") & Q(said_by__isnull=False, said_at__isnull=False),
                name="proposals_heard_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.text[:60]}"

    @property
    def case(self) -> Case:
        """Return the case it is about: the trail asks it who may know whom."""
        return self.proposal.case

"""A guest in one case: somebody who speaks for the users, and takes part in exactly that (the guide on LMU)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.cases.models.cases import Document, Referral
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.history import track


class CaseGuest(models.Model):
    """A user representative's place in one case with one body: the case can be read, and nothing else of what the body
    keeps to itself or of what is for those who work in the municipality."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="guests")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="guest_in")
    since = models.DateTimeField(default=clock.now)
    #: What the guest holds, in the own words: written by the guest, or on the sheet that came; by nobody else.
    view = models.TextField(_("what the guest thinks"), blank=True)
    sheet = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the sheet")
    )
    said_at = models.DateTimeField(_("said"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("guest in a case")
        verbose_name_plural = _("guests in cases")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "membership"], name="cases_guest_once"),
            models.CheckConstraint(
                condition=Q(said_at__isnull=True, view="", sheet__isnull=True)
                | Q(said_at__isnull=False) & (~Q(view="") | Q(sheet__isnull=False)),
                name="cases_guest_said_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.referral_id}"

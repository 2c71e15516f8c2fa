"""How a guest without an e-mail address is reached."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Membership
from trepart.audit.history import track


class GuestLetter(models.Model):
    """Where the letter to a guest goes, and whether what it says now has been sent. The address is erased the
    night after the guest's last day (R31)."""

    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, related_name="guest_letter")
    address = models.TextField(_("postal address"), max_length=300, blank=True)
    #: Empty: there is a case the guest has not been told of.
    sent_on = models.DateField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    history = track()

    class Meta:
        verbose_name = _("letter to a guest")
        verbose_name_plural = _("letters to guests")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.membership)

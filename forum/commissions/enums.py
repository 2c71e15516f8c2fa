"""The values a commission can have."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CommissionStatus(TextChoices):
    """Where work stands that a body has commissioned from above (oppdrag)."""

    GIVEN = "given", _("waiting for whoever got it")
    ACCEPTED = "accepted", _("under way")
    SENT_BACK = "sent_back", _("sent back")
    REPORTED = "reported", _("reported, waiting to be heard")
    CONCLUDED = "concluded", _("concluded")
    CALLED_BACK = "called_back", _("called back")

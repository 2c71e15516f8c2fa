"""Where a provisional conclusion stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConclusionStatus(TextChoices):
    """The life of a conclusion; whether there is disagreement follows from the answers (`proposals.consent.rules`)."""

    PROVISIONAL = "provisional", _("provisional")
    STANDS = "stands", _("stands")
    SENT_UP = "sent_up", _("sent up without agreement")
    DROPPED = "dropped", _("taken back")

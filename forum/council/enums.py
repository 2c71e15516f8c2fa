"""The values a case from the municipal council's list can have."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CouncilCaseStatus(TextChoices):
    """Where a case on the municipal council's list stands with the body that meets ahead of it."""

    RECEIVED = "received", _("waits for treatment")
    TREATED = "treated", _("treated")
    DECIDED = "decided", _("decided by the municipal council")
    WITHDRAWN = "withdrawn", _("taken off the municipal council's list")


class CouncilFollowed(TextChoices):
    """How the municipal council's decision stands to the view it was given."""

    WHOLLY = "wholly", _("as the view said")
    PARTLY = "partly", _("partly as the view said")
    OTHERWISE = "otherwise", _("otherwise than the view said")
    NO_VIEW = "no_view", _("there was no view to follow")
    POSTPONED = "postponed", _("postponed, or sent back")

"""Where proposals enter. Which body takes what in is data of the municipality."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Body
from proposals.enums import IntakeKind, Origin
from trepart.audit.history import track


class Intake(models.Model):
    """Where proposals of one origin enter; from there each body's ``superior`` leads on. Validated as a whole:
    no road without an end."""

    origin = models.CharField(_("proposals from"), max_length=20, choices=Origin, unique=True)
    kind = models.CharField(_("enter with"), max_length=10, choices=IntakeKind)
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("body")
    )

    history = track()

    class Meta:
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="unit_lmu", body__isnull=True) | Q(kind="body", body__isnull=False),
                name="proposals_intake_body",
            ),
            # Only an employee has a workplace whose LMU it could enter with.
            models.CheckConstraint(
                condition=Q(origin="employee") | Q(kind="body"), name="proposals_intake_workplace_of_employees"
            ),
        ]

    def __str__(self) -> str:
        return self.get_origin_display()

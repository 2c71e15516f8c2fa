"""Who stands in for whom while somebody is away."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.organisation.models.bodies import Appointment, Membership, Period, PeriodQuerySet, ends_after_it_begins
from trepart.audit.history import track


class StandIn(Period):
    """One person has the rights of another's place or office from one day to another, both included.

    The place is the absent person's membership or appointment: the stand-in never has more than that gives, and never
    longer than it runs. Elected members have deputies instead (koml § 7-10, R4).
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stands_in", verbose_name=_("stand-in")
    )
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="stand_ins", verbose_name=_("place")
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="stand_ins", verbose_name=_("office")
    )

    history = track()
    objects = PeriodQuerySet["StandIn"].as_manager()

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        ordering = ["valid_from", "id"]
        constraints = [
            ends_after_it_begins("organisation_standin_period"),
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="organisation_standin_has_a_last_day"),
            models.CheckConstraint(
                condition=Q(membership__isnull=True, appointment__isnull=False)
                | Q(membership__isnull=False, appointment__isnull=True),
                name="organisation_standin_for_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from"], name="organisation_standin_person")]

    def __str__(self) -> str:
        return f"{self.person}, {self.place}"

    @property
    def place(self) -> Membership | Appointment:
        """Return what it stands in for."""
        found = self.membership or self.appointment
        if found is None:  # the database has a constraint against it
            raise ValueError("A stand-in stands in for something.")
        return found

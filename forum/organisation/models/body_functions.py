"""The functions a body has: one table, several hats (the guide on Lunner)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.organisation.models.bodies import Body, Period, PeriodQuerySet, ends_after_it_begins
from trepart.audit.history import track


class BodyFunction(Period):
    """One thing a body is besides itself: planning committee, steering group for an agreement, restructuring body. An
    agenda item says under which it is treated."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="functions", verbose_name=_("body"))
    name = models.CharField(
        _("function"), max_length=80, help_text=_("As it is said of a case: planning committee, steering group.")
    )
    basis = models.CharField(
        _("rests on"),
        max_length=200,
        blank=True,
        help_text=_("The decision, agreement or rule that gives it this function."),
    )

    history = track()
    objects = PeriodQuerySet["BodyFunction"].as_manager()

    class Meta:
        verbose_name = _("function of a body")
        verbose_name_plural = _("functions of bodies")
        ordering = ["body", "id"]
        constraints = [
            ends_after_it_begins("organisation_function_period"),
            models.UniqueConstraint(
                fields=["body", "name"],
                condition=models.Q(valid_to__isnull=True),
                name="organisation_function_once_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name

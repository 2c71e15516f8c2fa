"""A year's meetings of a body: its published plan, and the municipality's own days without meetings."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Body
from trepart import clock
from trepart.audit.history import track


class DayOff(models.Model):
    """Days on which the municipality holds no meetings (winter and autumn holiday, the summer weeks). Public holidays
    are known without being written here."""

    name = models.CharField(_("what it is"), max_length=80)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    history = track()

    class Meta:
        verbose_name = _("days without meetings")
        verbose_name_plural = _("days without meetings")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="meetings_dayoff_period"),
            models.UniqueConstraint(fields=["first_day", "last_day"], name="meetings_dayoff_once"),
        ]

    def __str__(self) -> str:
        return self.name


class YearPlan(models.Model):
    """That a body's meeting plan for a year is published, and since when. The meetings themselves are `Meeting` rows:
    the plan is never a second truth."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="year_plans", verbose_name=_("body"))
    year = models.PositiveSmallIntegerField(_("year"))
    published_at = models.DateTimeField(_("published"), default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("meeting plan")
        verbose_name_plural = _("meeting plans")
        ordering = ["body", "-year"]
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="meetings_yearplan_once")]

    def __str__(self) -> str:
        return f"{self.body} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("forum:year_plan", args=[self.body.slug, self.year])

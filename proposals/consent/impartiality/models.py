"""What somebody with a say answered about being partial in their own proposal."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case, Referral
from trepart import clock
from trepart.audit.history import track


class PartialityAnswer(models.Model):
    """One person's answer for one stay of a proposal with one body: asked once, and kept."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="partiality_answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    partial = models.BooleanField(_("partial"))
    answered_at = models.DateTimeField(_("answered"), default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("answer about partiality")
        verbose_name_plural = _("answers about partiality")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["referral", "person"], name="proposals_partiality_asked_once")]

    @property
    def case(self) -> Case:
        """Return the case it is about: the trail asks it who may know whom."""
        return self.referral.case

    def __str__(self) -> str:
        return f"{self.referral}: {self.partial}"

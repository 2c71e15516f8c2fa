"""Formal opinions (uttalelser): what a body that treats a case asks another body, or a workplace, before it decides."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import OpinionStatus
from forum.cases.models.cases import Case, Document, Referral
from forum.organisation.models import Body, Unit
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Staged


class OpinionQuerySet(models.QuerySet["Opinion"]):
    """Reads over opinions."""

    def waiting(self) -> Self:
        """Keep what has not been answered, declined, taken back or overtaken."""
        return self.filter(status=OpinionStatus.ASKED)

    def to_be_reminded(self, days: int) -> Self:
        """Keep what waits and is due within so many days, or is overdue."""
        return self.waiting().filter(due_on__lte=clock.today() + timedelta(days=days))


class Opinion(Staged):
    """One question to one body or workplace about a case, and the answer. Belongs to the stay of the
    case in which it was asked.

    Who may read it follows the case (R25): what has been answered is read by whoever may read the case, and by nobody
    else but those who ask and are asked.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="opinions")
    asker = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="opinions_asked", verbose_name=_("asked by"))
    asked = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name=_("asked")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name=_("workplace")
    )
    question = models.TextField(_("question"))
    asked_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField(_("to be answered by"))
    answer = models.TextField(_("opinion"), blank=True)
    reason = models.TextField(_("why there is none"), blank=True)
    #: Whoever gave it has sent the case in, and was asked first whether they are partial (fvl § 6).
    own = models.BooleanField(_("given by whoever sent the case in"), default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    history = track()
    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked__isnull=True, unit__isnull=False) | Q(asked__isnull=False, unit__isnull=True),
                name="cases_opinion_asked_of_one",
            ),
            models.CheckConstraint(
                condition=Q(asked__isnull=True) | ~Q(asked=F("asker")), name="cases_opinion_not_of_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | (~Q(answer="") & Q(closed_at__isnull=False)),
                name="cases_opinion_answered_with_words",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["declined", "withdrawn"]) | ~Q(reason=""),
                name="cases_opinion_ended_with_reason",
            ),
            models.UniqueConstraint(
                fields=["case", "asked", "unit"],
                condition=Q(status="asked"),
                name="cases_opinion_asked_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["asked", "status", "due_on"], name="cases_opinion_asked")]

    def __str__(self) -> str:
        return f"{self.case.reference}, {self.of}"

    def get_absolute_url(self) -> str:
        return reverse("forum:opinion_detail", args=[self.pk])

    @property
    def of(self) -> Body | Unit:
        """Return who was asked."""
        found = self.asked or self.unit
        if found is None:  # the database has a constraint against it
            raise ValueError("An opinion is asked of somebody.")
        return found

    @property
    def is_overdue(self) -> bool:
        """Say whether it should have been there before today. It can still be given, until the case is decided."""
        return self.status == OpinionStatus.ASKED and self.due_on < clock.today()


class OpinionDocument(models.Model):
    """A document of the case that came with an opinion."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="attached")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="opinion_document")

    history = track()

    class Meta:
        verbose_name = _("attachment to an opinion")
        verbose_name_plural = _("attachments to opinions")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.document.title


class HearingRule(models.Model):
    """Whom a body hears: ``asked`` is offered for cases at ``places``, and asked every time where ``always`` (data, so
    that no municipality needs code)."""

    asker = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="hearing_rules", verbose_name=_("the body that asks")
    )
    asked = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="heard_by", verbose_name=_("who is asked"))
    places = models.TextField(
        _("places"),
        blank=True,
        help_text=_("One on each line. Cases at these places concern the council. Empty: every case."),
    )
    always = models.BooleanField(
        _("always asked"),
        default=False,
        help_text=_("The question goes out by itself when the body begins on a case at one of the places."),
    )
    days = models.PositiveSmallIntegerField(_("days to answer"), default=21)

    history = track()

    class Meta:
        verbose_name = _("rule for hearing")
        verbose_name_plural = _("rules for hearing")
        ordering = ["asked", "id"]
        constraints = [
            models.UniqueConstraint(fields=["asker", "asked"], name="cases_hearing_once"),
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="cases_hearing_not_of_oneself"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=365), name="cases_hearing_days"),
        ]

    def __str__(self) -> str:
        return f"{self.asker}: {self.asked}"

    def concerns(self, place: str) -> bool:
        """Say whether a case at ``place`` concerns whoever is asked: one of the names stands in it as words of its own,
        whatever the letters' case."""
        said = f" {_words(place)} "
        names = [_words(line) for line in self.places.splitlines() if line.strip()]
        return not names or any(name and f" {name} " in said for name in names)


def _words(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())

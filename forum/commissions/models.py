"""Commissions (oppdrag): work that a body or the municipal council asks for, and the report that comes back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case, Document
from forum.commissions.enums import CommissionStatus
from forum.meetings.core.models import AgendaItem
from forum.organisation.models import Body, Unit
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Staged

#: While it stands here somebody has work to do, and a day to keep.
RUNNING = (CommissionStatus.GIVEN, CommissionStatus.ACCEPTED, CommissionStatus.SENT_BACK)


class Commission(Staged):
    """What is wanted, by when, from whom, and which body hears of it. Its case is the root of all that happens to it.

    ``giver`` is the body whose members write for those who commission; ``council`` stands there too where it was the
    municipal council, which is outside the portal, and ``giver`` recorded it.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="commission")
    giver = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="commissions_given", verbose_name=_("given by")
    )
    council = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipal council")
    )
    council_decision = models.CharField(_("what the municipal council decided"), max_length=500, blank=True)
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commissions",
        verbose_name=_("decided in"),
    )
    receiver_body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="commissions", verbose_name=_("given to")
    )
    receiver_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="commissions", verbose_name=_("workplace")
    )
    report_to = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="commissions_heard", verbose_name=_("reports to")
    )
    wanted = models.TextField(_("what is wanted"))
    due_on = models.DateField(_("report due"))
    given_at = models.DateTimeField(default=clock.now)
    plan = models.TextField(_("how it will be done"), blank=True)
    reason = models.TextField(_("why it came back"), blank=True)
    report = models.TextField(_("report"), blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    conclusion = models.TextField(_("what those who heard it said"), blank=True)

    history = track()

    class Meta:
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(receiver_body__isnull=True, receiver_unit__isnull=False)
                | Q(receiver_body__isnull=False, receiver_unit__isnull=True),
                name="commissions_commission_one_receiver",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent_back", "called_back"]) | ~Q(reason=""),
                name="commissions_commission_back_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["reported", "concluded"]) | (~Q(report="") & Q(reported_at__isnull=False)),
                name="commissions_commission_reported_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(status="concluded") | ~Q(conclusion=""), name="commissions_commission_concluded_in_words"
            ),
            models.CheckConstraint(
                condition=Q(council__isnull=True) | ~Q(council_decision=""),
                name="commissions_commission_council_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["receiver_body", "status"], name="commissions_commission_body"),
            models.Index(fields=["status", "due_on"], name="commissions_commission_due"),
        ]

    def __str__(self) -> str:
        return self.case.title

    def get_absolute_url(self) -> str:
        return reverse("forum:commission_detail", args=[self.pk])

    @property
    def receiver(self) -> Body | Unit:
        """Return who has it."""
        found = self.receiver_body or self.receiver_unit
        if found is None:  # the database has a constraint against it
            raise ValueError("A commission is given to somebody.")
        return found

    @property
    def given_by(self) -> Body:
        """Return who commissioned it."""
        return self.council or self.giver

    @property
    def is_overdue(self) -> bool:
        """Say whether the report should have been there before today."""
        return self.status in RUNNING and self.due_on < clock.today()


class CommissionDocument(models.Model):
    """A document of the case that came with the report, rather than with the commission itself."""

    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="report_documents")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="commission_document")

    history = track()

    class Meta:
        verbose_name = _("attachment to a report")
        verbose_name_plural = _("attachments to reports")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.document.title

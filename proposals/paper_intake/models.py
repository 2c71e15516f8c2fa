"""How the proposer of a proposal on paper is reached, and the letters that are owed instead of mail."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Body
from proposals.enums import SentHow
from proposals.models.proposal import Proposal
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Event


class PaperSender(models.Model):
    """Who sent a proposal in on paper, and how they are reached. Address and telephone are erased when nothing more is
    to be sent (R31); the name stays with the case (R28)."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="paper")
    name = models.CharField(_("name"), max_length=150)
    address = models.TextField(_("postal address"), max_length=300, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    #: Which language the letters are in; empty: the municipality's own.
    language = models.CharField(_("language"), max_length=7, blank=True)
    #: When the municipality had the sheet: the deadlines run from here (R18).
    received_on = models.DateField(_("received"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"), default=clock.now)
    #: When the proposal was tied to the account the proposer has got since.
    linked_at = models.DateTimeField(_("tied to an account"), null=True, blank=True)
    erased_at = models.DateTimeField(_("contact details erased"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("sender of a proposal on paper")
        verbose_name_plural = _("senders of proposals on paper")
        constraints = [
            models.CheckConstraint(
                condition=(Q(erased_at__isnull=True) & ~Q(address="", telephone=""))
                | Q(erased_at__isnull=False, address="", telephone=""),
                name="proposals_paper_reached_until_erased",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """What a proposer without an account is told: written with the step it tells of, printed, and waiting until
    somebody says that it is sent."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="letters")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=100)
    #: Who answers, and so sees to it that the letter is sent.
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    language = models.CharField(max_length=7)
    written_at = models.DateTimeField(_("written"), default=clock.now)
    due_on = models.DateField(_("to be sent by"))
    how = models.CharField(_("how"), max_length=10, choices=SentHow, blank=True)
    sent_on = models.DateField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )

    history = track()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["written_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "proposal", "kind"], name="proposals_letter_once"),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True, how="", sent_by__isnull=True)
                | (Q(sent_on__isnull=False, sent_by__isnull=False) & ~Q(how="")),
                name="proposals_letter_sent_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="proposals_letter_waiting", condition=Q(sent_on__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.subject

    def is_late(self, today: date) -> bool:
        """Say whether it should have been sent before ``today``."""
        return self.sent_on is None and self.due_on < today

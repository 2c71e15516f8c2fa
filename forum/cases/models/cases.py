"""Cases, their documents, and their stays with bodies."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess, LetterFrom, ReferralOutcome, ReferralStatus
from forum.cases.matters import Nature
from forum.organisation.models import Body
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Staged
from trepart.uploads import door, leftovers


class NumberSeries(models.Model):
    """The last number given in a series: case folders of a year, ``PS`` of a body and year. A number is
    given once and never again."""

    key = models.CharField(max_length=60, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"


class Case(models.Model):
    """A matter, with a folder number people recognise ("26/123"), its access and its documents."""

    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    access = models.CharField(_("who may read it"), max_length=12, choices=CaseAccess, default=CaseAccess.RECEIVER)
    access_basis = models.CharField(_("legal basis for closing"), max_length=200, blank=True)
    archive_reference = models.CharField(_("the archive's case number"), max_length=60, blank=True)
    #: What no three-party body treats stands on no agenda (koml § 13-1).
    nature = models.CharField(_("kind of case"), max_length=12, choices=Nature, default=Nature.ORDINARY)
    created_at = models.DateTimeField(_("created"), default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-year", "-number"]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="cases_case_number")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Return the folder number as people write it: "26/123"."""
        return f"{self.year % 100:02d}/{self.number}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Reads over documents."""

    def of_case_itself(self) -> Self:
        """Leave out what came with the case paper, which is read with the paper, and not before it is finished; and
        letters that are kept, which are for those who receive them."""
        return self.received().exclude(~Q(letter_from="") & ~Q(exempt_basis=""))

    def received(self) -> Self:
        """Leave out what came with the case paper alone: for those who may open letters."""
        return self.filter(with_paper=False)


class Document(models.Model):
    """A file in a case. What it is was sniffed, not believed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to="cases/%Y/%m/")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    #: What could not be taken out of it when it came (`trepart.uploads.leftovers.Leftover`).
    left = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    exempt_basis = models.CharField(_("legal basis for exemption"), max_length=200, blank=True)
    #: Somebody's own letter or sheet, as it came: while it is kept, it is for those who receive it, and for nobody else
    #: who treats the case.
    letter_from = models.CharField(max_length=10, choices=LetterFrom, blank=True, default="")
    #: Came with the case paper, and is read with it.
    with_paper = models.BooleanField(default=False)
    #: The exempt document that this one is the redacted copy of: the public reads the copy (Freedom
    #: of Information Act § 12).
    redacts = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="redacted_copy", verbose_name=_("redacts")
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    history = track()
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(redacts__isnull=True) | ~Q(redacts=F("id")), name="cases_document_redacts_another"
            ),
            models.CheckConstraint(
                condition=Q(redacts__isnull=True) | Q(exempt_basis=""), name="cases_document_copy_is_public"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def left_words(self) -> list[str]:
        """Return in sentences what the file may still tell of people, besides what can be read in it."""
        return leftovers.words(self.left)

    @property
    def file_name(self) -> str:
        """Return what the file is called when it is taken out: its title, with the ending of what it is."""
        endings = door.ACCEPTED.get(self.content_type, ("",))
        return self.title if self.title.lower().endswith(endings) else self.title + endings[0]

    @property
    def is_picture(self) -> bool:
        """Say whether it can be shown on a page."""
        return self.content_type.startswith("image/")


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Reads over stays."""

    def waiting(self) -> Self:
        """Keep what a body has to deal with: open, or resting until a day."""
        return self.exclude(status=ReferralStatus.CLOSED)

    def overdue(self, on: date | None = None) -> Self:
        """Keep what should have been answered before that day (today unless said)."""
        return self.waiting().filter(due_on__lt=on or clock.today())


class Referral(Staged):
    """One stay of one case with one body: received, deadline, recommendation, outcome, and the answer that
    no body can leave without.

    A body's queue is its waiting referrals, whatever they come from.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="referrals")
    sent_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="led_to")
    received_at = models.DateTimeField(_("received"), default=clock.now)
    due_on = models.DateField(_("to be answered by"))
    note = models.TextField(_("what the sender wrote"), blank=True)
    recommendation = models.TextField(_("recommendation"), blank=True)
    recommended_by = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    needs_user_representatives = models.BooleanField(_("user representatives must join"), default=False)
    preliminary_answer = models.TextField(_("preliminary answer"), blank=True)
    preliminary_at = models.DateTimeField(null=True, blank=True)
    resumes_on = models.DateField(_("comes back"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=ReferralOutcome, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    closed_at = models.DateTimeField(_("answered"), null=True, blank=True)

    history = track()
    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["received_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=~Q(status="closed"), name="cases_referral_one_waiting_per_case"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | (~Q(outcome="") & ~Q(answer="") & Q(closed_at__isnull=False)),
                name="cases_referral_no_closing_without_answer",
            ),
            models.CheckConstraint(
                condition=~Q(status="resting") | (~Q(answer="") & Q(resumes_on__isnull=False)),
                name="cases_referral_rests_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | ~Q(sent_by=F("id")), name="cases_referral_not_from_itself"
            ),
        ]
        indexes = [models.Index(fields=["body", "status", "due_on"], name="cases_referral_queue")]

    def __str__(self) -> str:
        return f"{self.case.reference}, {self.body}"

    @property
    def is_overdue(self) -> bool:
        """Say whether the answer is late today."""
        return self.status != ReferralStatus.CLOSED and self.due_on < clock.today()

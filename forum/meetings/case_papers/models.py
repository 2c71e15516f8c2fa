"""Case papers (saksframlegg): a draft being written, and versions that never change (R22, R29)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import PublicForm
from forum.cases.models import Case
from forum.meetings.enums import PaperSection
from trepart import clock
from trepart.audit.history import WrittenOnce, track


class CasePaper(models.Model):
    """The case paper of one case: whoever prepares the case writes a draft, and finishes it as a version."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="paper")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(_("begun"), default=clock.now)
    #: The newest version that somebody chose to let others read before the notice; 0 for none.
    shown_ahead = models.PositiveSmallIntegerField(_("read ahead of the notice"), default=0)

    history = track()

    class Meta:
        verbose_name = _("case paper")
        verbose_name_plural = _("case papers")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.case.reference

    def get_absolute_url(self) -> str:
        return reverse("forum:case_paper", args=[self.case_id])


class PaperContent(models.Model):
    """What a case paper says, and what of it the public may read. The sections are HTML, cleaned
    by `trepart.text.rich`."""

    recommendation = models.TextField(_("recommendation"), blank=True)
    facts = models.TextField(_("facts of the case"), blank=True)
    assessment = models.TextField(_("assessment"), blank=True)
    involvement = models.TextField(_("involvement and discussion"), blank=True)
    union_view = models.TextField(_("the unions' view"), blank=True)
    #: R22, R23: the Working Environment Act §§ 8-1 and 8-2, and the basic agreement.
    needs_discussion = models.BooleanField(_("must be discussed with the unions"), default=False)
    discussed_on = models.DateField(_("discussed on"), null=True, blank=True)
    discussed_with = models.CharField(_("discussed with"), max_length=300, blank=True)
    public_form = models.CharField(
        _("what the public reads"), max_length=10, choices=PublicForm, default=PublicForm.WHOLE
    )
    exempt_basis = models.CharField(_("legal basis for exemption"), max_length=200, blank=True)
    exempt_sections = ArrayField(models.CharField(max_length=20, choices=PaperSection), default=list, blank=True)
    #: Ids of documents of the case, in the order they are numbered in.
    attachments = ArrayField(models.BigIntegerField(), default=list, blank=True)
    reason = models.TextField(_("what is changed, and why"), max_length=1000, blank=True)

    class Meta:
        abstract = True

    def sections(self) -> list[tuple[PaperSection, str]]:
        """Return the sections in the order they are read, each with its words."""
        return [(section, getattr(self, section.value)) for section in PaperSection]


class CasePaperDraft(PaperContent):
    """What is being written of a case paper, saved by itself while it is written: one for all who prepare the case,
    never shown to others, deleted when it is finished (R31)."""

    paper = models.OneToOneField(CasePaper, on_delete=models.CASCADE, related_name="draft")
    #: Counts the saves: whoever saves over what somebody else has saved meanwhile is told.
    revision = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("draft of a case paper")
        verbose_name_plural = _("drafts of case papers")

    def __str__(self) -> str:
        return f"{self.paper_id} {self.revision}"


class CasePaperVersion(PaperContent, WrittenOnce):
    """A finished case paper. Append-only: what is to be otherwise is a new version that says what is
    changed, and why (R29)."""

    paper = models.ForeignKey(CasePaper, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("finished"), default=clock.now)

    class Meta:
        verbose_name = _("version of a case paper")
        verbose_name_plural = _("versions of case papers")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="meetings_casepaper_number"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="meetings_casepaper_change_says_why"),
            models.CheckConstraint(
                condition=Q(public_form="whole") | ~Q(exempt_basis=""), name="meetings_casepaper_exempt_on_a_basis"
            ),
            models.CheckConstraint(
                condition=~(Q(recommendation="") & Q(facts="") & Q(assessment="")),
                name="meetings_casepaper_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} v{self.number}"

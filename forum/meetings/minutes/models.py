"""Minutes: what the meeting left behind, in versions that never change."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import Meeting
from trepart import clock
from trepart.audit.history import WrittenOnce, track
from trepart.audit.models import Seal, Staged


class Minutes(Staged):
    """The minutes of one meeting: draft, published but not yet approved, approved. What they
    said is in their versions."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")

    def __str__(self) -> str:
        return f"{_('Minutes')}, {self.meeting}"

    def get_absolute_url(self) -> str:
        return reverse("forum:minutes_detail", args=[self.meeting_id])


class PrintedVersion(WrittenOnce):
    """One published version of a document: its structure, the PDF printed from that structure, and its SHA-256. The
    database refuses to change or remove it (R29).

    ``public`` has what the public may read (closed items as number and basis only); ``internal`` has
    everything. Each has its own PDF.
    """

    number = models.PositiveSmallIntegerField(_("version"))
    reason = models.TextField(_("what was corrected, and why"), blank=True)
    internal = models.JSONField()
    public = models.JSONField()
    internal_pdf = models.BinaryField()
    public_pdf = models.BinaryField()
    internal_sha256 = models.CharField(max_length=64)
    public_sha256 = models.CharField(max_length=64)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, null=True, related_name="+")
    seal_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


class MinutesVersion(PrintedVersion):
    """One published version of the minutes."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        verbose_name = _("version of minutes")
        verbose_name_plural = _("versions of minutes")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="meetings_minutesversion_number")]

    def __str__(self) -> str:
        return f"{self.minutes_id} v{self.number}"


#: After so many days minutes that nobody has approved are shown as waiting for long.
LONG = 30

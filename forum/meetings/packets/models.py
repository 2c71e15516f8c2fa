"""The meeting packet: every making of it, how far it has come, and the file it became."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import Meeting
from forum.meetings.enums import PacketFailure, PacketStage
from trepart import clock


class PacketQuerySet(models.QuerySet["Packet"]):
    """Reads over makings."""

    def unfinished(self) -> "PacketQuerySet":
        """Keep those that are being made, or wait to be."""
        return self.filter(made_at__isnull=True, failed_at__isnull=True)

    def made(self) -> "PacketQuerySet":
        """Keep those that have a file to give."""
        return self.filter(made_at__isnull=False).exclude(file="")


class Packet(models.Model):
    """One making of a meeting's packet for one audience: asked for, made by the worker, and kept with its SHA-256 until
    a newer one takes its place.

    The row stays when the file has gone: what was given out, when, and from what, can be told for
    as long as the meeting can.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="packets")
    #: A value of `forum.meetings.minutes.structure.Audience`.
    audience = models.CharField(max_length=10, choices=[("internal", _("members")), ("public", _("everybody"))])
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    begun_at = models.DateTimeField(null=True, blank=True)
    #: How far the making has come: so many of ``total`` (0: nobody knows yet) in this stage, told at ``told_at``.
    stage = models.CharField(max_length=10, choices=PacketStage, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=10, choices=PacketFailure, blank=True)
    file = models.FileField(upload_to="packets/%Y/%m/", blank=True)
    size = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    #: The digest of the structure it was printed from (`PacketDocument.digest`), what of it was open, and
    #: the newest event before it.
    made_from = models.CharField(max_length=64, blank=True)
    pieces = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    newest_event = models.BigIntegerField(default=0)
    holds_exempt = models.BooleanField(default=False)

    objects = PacketQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting packet")
        verbose_name_plural = _("meeting packets")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "audience"],
                condition=Q(made_at__isnull=True, failed_at__isnull=True),
                name="meetings_packet_one_making",
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | Q(failed_at__isnull=True), name="meetings_packet_made_or_failed"
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | (~Q(sha256="") & ~Q(made_from="")),
                name="meetings_packet_made_is_known",
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | ~Q(failure=""), name="meetings_packet_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.audience}"

    def get_absolute_url(self) -> str:
        return reverse("forum:packet", args=[self.meeting_id])

    @property
    def is_unfinished(self) -> bool:
        """Say whether it is being made, or waits to be."""
        return self.made_at is None and self.failed_at is None

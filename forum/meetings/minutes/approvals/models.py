"""Who is asked to approve minutes, and what they answered (R13)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.enums import SignatureKind
from forum.meetings.minutes.models import Minutes, MinutesVersion
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.history import WrittenOnce, track


class MinutesSigner(models.Model):
    """One who is asked to approve the minutes of a meeting: whoever presided, or one the meeting appointed."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="signers")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))

    history = track()

    class Meta:
        verbose_name = _("one who approves minutes")
        verbose_name_plural = _("those who approve minutes")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["minutes", "membership"], name="meetings_minutessigner_once")]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.minutes_id}"


class MinutesSignature(WrittenOnce):
    """One answer to one version, by one person: approved, or a remark. Append-only in the database: it stands for what
    was read, named by its digest (R29)."""

    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="signatures")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    kind = models.CharField(_("answer"), max_length=10, choices=SignatureKind)
    remark = models.TextField(_("remark"), blank=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("answer to minutes")
        verbose_name_plural = _("answers to minutes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "membership"], condition=Q(kind="approved"), name="meetings_signature_approves_once"
            ),
            models.CheckConstraint(
                condition=(Q(kind="remark") & ~Q(remark="")) | (Q(kind="approved") & Q(remark="")),
                name="meetings_signature_remark_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"


class RemarkReply(WrittenOnce):
    """What the secretary answers to a remark that leads to no correction. Append-only in the database."""

    remark = models.OneToOneField(MinutesSignature, on_delete=models.PROTECT, related_name="reply")
    text = models.TextField(_("answer"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("answer to a remark")
        verbose_name_plural = _("answers to remarks")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="meetings_remark_reply_has_words")]

    def __str__(self) -> str:
        return self.text[:80]

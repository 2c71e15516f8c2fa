"""A notice: one thing one person was told, on "my page" and by mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from trepart import clock
from trepart.audit.models import Event


class MailStatus(models.TextChoices):
    """What became of the mail."""

    NONE = "none", _("no mail")
    QUEUED = "queued", _("in the queue")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")


class Notice(models.Model):
    """What one person was told. Written in the transaction of what it tells of; the mail is a copy, this is the truth."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=100)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("told"), default=clock.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mail = models.CharField(_("mail"), max_length=10, choices=MailStatus, default=MailStatus.NONE)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    mail_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["event", "person", "kind"], name="notices_notice_once")]
        indexes = [models.Index(fields=["person", "-created_at"], name="notices_notice_person")]

    def __str__(self) -> str:
        return self.subject

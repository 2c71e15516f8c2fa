"""What people are told: a notice on "my page", and the mail that carries it out of the house."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trepart import clock
from trepart.audit.models import Event


class MailState(models.TextChoices):
    """Where a mail is on its way out."""

    QUEUED = "queued", _("in the queue")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("did not arrive")
    #: The address is marked as wrong: goes out when there is a right one.
    HELD = "held", _("waits for a right address")
    #: Nothing is sent to a closed account.
    DROPPED = "dropped", _("not to be sent")


class Reason(models.TextChoices):
    """Why a mail did not arrive, in words a clerk can act on."""

    NO_SUCH_ADDRESS = "no_such_address", _("there is no such address")
    MAILBOX_FULL = "mailbox_full", _("the mailbox is full")
    NOT_ACCEPTED = "not_accepted", _("the receiving mail server does not accept it")
    SERVER_AWAY = "server_away", _("the mail server does not answer")
    BUSY = "busy", _("the mail server asks us to come back later")
    OWN_SERVER = "own_server", _("our own mail server does not take mail from the portal")
    CANNOT_BE_WRITTEN = "cannot_be_written", _("the mail cannot be written: a fault in the portal")


class Cadence(models.TextChoices):
    """How often somebody wants mail about what can wait."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Gathered, once a day")


class Mail(models.Model):
    """One mail to one address. Written in the transaction of what it tells of; the text and the HTML are both made of
    ``text`` when it is sent.

    ``text`` is blanked when it is no longer needed: at once for what is secret, else after some weeks (R31).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    to = models.CharField(_("address"), max_length=254)
    language = models.CharField(max_length=5)
    kind = models.CharField(max_length=100)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    #: What the button says; empty where there is no link.
    label = models.CharField(max_length=100, blank=True)
    secret = models.BooleanField(default=False)
    #: Identifies the mail for the receiving server, however many times it is handed over.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    created_at = models.DateTimeField(_("written"), default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    #: Since when it has been in trouble, and which.
    troubled_at = models.DateTimeField(_("since"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=20, choices=Reason, blank=True)
    code = models.CharField(max_length=20, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["next_try_at"], name="notices_mail_waiting", condition=Q(state="queued")),
            models.Index(fields=["troubled_at"], name="notices_mail_troubled", condition=Q(troubled_at__isnull=False)),
            models.Index(fields=["sent_at"], name="notices_mail_to_blank", condition=Q(blanked_at__isnull=True)),
            models.Index(fields=["to", "-created_at"], name="notices_mail_to"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(blanked_at__isnull=True) | Q(text="", label=""), name="notices_mail_blank_is_blank"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attachment(models.Model):
    """A file that goes with a mail. With ``method`` it is an invitation to a meeting, and is laid beside the text
    too, where calendars look."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=100)
    method = models.CharField(max_length=20, blank=True)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """What one person was told. Written in the transaction of what it tells of; the mail is a
    copy, this is the truth."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=100)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("told"), default=clock.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    #: The mail that carried it: its own, or one that gathered a day's. None: no mail, or not gathered yet.
    mail = models.ForeignKey(Mail, on_delete=models.SET_NULL, null=True, blank=True, related_name="notices")
    #: Waits for the mail that gathers a day's notices.
    to_be_gathered = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["event", "person", "kind"], name="notices_notice_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notices_notice_person"),
            models.Index(fields=["person"], name="notices_notice_gather", condition=Q(to_be_gathered=True)),
        ]

    def __str__(self) -> str:
        return self.subject


class MailChoice(models.Model):
    """How often somebody wants mail. Without a row: at once."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice")
    cadence = models.CharField(_("how often"), max_length=10, choices=Cadence, default=Cadence.AT_ONCE)

    class Meta:
        verbose_name = _("choice of mail")
        verbose_name_plural = _("choices of mail")

    def __str__(self) -> str:
        return self.get_cadence_display()


class WrongAddress(models.Model):
    """An address a clerk has marked as wrong: nothing is sent there until it is set right, and whoever has
    it is told on "my page"."""

    address = models.CharField(max_length=254, unique=True)
    marked_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("wrong address")
        verbose_name_plural = _("wrong addresses")

    def __str__(self) -> str:
        return self.address

    @staticmethod
    def folded(address: str) -> str:
        """Return the form in which addresses are compared."""
        return address.strip().casefold()


def waits_since(mail: Mail) -> datetime:
    """Return since when ``mail`` has been under way or in trouble."""
    return mail.troubled_at or mail.created_at

"""Who a person is at a sign-in service, and which of our sessions that service has begun."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from trepart import clock


class Identity(models.Model):
    """A person at one service: its name for that person (``sub``), which says nothing to anybody else. Never a
    national identity number."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(_("linked"), default=clock.now)

    class Meta:
        verbose_name = _("way of signing in")
        verbose_name_plural = _("ways of signing in")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="oidc_identity_who"),
            models.UniqueConstraint(fields=["person", "issuer"], name="oidc_identity_one_each"),
        ]

    def __str__(self) -> str:
        return self.issuer


class ServiceSession(models.Model):
    """One of our sessions that a service has begun: found again when the service says that its own has ended."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    #: The service's own name for the session; empty where it gives none.
    sid = models.CharField(max_length=255, blank=True)
    session_key = models.CharField(max_length=40, unique=True)
    begun_at = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("session begun elsewhere")
        verbose_name_plural = _("sessions begun elsewhere")
        indexes = [
            models.Index(fields=["issuer", "sid"], name="oidc_session_sid"),
            models.Index(fields=["issuer", "subject"], name="oidc_session_subject"),
        ]

    def __str__(self) -> str:
        return self.issuer

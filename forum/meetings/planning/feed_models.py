"""The secret address at which one person's calendar program reads that person's meetings."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from trepart import clock

_SALT = "trepart.calendar_feed"


class CalendarFeed(models.Model):
    """One person's own feed. The address is made of ``nonce`` with the portal's key, so a copy of the
    database opens nobody's calendar.

    A new nonce makes a new address and the older one worthless; without a row there is no address.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def token(self) -> str:
        """Return what stands in the address."""
        return f"{self.pk}-{self._mark()}"

    def opens(self, mark: str) -> bool:
        """Say whether ``mark`` is the secret part of this address."""
        return constant_time_compare(mark, self._mark())

    def _mark(self) -> str:
        return salted_hmac(_SALT, f"{self.pk}:{self.nonce}", algorithm="sha256").hexdigest()[:48]

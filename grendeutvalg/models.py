"""What a village council says about itself, and who in it agreed to be shown.

Council, members and periods are the organisation's.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Body, Membership
from trepart import clock
from trepart.audit.history import track


class Profile(models.Model):
    """A council's own words: its area, what it does, how it is reached."""

    body = models.OneToOneField(Body, on_delete=models.PROTECT, related_name="council_profile")
    area = models.CharField(_("area"), max_length=300, blank=True)
    about = models.TextField(_("about the council"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    meeting_place = models.CharField(_("where it meets"), max_length=120, blank=True)

    history = track()

    class Meta:
        verbose_name = _("a council's own page")
        verbose_name_plural = _("the councils' own pages")
        ordering = ["body"]

    def __str__(self) -> str:
        return str(self.body)


class ShownMember(models.Model):
    """Somebody who has said yes to be named on the council's public page, for this place in it. Taken back: the row is
    gone, the history stays (R27, R31)."""

    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, related_name="shown_publicly")
    since = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("member who is shown")
        verbose_name_plural = _("members who are shown")
        ordering = ["membership"]

    def __str__(self) -> str:
        return str(self.membership)

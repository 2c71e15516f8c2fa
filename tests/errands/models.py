"""An errand of a body, and the stop it makes: a root, and something that follows from it."""

from django.conf import settings
from django.db import models

from forum.organisation.models import Body
from trepart.audit.history import track
from trepart.audit.models import Staged


class ErrandStatus(models.TextChoices):
    OPEN = "open", "open"
    RUNNING = "running", "running"
    DONE = "done", "done"


class Errand(Staged):
    """The root."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=80)
    outcome = models.TextField(blank=True)

    history = track()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/errand/{self.pk}/"


class Stop(Staged):
    """What follows: begins and ends with the errand."""

    errand = models.ForeignKey(Errand, on_delete=models.PROTECT, related_name="stops")

    history = track()

"""Events, their erasable content, the seals over them, and the log of who looked at protected pages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from trepart import clock
from trepart.audit import actions


class EventQuerySet(models.QuerySet["Event"]):
    """Reads over the trail."""

    def about(self, obj: models.Model) -> "EventQuerySet":
        """Return the events on ``obj`` or on anything that has ``obj`` as its root, newest first."""
        return self.filter(root_type=obj._meta.label_lower, root_id=obj.pk).order_by("-id")


class Event(models.Model):
    """One thing that happened. Append-only: the database refuses UPDATE, DELETE and TRUNCATE (R29).

    ``subject`` is what it happened to, ``root`` what that belongs to (a referral's root is its proposal or case). Free
    text that people wrote lies in :class:`EventContent`; here stands only its salted digest, so that it can be erased
    (R31) without breaking the seals.
    """

    action = models.CharField(max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    acting_body = models.BigIntegerField(null=True, blank=True)
    acting_role = models.CharField(max_length=40, blank=True)
    acting_label = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=100)
    subject_id = models.BigIntegerField()
    root_type = models.CharField(max_length=100)
    root_id = models.BigIntegerField()
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict, blank=True)
    content_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)
    # The next two are set by the database itself, whatever an INSERT says.
    recorded_at = models.DateTimeField(null=True, editable=False)
    xact = models.BigIntegerField(null=True, editable=False)

    objects = EventQuerySet.as_manager()

    #: Who has been told of it, by kind of notice: there while the event is being written, and only then
    #: (`trepart.notices.announcing`).
    told: set[tuple[str, int]]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["root_type", "root_id", "-id"], name="audit_event_root"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"

    @property
    def definition(self) -> actions.Action:
        """Return the registered action behind this event."""
        return actions.get(self.action)

    @property
    def text(self) -> dict[str, object]:
        """Return the free text that went with the event; empty where there was none or it has been erased."""
        content = getattr(self, "content", None)
        return content.body if content else {}


class EventContent(models.Model):
    """The words that went with an event. Can be erased (R31) under an event of its own, never altered."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="content")
    salt = models.CharField(max_length=64)
    body = models.JSONField()

    class Meta:
        verbose_name = _("content of an event")
        verbose_name_plural = _("contents of events")

    def __str__(self) -> str:
        return f"content of event {self.pk}"


class Seal(models.Model):
    """A link in the chain: a batch of committed events under a key that is not in the database."""

    number = models.BigIntegerField(primary_key=True)
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    #: The columns that the digests of stored rows cover, by table: as they were when this seal was made.
    columns = models.JSONField(default=dict)
    #: How many viewings it covers, and one digest over all of theirs.
    views = models.PositiveIntegerField(default=0)
    views_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest[:16]}"


class SealEntry(models.Model):
    """One event's place in the chain."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="seal_entry")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    #: What was stored under the event, a list for each row: table, number of the row, its digest (`stored.py`).
    stored = models.JSONField(default=list)

    class Meta:
        verbose_name = _("seal entry")
        verbose_name_plural = _("seal entries")
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="audit_sealentry_position")]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}"


class Unsealed(models.Model):
    """An event that waits for its seal: put here by the database itself as the event is inserted,
    taken away when it is sealed.

    So the sealer finds its work without looking through everything, also what was committed late by a long transaction.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="+")

    class Meta:
        verbose_name = _("event that waits for its seal")
        verbose_name_plural = _("events that wait for their seal")

    def __str__(self) -> str:
        return f"event {self.pk}"


class ViewLog(models.Model):
    """Who opened a protected page: a closed case, person-level data."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=100)
    subject_id = models.BigIntegerField()
    page = models.CharField(max_length=100)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_viewlog_subject")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.page} {self.at:%Y-%m-%d %H:%M}"


class ViewEntry(models.Model):
    """One viewing's place in the chain."""

    view = models.OneToOneField(ViewLog, on_delete=models.PROTECT, primary_key=True, related_name="entry")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="view_entries")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal entry of a viewing")
        verbose_name_plural = _("seal entries of viewings")

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.view_id}"


class UnsealedView(models.Model):
    """A viewing that waits for its seal, as :class:`Unsealed` is of events."""

    view = models.OneToOneField(ViewLog, on_delete=models.PROTECT, primary_key=True, related_name="+")

    class Meta:
        verbose_name = _("viewing that waits for its seal")
        verbose_name_plural = _("viewings that wait for their seal")

    def __str__(self) -> str:
        return f"viewing {self.pk}"


class Rewritten(models.Model):
    """A row of a history in which words were erased (R31), and the event under which that was done. Append-only."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=63)
    row = models.BigIntegerField()

    class Meta:
        verbose_name = _("erased row of a history")
        verbose_name_plural = _("erased rows of histories")

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


class Staged(models.Model):
    """A thing with a lifecycle. ``status`` is set by the executor alone (`trepart.workflow`), and the database accepts
    it only together with the event that says so."""

    status = models.CharField(_("status"), max_length=40, editable=False)
    status_event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True

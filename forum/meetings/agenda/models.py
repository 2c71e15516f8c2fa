"""Late items, questions to the leader and demands from members, as they are stored (koml §§ 11-2, 11-3; R6, R7)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case, Referral
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import AGENDA_ORDER, AgendaGroup, DemandKind, ItemKind
from forum.organisation.enums import Part
from forum.organisation.models import Body, Membership
from trepart import clock
from trepart.audit.history import track
from trepart.audit.recording import Acting


def _default_order() -> list[str]:
    return [group.value for group in AGENDA_ORDER]


class StandingOrder(models.Model):
    """In which order a body treats its cases. Without a row: the usual one."""

    body = models.OneToOneField(Body, on_delete=models.PROTECT, related_name="standing_order", verbose_name=_("body"))
    groups = ArrayField(models.CharField(max_length=10, choices=AgendaGroup), default=_default_order)

    history = track()

    class Meta:
        verbose_name = _("order of the agenda")
        verbose_name_plural = _("orders of agendas")

    def __str__(self) -> str:
        return str(self.body)


class LateItem(models.Model):
    """Who wants a case on the agenda after the notice, and why it cannot wait (§ 11-3, R7)."""

    item = models.OneToOneField(AgendaItem, on_delete=models.CASCADE, related_name="lateness")
    wanted_by = models.CharField(_("who wants it"), max_length=120)
    reason = models.TextField(_("why it cannot wait"), max_length=1000)

    history = track()

    class Meta:
        verbose_name = _("late case")
        verbose_name_plural = _("late cases")

    def __str__(self) -> str:
        return str(self.item)


class ItemDraft(models.Model):
    """A case that somebody prepares to put on an agenda that is out, and has not put on: those who plan the meeting see
    it, nobody else, until it is said who may read it. Deleted when it is put on, and with the meeting (R31)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="item_drafts")
    kind = models.CharField(_("series"), max_length=2, choices=ItemKind, default=ItemKind.PS)
    title = models.CharField(_("title"), max_length=200)
    recommendation = models.TextField(_("recommendation"), blank=True)
    wanted_by = models.CharField(_("who wants it"), max_length=120, blank=True)
    why_late = models.TextField(_("why it cannot wait"), max_length=1000, blank=True)
    readers = models.CharField(_("who may read it"), max_length=10, blank=True)
    basis = models.CharField(_("legal basis for closed doors"), max_length=200, blank=True)
    provision = models.CharField(_("provision of the Freedom of Information Act"), max_length=200, blank=True)
    public_title = models.CharField(_("title the public sees"), max_length=200, blank=True)
    #: Where the case comes from; None for one that is written here.
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    demand = models.ForeignKey("meetings.Demand", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    question = models.ForeignKey("meetings.Question", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    again = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(_("saved"), default=clock.now)

    class Meta:
        verbose_name = _("draft of a late case")
        verbose_name_plural = _("drafts of late cases")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """A question from a member to the leader, ahead of a meeting, and the answer (§ 11-2)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    title = models.CharField(_("what it is about"), max_length=150)
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    item = models.OneToOneField(AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="question")
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("question to the leader")
        verbose_name_plural = _("questions to the leader")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forum:question", args=[self.meeting_id, self.pk])


class Demand(models.Model):
    """What members demand: a case on the agenda, or a meeting. A third of them obliges the chair (§§ 11-2, 11-3; R6),
    in another arrangement a whole part too."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="demands", verbose_name=_("body"))
    kind = models.CharField(_("what is demanded"), max_length=10, choices=DemandKind)
    title = models.CharField(_("what it is about"), max_length=200)
    why = models.TextField(_("why"))
    #: A case that waits with the one leader below, who selects: it goes up when the demand binds.
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="demands", verbose_name=_("case")
    )
    raised_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("raised by"))
    raised_at = models.DateTimeField(_("raised"), default=clock.now)
    #: When enough stood behind it; from then on it must be met, also where somebody takes the support back.
    binding_at = models.DateTimeField(_("binding since"), null=True, blank=True)
    #: The part that stood behind it as a whole, where that was less than a third of the members (annen ordning).
    part = models.CharField(_("part"), max_length=20, choices=Part, blank=True)
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="demands")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="demands")

    history = track()

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering = ["-raised_at", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forum:demand", args=[self.body.slug, self.pk])

    @property
    def behind_it(self) -> str:
        """Return who makes it bind, as it is written beside the case."""
        if self.part:
            return gettext("A whole part: %(part)s") % {"part": Part(self.part).label}
        return gettext("A third of the members")

    @property
    def wanted_by(self) -> str:
        """Return who wants the case on the agenda, within a sentence."""
        if self.part:
            return gettext("a whole part (%(part)s)") % {"part": Part(self.part).label}
        return gettext("a third of the members")

    @property
    def acting(self) -> Acting:
        """Return for whom the portal brings a case up: the body whose members demand it."""
        return Acting(self.body_id, "", self.body.name)


class DemandSupport(models.Model):
    """One member behind a demand. Taken back, the row goes; the trail keeps both."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="supports")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    supported_at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("support for a demand")
        verbose_name_plural = _("support for demands")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["demand", "membership"], name="meetings_demand_supported_once")]

    def __str__(self) -> str:
        return f"{self.membership_id}"

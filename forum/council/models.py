"""The municipal council's case list as a body took it in, its cases, and the sheet of views that goes back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case, Referral
from forum.council.enums import CouncilFollowed
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes.models import PrintedVersion
from forum.organisation.models import Body
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Staged


class CouncilList(models.Model):
    """The case list of one meeting of the municipal council, as ``body`` took it in. ``raw`` is what was pasted or
    uploaded the last time, word for word."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="council_lists", verbose_name=_("body"))
    council = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipal council"))
    held_on = models.DateField(_("the municipal council meets"))
    #: The meeting it was first taken in for; a case that was postponed there stands on another agenda later.
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="council_lists", verbose_name=_("meeting")
    )
    source = models.CharField(_("read from"), max_length=10)
    raw = models.TextField(_("as it was taken in"))
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("case list of the municipal council")
        verbose_name_plural = _("case lists of the municipal council")
        ordering = ["-held_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["body", "council", "held_on"], name="council_councillist_once")]

    def __str__(self) -> str:
        return f"{self.council} {self.held_on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("forum:council_list", args=[self.pk])


class CouncilCase(Staged):
    """One case on that list: its number and title there, the folder it has here, the view the body gave, and
    what the council decided."""

    case_list = models.ForeignKey(CouncilList, on_delete=models.PROTECT, related_name="cases")
    #: As on the list: rights are asked of a body.
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="council_case")
    position = models.PositiveSmallIntegerField(_("place on the list"))
    number = models.CharField(_("case number"), max_length=40)
    #: The number however it is written: what tells the case apart on its list.
    key = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=500)
    archive_number = models.CharField(_("folder in the archive"), max_length=40, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    view = models.TextField(_("the view"), blank=True)
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("treated in")
    )
    decision = models.TextField(_("what the municipal council decided"), blank=True)
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    followed = models.CharField(_("beside the view"), max_length=10, choices=CouncilFollowed, blank=True)
    withdrawn_reason = models.TextField(_("why it was taken off"), blank=True)

    history = track()

    class Meta:
        verbose_name = _("case of the municipal council")
        verbose_name_plural = _("cases of the municipal council")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case_list", "key"], name="council_councilcase_once"),
            models.CheckConstraint(
                condition=~Q(status="treated") | (~Q(view="") & Q(item__isnull=False)),
                name="council_councilcase_treated_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided") | (~Q(decision="") & ~Q(followed="") & Q(decided_on__isnull=False)),
                name="council_councilcase_decided_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | ~Q(withdrawn_reason=""),
                name="council_councilcase_withdrawn_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return f"{self.case_list.get_absolute_url()}#sak-{self.pk}"

    @property
    def stay(self) -> Referral | None:
        """Return the case's stay with the body while it waits there; asks the database unless the
        referrals were fetched along."""
        return next((r for r in self.case.referrals.all() if r.status != "closed"), None)


class CouncilSheet(PrintedVersion):
    """One version of the sheet of views as it was sent to the municipal council. Append-only in the database (R29)."""

    case_list = models.ForeignKey(CouncilList, on_delete=models.PROTECT, related_name="sheets")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Whom it went to, by name as it was then; or how it was handed over where nobody of the council is in the portal.
    sent_to = models.JSONField(default=list)

    class Meta:
        verbose_name = _("views for the municipal council")
        verbose_name_plural = _("views for the municipal council")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case_list", "number"], name="council_councilsheet_number"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="council_councilsheet_correction_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_list} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("forum:council_sheet", args=[self.case_list_id])

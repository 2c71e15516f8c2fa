"""Elections and appointments in a meeting: candidates, rounds, blank votes and the lot (koml §§ 7-8, 8-1; R11)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import PollKind
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.history import track
from trepart.audit.moments import MomentField


class Election(models.Model):
    """One place to be filled by majority vote: most of the votes in the first round, the most in the second, by lot
    where they are as many (koml § 7-8)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="elections")
    kind = models.CharField(_("kind"), max_length=12, choices=PollKind)
    place = models.CharField(_("what is to be filled"), max_length=200)
    by_lot = models.BooleanField(_("decided by lot"), default=False)
    elected = models.ForeignKey(
        "meetings.Candidate",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("elected"),
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("election")
        verbose_name_plural = _("elections")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="meetings_election_once_a_place"),
            models.CheckConstraint(
                condition=Q(elected__isnull=True, decided_at__isnull=True)
                | Q(elected__isnull=False, decided_at__isnull=False),
                name="meetings_election_decided_with_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.place


class Candidate(models.Model):
    """Somebody who stands in an election."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="candidates")
    name = models.CharField(_("name"), max_length=150)

    history = track()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["election", "name"], name="meetings_candidate_once")]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """One round of votes. In writing (secret) only the counts are kept; openly, each entitled person's vote."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("round"))
    secret = models.BooleanField(_("in writing"), default=False)
    entitled = models.PositiveSmallIntegerField(_("entitled to vote"))
    blank = models.PositiveSmallIntegerField(_("blank votes"), default=0)
    held_at = models.DateTimeField(default=clock.now)
    moment = MomentField()

    history = track()

    class Meta:
        verbose_name = _("round of votes")
        verbose_name_plural = _("rounds of votes")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["election", "number"], name="meetings_round_once")]

    def __str__(self) -> str:
        return f"{self.election} {self.number}"


class Count(models.Model):
    """How many votes a candidate got in a round."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="counts")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    votes = models.PositiveSmallIntegerField(_("votes"))

    history = track()

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "candidate"], name="meetings_count_once")]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.votes}"


class Voice(models.Model):
    """What one entitled person voted in an open round; no candidate is a blank vote. The name is
    frozen, as in any vote."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="voices")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    history = track()

    class Meta:
        verbose_name = _("vote in an election")
        verbose_name_plural = _("votes in an election")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "membership"], name="meetings_voice_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.candidate or _('blank')}"

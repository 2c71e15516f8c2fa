"""A proposal, the answers it was owed and given, and what came of it."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forum.cases.enums import CaseAccess
from forum.cases.models import Case, Referral
from forum.delegations.enums import Authority, authority_name
from forum.organisation.enums import Part
from forum.organisation.models import Body, Membership, StandIn, Unit
from proposals.enums import PUBLIC_ORIGINS, FeedbackOutcome, Origin, ProposalStatus
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Event, Staged

if TYPE_CHECKING:
    from proposals.paper_intake.models import PaperSender

#: What comes from the public and no body has read through yet: not shown, not found, not counted.
UNSCREENED = Q(origin__in=sorted(PUBLIC_ORIGINS), case__access=CaseAccess.RECEIVER, case__access_basis="")


class Proposal(Staged):
    """An idea somebody has sent in. Its case is the root of all that happens to it; which body has it stands on the
    case's waiting referral."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="proposal")
    #: Nobody where it came on paper from somebody without an account (`proposals.paper_intake.models`).
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("proposer"),
    )
    on_paper = models.BooleanField(_("came on paper"), default=False, db_default=False)
    origin = models.CharField(_("comes from"), max_length=20, choices=Origin, default=Origin.EMPLOYEE)
    # Where it comes from, by origin: a workplace for an employee's; for the others the body, association or part it
    # is raised for, and a place.
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("workplace")
    )
    on_behalf_of = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="raised_proposals",
        verbose_name=_("raised by"),
    )
    association = models.CharField(_("association"), max_length=120, blank=True)
    part = models.CharField(_("part"), max_length=20, choices=Part, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=120)
    what = models.TextField(_("what do you propose?"), max_length=5000)
    why = models.TextField(_("why?"), max_length=5000)
    expected_effect = models.TextField(_("what will get better?"), max_length=5000, blank=True)
    several_workplaces = models.BooleanField(_("it concerns several workplaces"), default=False)
    needs_grant = models.BooleanField(_("it needs a grant"), default=False)
    grant_amount = models.PositiveIntegerField(_("how much, in kroner"), null=True, blank=True)
    affects_users = models.BooleanField(_("it affects the users of the service"), default=False)
    show_name = models.BooleanField(_("my name may be shown"), default=False)
    # What the body that treats it has found, which may differ from what the proposer thought. None:
    # nobody has assessed it yet.
    assessed_several = models.BooleanField(_("concerns several workplaces"), null=True, blank=True)
    assessed_grant = models.BooleanField(_("needs a grant"), null=True, blank=True)
    assessment = models.TextField(_("assessment"), blank=True)
    submitted_at = models.DateTimeField(_("sent in"), default=clock.now)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    # Follow-up (domain.md, step 7)
    adopted_by = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="adopted_proposals"
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("responsible"),
    )
    responsible_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("responsible unit"),
    )
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    # Who has the authority where the last body only recommends, and what was answered there (domain.md, step 6).
    awaits = models.CharField(_("recommended to"), max_length=20, choices=Authority, blank=True)
    awaits_name = models.CharField(_("name of the committee"), max_length=120, blank=True)
    council_decision = models.TextField(_("what the municipal council decided"), blank=True)
    council_decided_on = models.DateField(_("decided by the municipal council"), null=True, blank=True)
    ask_council_on = models.DateField(_("ask the municipal council again"), null=True, blank=True)
    carried_out_on = models.DateField(_("carried out"), null=True, blank=True)
    effect = models.TextField(_("what came of it"), blank=True)
    effect_saved = models.IntegerField(_("money saved, kroner a year"), null=True, blank=True)
    effect_absence = models.DecimalField(
        _("change in sickness absence, percentage points"), max_digits=4, decimal_places=1, null=True, blank=True
    )

    history = track()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposer__isnull=False) | Q(on_paper=True), name="proposals_from_somebody"
            ),
            models.CheckConstraint(
                condition=Q(origin="employee", unit__isnull=False) | ~Q(origin="employee") & Q(unit__isnull=True),
                name="proposals_employee_has_workplace",
            ),
            models.CheckConstraint(
                condition=Q(origin="village_council", on_behalf_of__isnull=False)
                | ~Q(origin="village_council") & Q(on_behalf_of__isnull=True),
                name="proposals_village_council_named",
            ),
            models.CheckConstraint(
                condition=Q(origin="association") & ~Q(association="") | ~Q(origin="association") & Q(association=""),
                name="proposals_association_named",
            ),
            models.CheckConstraint(
                condition=Q(origin="part") & ~Q(part="") | ~Q(origin="part") & Q(part=""), name="proposals_part_named"
            ),
            models.CheckConstraint(
                condition=~Q(status="merged") | Q(merged_into__isnull=False), name="proposals_merged_into_something"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="proposals_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=~Q(status="adopted") | (Q(responsible__isnull=False) & Q(due_on__isnull=False)),
                name="proposals_adopted_has_responsible",
            ),
            models.CheckConstraint(
                condition=~Q(status="implemented") | (~Q(effect="") & Q(carried_out_on__isnull=False)),
                name="proposals_carried_out_with_effect",
            ),
            models.CheckConstraint(
                condition=~Q(status="awaiting_council") | Q(ask_council_on__isnull=False),
                name="proposals_awaiting_council_until_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="awaiting_council") | ~Q(awaits=""), name="proposals_awaiting_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-submitted_at"], name="proposals_status"),
            models.Index(fields=["proposer", "-submitted_at"], name="proposals_proposer"),
            models.Index(fields=["-submitted_at", "-id"], name="proposals_newest"),
            # The words it is found by lie beside it in a column the database keeps (migration 0002_guards,
            # `proposals.queries.lists`), with an index.
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="proposals_title_likeness"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposals:detail", args=[self.case_id])

    @property
    def stage(self) -> ProposalStatus:
        """Return the status as the enum it is."""
        return ProposalStatus(self.status)

    def is_by(self, reader: object) -> bool:
        """Say whether ``reader`` is the proposer. What came on paper is nobody's, not that of everybody
        who has not signed in."""
        return self.proposer_id is not None and self.proposer_id == getattr(reader, "pk", None)

    @property
    def sender(self) -> "PaperSender | None":
        """Return how the proposer is reached on paper; None for somebody with an account."""
        return self.paper if self.without_account else None

    @property
    def without_account(self) -> bool:
        """Say whether whoever sent it is reached on paper only."""
        return self.on_paper and self.proposer_id is None

    @property
    def authority(self) -> str:
        """Return who has the last word where it waits, or was answered, outside the portal: "the municipal council"."""
        return authority_name(self.awaits or Authority.COUNCIL, self.awaits_name)

    @property
    def decided_by(self) -> str:
        """Return who said yes: whoever had the authority, or the body that decided or agreed itself."""
        if self.council_decided_on is not None:
            return self.authority
        return str(self.adopted_by) if self.adopted_by is not None else ""

    @property
    def goes_public(self) -> bool:
        """Say whether everybody may read it when it has been screened; an employee's is for those who
        work in the municipality."""
        return self.origin in PUBLIC_ORIGINS

    @property
    def screened(self) -> bool:
        """Say whether a body has read it through: what nobody has screened is closed without a basis, what a body
        has closed has one (R25)."""
        return self.case.access != CaseAccess.RECEIVER or bool(self.case.access_basis)

    @property
    def concerns_several(self) -> bool:
        """Say whether it touches several workplaces: as assessed, else as the proposer thought."""
        return self.several_workplaces if self.assessed_several is None else self.assessed_several

    @property
    def wants_grant(self) -> bool:
        """Say whether it takes money beyond the unit's own budget: as assessed, else as the proposer thought."""
        return self.needs_grant if self.assessed_grant is None else self.assessed_grant

    @property
    def referral(self) -> Referral | None:
        """Return the stay the proposal is in now, or None where no body has it. Uses ``case.referrals`` as fetched."""
        return next((r for r in self.case.referrals.all() if r.status != "closed"), None)


class Feedback(models.Model):
    """An answer to the proposer: every body that lets go of a proposal owes one (R18), and so does
    everybody who carries one out."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="feedback")
    outcome = models.CharField(_("outcome"), max_length=12, choices=FeedbackOutcome)
    text = models.TextField(_("answer"))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    expected_on = models.DateField(_("expected"), null=True, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")

    history = track()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-given_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="proposals_feedback_says_something")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.text[:60]}"


class Position(models.Model):
    """What one participant held where an LMU found no consensus (R24)."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="positions")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(_("part"), max_length=20, choices=Part, blank=True)
    text = models.TextField(pgettext_lazy("what one held", "position"))
    #: Who held it, where somebody stood in for the holder of the place.
    stand_in = models.ForeignKey(StandIn, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    history = track()

    class Meta:
        verbose_name = pgettext_lazy("what one held", "position")
        verbose_name_plural = pgettext_lazy("what one held", "positions")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["referral", "membership"], name="proposals_position_once")]

    def __str__(self) -> str:
        return f"{self.membership}: {self.text[:60]}"

    @property
    def who(self) -> str:
        """Return the name of whoever held it."""
        return self.stand_in.person.name if self.stand_in is not None else self.membership.person.name


class ProgressReport(models.Model):
    """How the carrying out goes."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="progress")
    text = models.TextField(_("how it goes"))
    new_due_on = models.DateField(_("new date"), null=True, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["-reported_at", "-id"]

    def __str__(self) -> str:
        return self.text[:80]

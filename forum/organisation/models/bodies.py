"""Units, bodies, who sits in them, who works where, who holds which office."""

from datetime import date
from typing import Self, TypeVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.organisation.body_kinds import BODY_KINDS, KindOfBody, Road
from forum.organisation.enums import (
    ELECTED_BODIES,
    SEATED,
    BodyKind,
    DecidesBy,
    LegalBasis,
    MinutesApproval,
    OfficeKind,
    Part,
    Role,
    Sex,
    Side,
)
from trepart import clock
from trepart.audit.history import track

P = TypeVar("P", bound="Period")


class PeriodQuerySet(models.QuerySet[P]):
    """Reads over things that run from one day to another."""

    def running(self, on: date | None = None) -> Self:
        """Keep what runs on that day (today unless said): it begins that day and lasts to the end of its last day."""
        on = on or clock.today()
        return self.filter(Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def lasting(self, on: date | None = None) -> Self:
        """Keep what has not ended before that day, coming ones included."""
        on = on or clock.today()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class Period(models.Model):
    """Something that runs from one day to another, both included."""

    valid_from = models.DateField(_("from"), default=clock.today)
    valid_to = models.DateField(_("to and including"), null=True, blank=True)

    class Meta:
        abstract = True

    def runs(self, on: date | None = None) -> bool:
        """Say whether it runs on that day (today unless said)."""
        on = on or clock.today()
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    """Return the constraint that a period does not end before it begins."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        name=name,
        violation_error_message=_("It cannot end before it begins."),
    )


class PoliticalParty(models.Model):
    """A political party (Ap, Sp …). Never mixed up with a part (R3)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    short = models.CharField(_("abbreviation"), max_length=12, unique=True)

    history = track()

    class Meta:
        verbose_name = _("political party")
        verbose_name_plural = _("political parties")
        ordering = ["short"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A workplace or a sector of the municipality, in a tree."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    closed_on = models.DateField(_("closed"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="organisation_unit_name", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_unit_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """A body: the committee, the coordination group, an LMU, a leader in the line, a village
    council, the municipal council.

    What differs between municipalities is data here: the legal basis (R1), how it decides, whether its meetings are
    open, its deadlines, and to which body it sends what it cannot decide itself (``superior``).
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=BodyKind)
    legal_basis = models.CharField(_("legal basis"), max_length=20, choices=LegalBasis)
    evidence = models.TextField(
        _("evidence for another arrangement"),
        blank=True,
        help_text=_("How it is known that at least three quarters of the employees want it (§ 5-11)."),
    )
    mandate = models.TextField(_("mandate"), blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name=_("workplace")
    )
    superior = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("sends on to"),
    )
    decides_by = models.CharField(_("decides by"), max_length=10, choices=DecidesBy, default=DecidesBy.VOTE)
    meetings_open = models.BooleanField(
        _("open meetings"),
        default=False,
        help_text=_("Agendas and minutes are public, apart from what is closed by law."),
    )
    chapter_11 = models.BooleanField(_("follows chapter 11 of the Local Government Act"), default=False)
    may_meet_remotely = models.BooleanField(
        _("may meet remotely"),
        default=False,
        help_text=_(
            "The municipal council has allowed it (Local Government Act § 11-7). Never for cases closed by law."
        ),
    )
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), default=7)
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer"),
        default=30,
        help_text=_("A proposer gets an answer, or a preliminary one, within this time (R18)."),
    )
    minutes_approval = models.CharField(
        _("who approves the minutes"), max_length=20, choices=MinutesApproval, default=MinutesApproval.CHAIR
    )
    active_from = models.DateField(_("active from"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(kind__in=["lmu", "line"], closed_on__isnull=True),
                name="organisation_body_one_local_per_unit",
            ),
            models.CheckConstraint(condition=~Q(superior=F("id")), name="organisation_body_not_own_superior"),
            models.CheckConstraint(
                condition=~Q(kind="lmu") | Q(unit__isnull=False), name="organisation_body_lmu_has_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forum:body_detail", args=[self.slug])

    @property
    def is_active(self) -> bool:
        """Say whether the body is at work today."""
        today = clock.today()
        return (
            self.active_from is not None
            and self.active_from <= today
            and (self.closed_on is None or self.closed_on > today)
        )

    @property
    def kind_row(self) -> KindOfBody:
        """Return what is so of every body of its kind."""
        return BODY_KINDS[self.kind]

    @property
    def is_elected_body(self) -> bool:
        """Say whether it is a folkevalgt organ (koml §§ 5-1, 5-2): another arrangement under § 5-11 is none, and
        follows the rules for them only as far as it has said so itself (R1, R34)."""
        return self.legal_basis in ELECTED_BODIES

    @property
    def is_another_arrangement(self) -> bool:
        """Say whether it is another arrangement (annen ordning, koml § 5-11): it has its own rules (R1, R34)."""
        return self.legal_basis == LegalBasis.KOML_5_11_OTHER

    @property
    def is_local(self) -> bool:
        """Say whether it is what a workplace has of its own: its LMU, or its leader."""
        return self.kind_row.road == Road.WORKPLACE and self.unit_id is not None

    @property
    def by_consensus(self) -> bool:
        """Say whether the body decides by consensus: then no vote is offered (R24)."""
        return self.decides_by == DecidesBy.CONSENSUS


class Membership(Period):
    """One person's place in one body for a period. The truth behind every right in the portal."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("body"))
    role = models.CharField(_("role"), max_length=30, choices=Role, default=Role.MEMBER)
    part = models.CharField(_("part"), max_length=20, choices=Part, blank=True)
    side = models.CharField(_("side"), max_length=20, choices=Side, blank=True)
    party = models.ForeignKey(
        PoliticalParty,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("political party"),
    )
    sex = models.CharField(
        _("sex"), max_length=10, choices=Sex, blank=True, help_text=_("Only where the law asks for balance (R3).")
    )
    elected_by_council = models.BooleanField(_("elected by the municipal council"), default=False)
    election_list = models.CharField(
        _("elected on the list"),
        max_length=80,
        blank=True,
        help_text=_("Where the municipal council elected by lists (§§ 7-5, 7-6, R3)."),
    )
    deputy_number = models.PositiveSmallIntegerField(_("number on the list of deputies"), null=True, blank=True)
    leads_administration = models.BooleanField(
        _("holds a position that shuts out from being elected"),
        default=False,
        help_text=_(
            "Chief executive or deputy, head of a sector, secretary of the municipal council, head of accounts, "
            "auditor (§ 7-3)."
        ),
    )

    history = track()
    objects = PeriodQuerySet["Membership"].as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["body", "role", "deputy_number", "id"]
        constraints = [
            ends_after_it_begins("organisation_membership_period"),
            models.CheckConstraint(
                condition=Q(role="deputy", deputy_number__isnull=False)
                | (~Q(role="deputy") & Q(deputy_number__isnull=True)),
                name="organisation_membership_deputy_number",
                violation_error_message=_("A deputy has a number on the list, and nobody else."),
            ),
            models.UniqueConstraint(
                fields=["person", "body", "role"],
                condition=Q(valid_to__isnull=True),
                name="organisation_membership_once_open",
            ),
            # A person has one seat in a body at a time: whoever leads it sits in it as leader, not as a member too.
            ExclusionConstraint(
                name="organisation_membership_one_seat",
                expressions=[
                    (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("body"), F("body"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(role__in=["leader", "deputy_leader", "member"]),
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from"], name="organisation_membership_person")]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"

    @property
    def seated(self) -> bool:
        """Say whether the place is a seat: it counts for quorum (R11)."""
        return self.role in SEATED

    @property
    def deputy_list(self) -> tuple[str, str, str]:
        """Return which group a deputy belongs to, and from which group's list the deputies of a seat are called: the
        same side, the same part, and where the municipal council elected by lists, the same list (koml §§ 7-6, 7-10,
        R4). What is numbered, shown, reordered and called as one list is said here alone."""
        return self.side, self.part, self.election_list


class Employment(Period):
    """Who works where. Says who is an employee, and of which unit."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="employments", verbose_name=_("person")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="employments", verbose_name=_("workplace"))
    title = models.CharField(_("position"), max_length=120, blank=True)
    leads = models.BooleanField(
        _("leads the workplace"), default=False, help_text=_("Receives what a workplace without an LMU is asked for.")
    )

    history = track()
    objects = PeriodQuerySet["Employment"].as_manager()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        ordering = ["unit", "person"]
        constraints = [ends_after_it_begins("organisation_employment_period")]

    def __str__(self) -> str:
        return f"{self.person}, {self.unit}"


class Appointment(Period):
    """Who holds an office outside the bodies."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("person")
    )
    office = models.CharField(_("office"), max_length=20, choices=OfficeKind)

    history = track()
    objects = PeriodQuerySet["Appointment"].as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["office", "person"]
        constraints = [ends_after_it_begins("organisation_appointment_period")]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_office_display()}"

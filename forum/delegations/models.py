"""One delegation to a body: what it covers, how much money from where, and the decision that gives it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case, Document
from forum.delegations.enums import Scope
from forum.organisation.models import Body
from forum.organisation.models.bodies import Period, PeriodQuerySet, ends_after_it_begins
from trepart.audit.history import track


class Delegation(Period):
    """What kommunestyret has let a body decide, from one day to another (koml § 5-3 (3), R37). It is ended and never
    changed: decisions rest on it as it stood."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("body"))
    scope = models.CharField(_("covers"), max_length=20, choices=Scope)
    matter = models.CharField(
        _("matter"), max_length=300, help_text=_("In the words of the decision: what the body may decide.")
    )
    limit = models.PositiveIntegerField(_("up to, in kroner in each case"), null=True, blank=True)
    source = models.CharField(_("where the money comes from"), max_length=150, blank=True)
    #: Kommunestyret's decision: its day, its number, and where it was put in the document itself, in a case of its own.
    decided_on = models.DateField(_("decided by the municipal council"))
    reference = models.CharField(_("the decision's case number"), max_length=60)
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="delegation", verbose_name=_("case")
    )

    history = track()
    objects = PeriodQuerySet["Delegation"].as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["body", "-valid_from", "id"]
        constraints = [
            ends_after_it_begins("delegations_delegation_period"),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | ~Q(source=""),
                name="delegations_delegation_money_has_source",
                violation_error_message=_("Say where the money comes from."),
            ),
            models.CheckConstraint(
                condition=~Q(scope="employee_grants") | Q(limit__isnull=False),
                name="delegations_delegation_grants_have_limit",
                violation_error_message=_("Say how much the body may give in each case."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__gte=models.F("decided_on")),
                name="delegations_delegation_not_before_decided",
                violation_error_message=_("It cannot run from before the day it was decided."),
            ),
        ]

    def __str__(self) -> str:
        return self.matter

    @property
    def document(self) -> Document | None:
        """Return kommunestyret's decision as it was put in, where it was."""
        return next(iter(self.case.documents.all()), None) if self.case is not None else None

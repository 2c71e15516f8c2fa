"""The municipality's facts, coat of arms and own texts, read by everybody through `trepart.municipality`."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.organisation.enums import TextPlace
from trepart import clock
from trepart.audit.history import track


class Logo(models.Model):
    """A coat of arms as it was uploaded and checked. Never changed: another picture is another row, so that every older
    one can be taken back."""

    digest = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("coat of arms")
        verbose_name_plural = _("coats of arms")

    def __str__(self) -> str:
        return self.digest[:12]


def _days(least: int, most: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(least), MaxValueValidator(most)]


class Municipality(models.Model):
    """What the municipality has decided for itself; one row, and before it is there the settings answer."""

    #: The only number a row may have.
    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    accent = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"\A#[0-9a-f]{6}\Z", _("Write a colour as #0062ba."))],
    )
    logo = models.ForeignKey(
        Logo, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coat of arms")
    )
    languages = ArrayField(models.CharField(max_length=7), verbose_name=_("languages"))
    default_language = models.CharField(_("the municipality's own language"), max_length=7)
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), default=30, validators=_days(1, 180))
    waiting_months = models.PositiveSmallIntegerField(
        _("months until an answer that is put off must come"), default=6, validators=_days(1, 12)
    )
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), default=7, validators=_days(0, 60))
    objection_days = models.PositiveSmallIntegerField(
        _("working days to object to a provisional conclusion"), default=5, validators=_days(1, 30)
    )
    disagreement_days = models.PositiveSmallIntegerField(
        _("days until a missing yes is disagreement"), default=14, validators=_days(1, 60)
    )
    draft_days = models.PositiveSmallIntegerField(_("days a draft is kept"), default=14, validators=_days(1, 365))
    invitation_days = models.PositiveSmallIntegerField(
        _("days an invitation can be used"), default=14, validators=_days(1, 90)
    )
    unconfirmed_days = models.PositiveSmallIntegerField(
        _("days an account without a confirmed address is kept"), default=7, validators=_days(1, 90)
    )
    new_act_from = models.DateField(_("the new Public Administration Act applies from"), null=True, blank=True)
    accessibility_url = models.URLField(_("accessibility statement"), blank=True)
    privacy_url = models.URLField(_("privacy page"), blank=True)
    feedback_url = models.URLField(_("page for telling what does not work"), blank=True)
    accessibility_email = models.EmailField(_("address for accessibility"), blank=True)
    privacy_email = models.EmailField(_("address for privacy"), blank=True)
    feedback_email = models.EmailField(_("address for what does not work"), blank=True)
    two_step_roles = ArrayField(
        models.CharField(max_length=40), verbose_name=_("roles with a second step"), default=list, blank=True
    )

    history = track()

    class Meta:
        verbose_name = _("the municipality")
        verbose_name_plural = _("the municipality")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="organisation_municipality_only_one")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a language of its own that is not among those offered."""
        if self.default_language not in (self.languages or []):
            raise ValidationError(
                {"default_language": _("Offer the language before you make it the municipality's own.")}
            )


class TextBlock(models.Model):
    """The municipality's own words in one place, in one language. An empty one stands for the portal's text."""

    place = models.CharField(_("place"), max_length=20, choices=TextPlace)
    language = models.CharField(_("language"), max_length=7)
    body = models.TextField(_("text"), blank=True, max_length=4000)

    history = track()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["place", "language"]
        constraints = [models.UniqueConstraint(fields=["place", "language"], name="organisation_textblock_once")]

    def __str__(self) -> str:
        return f"{self.get_place_display()} ({self.language})"

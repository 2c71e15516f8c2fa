"""What memberships, employments and appointments have in common when they begin and end."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from forum.organisation.models.bodies import Period
from trepart import clock
from trepart.templatetags.trepart_ui import date_text


def overlapping(valid_from: date, valid_to: date | None) -> Q:
    """Return the condition for a period that shares a day with this one."""
    before = Q() if valid_to is None else Q(valid_from__lte=valid_to)
    return before & (Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Refuse a period that ends before it begins."""
    if valid_to is not None and valid_to < valid_from:
        raise ValidationError({"valid_to": _("It cannot end before it begins.")})


def check_end(period: Period, on: date) -> None:
    """Refuse ``on`` as the last day of ``period``: before it began, or where it is over already. The
    errors stand under ``on``."""
    if on < period.valid_from:
        raise ValidationError({"on": _("It cannot end before it begins.")})
    if period.valid_to is not None and period.valid_to < clock.today():
        raise ValidationError(
            {"on": _("It has ended already, on %(date)s.") % {"date": date_text(period.valid_to, year=True)}}
        )

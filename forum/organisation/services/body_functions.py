"""The functions a body has from one day to another."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forum.organisation.models import Body, BodyFunction
from forum.organisation.services.grants import acting as office_of
from forum.organisation.services.periods import check_end
from trepart import audit, clock
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User


@transaction.atomic
def add_function(
    *, body: Body, name: str, basis: str = "", valid_from: date | None = None, actor: "User | None"
) -> BodyFunction:
    """Give a body one more function, from a day (today unless said). Raises ``ValidationError`` for
    a name it has already."""
    function = BodyFunction(
        pk=reserve_pk(BodyFunction),
        body=Body.objects.select_for_update(no_key=True).get(pk=body.pk),
        name=" ".join(name.split()),
        basis=basis.strip(),
        valid_from=valid_from or clock.today(),
    )
    if BodyFunction.objects.lasting().filter(body=body, name__iexact=function.name).exists():
        raise ValidationError({"name": _("The body has this function already.")})
    function.full_clean()
    with audit.recorded(
        "forum.function_added",
        actor=actor,
        subject=function,
        acting=office_of(actor),
        data={"body": body.name, "name": function.name},
    ):
        function.save(force_insert=True)
    return function


@transaction.atomic
def end_function(function: BodyFunction, *, on: date, actor: "User | None") -> None:
    """Let a function end with the day ``on``; what was treated under it stays as it was. Raises
    ``ValidationError`` under ``on``."""
    fresh = BodyFunction.objects.select_for_update(no_key=True).get(pk=function.pk)
    check_end(fresh, on)
    fresh.valid_to = on
    with audit.recorded(
        "forum.function_ended",
        actor=actor,
        subject=fresh,
        acting=office_of(actor),
        data={"body": fresh.body.name, "name": fresh.name, "on": on},
    ):
        fresh.save()


def of_day(body: Body, on: date) -> list[BodyFunction]:
    """Return the functions of ``body`` on the day ``on``, in the order they were given."""
    return list(BodyFunction.objects.running(on).filter(body=body).order_by("pk"))

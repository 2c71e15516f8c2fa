"""Where proposals of each origin come in."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import Body
from proposals.enums import IntakeKind, Origin
from proposals.models import Intake
from proposals.routing import road
from trepart import audit
from trepart.access.models import User
from trepart.workflow import reserve_pk


@transaction.atomic
def set_intake(*, origin: Origin | str, kind: IntakeKind | str, body: Body | None = None, actor: User | None) -> Intake:
    """Say where proposals of ``origin`` come in, and return the way in.

    Raises ``ValidationError`` where a road would have no end (`proposals.routing.road`), or the body does not go with
    the kind.
    """
    intake = Intake.objects.select_for_update().filter(origin=origin).first() or Intake(origin=origin)
    adding = intake.pk is None
    intake.kind, intake.body = IntakeKind(kind), body
    intake.full_clean(validate_unique=False, validate_constraints=False)
    if (kind == IntakeKind.BODY) != (body is not None):
        raise ValidationError({"body": _("Choose a body where all proposals come in to one, and none otherwise.")})
    others = list(Intake.objects.exclude(origin=origin))
    if found := road.problems([*others, intake]):
        raise ValidationError(road.saying(found))
    if adding:
        intake.pk = reserve_pk(Intake)
    with audit.recorded(
        "proposals.intake_set",
        actor=actor,
        subject=intake,
        data={"origin": origin, "kind": kind, "body": body.name if body else ""},
    ):
        intake.save(force_insert=adding)
    return intake

"""Entering and ending what a body may decide."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.cases.services.cases import add_document, open_case
from forum.delegations.enums import OF_EMPLOYER, Power, Scope, power_of
from forum.delegations.models import Delegation
from forum.delegations.permissions import KEEP
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from forum.organisation.services.periods import check_end
from trepart import audit, clock, languages
from trepart.access.models import User
from trepart.authorising import Authorised, authorise
from trepart.text.dates import date_text
from trepart.workflow import reserve_pk


@transaction.atomic
def enter_delegation(
    *,
    body: Body,
    scope: Scope | str,
    matter: str,
    limit: int | None = None,
    source: str = "",
    decided_on: date,
    reference: str,
    valid_from: date,
    valid_to: date | None = None,
    document: UploadedFile | None = None,
    actor: User,
) -> Delegation:
    """Enter what kommunestyret has let ``body`` decide, with its decision, and return the delegation.

    Raises ``ValidationError`` where the law gives the body nothing to decide (annen ordning, § 5-11), where a
    party-composed committee would decide other than the matters of employer and employees (§ 5-11), and for what the
    model refuses; ``NotPermitted``.
    """
    locked = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    by = authorise(actor, KEEP, locked)
    _may_be_given(locked, scope)
    made = Delegation(
        pk=reserve_pk(Delegation),
        body=locked,
        scope=scope,
        matter=" ".join(matter.split()),
        limit=limit,
        source=" ".join(source.split()),
        decided_on=decided_on,
        reference=" ".join(reference.split()),
        case=_case_for(locked, document, by) if document is not None else None,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    if decided_on > clock.today():
        raise ValidationError({"decided_on": _("It cannot be later than today.")})
    made.full_clean()
    with audit.recorded(
        "forum.delegation_entered",
        actor=by.actor,
        acting=by.acting,
        subject=made,
        data={
            "body": locked.name,
            "valid_from": valid_from,
            "reference": made.reference,
            "scope": str(scope),
            "limit": limit,
        },
        text={"matter": made.matter, "source": made.source},
    ):
        made.save(force_insert=True)
    return made


def _case_for(body: Body, document: UploadedFile, by: Authorised) -> Case:
    """Return a case, open to everybody, with kommunestyret's decision in it."""
    with languages.municipal():
        title = _("Delegation to %(body)s") % {"body": body.name}
    case = open_case(title=title, actor=by.actor, access=CaseAccess.PUBLIC)
    add_document(case, upload=document, actor=by.actor, acting=by.acting)
    return case


def _may_be_given(body: Body, scope: Scope | str) -> None:
    power = power_of(body.legal_basis)
    if power == Power.RECOMMENDS:
        raise ValidationError(
            _(
                "%(body)s is another arrangement and no elected body: nothing can be delegated to it, and it "
                "recommends (Local Government Act §§ 5-3 and 5-11)."
            )
            % {"body": body.name}
        )
    if power != Power.DELEGATED:
        raise ValidationError(
            _("The municipal council delegates to elected bodies, and %(body)s is none (Local Government Act § 5-3).")
            % {"body": body.name}
        )
    if body.legal_basis == LegalBasis.KOML_5_11 and scope not in OF_EMPLOYER:
        raise ValidationError(
            {
                "scope": _(
                    "A party-composed committee decides only matters between the municipality as employer and its "
                    "employees (Local Government Act § 5-11)."
                )
            }
        )


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


@transaction.atomic
def end_delegation(delegation: Delegation, *, on: date, actor: User) -> Delegation:
    """Let a delegation end with the day ``on``; decisions that rest on it stay as they are. Raises ``ValidationError``
    under ``on``, also for a day before a decision that rests on it; ``NotPermitted``."""
    fresh = Delegation.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=delegation.pk)
    by = authorise(actor, KEEP, fresh.body)
    check_end(fresh, on)
    last = fresh.decisions.order_by("-decided_at").first()
    if last is not None and _day(last.decided_at) > on:
        raise ValidationError(
            {
                "on": _("A decision of %(date)s rests on it. It cannot end before that day.")
                % {"date": date_text(_day(last.decided_at), year=True)}
            }
        )
    fresh.valid_to = on
    with audit.recorded(
        "forum.delegation_ended",
        actor=by.actor,
        acting=by.acting,
        subject=fresh,
        data={"body": fresh.body.name, "on": on},
    ):
        fresh.save()
    return fresh

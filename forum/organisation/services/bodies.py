"""Setting up the municipality: units, political parties and bodies.

Every function writes the trail first and keeps the groups of the bodies concerned in step with the memberships.
What cannot be done is refused with a ``ValidationError`` whose messages a form can show; nothing is then
changed. Who may is asked by the pages (``forum.manage_organisation``); ``actor`` None is the portal itself (a
command run by whoever operates it).
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from forum.organisation import composition
from forum.organisation.body_kinds import BODY_KINDS
from forum.organisation.enums import UNDER_CHAPTER_11, DecidesBy, MinutesApproval
from forum.organisation.models import Body, PoliticalParty, Unit
from forum.organisation.services.grants import acting as office_of
from forum.organisation.services.grants import in_bulk, keep_in_step
from forum.organisation.services.people import (
    add_person,
    appoint,
    change_person,
    end_appointment,
    end_employment,
    start_employment,
)
from trepart import audit, clock, municipality
from trepart.access.models import User
from trepart.workflow import reserve_pk

#: What may be changed on a body after it was set up. Kind, address and workplace are what it is, and stay.
CHANGEABLE = (
    "name", "legal_basis", "evidence", "mandate", "superior", "decides_by", "meetings_open", "chapter_11",
    "may_meet_remotely", "notice_days", "answer_days", "minutes_approval",
)  # fmt: skip
#: Addresses that pages of their own stand at.
RESERVED = frozenset({"ny"})


__all__ = [
    "activate_body",
    "add_body",
    "add_party",
    "add_person",
    "add_unit",
    "appoint",
    "change_body",
    "change_person",
    "change_unit",
    "close_body",
    "end_appointment",
    "end_employment",
    "in_bulk",
    "remove_body",
    "start_employment",
]


def _norwegian(text: str) -> str:
    """Spell æ, ø and å with letters an address can have."""
    return slugify(text.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a"))


# Units and parties ----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_unit(name: str, parent: Unit | None = None, *, actor: User | None) -> Unit:
    """Add a workplace or a sector below ``parent`` and return it; refuses a second of the same name there."""
    unit = Unit(pk=reserve_pk(Unit), name=" ".join(name.split()), parent=parent)
    unit.full_clean(exclude=["parent"])
    if Unit.objects.filter(parent=parent, name__iexact=unit.name).exists():
        raise ValidationError({"name": _("There is a unit called %(name)s here already.") % {"name": unit.name}})
    data = {"parent": parent.pk if parent else None}
    with audit.recorded("forum.unit_added", actor=actor, subject=unit, acting=office_of(actor), data=data):
        unit.save(force_insert=True)
    return unit


@transaction.atomic
def change_unit(
    unit: Unit, *, name: str, parent: Unit | None, closed_on: date | None = None, actor: User | None
) -> Unit:
    """Rename, move or close a unit; refuses a tree that bites its own tail, and closing one where an LMU is at work."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    above, seen = parent, set()
    while above is not None and above.pk not in seen:
        if above.pk == unit.pk:
            raise ValidationError({"parent": _("A unit cannot be part of itself.")})
        seen.add(above.pk)
        above = above.parent
    unit.name, unit.parent, unit.closed_on = " ".join(name.split()), parent, closed_on
    unit.full_clean(exclude=["parent"])
    if Unit.objects.filter(parent=parent, name__iexact=unit.name).exclude(pk=unit.pk).exists():
        raise ValidationError({"name": _("There is a unit called %(name)s here already.") % {"name": unit.name}})
    if closed_on is not None and Body.objects.filter(unit=unit, closed_on__isnull=True).exists():
        raise ValidationError({"closed_on": _("Close the unit's LMU first; its cases must be answered or sent on.")})
    data = {"parent": parent.pk if parent else None, "closed_on": closed_on}
    with audit.recorded("forum.unit_changed", actor=actor, subject=unit, acting=office_of(actor), data=data):
        unit.save()
    return unit


@transaction.atomic
def add_party(*, name: str, short: str, actor: User | None) -> PoliticalParty:
    """Add a political party (Ap, Sp …) and return it."""
    party = PoliticalParty(pk=reserve_pk(PoliticalParty), name=name.strip(), short=short.strip())
    party.full_clean()
    with audit.recorded("forum.party_added", actor=actor, subject=party, acting=office_of(actor)):
        party.save(force_insert=True)
    return party


# Bodies ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_body(
    *,
    name: str,
    kind: str,
    legal_basis: str,
    actor: User | None,
    slug: str = "",
    mandate: str = "",
    evidence: str = "",
    unit: Unit | None = None,
    superior: Body | None = None,
    decides_by: str = "",
    meetings_open: bool | None = None,
    chapter_11: bool | None = None,
    notice_days: int | None = None,
    answer_days: int | None = None,
    minutes_approval: str = "",
) -> Body:
    """Set up a body and return it; it is at work only after :func:`activate_body`.

    What is not said follows from the legal basis (R1): bodies elected under the Local Government Act follow chapter 11
    and hold open meetings, and so does another arrangement under § 5-11, and their minutes are approved by three who
    sign; an LMU decides by consensus (R24), a leader alone, all others by vote; deadlines are the municipality's own.
    """
    own = municipality.current()
    under_act = legal_basis in UNDER_CHAPTER_11
    row = BODY_KINDS.get(kind)
    body = Body(
        pk=reserve_pk(Body),
        name=" ".join(name.split()),
        slug=slug or _free_slug(name),
        kind=kind,
        legal_basis=legal_basis,
        mandate=mandate.strip(),
        evidence=evidence.strip(),
        unit=unit,
        superior=superior,
        decides_by=decides_by or (row.decides_by if row else DecidesBy.VOTE),
        meetings_open=under_act if meetings_open is None else meetings_open,
        chapter_11=under_act if chapter_11 is None else chapter_11,
        notice_days=own.notice_days if notice_days is None else notice_days,
        answer_days=own.answer_days if answer_days is None else answer_days,
        minutes_approval=minutes_approval or (MinutesApproval.SIGNERS if under_act else MinutesApproval.CHAIR),
    )
    if row and row.workplace_missing and unit is None:
        raise ValidationError({"unit": row.workplace_missing})
    body.full_clean(exclude=["superior"])
    data = {"kind": kind, "legal_basis": legal_basis}
    with audit.recorded("forum.body_added", actor=actor, subject=body, acting=office_of(actor), data=data):
        body.save(force_insert=True)
    return body


def _free_slug(name: str) -> str:
    """Return an address made of ``name`` that no body has."""
    stem = _norwegian(name)[:70] or "organ"
    taken = set(Body.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | RESERVED
    return next(
        slug
        for number in range(1, len(taken) + 2)
        if (slug := stem if number == 1 else f"{stem}-{number}") not in taken
    )


@transaction.atomic
def change_body(body: Body, *, actor: User | None, **facts: object) -> Body:
    """Change facts about a body (:data:`CHANGEABLE`) and return it; ``TypeError`` for anything else.

    A body at work must go on keeping the rules that rest on these facts; what memberships break is shown on
    its page, not refused here.
    """
    if unknown := set(facts) - set(CHANGEABLE):
        raise TypeError(f"change_body cannot change {', '.join(sorted(unknown))}")
    body = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    before = {p.message for p in composition.hindrances(body)} if body.active_from else set()
    changed = sorted(name for name, value in facts.items() if getattr(body, name) != value)
    for name in changed:
        setattr(body, name, facts[name])
    if "superior" in changed:
        _check_line(body)
    body.full_clean(exclude=["superior", "unit"])
    if body.active_from and (new := [p.message for p in composition.hindrances(body) if p.message not in before]):
        raise ValidationError(new, code="composition")
    if not changed:
        return body
    with audit.recorded(
        "forum.body_changed", actor=actor, subject=body, acting=office_of(actor), data={"fields": changed}
    ):
        body.save()
    return body


def _check_line(body: Body) -> None:
    """Refuse a line of bodies that comes back to where it began: a case would go round for ever."""
    above = body.superior
    seen = {body.pk}
    while above is not None:
        if above.pk in seen:
            raise ValidationError(
                {"superior": _("Then a case sent on could come back to where it was. Choose another body.")}
            )
        seen.add(above.pk)
        above = above.superior


@transaction.atomic
def activate_body(body: Body, actor: User | None) -> Body:
    """Put ``body`` to work today. Refuses one that breaks a rule of composition (R1-R3), naming each paragraph."""
    body = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    if body.active_from is not None:
        raise ValidationError(_("%(name)s is at work already.") % {"name": body.name}, code="active")
    if shut := composition.hindrances(body):
        raise ValidationError([problem.message for problem in shut], code="composition")
    body.active_from = clock.today()
    data = {"active_from": body.active_from}
    with audit.recorded("forum.body_activated", actor=actor, subject=body, acting=office_of(actor), data=data):
        body.save()
        keep_in_step(body.pk)
    return body


@transaction.atomic
def close_body(body: Body, *, on: date, actor: User | None) -> Body:
    """Close ``body`` from the day ``on``. Refuses while cases wait for it, or other bodies send on to it."""
    body = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    if body.closed_on is not None:
        raise ValidationError({"on": _("%(name)s is closed already.") % {"name": body.name}})
    if on < clock.today():
        raise ValidationError({"on": _("Choose today or a coming day.")})
    if waiting := body.referrals.waiting().count():
        raise ValidationError(
            _("%(count)s cases wait for an answer from %(name)s. Answer them or send them on first.")
            % {"count": waiting, "name": body.name}
        )
    below = Body.objects.filter(superior=body, closed_on__isnull=True).order_by("name").values_list("name", flat=True)
    if names := list(below[:5]):
        raise ValidationError(
            _("Others send on to this body: %(names)s. Change that first.") % {"names": ", ".join(names)}
        )
    body.closed_on = on
    with audit.recorded(
        "forum.body_closed", actor=actor, subject=body, acting=office_of(actor), data={"closed_on": on}
    ):
        body.save()
        keep_in_step(body.pk)
    return body


@transaction.atomic
def remove_body(body: Body, *, actor: User | None) -> None:
    """Take away a body that was set up by mistake, with the places entered in it; the trail and its
    history keep that it was there.

    Raises ``ValidationError`` for one that has been at work, or that something else points to: what a public body has
    been and done is kept, so it is closed instead (arkl § 5, R29, R30).
    """
    body = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    kept = _("What a public body has been and done is kept, and is never deleted (Archives Act § 5). Close it instead.")
    if body.active_from is not None:
        raise ValidationError(_("%(name)s has been put to work.") % {"name": body.name} + " " + kept, code="history")
    with audit.recorded(
        "forum.body_removed", actor=actor, subject=body, acting=office_of(actor), data={"name": body.name}
    ):
        try:
            with transaction.atomic():
                for membership in body.memberships.all():
                    membership.delete()
                body.delete()
        except ProtectedError:
            raise ValidationError(
                _("Something in the portal points to %(name)s.") % {"name": body.name} + " " + kept, code="history"
            ) from None


# Memberships ----------------------------------------------------------------------------------------------------------

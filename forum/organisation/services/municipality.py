"""Changes the municipality's own facts, coat of arms and texts.

The first change writes down what the settings say; from then on the row is what counts.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forum.organisation.models import Municipality, TextBlock
from forum.organisation.services import logos
from forum.organisation.services.grants import acting as office_of
from trepart import audit, municipality
from trepart.access.models import User
from trepart.access.roles import ROLES
from trepart.workflow import reserve_pk

#: The facts one can change.
FACTS = (
    "name", "address", "accent", "languages", "default_language", "answer_days", "waiting_months", "notice_days",
    "objection_days", "disagreement_days", "draft_days",
    "invitation_days", "unconfirmed_days", "accessibility_url", "privacy_url", "feedback_url", "accessibility_email",
    "privacy_email", "feedback_email", "two_step_roles", "new_act_from",
)  # fmt: skip


def _row() -> tuple[Municipality, bool]:
    """Return the row, locked, and whether it is new: then it says what the settings say."""
    row = Municipality.objects.select_for_update().filter(pk=Municipality.ONLY).first()
    if row is not None:
        return row, False
    own = municipality.from_settings()
    facts = {name: getattr(own, name) for name in FACTS}
    return Municipality(**facts | {name: list(facts[name]) for name in ("languages", "two_step_roles")}), True


def unsaved() -> Municipality:
    """Return the municipality as it stands, for a form: the row, or what the settings say."""
    row = Municipality.objects.select_related("logo").filter(pk=Municipality.ONLY).first()
    if row is None:
        own = municipality.from_settings()
        row = Municipality(**{name: getattr(own, name) for name in FACTS})
    return row


@transaction.atomic
def change_municipality(*, actor: User | None, **facts: Any) -> Municipality:
    """Change facts about the municipality (:data:`FACTS`) and return it; ``TypeError`` for anything else.

    Raises ``ValidationError`` for what the model refuses, a language the portal has no texts in, and a
    role that does not exist.
    """
    if unknown := set(facts) - set(FACTS):
        raise TypeError(f"change_municipality cannot change {', '.join(sorted(unknown))}")
    row, new = _row()
    if "accent" in facts:
        facts["accent"] = facts["accent"].lower()
    changed = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, facts[name])
    if strange := set(row.languages) - {code for code, _name in settings.LANGUAGES}:
        raise ValidationError(
            {"languages": _("The portal has no texts in %(code)s.") % {"code": ", ".join(sorted(strange))}}
        )
    if strange := set(row.two_step_roles) - {role for _kind, role in ROLES}:
        raise ValidationError(
            {"two_step_roles": _("There is no such role: %(name)s.") % {"name": ", ".join(sorted(strange))}}
        )
    row.full_clean(validate_unique=False, validate_constraints=False)
    if not changed:
        return row
    with audit.recorded(
        "forum.municipality_changed", actor=actor, subject=row, acting=office_of(actor), data={"fields": changed}
    ):
        row.save(force_insert=new)
    municipality.forget()
    return row


@transaction.atomic
def change_logo(content: bytes | None, *, actor: User | None) -> Municipality:
    """Make the picture in ``content`` the coat of arms, or take it away (None). Raises ``ValidationError`` with the
    reason (`forum.organisation.services.logos`)."""
    picture = logos.checked(content) if content is not None else None
    row, new = _row()
    kept = logos.keep(picture) if picture else None
    if row.logo_id == (kept.pk if kept else None):
        return row
    row.logo = kept
    data = {"digest": kept.digest if kept else ""}
    with audit.recorded("forum.logo_changed", actor=actor, subject=row, acting=office_of(actor), data=data):
        row.save(force_insert=new)
    municipality.forget()
    return row


@transaction.atomic
def change_text(place: str, language: str, body: str, *, actor: User | None) -> TextBlock:
    """Write the municipality's own text for ``place`` in ``language``; an empty one gives back the portal's. Plain
    text: marks of HTML stay what they are.

    Raises ``ValidationError`` for a place or a language that does not exist, and for a text that is too long.
    """
    block = TextBlock.objects.select_for_update().filter(place=place, language=language).first()
    adding = block is None
    block = block or TextBlock(place=place, language=language)
    if language not in {code for code, _name in settings.LANGUAGES}:
        raise ValidationError(_("The portal has no texts in %(code)s.") % {"code": language})
    body = body.strip()
    if (not adding and block.body == body) or (adding and not body):
        return block
    row, new = _row()
    if new:
        # Texts are read together with the row: there must be one.
        with audit.recorded(
            "forum.municipality_changed", actor=actor, subject=row, acting=office_of(actor), data={"fields": []}
        ):
            row.save(force_insert=True)
    block.body = body
    block.full_clean(validate_unique=False, validate_constraints=False)
    if adding:
        block.pk = reserve_pk(TextBlock)
    data: Mapping[str, object] = {"place": place, "language": language, "own": bool(body)}
    with audit.recorded("forum.text_changed", actor=actor, subject=block, acting=office_of(actor), data=data):
        block.save(force_insert=adding)
    municipality.forget()
    return block

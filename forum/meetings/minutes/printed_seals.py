"""Seals that stand printed in minutes and decision lists: a witness for ``verify_audit`` (R29)."""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext as _

from forum.meetings.minutes.decision_list_models import DecisionList
from forum.meetings.minutes.models import MinutesVersion

Seal = tuple[int, str, str]


def in_versions(model: type[models.Model], meeting: str, where: str) -> Iterator[Seal]:
    """Yield number, digest and place of the seals printed in the versions ``model`` keeps;
    ``meeting`` is the way to it."""
    versions = model._default_manager.filter(seal__isnull=False).order_by("pk")
    for number, digest, body, pk, version in versions.values_list(
        "seal_id", "seal_digest", f"{meeting}__body__name", f"{meeting}_id", "number"
    ):
        yield number, digest, where % {"body": body, "meeting": pk, "version": version}


def printed_seals() -> Iterator[Seal]:
    """Yield the seals printed in minutes and in decision lists."""
    minutes = _("minutes of %(body)s, meeting %(meeting)s, version %(version)s")
    yield from in_versions(MinutesVersion, "minutes__meeting", minutes)
    decisions = _("decision list of %(body)s, meeting %(meeting)s, version %(version)s")
    yield from in_versions(DecisionList, "meeting", decisions)

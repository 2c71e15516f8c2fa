"""Seals that stand printed in the views sent to the municipal council: a witness for ``verify_audit`` (R29)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from forum.council.models import CouncilSheet
from forum.meetings.minutes.printed_seals import Seal, in_versions


def printed_seals() -> Iterator[Seal]:
    """Yield the seals printed in sheets of views."""
    views = _("views of %(body)s for the municipal council, meeting %(meeting)s, version %(version)s")
    yield from in_versions(CouncilSheet, "case_list__meeting", views)

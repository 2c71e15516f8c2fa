"""System checks of the room: no road of a proposal without an end. Run by ``manage.py check --database default``."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import ProgrammingError, connections, transaction

from proposals.models import Intake
from proposals.routing import road


@register(Tags.database)
def roads_have_an_end(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Say which bodies a proposal could come to and never leave."""
    if not databases or "default" not in databases:
        return []
    if Intake._meta.db_table not in connections["default"].introspection.table_names():
        return []
    try:
        # ``migrate`` checks first: a database from before an upgrade lacks the columns that come with it, and must
        # be let through to get them.
        with transaction.atomic():
            problems = road.problems()
    except ProgrammingError:
        return []
    return [checks.Warning(str(problem.message), id="proposals.W001") for problem in problems]

"""The room as an app."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """See the package's docstring."""

    name = "proposals"

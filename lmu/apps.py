"""The room as an app."""

from django.apps import AppConfig


class LmuConfig(AppConfig):
    """See the package's docstring."""

    name = "lmu"

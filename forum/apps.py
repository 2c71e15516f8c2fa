"""The room as an app."""

from django.apps import AppConfig


class ForumConfig(AppConfig):
    """See the package's docstring."""

    name = "forum"

"""The room as an app: it has a job, and no models."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """See the package's docstring."""

    name = "forum.pages"

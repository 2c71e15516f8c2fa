"""The demo as an app, which production does not install."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """See the package's docstring."""

    name = "portal.demo"

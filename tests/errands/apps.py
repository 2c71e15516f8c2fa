"""The tests' own room as an app."""

from django.apps import AppConfig


class ErrandsConfig(AppConfig):
    """Brings tables; its lifecycle is registered by the fixture ``errands`` for one test at a time."""

    name = "tests.errands"
    label = "errands"

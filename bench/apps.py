"""The bench as an app of its own, there only while something is measured."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Brings one table and one template."""

    name = "bench"
    label = "bench"
    default_auto_field = "django.db.models.BigAutoField"

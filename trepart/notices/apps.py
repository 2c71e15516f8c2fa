"""What people are told, as an app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices on "my page" and the mail that carries them."""

    name = "trepart.notices"
    label = "notices"

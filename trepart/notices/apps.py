"""What people are told, as an app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices on "my page" and the mail that carries them."""

    name = "trepart.notices"
    label = "notices"

    def ready(self) -> None:
        """Register what the trail can say of mail, and the look at how mail is doing."""
        from trepart.notices import events  # noqa: F401  # importing registers; translations are ready only now
        from trepart.notices.health import mail
        from trepart.server import health

        health.register(mail)

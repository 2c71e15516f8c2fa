"""A real mail server, and mail to send to it."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from trepart.notices.mail import queue_mail
from trepart.notices.models import Mail


class Server:
    """Keeps what it takes. ``answers`` are given in turn to RCPT or DATA before it takes anything; "gone" hangs up, and
    ``lose`` hangs up after having taken it."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.recipient_answers: list[str] = []
        self.data_answers: list[str] = []
        self.lose = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answers:
            answer = self.recipient_answers.pop(0)
            if answer == "gone":
                server.transport.close()
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answers:
            answer = self.data_answers.pop(0)
            if answer == "gone":
                server.transport.close()
            return answer
        self.taken.append(envelope)
        if self.lose:
            self.lose -= 1
            server.transport.close()
        return "250 taken"

    @property
    def messages(self) -> list[EmailMessage]:
        return [  # type: ignore[arg-type]
            message_from_bytes(bytes(e.content or b""), policy=policy.default) for e in self.taken
        ]

    @property
    def recipients(self) -> list[str]:
        return [address for envelope in self.taken for address in envelope.rcpt_tos]


class AnyPort(Controller):
    """Serves at a port the system chooses."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    handler = Server()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 2
    yield handler
    controller.stop()


@pytest.fixture
def mail(db: None, settings: Any) -> Callable[..., Mail]:
    """Make a mail in the queue."""

    def make(to: str = "kari@fjellvik.example", **more: Any) -> Mail:
        made = queue_mail(
            to=to,
            language=more.pop("language", "nb"),
            template=more.pop("template", "access/mail/email_confirmation"),
            context=more.pop("context", {"activate_url": f"{settings.SITE_URL}/konto/bekreft/abc/"}),
            secret=more.pop("secret", False),
        )
        for name, value in more.items():
            setattr(made, name, value)
        if more:
            made.save()
        return made

    return make

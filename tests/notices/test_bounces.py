"""What comes back: delivery reports are taken in, forged ones are not."""

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from trepart import clock
from trepart.notices import bounces, fetching, return_address
from trepart.notices.models import Mail, MailState, Reason

Make = Callable[..., Mail]
pytestmark = pytest.mark.usefixtures("_address")


@pytest.fixture
def _address(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "varsler-retur@fjellvik.example"


def report(to: str, *, action: str = "failed", status: str = "5.1.1", code: str = "550 5.1.1 User unknown") -> bytes:
    """Return a report as Postfix writes it."""
    return f"""Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; kari@fjellvik.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {code}
--B
Content-Type: text/rfc822-headers

Subject: Svar
--B--
""".replace("\n", "\r\n").encode()


def gone_out(mail: Make, **more: Any) -> Mail:
    return mail(state=MailState.SENT, sent_at=clock.now(), **more)


def test_a_report_of_failure_is_shown_with_its_reason(mail: Make) -> None:
    made, other = gone_out(mail), gone_out(mail)
    address = return_address.return_path(made)
    assert len(address.rpartition("@")[0]) <= 64
    bounces.take(report(address))
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.state, made.reason, made.code) == (MailState.FAILED, Reason.NO_SUCH_ADDRESS, "550 5.1.1")
    assert other.state == MailState.SENT


def test_the_address_the_server_says_goes_before_the_headers_and_case_does_not_matter(mail: Make) -> None:
    made = gone_out(mail)
    bounces.take(report("somebody@else.example"), recipient=return_address.return_path(made).upper())
    made.refresh_from_db()
    assert made.state == MailState.FAILED


def test_the_same_report_twice_counts_once_and_does_not_undo_what_was_done(mail: Make) -> None:
    made = gone_out(mail)
    bounces.take(report(return_address.return_path(made)))
    Mail.objects.filter(pk=made.pk).update(state=MailState.QUEUED)
    bounces.take(report(return_address.return_path(made)))
    made.refresh_from_db()
    assert made.state == MailState.QUEUED


def test_a_delay_is_no_failure(mail: Make) -> None:
    made = gone_out(mail)
    bounces.take(report(return_address.return_path(made), action="delayed", status="4.4.1", code="421 later"))
    made.refresh_from_db()
    assert made.state == MailState.SENT


def test_what_failed_for_good_with_a_passing_code_has_failed(mail: Make) -> None:
    made = gone_out(mail)
    bounces.take(report(return_address.return_path(made), status="4.2.2", code="452 4.2.2 full"))
    made.refresh_from_db()
    assert (made.state, made.reason) == (MailState.FAILED, Reason.MAILBOX_FULL)


def test_forged_ones_change_nothing(mail: Make, settings: Any) -> None:
    made, other = gone_out(mail), gone_out(mail)
    right = return_address.return_path(made)
    token = right.partition("+")[2].partition("@")[0]
    number, _dot, signature = token.partition(".")
    for address in (
        "varsler-retur@fjellvik.example",
        f"varsler-retur+{other.pk}.{signature}@fjellvik.example",
        f"varsler-retur+{number}.{'a' * 16}@fjellvik.example",
        f"varsler-retur+{number}.@fjellvik.example",
        f"varsler-retur+{'9' * 400}.{signature}@fjellvik.example",
        f"varsler-retur+9223372036854775808.{signature}@fjellvik.example",
        f"varsler-retur+{token}@evil.example",
        f"annet+{token}@fjellvik.example",
        "",
        "\x00",
    ):
        with pytest.raises(return_address.Forged):
            bounces.take(report(address or "x@y.example"), recipient=address)
    settings.BOUNCE_ADDRESS = ""
    with pytest.raises(return_address.Forged):
        bounces.take(report(right))
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Out of office\r\n\r\nBack on Monday",
        (
            b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n"
            b"\r\nAction: failed\r\n\r\n--B--"
        ),
        (
            b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
            b"Action: failed\r\nStatus: 5.1.1\r\n--B--"
        ),
        b"Content-Type: multipart/report; boundary=B\r\n\r\n" + b"--B\r\n" * 2000,
    ],
)
def test_what_is_no_report_is_refused(mail: Make, content: bytes) -> None:
    made = gone_out(mail)
    with pytest.raises(bounces.NotABounce):
        bounces.take(content, recipient=return_address.return_path(made))
    made.refresh_from_db()
    assert made.state == MailState.SENT


def test_the_command_reads_the_mail_server_s_pipe(mail: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def pipe(content: bytes, recipient: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        call_command("take_bounce", recipient=recipient)

    made = gone_out(mail)
    address = return_address.return_path(made)
    for content, recipient, code in ((b"x", address, 65), (report(address), "varsler-retur+1.x@fjellvik.example", 77)):
        with pytest.raises(CommandError) as refused:
            pipe(content, recipient)
        assert refused.value.returncode == code
    pipe(report(address), address)
    made.refresh_from_db()
    assert made.state == MailState.FAILED


def test_a_mailbox_is_emptied_of_reports_and_nothing_is_deleted(
    mail: Make, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = gone_out(mail)
    lying = {b"1": report(return_address.return_path(made)), b"2": b"Subject: hei\r\n\r\nhei"}
    seen: list[bytes] = []
    asked: list[Any] = []

    class Box:
        def __init__(self, host: str, port: int, **_more: Any) -> None:
            asked.append((host, port))

        def __enter__(self) -> "Box":
            return self

        def __exit__(self, *_each: object) -> None:
            asked.append("closed")

        def login(self, name: str, password: str) -> None:
            asked.append((name, password))

        def select(self, folder: str) -> None:
            asked.append(folder)

        def uid(self, command: str, *given: Any) -> Any:
            if command == "SEARCH":
                return "OK", [b" ".join(uid for uid in lying if uid not in seen)]
            if command == "FETCH":
                return "OK", [(b"1 (BODY[] {1}", lying[given[0]]), b")"]
            assert (command, given[1:]) == ("STORE", ("+FLAGS.SILENT", r"(\Seen)"))
            seen.append(given[0])
            return "OK", []

    monkeypatch.setattr(fetching.imaplib, "IMAP4_SSL", Box)
    assert fetching.fetch() == 0
    assert asked == []
    settings.BOUNCE_IMAP_URL = "imaps://retur:p%40ss@imap.example/Retur"
    assert (fetching.fetch(), fetching.fetch()) == (1, 0)
    assert asked[:4] == [("imap.example", 993), ("retur", "p@ss"), "Retur", "closed"]
    assert seen == [b"1", b"2"]
    made.refresh_from_db()
    assert made.state == MailState.FAILED

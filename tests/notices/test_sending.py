"""Mail handed to a mail server that is away, asks for patience, refuses, is slow or dies."""

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.notices.conftest import Server
from trepart import clock
from trepart.notices import blanking, sending
from trepart.notices.health import mail as mail_health
from trepart.notices.health import oldest_waiting
from trepart.notices.models import Mail, MailState, Reason
from trepart.notices.tasks import deliver, sweep

Make = Callable[..., Mail]


def work(hours: float) -> list[int]:
    """Live ``hours`` as the worker does: each minute the sweep, and every job when its time has come. Return at which
    minutes something was tried."""
    begun, tried = clock.now(), []
    for minute in range(int(hours * 60) + 1):
        with clock.at(begun + timedelta(minutes=minute, seconds=1)):
            sweep()
            due = ProcrastinateJob.objects.filter(task_name="notices.deliver", status="todo")
            for job in due:
                if job.scheduled_at is None or job.scheduled_at <= clock.now():
                    before = Mail.objects.values_list("attempts", flat=True).get(pk=job.args["mail_id"])
                    deliver(mail_id=job.args["mail_id"])
                    _done(job.pk)
                    if Mail.objects.values_list("attempts", flat=True).get(pk=job.args["mail_id"]) > before:
                        tried.append(minute)
    return tried


def _done(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [pk])


def test_it_is_sent_once_to_exactly_one(server: Server, mail: Make) -> None:
    made = mail()
    deliver(mail_id=made.pk)
    deliver(mail_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.attempts, made.troubled_at, made.code) == (MailState.SENT, 1, None, "")
    assert server.recipients == ["kari@fjellvik.example"]


def test_a_server_that_is_down_for_an_hour_loses_nothing(server: Server, mail: Make, settings: Any) -> None:
    mails = [mail(f"person{n}@fjellvik.example") for n in range(3)]
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    tried = work(1)
    assert sorted(set(tried)) == [0, 1, 4, 9, 19, 34]
    assert {(m.state, m.reason) for m in Mail.objects.all()} == {(MailState.QUEUED, Reason.SERVER_AWAY)}
    assert not mail_health().well or oldest_waiting() is not None
    settings.EMAIL_PORT = there
    with clock.at(clock.now() + timedelta(hours=1)):
        work(1.1)
    assert sorted(server.recipients) == sorted(m.to for m in mails)
    assert {m.state for m in Mail.objects.all()} == {MailState.SENT}
    assert oldest_waiting() is None


def test_a_server_that_is_down_for_a_day_loses_nothing(server: Server, mail: Make, settings: Any) -> None:
    made = mail()
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert len(work(24)) < 40
    settings.EMAIL_PORT = there
    with clock.at(clock.now() + timedelta(days=1)):
        work(1.1)
    made.refresh_from_db()
    assert (made.state, server.recipients) == (MailState.SENT, [made.to])


def test_after_five_days_it_is_given_up_and_shown(server: Server, mail: Make, settings: Any) -> None:
    made = mail(troubled_at=clock.now() - timedelta(days=5, minutes=1))
    settings.EMAIL_PORT = 1
    deliver(mail_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.reason) == (MailState.FAILED, Reason.SERVER_AWAY)


@pytest.mark.parametrize(
    ("answer", "state", "reason", "code"),
    [
        ("451 4.3.0 Try later", MailState.QUEUED, Reason.BUSY, "451 4.3.0"),
        ("452 4.2.2 Mailbox full", MailState.QUEUED, Reason.MAILBOX_FULL, "452 4.2.2"),
        ("550 5.1.1 No such user", MailState.FAILED, Reason.NO_SUCH_ADDRESS, "550 5.1.1"),
        ("550 unknown", MailState.FAILED, Reason.NO_SUCH_ADDRESS, "550"),
        ("552 5.2.2 Mailbox full", MailState.FAILED, Reason.MAILBOX_FULL, "552 5.2.2"),
        ("554 5.7.1 Refused", MailState.FAILED, Reason.NOT_ACCEPTED, "554 5.7.1"),
        ("gone", MailState.QUEUED, Reason.SERVER_AWAY, ""),
    ],
)
@pytest.mark.parametrize("where", ["recipient_answers", "data_answers"])
def test_what_the_server_says_decides(
    server: Server, mail: Make, where: str, answer: str, state: str, reason: str, code: str
) -> None:
    getattr(server, where).append(answer)
    made = mail()
    deliver(mail_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.reason, made.code) == (state, reason, code)
    assert server.taken == []
    again = ProcrastinateJob.objects.filter(scheduled_at__isnull=False).count()
    assert again == (1 if state == MailState.QUEUED else 0)
    if state == MailState.QUEUED:
        work(0.1)
        made.refresh_from_db()
        assert (made.state, server.recipients) == (MailState.SENT, [made.to])
    else:
        work(2)
        assert server.taken == []


def test_a_refused_one_keeps_the_words_unless_they_are_secret(server: Server, mail: Make) -> None:
    server.recipient_answers += ["550 5.1.1 No", "550 5.1.1 No"]
    plain, secret = mail(), mail(secret=True)
    for made in (plain, secret):
        deliver(mail_id=made.pk)
        made.refresh_from_db()
    assert "abc" in plain.text
    assert (secret.state, secret.text, secret.subject) == (MailState.FAILED, "", "")
    assert secret.blanked_at is not None


def test_a_secret_is_blanked_once_sent_but_not_before(server: Server, mail: Make) -> None:
    server.recipient_answers.append("451 later")
    made = mail(secret=True)
    deliver(mail_id=made.pk)
    made.refresh_from_db()
    assert "abc" in made.text
    work(0.1)
    made.refresh_from_db()
    assert (made.state, made.text) == (MailState.SENT, "")
    assert "/konto/bekreft/abc/" in server.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_one_that_dies_after_taking_it_is_handed_over_again_under_the_same_name(server: Server, mail: Make) -> None:
    """Nobody can know whether it arrived: it is sent again, and the receiving side can tell that it is the same."""
    server.lose = 1
    made = mail()
    deliver(mail_id=made.pk)
    work(0.1)
    made.refresh_from_db()
    assert made.state == MailState.SENT
    assert len(server.taken) == 2
    assert len({message["Message-ID"] for message in server.messages}) == 1


def test_a_slow_server_is_not_waited_for_for_ever(server: Server, mail: Make, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent.getsockname()[1], 0.3
        made = mail()
        deliver(mail_id=made.pk)
    made.refresh_from_db()
    assert (made.state, made.reason) == (MailState.QUEUED, Reason.SERVER_AWAY)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(server: Server, mail: Make) -> None:
    mails = [mail(f"person{n}@fjellvik.example").pk for n in range(5)]
    start, errors = threading.Barrier(4), []

    def worker() -> None:
        try:
            start.wait()
            for pk in mails:
                deliver(mail_id=pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=worker) for _each in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert errors == []
    assert sorted(server.recipients) == [f"person{n}@fjellvik.example" for n in range(5)]
    assert set(Mail.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}


def test_what_a_dead_worker_had_taken_is_given_back_after_a_while(server: Server, mail: Make) -> None:
    made = mail()
    ProcrastinateJob.objects.all()
    assert sending.claim(made.pk) is not None
    assert sending.claim(made.pk) is None
    _forget_jobs()
    work(0.2)
    assert server.taken == []
    with clock.at(clock.now() + sending.CLAIM + timedelta(minutes=1)):
        work(0.1)
    assert server.recipients == [made.to]


def test_a_result_that_comes_after_the_claim_was_taken_back_changes_nothing(server: Server, mail: Make) -> None:
    made = mail()
    first = sending.claim(made.pk)
    assert first is not None
    with clock.at(clock.now() + sending.CLAIM + timedelta(minutes=1)):
        assert sending.release() == 1
        second = sending.claim(made.pk)
    assert second is not None
    server.recipient_answers.append("550 5.1.1 No")
    sending.send(first)
    made.refresh_from_db()
    assert (made.state, made.attempts) == (MailState.SENDING, 2)


def test_a_mail_whose_job_is_lost_is_found(server: Server, mail: Make) -> None:
    made = mail()
    _forget_jobs()
    assert sweep() == 0
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert sweep() == 1
        assert sweep() == 0
    work(0.1)
    assert server.recipients == [made.to]


def _forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_old_words_are_removed_and_what_waits_is_kept(mail: Make, settings: Any) -> None:
    old = clock.now() - timedelta(days=settings.MAIL_KEPT_DAYS, hours=1)
    sent = mail(state=MailState.SENT, sent_at=old)
    fresh = mail(state=MailState.SENT, sent_at=clock.now())
    failed = mail(state=MailState.FAILED, troubled_at=old)
    waiting = mail(created_at=old)
    assert (blanking.blank_old(), blanking.blank_old()) == (2, 0)
    kept = {m.pk: bool(m.text) for m in Mail.objects.all()}
    assert kept == {sent.pk: False, fresh.pk: True, failed.pk: False, waiting.pk: True}


def test_in_the_demo_nothing_is_removed(server: Server, mail: Make, settings: Any) -> None:
    settings.DEMO = True
    made = mail(secret=True)
    deliver(mail_id=made.pk)
    made.refresh_from_db()
    assert (made.state, "abc" in made.text) == (MailState.SENT, True)

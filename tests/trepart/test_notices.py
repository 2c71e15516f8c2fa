"""Telling people: a notice in the transaction, a mail after it, a failure that shows and is tried again."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.errands.models import Errand
from tests.factories.organisation import Municipality
from trepart.notices.announcing import tell
from trepart.notices.models import MailStatus, Notice
from trepart.notices.tasks import deliver
from trepart.workflow import perform

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


def told(town: Municipality, *people: Any, event: Any = None, send: bool = True) -> list[Notice]:
    words = {"subject": "Grus & salt", "step": {"data": {"answer": "Ja\n«nei»"}}}
    tell(people, kind="k", template="errand", context=words, url="/min-side/", event=event, mail=send)
    return list(Notice.objects.order_by("id"))


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="notices.deliver").count()


def test_a_notice_is_plain_text_with_one_line_of_subject(
    errands: ModuleType, town: Municipality, settings: Any
) -> None:
    notice = told(town, town.chair)[0]
    assert notice.subject == "Grus & salt & Ja «nei»"
    assert notice.body.startswith(f"{town.chair.name}, <Ja")
    assert f"{settings.SITE_URL}/min-side/" in notice.body
    assert (notice.mail, jobs()) == (MailStatus.QUEUED, 1)


def test_everybody_is_told_once_and_who_has_left_is_not(errands: ModuleType, town: Municipality) -> None:
    town.outsider.is_active = False
    town.outsider.save()
    notices = told(town, town.chair, town.secretary, town.chair, town.outsider)
    assert {n.person for n in notices} == {town.chair, town.secretary}
    assert jobs() == 2


def test_the_same_event_tells_the_same_thing_once(errand: Make, town: Municipality) -> None:
    event = errand("open").status_event
    told(town, town.chair, event=event)
    told(town, town.chair, event=event)
    assert (Notice.objects.count(), jobs()) == (1, 1)


def test_without_an_event_every_telling_counts(errands: ModuleType, town: Municipality) -> None:
    for _each in range(3):
        told(town, town.chair)
    assert (Notice.objects.count(), jobs()) == (3, 3)


def test_a_notice_without_mail_queues_none(errands: ModuleType, town: Municipality) -> None:
    assert told(town, town.chair, send=False)[0].mail == MailStatus.NONE
    assert jobs() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_mail_behind(errands: ModuleType, errand: Make, town: Municipality) -> None:
    def gives_up() -> None:
        with transaction.atomic():
            told(town, town.chair)
            assert jobs() == 1
            raise RuntimeError("after all not")

    with pytest.raises(RuntimeError):
        gives_up()
    assert (Notice.objects.count(), jobs()) == (0, 0)
    made = errand("running")
    errands.broken.add("notify")
    with pytest.raises(RuntimeError):
        perform(made, "finish", actor=town.secretary, data={"answer": "x"})
    assert (Notice.objects.count(), jobs()) == (0, 0)
    errands.broken.clear()
    perform(made, "finish", actor=town.secretary, data={"answer": "x"})
    assert (Notice.objects.count(), jobs()) == (1, 1)


def test_the_job_sends_once(errands: ModuleType, town: Municipality) -> None:
    notice = told(town, town.chair)[0]
    deliver(notice_id=notice.pk)
    deliver(notice_id=notice.pk)
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert (sent.subject, sent.to) == (notice.subject, [town.chair.email])
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    notice.refresh_from_db()
    assert notice.mail == MailStatus.SENT
    assert notice.mailed_at is not None


def test_a_failure_shows_on_the_notice_and_the_queue_tries_again(
    errands: ModuleType, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = told(town, town.chair)[0]
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", lambda self: (_ for _ in ()).throw(ConnectionRefusedError("secret host")))
        with pytest.raises(ConnectionRefusedError):
            deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.mail, notice.mail_error) == (MailStatus.FAILED, "ConnectionRefusedError")
    job = ProcrastinateJob.objects.get()
    retry = deliver.get_retry_exception(ConnectionRefusedError(), _attempted(job, 1))
    assert retry is not None
    assert deliver.get_retry_exception(ConnectionRefusedError(), _attempted(job, 99)) is None
    deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.mail, notice.mail_error) == (MailStatus.SENT, "")


def _attempted(job: ProcrastinateJob, attempts: int) -> Any:
    from procrastinate.jobs import Job

    return Job(
        id=job.pk,
        queue="mail",
        lock=None,
        queueing_lock=None,
        task_name=job.task_name,
        task_kwargs=job.args,
        attempts=attempts,
    )


def test_nothing_is_sent_to_an_account_that_was_closed_meanwhile(errands: ModuleType, town: Municipality) -> None:
    notice = told(town, town.chair)[0]
    town.chair.is_active = False
    town.chair.save()
    deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    assert (notice.mail, len(mail.outbox)) == (MailStatus.NONE, 0)

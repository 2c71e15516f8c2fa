"""Telling people: a notice and its mail in the transaction, once to each, in each reader's language."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.errands.models import Errand
from tests.factories.organisation import Municipality
from trepart.notices import choosing
from trepart.notices.announcing import tell
from trepart.notices.mail import Enclosed, queue_mail
from trepart.notices.models import Cadence, Mail, MailState, Notice, WrongAddress
from trepart.notices.tasks import deliver, gather
from trepart.workflow import perform

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


def told(town: Municipality, *people: Any, event: Any = None, **how: Any) -> list[Notice]:
    words = {"subject": "Grus & salt", "step": {"data": {"answer": "Ja\n«nei»"}}}
    tell(people, kind="k", template="errand", context=words, url="/min-side/", event=event, **how)
    return list(Notice.objects.select_related("mail").order_by("id"))


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="notices.deliver").count()


def test_a_notice_is_plain_text_with_one_line_of_subject(
    errands: ModuleType, town: Municipality, settings: Any
) -> None:
    notice = told(town, town.chair)[0]
    assert notice.subject == "Grus & salt & Ja «nei»"
    assert notice.body == f"{town.chair.name}, <Ja\n«nei»>\n\n{settings.SITE_URL}/min-side/"
    assert notice.mail is not None
    assert (notice.mail.subject, notice.mail.text) == (notice.subject, notice.body)
    assert (notice.mail.state, notice.mail.to, jobs()) == (MailState.QUEUED, town.chair.email, 1)


def test_everybody_is_told_once_and_who_has_left_is_not(errands: ModuleType, town: Municipality) -> None:
    town.outsider.is_active = False
    town.outsider.save()
    notices = told(town, town.chair, town.secretary, town.chair, town.outsider)
    assert {n.person for n in notices} == {town.chair, town.secretary}
    assert set(Mail.objects.values_list("to", flat=True)) == {town.chair.email, town.secretary.email}
    assert jobs() == 2


def test_the_same_event_tells_the_same_thing_once(errand: Make, town: Municipality) -> None:
    event = errand("open").status_event
    told(town, town.chair, event=event)
    told(town, town.chair, town.secretary, event=event)
    assert sorted(Notice.objects.values_list("person", flat=True)) == sorted([town.chair.pk, town.secretary.pk])
    assert jobs() == 2


def test_without_an_event_every_telling_counts(errands: ModuleType, town: Municipality) -> None:
    for _each in range(3):
        told(town, town.chair)
    assert (Notice.objects.count(), Mail.objects.count(), jobs()) == (3, 3, 3)


def test_a_notice_without_mail_queues_none(errands: ModuleType, town: Municipality) -> None:
    assert told(town, town.chair, mail=False)[0].mail is None
    assert (Mail.objects.count(), jobs()) == (0, 0)


def test_telling_ten_costs_what_telling_one_costs(errands: ModuleType, town: Municipality) -> None:
    def cost(*people: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            told(town, *people)
        return len(seen)

    cost(town.chair)
    assert cost(*town.elected, *town.union) == cost(town.secretary)


def test_each_reads_the_own_language(errands: ModuleType, town: Municipality) -> None:
    for person, language in ((town.elected[0], "nn"), (town.elected[1], "en"), (town.elected[2], "")):
        person.language = language
        person.save()
    told(town, *town.elected[:3])
    written = {mail.to: (mail.language, mail.label) for mail in Mail.objects.all()}
    assert written == {
        town.elected[0].email: ("nn", "Opne i portalen"),
        town.elected[1].email: ("en", "Open in the portal"),
        town.elected[2].email: ("nb", "Åpne i portalen"),
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_mail_behind(errands: ModuleType, errand: Make, town: Municipality) -> None:
    def gives_up() -> None:
        with transaction.atomic():
            told(town, town.chair)
            assert jobs() == 1
            raise RuntimeError("after all not")

    with pytest.raises(RuntimeError):
        gives_up()
    assert (Notice.objects.count(), Mail.objects.count(), jobs()) == (0, 0, 0)
    made = errand("running")
    errands.broken.add("notify")
    with pytest.raises(RuntimeError):
        perform(made, "finish", actor=town.secretary, data={"answer": "x"})
    assert (Notice.objects.count(), Mail.objects.count(), jobs()) == (0, 0, 0)
    errands.broken.clear()
    perform(made, "finish", actor=town.secretary, data={"answer": "x"})
    assert (Notice.objects.count(), Mail.objects.count(), jobs()) == (1, 1, 1)


def test_nothing_is_sent_to_an_account_that_was_closed_meanwhile(errands: ModuleType, town: Municipality) -> None:
    mail = told(town, town.chair)[0].mail
    assert mail is not None
    town.chair.is_active = False
    town.chair.save()
    deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.text, outbox.outbox) == (MailState.DROPPED, "", [])


def test_who_wants_it_gathered_gets_one_mail_a_day_and_what_cannot_wait_at_once(
    errands: ModuleType, town: Municipality, settings: Any
) -> None:
    choosing.choose(town.chair, Cadence.DAILY)
    told(town, town.chair, town.secretary)
    told(town, town.chair)
    told(town, town.chair, at_once=True)
    assert list(Mail.objects.order_by("id").values_list("to", flat=True)) == [town.secretary.email, town.chair.email]
    assert Notice.objects.filter(person=town.chair, to_be_gathered=True).count() == 2
    assert (gather(), gather()) == (1, 0)
    mail = Mail.objects.get(kind="notices.gathered")
    line = f"Grus & salt & Ja «nei»\n{settings.SITE_URL}/min-side/"
    assert (mail.to, mail.subject) == (town.chair.email, "2 nye hendelser")
    assert mail.text == f"Dette har skjedd siden sist:\n\n{line}\n\n{line}"
    assert Notice.objects.filter(mail=mail).count() == 2
    assert not Notice.objects.filter(to_be_gathered=True).exists()


def test_what_has_been_read_meanwhile_is_not_gathered(errands: ModuleType, town: Municipality) -> None:
    choosing.choose(town.chair, Cadence.DAILY)
    notice = told(town, town.chair)[0]
    notice.read_at = notice.created_at
    notice.save()
    assert gather() == 0
    assert not Mail.objects.exists()
    assert not Notice.objects.filter(to_be_gathered=True).exists()


def test_a_mail_to_an_address_is_queued_with_its_files(errands: ModuleType, town: Municipality) -> None:
    file = Enclosed(name="a.pdf", content_type="application/pdf", content=b"%PDF")
    made = queue_mail(
        to="kari@fjellvik.example",
        language="nn",
        template="access/mail/invitation",
        context={"person": town.chair, "link": "http://localhost:8000/konto/x/", "expires": None},
        secret=True,
        attachments=[file],
    )
    assert (made.language, made.secret, made.person, jobs()) == ("nn", True, None, 1)
    assert [(f.name, bytes(f.content)) for f in made.attachments.all()] == [("a.pdf", b"%PDF")]


def test_mail_to_a_wrong_address_waits(errands: ModuleType, town: Municipality) -> None:
    WrongAddress.objects.create(address=WrongAddress.folded(town.chair.email))
    mail = told(town, town.chair)[0].mail
    assert mail is not None
    assert (mail.state, jobs()) == (MailState.HELD, 0)

"""The log: a request id that ties it together, and nothing in it about people."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from tests.factories.organisation import Municipality
from trepart.access.models import User
from trepart.notices.tasks import deliver
from trepart.server import logs

MARKED = "Marianne Merkverdig"
MAIL = "marianne.merkverdig@fjellvik.example"


class Lines(logging.Handler):
    """Keeps what the log would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonFormatter())
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(self.format(record))

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Everything that is logged while the test runs, down to the least of it."""
    handler, root = Lines(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def test_every_answer_has_an_id_and_a_line(client: Client, town: Municipality, lines: Lines) -> None:
    client.force_login(town.employee())
    response = client.get("/forslag/", {"q": MARKED})
    (line,) = [told for told in lines.told if told["logger"] == "trepart.requests"]
    assert len(response.headers["X-Request-ID"]) == 16
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["method"], line["address"], line["status"]) == ("GET", "/forslag/", 200)
    assert set(line) == {"time", "level", "logger", "message", "request_id", "method", "address", "status", "ms"}
    assert client.get("/forslag/").headers["X-Request-ID"] != response.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("header", "given", "believed"),
    [
        ("X-Request-ID", "abcdef-0123456789", True),
        ("X-Request-ID", "short", False),
        ("X-Request-ID", 'forged"} {"level": "critical', False),
        ("X-Request-ID", "x" * 65, False),
        ("", "abcdef-0123456789", False),
    ],
)
def test_an_id_from_outside_is_believed_only_from_our_own_proxy(
    settings: Any, rf: RequestFactory, header: str, given: str, believed: bool
) -> None:
    settings.REQUEST_ID_HEADER = header
    answer = logs.Requests(lambda request: HttpResponse("ok"))(rf.get("/", headers={"X-Request-ID": given}))
    assert (answer.headers["X-Request-ID"] == given) is believed


def test_nothing_about_people_reaches_the_log(client: Client, town: Municipality, lines: Lines) -> None:
    """Sign-in that fails, a search, addresses with names in them, a form that is refused, a mail that cannot be
    sent: the log names nobody."""
    person = town.employee()
    User.objects.filter(pk=person.pk).update(name=MARKED, email=MAIL)
    client.post("/konto/login/", {"login": MAIL, "password": MARKED})
    client.get("/forslag/", {"q": MARKED}, REMOTE_ADDR="203.0.113.77")
    client.get(f"/{MARKED}/", REMOTE_ADDR="203.0.113.77")
    client.get(f"/organer/{MAIL}/")
    client.get("/konto/password/reset/key/1-hemmelignokkel/")
    client.force_login(User.objects.get(pk=person.pk))
    client.get("/min-side/")
    client.post("/forslag/ny/", {"title": MARKED, "what": f"Ring {MAIL}", "why": ""})
    Client(enforce_csrf_checks=True).post("/konto/login/", {"login": MAIL})
    logging.getLogger("elsewhere").error("%s looked for 01019912345 from 2001:db8::7 at /x?q=%s", MAIL, "Merkverdig")
    whole = "\n".join(lines.text)
    assert len(lines.text) > 8
    for leak in ("Marianne", "marianne", "Merkverdig", "203.0.113", "hemmelignokkel", "01019912345", "2001:db8"):
        assert leak not in whole, next(line for line in lines.text if leak in line)
    # What finds the fault is there.
    assert "/konto/login/" in whole
    assert any(told.get("address") == "" and told.get("status") == 404 for told in lines.told)


def test_an_error_is_told_by_its_kind_and_place_and_not_by_its_words(town: Municipality, lines: Lines) -> None:
    def fail() -> None:
        local = MARKED
        try:
            with transaction.atomic():
                User.objects.create_user(town.employee().email, local)
        except IntegrityError as error:
            raise ValueError(f"{local} cannot be made") from error

    try:
        fail()
    except ValueError:
        logging.getLogger("trepart.somewhere").exception("It failed")
    (line,) = [told for told in lines.told if told["logger"] == "trepart.somewhere"]
    assert line["message"] == "It failed"
    assert line["error"]["type"] == "builtins.ValueError"
    assert line["error"]["stack"][-1].endswith(" fail")
    assert line["error"]["stack"][-1].startswith("tests/trepart/server/test_logs.py:")
    assert line["error"]["cause"]["type"] == "django.db.utils.IntegrityError"
    assert line["error"]["cause"]["cause"]["sqlstate"] == "23505"
    whole = "\n".join(lines.text)
    assert MARKED not in whole
    assert town.employee().email not in whole


def test_what_a_programmer_says_of_the_settings_is_told(lines: Lines) -> None:
    try:
        raise ImproperlyConfigured("SECRET_KEY is missing")
    except ImproperlyConfigured:
        logging.getLogger("trepart.somewhere").exception("It does not start")
    assert lines.told[-1]["error"]["message"] == "SECRET_KEY is missing"


def test_the_page_of_an_error_tells_the_number_the_log_has(
    client: Client, town: Municipality, lines: Lines, monkeypatch: Any
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(MARKED)

    monkeypatch.setattr("proposals.queries.lists.proposals_for", broken)
    client.raise_request_exception = False
    response = client.get("/forslag/")
    request_id = response.headers["X-Request-ID"]
    assert response.status_code == 500
    assert f"<b>{request_id}</b>" in response.content.decode()
    (error,) = [told for told in lines.told if told["level"] == "error"]
    assert (error["request_id"], error["error"]["type"]) == (request_id, "builtins.RuntimeError")
    assert error["message"] == "Internal Server Error: /forslag/"
    assert MARKED not in "\n".join(lines.text)


@pytest.mark.django_db
def test_a_job_carries_the_id_of_the_request_that_asked_for_it(rf: RequestFactory, lines: Lines) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        deliver.defer(mail_id=0)
        return HttpResponse("ok")

    answer = logs.Requests(view)(rf.get("/"))
    deliver.defer(mail_id=1)
    asked, unasked = ProcrastinateJob.objects.order_by("id")
    assert asked.args == {"mail_id": 0, "_request_id": answer.headers["X-Request-ID"]}
    assert unasked.args == {"mail_id": 1}
    assert _run(asked) == (answer.headers["X-Request-ID"], {"mail_id": 0})
    assert _run(unasked) == (f"job-{unasked.pk}", {"mail_id": 1})
    assert logs.current.get() == ""


def _run(row: ProcrastinateJob) -> tuple[str, dict[str, Any]]:
    """Run what the worker runs around a job; return the id the job saw and the arguments that were left for it."""

    class Context:
        job = Job(
            id=row.pk, queue="mail", lock=None, queueing_lock=None, task_name=row.task_name, task_kwargs=dict(row.args)
        )

    seen: str = logs.in_job(lambda: logs.current.get(), Context, None)  # type: ignore[arg-type]
    return seen, dict(Context.job.task_kwargs)


def test_the_worker_is_told_to_run_jobs_under_their_id() -> None:
    assert logs.in_job in app.worker_defaults["task_middleware"]


@pytest.mark.django_db
def test_the_queue_s_own_lines_leave_out_what_a_job_was_given(lines: Lines) -> None:
    deliver.defer(mail_id=4711)
    told = [told for told in lines.told if told["logger"].startswith("procrastinate")]
    assert [line["message"] for line in told] == ["about_to_defer_jobs", "jobs_deferred"]
    assert "4711" not in "\n".join(line for line in lines.text if "procrastinate" in line)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail to kari.nordmann@fjellvik.example failed", "mail to …@… failed"),
        ("GET /forslag/?q=Kari+Nordmann 200", "GET /forslag/?… 200"),
        ("number 010199 12345 and 01019912345", "number … and …"),
        ("from 192.0.2.7 and fe80::1:2", "from … and …"),
        ("at 12:30:15 seal 7:0123 of 17 events", "at 12:30:15 seal 7:0123 of 17 events"),
    ],
)
def test_what_slips_through_is_scrubbed(settings: Any, said: str, kept: str) -> None:
    settings.LOG_IP = False
    assert logs.scrubbed(said) == kept


def test_addresses_of_the_network_are_kept_where_the_municipality_says_so(
    settings: Any, rf: RequestFactory, lines: Lines
) -> None:
    settings.LOG_IP = True
    logs.Requests(lambda request: HttpResponse("ok"))(rf.get("/", REMOTE_ADDR="203.0.113.77"))
    assert lines.told[-1]["ip"] == "203.0.113.77"
    assert logs.scrubbed("from 203.0.113.77") == "from 203.0.113.77"


def test_no_query_of_the_database_is_logged(town: Municipality, lines: Lines, settings: Any) -> None:
    settings.DEBUG = True
    connection.force_debug_cursor = True
    try:
        User.objects.filter(name=MARKED).exists()
    finally:
        connection.force_debug_cursor = False
    assert MARKED not in "\n".join(lines.text)

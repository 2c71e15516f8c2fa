"""What is not fit for people is found by `check --deploy`, and refused by the web server and the worker."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from procrastinate.contrib.django import app

from trepart.server import production

SECRET = "Zk3vQ8r1nYw0aTgq5Lx7Hc2BdJf9MsPuE4iVoX6zKbNtRyWhCe8jGpDm3lSaUq"
SEAL = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FIT: dict[str, Any] = {
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": SECRET,
    "AUDIT_SEAL_KEY": SEAL,
    "SITE_URL": "https://portal.kommune.example",
    "ALLOWED_HOSTS": ["portal.kommune.example"],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OIDC": SimpleNamespace(faults=[]),
}
ENVIRONMENT = {
    "SECRET_KEY": SECRET,
    "AUDIT_SEAL_KEY": SEAL,
    "SITE_URL": "https://portal.kommune.example",
    "ALLOWED_HOSTS": "portal.kommune.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.kommune.example:587",
    "TREPART_DEMO": "0",
    "DJANGO_DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "trepart.settings",
}


def settings_of(**other: Any) -> SimpleNamespace:
    return SimpleNamespace(**{**FIT, **other})


def run(*command: str, **other: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a production environment of its own, with ``other`` on top: no setting of whoever runs the tests
    reaches it, but the database."""
    ours = _read_by_the_code() - {"DATABASE_URL", "TREPART_DATA"}
    around = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("OIDC_", "DJANGO_"))
    }
    surroundings = {**around, **ENVIRONMENT, **other}
    return subprocess.run(
        [sys.executable, *command],
        cwd=portal.BASE_DIR,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_what_is_fit_has_no_fault() -> None:
    assert production.faults(settings_of()) == []


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"DEMO": True}, "TREPART_DEMO"),
        ({"DEBUG": True}, "DJANGO_DEBUG"),
        ({"SECRET_KEY": SECRET[:40]}, "SECRET_KEY"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + SECRET}, "SECRET_KEY"),
        ({"SECRET_KEY": "only-for-tests-" + SECRET}, "SECRET_KEY"),
        ({"AUDIT_SEAL_KEY": SEAL[:60]}, "AUDIT_SEAL_KEY"),
        ({"AUDIT_SEAL_KEY": "not hexadecimal at all " * 4}, "AUDIT_SEAL_KEY"),
        ({"AUDIT_SEAL_KEY": "11" * 32}, "AUDIT_SEAL_KEY"),
        ({"AUDIT_SEAL_KEY": SEAL, "SECRET_KEY": SEAL.upper()}, "AUDIT_SEAL_KEY"),
        ({"SITE_URL": "http://portal.kommune.example"}, "SITE_URL"),
        ({"SITE_URL": "https://localhost", "ALLOWED_HOSTS": ["localhost"]}, "SITE_URL"),
        ({"SITE_URL": "https://"}, "SITE_URL"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["another.kommune.example"]}, "ALLOWED_HOSTS"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "EMAIL_URL"),
    ],
)
def test_each_fault_is_named_with_what_to_do(other: dict[str, Any], named: str) -> None:
    (fault,) = production.faults(settings_of(**other))
    assert fault.name == named
    assert fault.wrong
    assert fault.mend
    for secret in ("SECRET_KEY", "AUDIT_SEAL_KEY"):
        assert str(other.get(secret, SECRET)) not in str(fault)
    with pytest.raises(ImproperlyConfigured, match=named):
        production.refuse_unfit(settings_of(**other))


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        production.refuse_unfit(settings_of(DEBUG=True, SECRET_KEY="short", SITE_URL="http://x", ALLOWED_HOSTS=["*"]))
    for name in ("DJANGO_DEBUG", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS"):
        assert name in str(refusal.value)


def test_a_name_below_a_domain_that_is_allowed_is_fit() -> None:
    assert production.faults(settings_of(ALLOWED_HOSTS=[".kommune.example"])) == []


def test_the_demo_starts_on_its_own_machine_with_whatever_keys() -> None:
    production.refuse_unfit(settings_of(DEMO=True, SITE_URL="http://localhost:8000", SECRET_KEY="x"))


def test_check_deploy_has_nothing_to_say_of_a_production_environment() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, f"ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "no issues (1 silenced)" in done.stdout


def test_check_deploy_names_the_faults(settings: Any) -> None:
    settings.DEMO, settings.DEBUG, settings.SITE_URL = True, True, "https://portal.kommune.example"
    ids = {message.id for message in run_checks(tags=["security"], include_deployment_checks=True)}
    assert {"trepart.E001", "trepart.E002", "trepart.E004", "trepart.E005"} <= ids


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"TREPART_DEMO": "1"}, "TREPART_DEMO"),
        ({"DJANGO_DEBUG": "1"}, "DJANGO_DEBUG"),
        ({"SITE_URL": "http://portal.kommune.example"}, "SITE_URL"),
        ({"SECRET_KEY": "demo"}, "SECRET_KEY"),
    ],
)
@pytest.mark.parametrize(
    "program", [("-c", "import trepart.wsgi"), ("manage.py", "work")], ids=["the web server", "the worker"]
)
def test_neither_web_server_nor_worker_starts_unfit(
    program: tuple[str, ...], other: dict[str, str], named: str
) -> None:
    done = run(*program, **other)
    assert done.returncode != 0
    assert named in done.stderr
    assert "Traceback" not in done.stderr or program[0] == "-c"


def test_the_web_server_starts_fit() -> None:
    done = run("-c", "import trepart.wsgi; print('open')")
    assert done.stdout.strip() == "open", done.stderr


def test_other_databases_are_refused() -> None:
    done = run("-c", "import trepart.settings", DATABASE_URL="sqlite:///:memory:")
    assert "PostgreSQL" in done.stderr


# The table of settings ------------------------------------------------------------------------------------------------


def _read_by_the_code() -> set[str]:
    settings_py = (portal.BASE_DIR / "trepart" / "settings.py").read_text()
    server = (portal.BASE_DIR / "deploy" / "gunicorn.conf.py").read_text()
    return set(re.findall(r'\benv\.\w+\(\s*"([A-Z][A-Z0-9_]+)"', settings_py)) | (
        set(re.findall(r'os\.environ\.get\("([A-Z][A-Z0-9_]+)"', server))
    )


#: Read by the tests and by nobody else.
_OURS = {"TREPART_TEST_DB"}


def test_every_setting_stands_in_the_table_and_nothing_else() -> None:
    page = (portal.BASE_DIR / "docs" / "operations.md").read_text()
    table = page.partition("## Settings")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", table, re.MULTILINE)
    assert sorted(listed) == sorted(set(listed)), "twice in the table"
    assert set(listed) == _read_by_the_code() - _OURS


def test_settings_come_from_nowhere_but_the_environment() -> None:
    source = (portal.BASE_DIR / "trepart" / "settings.py").read_text()
    assert "os.environ" not in source
    assert "read_env" not in source
    example = (portal.BASE_DIR / "deploy" / "environment.example").read_text()
    named = set(re.findall(r"^([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    assert named <= _read_by_the_code()


def test_every_job_on_a_clock_stands_in_its_table() -> None:
    page = (portal.BASE_DIR / "docs" / "operations.md").read_text()
    table = page.partition("## Jobs on a clock")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE)
    periodic = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert set(listed) == {name for name in periodic if not name.startswith("tests.")}
    assert len(listed) == len(set(listed))

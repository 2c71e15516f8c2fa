"""What production brings: hashed static files, systemd units, reports of the content security policy."""

import json
import logging
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.contrib.staticfiles import finders
from django.core.management import get_commands
from django.test import Client

from trepart.server import security
from trepart.server.static_files import CollectedStaticFiles

DEPLOY = portal.BASE_DIR / "deploy"
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".socket", ".timer"))


# Static files ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def collected(tmp_path_factory: Any) -> Path:
    """What `collectstatic` makes of the pages' own style sheets, script and fonts (not of the
    administration's and the printer's)."""
    folder: Path = tmp_path_factory.mktemp("static")
    storage = CollectedStaticFiles(location=str(folder), base_url="/static/")
    wanted = ("css/", "js/", "img/", "ds/theme/designsystemet.css", "ds/src/index.css", "inter/inter-latin-")
    paths = {}
    for finder in finders.get_finders():
        for name, where in finder.list([]):
            prefixed = f"{where.prefix}/{name}" if getattr(where, "prefix", None) else name
            if prefixed.startswith(wanted):
                paths[prefixed] = (where, name)
    for prefixed, (where, name) in paths.items():
        target = folder / prefixed
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(where.path(name)).read_bytes())
    trouble = [
        (name, found)
        for name, _hashed, found in storage.post_process({p: (storage, p) for p in paths})
        if isinstance(found, Exception)
    ]
    assert trouble == []
    return folder


def test_every_file_has_a_name_with_its_content_in_it(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in ("css/portal.css", "css/print.css", "js/portal.js", "ds/src/index.css", "ds/theme/designsystemet.css"):
        assert re.fullmatch(rf"{re.escape(name.rpartition('.')[0])}\.[0-9a-f]{{12}}\.\w+", names[name])
        assert (collected / names[name]).is_file()


def test_style_sheets_and_scripts_are_compressed_both_ways(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in ("css/portal.css", "ds/src/index.css", "ds/theme/designsystemet.css"):
        plain = (collected / names[name]).stat().st_size
        for ending in (".gz", ".br"):
            assert (collected / (names[name] + ending)).stat().st_size < plain / 2


def test_a_style_sheet_names_its_fonts_by_their_hashed_names(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    sheet = (collected / names["css/portal.css"]).read_text()
    fonts = re.findall(r"url\([\"']?(\.\./inter/[^\"')]+)", sheet)
    assert fonts
    for font in fonts:
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)
        assert (collected / names["css/portal.css"]).parent.joinpath(font).resolve().is_file()


def test_no_style_sheet_asks_for_another(collected: Path) -> None:
    """A chain of `@import` would be fetched one after the other; the layers are in the one file."""
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in names:
        if name.endswith(".css"):
            assert "@import" not in (collected / names[name]).read_text(), name


# Units ----------------------------------------------------------------------------------------------------------------


def test_every_service_is_shut_in() -> None:
    for unit in (path for path in UNITS if path.suffix == ".service"):
        text = unit.read_text()
        for line in (
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "ProtectHome=yes",
            "PrivateTmp=yes",
            "CapabilityBoundingSet=",
            "User=trepart",
            "EnvironmentFile=/etc/trepart/environment",
        ):
            assert f"\n{line}\n" in text, f"{unit.name}: {line}"


def test_every_timer_has_its_service_and_every_command_exists() -> None:
    names = {path.name for path in UNITS}
    for unit in UNITS:
        if unit.suffix == ".timer":
            assert unit.with_suffix(".service").name in names
    run = [word for unit in UNITS for word in re.findall(r"manage\.py (\w+)", unit.read_text())]
    assert set(run) <= set(get_commands())
    assert {"work", "backup", "verify_audit"} <= set(run)


def _analyse() -> str | None:
    return shutil.which("systemd-analyze")


if _analyse():  # where there is no systemd there is nothing to ask

    def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
        program = tmp_path / "program"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        for unit in UNITS:
            text = re.sub(r"^(Exec\w+=)\S+", rf"\g<1>{program}", unit.read_text(), flags=re.MULTILINE)
            (tmp_path / unit.name).write_text(text.replace("/opt/trepart", str(tmp_path)))
        done = subprocess.run(
            [str(_analyse()), "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
            capture_output=True,
            text=True,
            check=False,
        )
        ours = [
            line for line in done.stderr.splitlines() if str(tmp_path) in line or any(u.name in line for u in UNITS)
        ]
        assert (done.returncode, ours) == (0, [])


def test_no_real_host_is_named() -> None:
    for path in DEPLOY.iterdir():
        text = path.read_text() if path.is_file() else ""
        for host in re.findall(r"[\w-]+(?:\.[\w-]+)*\.(?:no|com|org|net|io)\b", text):
            raise AssertionError(f"{path.name} names {host}")


# The policy's reports -------------------------------------------------------------------------------------------------

OLD = {
    "csp-report": {
        "document-uri": "https://portal.kommune.example/forslag/?q=Kari+Nordmann",
        "violated-directive": "style-src 'self'",
        "effective-directive": "style-src-elem",
        "blocked-uri": "https://evil.example/kari?token=hemmelig",
        "source-file": "chrome-extension://abcdef/kari.js",
        "script-sample": "Kari Nordmann",
        "referrer": "https://kari.example/",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "user_agent": "Kari's browser",
        "url": "https://portal.kommune.example/min-side/",
        "body": {
            "documentURL": "https://portal.kommune.example/min-side/",
            "effectiveDirective": "script-src-elem",
            "blockedURL": "inline",
            "sample": "Kari",
        },
    }
]


def _sent(client: Client, body: Any, kind: str = "application/csp-report") -> int:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return int(client.post(security.REPORTS, text, content_type=kind).status_code)


@pytest.fixture(autouse=True)
def _open_valve(monkeypatch: Any) -> None:
    monkeypatch.setattr(security, "_valve", security._Valve())


def test_a_report_is_logged_without_anything_about_who_sent_it(db: None, caplog: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    with caplog.at_level(logging.WARNING, logger="trepart.security"):
        assert _sent(client, OLD) == 204
        assert _sent(client, NEW, "application/reports+json") == 204
    assert [record.told for record in caplog.records] == [
        {
            "directive": "style-src-elem",
            "blocked": "https://evil.example",
            "source": "chrome-extension://abcdef",
            "page": "/forslag/",
            "held_back": 0,
        },
        {"directive": "script-src-elem", "blocked": "inline", "source": "", "page": "/min-side/", "held_back": 0},
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 413),
        (b"{", 400),
        (b"[" * 9000, 400),
        (b"\xff\xfe", 400),
        (b"x" * 17_000, 413),
        (b"7", 204),
        (b"[1, null]", 204),
        (b'{"csp-report": 3}', 204),
        (b'{"csp-report": {"blocked-uri": "https://[", "document-uri": 7}}', 204),
    ],
)
def test_nonsense_is_answered_and_forgotten(db: None, body: bytes, status: int) -> None:
    assert _sent(Client(), body) == status


def test_only_post_is_answered_and_nobody_gets_a_session(db: None) -> None:
    client = Client()
    assert client.get(security.REPORTS).status_code == 405
    response = client.post(security.REPORTS, json.dumps(OLD), content_type="application/csp-report")
    assert not response.cookies


def test_nobody_can_fill_the_log(db: None, caplog: Any) -> None:
    client = Client()
    with caplog.at_level(logging.WARNING, logger="trepart.security"):
        for _time in range(30):
            assert _sent(client, OLD) == 204
    assert len([record for record in caplog.records if record.name == "trepart.security"]) == 20
    assert security._valve.held_back == 10


def test_every_page_tells_where_to_report(client: Client, db: None) -> None:
    headers = client.get("/konto/login/").headers
    policy = headers["Content-Security-Policy"]
    assert policy.endswith("report-uri /csp-rapport/; report-to csp")
    assert headers["Reporting-Endpoints"] == 'csp="/csp-rapport/"'
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy


def test_a_form_may_lead_on_to_the_sign_in_services_that_are_set(settings: Any) -> None:
    settings.CSP_FORM_TARGETS = ["https://login.kommune.example"]
    assert "form-action 'self' https://login.kommune.example;" in security.content_security_policy()

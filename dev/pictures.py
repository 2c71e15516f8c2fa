"""The README's pictures, taken of the demo as it is: ``make pictures``.

    python -m dev.pictures         starts the demo, takes docs/pictures/*.png, and stops

The demo must not run already. Each picture is one page, seen by somebody who works there, on the day it is taken.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from dev import demo, messages
from dev.bootstrap import find_browser
from dev.processes import ROOT, Stopped, Supervisor
from dev.progress import line_by_line, step
from dev.server_account import PostgresError

PICTURES = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Picture:
    """A page to take a picture of.

    ``role`` is the key of a stand in `portal.demo.roles` (None: the public), ``path`` where to begin, ``follow`` the
    CSS selector of the link to follow from there (None: none); ``width`` and ``height`` are in CSS pixels.
    """

    name: str
    role: str | None
    path: str
    follow: str | None = None
    width: int = 1280
    height: int = 860


PICTURES_TAKEN = (
    Picture("meeting", None, "/moter/", "main a:text-is('Partssammensatt utvalg') >> nth=1"),
    Picture("proposal", "proposer", "/forslag/?status=gjennomfort", "main li a[href^='/forslag/'] >> nth=0", 390, 860),
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def take(browser: Browser, address: str, picture: Picture) -> Path:
    """Open the page as who sees it and keep what stands on the screen; returns the file.

    Raises playwright's ``Error`` where the page or the link is not there.
    """
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, locale="nb-NO", timezone_id="Europe/Oslo"
    )
    page = context.new_page()
    if picture.role is not None:
        page.goto(f"{address}/demo/")
        page.locator(f"button[value='{picture.role}']").click()
        page.wait_for_load_state("networkidle")
        page.goto(f"{address}/min-side/")  # once more: the greeting is gone
    page.goto(f"{address}{picture.path}")
    if picture.follow is not None:
        page.locator(picture.follow).first.click()
    page.wait_for_load_state("networkidle")
    path = PICTURES / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    return path


def take_all() -> None:
    """Start the demo on a free port, take every picture, and stop it. Raises ``DemoError`` where it cannot run."""
    port = _free_port()
    PICTURES.mkdir(exist_ok=True)
    with Supervisor() as outer, demo.database(outer) as (url, cluster), Supervisor() as supervisor:
        surroundings = demo.environment(url, port)
        demo.prepare(supervisor, surroundings, cluster)
        with step("Web server and job worker"):
            programs = demo.start_programs(supervisor, surroundings, port)
            demo.wait_for_front_page(supervisor, programs, cluster, port)
        with sync_playwright() as playwright:
            flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
            for picture in PICTURES_TAKEN:
                with step(picture.name):
                    take(browser, f"http://localhost:{port}", picture)
            browser.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    line_by_line()
    if list(sys.argv[1:] if arguments is None else arguments):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        take_all()
    except Stopped:
        print("\nStopped.")
        return 1
    except (demo.DemoError, PostgresError, messages.MessagesError, Error) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

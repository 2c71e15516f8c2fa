"""A real browser against a real server: what every story leans on."""

import contextlib
import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from dev.bootstrap import find_browser
from trepart.access.models import User

# Playwright's own loop runs in this thread; the stories touch the database from it all the same,
# between the browser's steps.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text()
WIDTHS = (390, 1280)
EVERY_WAY = bool(os.environ.get("TREPART_EVERY_WAY"))
#: Where axe is asked: on a telephone; `make test-deep` asks at both widths.
AXE_AT = WIDTHS if EVERY_WAY else WIDTHS[:1]
#: Else axe fetches all style sheets once more, for a rule that is not asked for, and waits for sounds, of which there
#: are none.
_AXE_OPTIONS = f"{{resultTypes: ['violations'], preload: {str(EVERY_WAY).lower()}}}"
#: What a page is built of, without its words: elements with what decides how they look and what they are to a reader.
#: Ten rows alike, one after the other, are built of the same as three.
_BUILT_OF = """() => {
  const of = e => {
    const within = [];
    for (const child of e.children) {
      const part = of(child);
      if (part !== within.at(-1)) within.push(part);
    }
    return [e.tagName, e.className, e.getAttribute("role"), e.getAttribute("type"), e.getAttribute("data-color"),
      e.getAttribute("data-variant"), e.hasAttribute("hidden"), e.hasAttribute("open"), e.hasAttribute("aria-label"),
      `(${within.join(",")})`].join(" ");
  };
  return of(document.body);
}"""
#: What pages are built of that were found well: checked again at both widths only in `make test-deep`.
_FOUND_WELL: set[int] = set()
PASSWORD = "story-of-a-good-idea"
#: How long a story waits for a page, in seconds.
PATIENCE = 60
#: Marks the page, and tells whether what is pressed leads to another one.
_PRESSED = """pressed => {
  const link = pressed.closest("a[href]");
  const away = link
    ? link.href.split("#")[0] !== location.href.split("#")[0] && !link.hasAttribute("download") && !link.target
    : Boolean(pressed.form) && pressed.type === "submit" && !pressed.dataset.members;
  window.trepartPressed = true;
  return away;
}"""
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The browser's own windows are pages too, and load with every visitor. What Playwright switches off for the sake
    # of stories is named again, as the last such flag is the one that counts.
    "--disable-features="
    + ",".join(
        (
            "WebUIOmniboxPopup",
            "WebUIOmniboxAimPopup",
            "AimEnabled",
            "AvoidUnnecessaryBeforeUnloadCheckSync",
            "DestroyProfileOnBrowserClose",
            "HttpsFirstBalancedModeAutoEnable",
            "HttpsUpgrades",
            "LensOverlay",
            "MediaRouter",
            "NetworkTimeServiceQuerying",
            "OptimizationHints",
            "PaintHolding",
            "PreconnectToSearch",
            "ThirdPartyStoragePartitioning",
        )
    ),
]


@pytest.fixture(scope="session")
def start_browser() -> Iterator[Callable[..., Browser]]:
    """Start Debian's Chromium, with more flags if need be; all of them end with the stories."""
    found = find_browser()
    assert found, "The stories need Chromium; `make test` installs it."
    with sync_playwright() as playwright:
        running: list[Browser] = []

        def start(*flags: str) -> Browser:
            running.append(playwright.chromium.launch(executable_path=found, args=[*_FLAGS, *flags]))
            return running[-1]

        yield start
        for browser in running:
            browser.close()


@pytest.fixture(scope="session")
def browser(start_browser: Callable[..., Browser]) -> Browser:
    """One browser for all stories."""
    return start_browser()


@pytest.fixture(scope="session")
def large_text(start_browser: Callable[..., Browser]) -> Browser:
    """A browser whose reader has set the text to twice the size, as the browser's own setting does."""
    return start_browser("--blink-settings=defaultFontSize=32,defaultFixedFontSize=26")


_VISITORS = pytest.StashKey[list["Visitor"]]()


class Visitor:
    """One person at one browser. Every page that is looked at is checked: axe, width, console, policy,
    requests that leave the site."""

    def __init__(self, browser: Browser, address: str, person: User | None) -> None:
        self.address = address
        self.person = person
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="nb-NO", timezone_id="Europe/Oslo", accept_downloads=True
        )
        # A busy machine prints two PDFs before it answers; a story waits as a person would.
        self.context.set_default_timeout(PATIENCE * 1000)
        # What the content security policy stops, whoever tells of it: the page itself, or the
        # browser's report to the portal.
        self.context.expose_binding("trepartStopped", lambda _source, what: self.trouble.append(f"policy: {what}"))
        self.context.add_init_script(
            "document.addEventListener('securitypolicyviolation', "
            "e => window.trepartStopped(e.effectiveDirective + ' ' + e.blockedURI))"
        )
        self.page: Page = self.context.new_page()
        self.trouble: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", self._follow)

    def _listen(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.trouble.append(message.text)

    def _follow(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.trouble.append(f"left the site: {request.url}")
        if request.url.endswith("/csp-rapport/"):
            self.trouble.append(f"reported to the portal: {request.post_data}")

    def go(self, path: str) -> Page:
        """Open a page and look it over."""
        response = self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        assert response is not None
        assert response.status < 400, f"{path}: {response.status}"
        self.look()
        return self.page

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press the button or follow the link called ``name`` and look at what comes."""
        target = self.page.get_by_role("button", name=name, exact=exact).or_(
            self.page.get_by_role("link", name=name, exact=exact)
        )
        leaves = target.first.evaluate(_PRESSED)
        target.first.click()
        if leaves:
            self._wait_for_the_next_page(name)
        self.page.wait_for_load_state()
        self.look()

    def _wait_for_the_next_page(self, pressed: str) -> None:
        """Wait until the page that was pressed on is gone: a form that is still on its way would be overtaken by
        the next step of the story."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(Error):  # between two pages there is nothing to ask
                if not self.page.evaluate("window.trepartPressed === true"):
                    return
            self.page.wait_for_timeout(10)
        raise AssertionError(f"{self.page.url}: nothing came of pressing {pressed}")

    def look(self) -> None:
        """Look at the page; one that was still on its way to the next is looked at once more when it is there."""
        try:
            self._look()
        except Error as fault:
            if "context was destroyed" not in str(fault):
                raise
            self.page.wait_for_load_state("networkidle")
            self._look()

    def _look(self) -> None:
        """Check the page: nothing for axe, nothing wider than either screen, nothing in the console. A page built of
        the same elements as one that was found well is checked as it stands, at the width it has; `make test-deep`
        checks every page at both, by axe too."""
        built_of = hash(self.page.evaluate(_BUILT_OF))
        if EVERY_WAY or built_of not in _FOUND_WELL:
            self.page.evaluate(AXE)
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 900})
                self.fits()
                if width in AXE_AT:
                    self._is_found_well_by_axe(width)
            _FOUND_WELL.add(built_of)
        else:
            self.fits()
        assert not self.trouble, f"{self.page.url}: {self.trouble}"

    def fits(self) -> None:
        """Check that nothing is wider than the screen as it is."""
        over, width = self.page.evaluate(
            "[document.documentElement.scrollWidth - document.documentElement.clientWidth, innerWidth]"
        )
        assert over <= 0, f"{self.page.url} is {over} px wider than {width} px"

    def _is_found_well_by_axe(self, width: int) -> None:
        found = self.page.evaluate(f"axe.run(document, {_AXE_OPTIONS}).then(r => r.violations)")
        said = [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes']][:3]}" for v in found]
        assert not said, f"{self.page.url} at {width} px: {said}"

    def sign_in(self) -> None:
        """Sign in as the page asks one to."""
        assert self.person is not None
        self.page.goto(f"{self.address}/konto/login/")
        self.page.get_by_label("E-post").fill(self.person.email)
        self.page.get_by_label("Passord", exact=True).fill(PASSWORD)
        self.page.locator("main form button[type=submit]").click()
        self.page.wait_for_url("**/min-side/**")
        self.look()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Say what stood on the screen where a story failed: on a busy machine it seldom happens twice."""
    report = yield
    if report.when == "call" and report.failed:
        for visitor in item.stash.get(_VISITORS, []):
            with contextlib.suppress(Error):
                report.sections.append((f"{visitor.person} at {visitor.page.url}", visitor.page.inner_text("main")))
    return report


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser, live_server: Any, settings: Any) -> Iterator[Any]:
    """Give people a browser each: ``visit(person)`` is signed in, ``visit(None)`` is the public."""
    settings.SITE_URL = live_server.url
    visitors = request.node.stash[_VISITORS] = list[Visitor]()

    def start(person: User | None = None) -> Visitor:
        if person is not None and not person.has_usable_password():
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        visitor = Visitor(browser, live_server.url, person)
        visitors.append(visitor)
        if person is not None:
            visitor.sign_in()
        return visitor

    yield start
    # Also what came after the last page was looked at: the policy, the console, and where requests went, hold
    # to the end of every story.
    trouble = [f"{visitor.page.url}: {visitor.trouble}" for visitor in visitors if visitor.trouble]
    for visitor in visitors:
        visitor.context.close()
    assert not trouble, "\n".join(trouble)

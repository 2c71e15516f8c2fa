"""Hostile input at every door: each form that is sent, each page that is asked with a query, each door for JSON.

The forms are found on the pages, as a browser sees them, and what is sent is chosen by kind of field
(tests/factories/hostile.py). Whatever is sent, the answer is a page: what is refused writes nothing, what is taken is
shown escaped and in its normal form, and nothing takes long. Each attempt is taken back.
"""

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection, transaction
from django.template import loader
from django.test import Client
from django.urls import resolve, reverse

from tests.architecture.test_normal import NOT_WRITTEN
from tests.architecture.test_urls import walk
from tests.factories import hostile
from tests.factories.addresses import Stage, staged
from tests.factories.hostile import Field, Form, Forms
from tests.factories.organisation import Municipality
from tests.factories.own_addresses import OWN
from trepart.audit import sealing
from trepart.audit.models import Event

pytestmark = pytest.mark.django_db

#: Signing out ends what the others need.
_NOT_TRIED = {"account_logout"}
#: Pages that take nothing themselves, and whose forms are sent elsewhere.
_WITH_FORMS = {
    "portal:my_page", "portal:notices", "proposals:detail", "lmu:detail", "forum:meeting_detail", "forum:calendars",
}  # fmt: skip
#: No stage has somebody for whom these are open: the test of each that sends something in.
_ELSEWHERE = {
    "forum:stand_in_new": "tests/forum/organisation/test_stand_ins.py",
}
_MOST_SECONDS = 2.0
#: Of one address, so many pages are opened for their forms.
_PAGES_OF_ONE = 2
#: What would be a fault where it stands on a page: markup that was sent, and signs that go on the way in.
_RAW = re.compile(r"<script>a7|<b onclick=a7|Bla\u030a|Merke7[^<>]{0,40}[\x00\x08\x1b\u202e\u200b\ufeff]")
#: Names of what pages ask with, beside those of their own forms.
_ASKED = (
    "q", "page", "tried", "vis", "organ", "sak", "som", "fra", "til", "hvem", "krav", "person", "enhet", "under",
    "next", "language", "spor", "utgave", "last", "submission_key", "title", "first", "weekday", "iss", "state", "code",
    "sid", "year", "status", "unit", "origin", "place", "draft", "wanted_by",
)  # fmt: skip


class Visitors:
    """The stages of the town, and who visits each: between them they open every form."""

    def __init__(self, town: Municipality) -> None:
        village, lmu, coordination, committee = (
            staged(town, kind) for kind in ("grendeutvalg", "lmu", "coordination", "committee")
        )
        self.pairs: list[tuple[Client, Stage]] = []
        for person, stage in (
            (village.leader, village), (town.lmu_leader(0), lmu), (town.coordination_secretary, coordination),
            (town.secretary, committee), (town.administrator, committee), (town.administrator, lmu),
            (town.elected[1], committee), (town.employee(0), lmu), (None, committee), (town.administrator, village),
            (village.leader, coordination),
        ):  # fmt: skip
            client = Client(raise_request_exception=False)
            if person is not None:
                client.force_login(person)
            self.pairs.append((client, stage))

    def addresses(self, *, sent: bool) -> Iterator[tuple[str, Client, str]]:
        """Yield every address with a visitor for whom it may be open; ``sent`` asks for those alone that take POST or
        have forms."""
        for client, stage in self.pairs:
            for name, pattern, _access in walk():
                if name.startswith("admin") or name in _NOT_TRIED or (sent and not takes_post(name, pattern)):
                    continue
                try:
                    url = stage.url(name)
                except Exception:  # an address of a library that takes more than a stage has
                    continue
                if url:
                    yield name, client, url


def takes_post(name: str, pattern: Any) -> bool:
    """Say whether something can be sent to an address, or from its page."""
    view = getattr(pattern.callback, "view_class", None)
    return view is None or hasattr(view, "post") or name in _WITH_FORMS


def name_of(url: str) -> str:
    return resolve(urlsplit(url).path).view_name


@pytest.fixture(autouse=True)
def _quietly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sealing, "seal_events", lambda: None)  # refuses to be part of a transaction that is taken back
    draw = loader.render_to_string
    monkeypatch.setattr(loader, "render_to_string", lambda *given, **more: draw(*given, **more) if _drawn else "")
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


#: Whether pages are drawn: what takes the time, and most attempts are settled before it. Empty: they are not.
_drawn = [True]


def _page(client: Client, url: str) -> Any:
    """Return the page at an address, drawn; None where there is none for this visitor."""
    _drawn.clear()
    there = client.get(url)
    _drawn.append(True)
    if there.status_code != 200 or not there["Content-Type"].startswith("text/html"):
        return None
    return client.get(url)


class Attempts:
    """Sends, looks at what comes back, and takes it back; ``wrong`` has what should not have happened."""

    def __init__(self) -> None:
        self.wrong: set[str] = set()
        self.taken: set[str] = set()

    def get(self, client: Client, url: str, query: str, *, drawn: bool) -> None:
        """Ask for a page."""
        self._try(lambda: client.get(f"{url}?{query}"), f"{name_of(url)} asked with {query[:60]}", drawn=drawn)

    def post(self, client: Client, url: str, how: str, body: str) -> int:
        """Send a form; where it is taken, go where it leads."""
        follow, kind = how == hostile.WHAT_IS_TAKEN, "application/x-www-form-urlencoded"
        return self._try(lambda: client.post(url, body, content_type=kind, follow=follow), f"{name_of(url)} sent {how}")

    def post_files(self, client: Client, url: str, fields: dict[str, Any]) -> int:
        """Send files where text is expected, and text where a file is."""
        return self._try(lambda: client.post(url, fields), f"{name_of(url)} sent files for text")

    def _try(self, act: Any, what: str, *, drawn: bool = False) -> int:
        before = Event.objects.count()
        _drawn[:] = [True] if drawn else []
        with transaction.atomic():
            begun = time.thread_time()
            answer = act()
            spent = time.thread_time() - begun
            _drawn[:] = [True]
            after = before if connection.needs_rollback else Event.objects.count()
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            self.wrong.add(f"{what}: a fault ({getattr(answer, 'exc_info', ('', ''))[1]!r:.200})")
        if spent > _MOST_SECONDS:
            self.wrong.add(f"{what}: {spent:.1f} s")
        chain = getattr(answer, "redirect_chain", [])
        if answer.status_code in (200, 422) and not chain and after != before:
            self.wrong.add(f"{what}: refused, and something was written")
        if not answer.streaming and (found := _RAW.search(answer.content.decode("utf-8", "replace"))):
            self.wrong.add(f"{what}: {found[0]!r} is shown at {answer.request['PATH_INFO']}")
        if chain and after != before:
            self.taken.add(what)
        return int(answer.status_code)


def _forms(visitors: Visitors) -> Iterator[tuple[Client, str, Form]]:
    """Yield every form there is, once, with somebody who may send it."""
    seen, pages, opened = set(), set(), Counter[str]()
    for name, client, url in visitors.addresses(sent=True):
        if (client, url) in pages:
            continue
        pages.add((client, url))
        if opened[name] == _PAGES_OF_ONE:
            continue
        if (answer := _page(client, url)) is None:
            continue
        opened[name] += 1
        for form in Forms(answer.content.decode()).found:
            action = urljoin(url, form.action) if form.action else url
            key = (name_of(action), frozenset(re.sub(r"\d+", "#", name) for name in form.fields))
            if key not in seen and key[0] not in _NOT_TRIED:
                seen.add(key)
                yield client, action, form


def test_every_form_answers_whatever_is_sent(town: Municipality) -> None:
    visitors, attempts, sent = Visitors(town), Attempts(), set()
    for client, action, form in _forms(visitors):
        sent.add(name_of(action))
        for how, body in hostile.bodies(form):
            attempts.post(client, action, how, body)
        attempts.post_files(client, action, hostile.files_for_text(form))
    # What has no form on its page is sent all the names there are.
    everything = Form("", {name: Field(name, "hidden") for name in NOT_WRITTEN} | {"text": Field("text", "textarea")})
    for name, client, url in visitors.addresses(sent=True):
        if name in sent:
            continue
        with transaction.atomic():
            there = client.post(url).status_code not in (403, 404, 405)
            transaction.set_rollback(True)
        if there:
            sent.add(name)
            for how, body in hostile.bodies(everything):
                attempts.post(client, url, how, body)
    assert not attempts.wrong, "\n".join(sorted(attempts.wrong))
    assert len(attempts.taken) >= 40, sorted(attempts.taken)
    every = {
        name
        for name, pattern, _access in walk()
        if hasattr(getattr(pattern.callback, "view_class", None), "post") and not name.startswith("admin")
    }
    assert every - sent - set(OWN) - _NOT_TRIED == set(_ELSEWHERE)


def test_every_page_answers_whatever_it_is_asked_with(town: Municipality) -> None:
    attempts, asked = Attempts(), set()
    for name, client, url in Visitors(town).addresses(sent=False):
        if name in asked:
            continue
        if (answer := _page(client, url)) is None:
            continue
        asked.add(name)
        own = re.findall(r'<(?:input|select)[^>]* name="([\w-]{1,40})"', answer.content.decode())
        for at, query in enumerate(hostile.queries(dict.fromkeys((*_ASKED, *own)))):
            attempts.get(client, url, query, drawn=not at)
    assert not attempts.wrong, "\n".join(sorted(attempts.wrong))
    assert len(asked) > 90


def test_every_door_for_json_answers(town: Municipality) -> None:
    attempts, client = Attempts(), Client(raise_request_exception=False)
    client.force_login(town.secretary)
    for text in hostile.JSON:
        for name in ("access:leave_form", "set_language_with_text", "proposals:similar", "forum:unattended"):
            said = dict.fromkeys(("kept_along", "left_at", "was", "next", "language", "form_owner"), text)
            attempts.post(client, reverse(name), "JSON", hostile.encoded(said))
        report = json.dumps({"csp-report": {"document-uri": text, "blocked-uri": text}})
        for sent in (text, report):
            raw = sent.encode("utf-8", "surrogatepass")
            with transaction.atomic():
                answer = client.post(reverse("csp_report"), raw, content_type="application/csp-report")
                transaction.set_rollback(True)
            assert answer.status_code in (204, 400, 413), text[:40]
    assert not attempts.wrong, "\n".join(sorted(attempts.wrong))

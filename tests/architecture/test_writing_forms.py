"""Text that vanishes without a word: every form over what another may have written carries what its page was made from.

The forms are found by visiting every page; what each does with it is tried in `tests/trepart/test_outdated_pages.py`
and beside the rooms.
"""

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.sources import ROOMS, ROOT, programs
from tests.architecture.test_urls import walk
from tests.factories.addresses import staged
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.outdated_pages import ComparingForm

#: What stands in these when the page opens is a suggestion, the reader's own, or asked of one person alone: by address
#: (and field, where the page has other forms), why nothing of another's can be lost.
NOBODY_ELSES = {
    "account_email": "one's own",
    "account_change_password": "one's own",
    "access:name": "one's own",
    "mfa_add_webauthn": "one's own",
    "forum:body_close": "a day the portal suggests",
    "forum:functions": "a function that is not there yet",
    "forum:person_new": "somebody who is not there yet",
    "lmu:log": "a meeting that is not there yet",
    "lmu:user_add": "somebody who is not there yet",
    "lmu:user_end": "a day the portal suggests",
    "portal:mail_choice": "one's own",
    "set_language": "one's own",
    "forum:partiality": "one's own word, for one case",
    "forum:commission_new": "a commission that is not there yet",
    "forum:workplace_new": "a workplace that is not there yet",
    "forum:meeting_whole attendee-capacity": "somebody who is not entered yet",
    "forum:year_plan_make": "dates the portal suggests",
    "forum:opinion_ask": "a question the portal suggests",
    "forum:meeting_plan": "a meeting that is not there yet",
    "forum:attendance_period": "a period that is looked at",
    "forum:meeting_agenda": "words of a case that is not there yet",
    "proposals:list": "a search",
}
#: What says which version a page was made from: the newest event, a version, or the marks of the fields.
CARRIERS = re.compile(r"(^|-)(seen|was|version)$")


class _Forms(HTMLParser):
    """Gathers the forms of a page that are sent: names of hidden fields, and of fields somebody has filled in, ticked
    or chosen in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self.form: dict[str, Any] | None = None
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = {"hidden": set(), "filled": set(), "action": given.get("action", "")}
            self.found.append(self.form)
        if self.form is None:
            return
        name = given.get("name", "")
        if tag == "input" and given.get("type", "text") == "hidden":
            self.form["hidden"].add(name)
        elif tag == "input" and given.get("type", "text") in ("text", "email", "tel", "url", "number", "date"):
            if given.get("value"):
                self.form["filled"].add(name)
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.form["filled"].add(name)
        elif tag == "textarea":
            self.area = name
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given and given.get("value"):
            self.form["filled"].add(self.select)

    def handle_data(self, data: str) -> None:
        if self.area and self.form is not None and data.strip():
            self.form["filled"].add(self.area)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "form":
            self.form = None


def _pages(town: Municipality) -> Iterator[tuple[str, str, Client]]:
    village = staged(town, "grendeutvalg")
    stages = [
        (village, [village.leader, town.administrator]),
        (staged(town, "lmu"), [town.lmu_leader(0)]),
        (staged(town, "committee"), [town.secretary]),
    ]
    seen = set()
    for stage, readers in stages:
        for person in readers:
            client = Client()
            client.force_login(person)
            for name, _pattern, _access in walk():
                try:
                    url = stage.url(name)
                except Exception:  # an address of a library that takes more than a stage has
                    continue
                if url and (url, person) not in seen:
                    seen.add((url, person))
                    yield name, url, client


def test_every_form_over_what_another_may_write_carries_what_was_seen(town: Municipality) -> None:
    without, compared, visited = set(), set(), 0
    for name, url, client in _pages(town):
        answer = client.get(url)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        visited += 1
        page = _Forms()
        page.feed(answer.content.decode())
        for form in page.found:
            carried = any(CARRIERS.search(one) for one in form["hidden"])
            filled = {f"{name} {field}" for field in form["filled"]} - NOBODY_ELSES.keys()
            if filled and not carried and name not in NOBODY_ELSES:
                without |= filled
        shown = answer.context["form"] if answer.context and "form" in answer.context else None
        if isinstance(shown, ComparingForm):
            compared.add(type(shown).__name__)
            marks = f'name="{shown.add_prefix("was")}"'
            assert marks in answer.content.decode(), f"{name}: the marks are not on the page"
    assert not without, "\n".join(sorted(without))
    assert visited > 80, visited
    boxes = {"AttendanceForm", "AttendanceCorrectionForm", "RenewForm", "VotesCorrectionForm"}
    assert {"DraftForm", "ProfileForm", "BodyForm", "MunicipalityForm", "UnitForm"} | boxes <= compared


def test_every_autosave_says_which_page_it_comes_from_and_saved_of_what_is_saved() -> None:
    """Two texts save by themselves, in one way; both send the mark of their page, and the running page its own form."""
    scripts = {path.name: path.read_text() for path in Path("static/js").glob("*.js")}
    assert {name for name, text in scripts.items() if "savesItself({" in text} == {"portal.js", "rich.js"}
    engine = scripts["portal.js"]
    assert "new URLSearchParams(new FormData(form))" in engine
    assert "stopped = answer.status === 409" in engine
    # A page that was redirected (to sign in), or says nothing of what is stored, has saved nothing.
    assert engine.count('redirect: "manual", headers: { Accept: "application/json" }') == 2
    assert "if (answer?.ok && told)" in engine
    assert "beforeunload" in engine
    # The case paper sends its whole form, and so its mark.
    assert 'name="page"' in Path("templates/meetings/case_papers/case_paper_write.html").read_text()


#: Text areas whose text needs no keeping, by address (and field): why.
NOT_KEPT: dict[str, str] = {}


class _Areas(HTMLParser):
    """Gathers the forms of a page that have a text area: what a browser would send of each, and the names of its text
    areas."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], list[str], str]] = []
        self.form: tuple[dict[str, str], list[str], str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = ({}, [], given.get("action", "")) if given.get("method", "").lower() == "post" else None
        elif self.form is not None and tag == "input" and given.get("type") == "hidden":
            self.form[0][given.get("name", "")] = given.get("value", "")
        elif self.form is not None and tag == "textarea":
            self.form[1].append(given.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            if self.form[1]:
                self.found.append(self.form)
            self.form = None


def test_every_text_area_keeps_what_is_half_written_in_it(town: Municipality) -> None:
    """Each form with a text area is left half written, as the page's script does it, and opened again."""
    lost, tried = set(), 0
    for name, url, client in _pages(town):
        answer = client.get(url)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        page = _Areas()
        page.feed(answer.content.decode())
        for number, (hidden, areas, action) in enumerate(page.found):
            said = {area: f"Halvskrevet {number} {place}" for place, area in enumerate(areas)}
            where = action or answer.request["PATH_INFO"]
            sent = {
                "left_at": where,
                "form_owner": hidden.get("form_owner", ""),
                "kept_along": json.dumps([urlencode(hidden | said)]),
            }
            left = client.post(reverse("access:leave_form"), sent)
            again = client.get(where).content.decode() if left.status_code == 204 else ""
            lost |= {f"{name} {area}" for area, text in said.items() if text not in again} - NOT_KEPT.keys()
            tried += len(areas)
    assert not lost, "\n".join(sorted(lost))
    assert tried > 30, tried


@pytest.fixture
def town(db: None) -> Municipality:
    """Fjellvik."""
    from tests.factories.organisation import municipality

    return municipality()


# What is answered with a page is not done -----------------------------------------------------------------------------

#: A row more, or a look before it is sent: by address, what is sent. Each is answered with a page.
LOOKED_OVER: dict[str, tuple[str, dict[str, str]]] = {
    "lmu:log": ("lmu_leader", {"more": "1", "rows": "1", "agreed_1": "Ordene mine"}),
    "forum:year_plan_make": ("secretary", {"year": "", "do": "add", "l-TOTAL_FORMS": "1", "l-0-place": "Ordene mine"}),
    "proposals:new": ("employee", {"go": "edit", "som": "ansatt", "what": "Ordene mine"}),
}


@pytest.mark.parametrize("name", LOOKED_OVER)
def test_what_is_answered_with_a_page_is_kept_until_it_is_sent(town: Municipality, client: Client, name: str) -> None:
    """The browser keeps none of these pages: whoever leaves one finds the text again."""
    who, data = LOOKED_OVER[name]
    person = getattr(town, who)
    client.force_login(person() if callable(person) else person)
    slug = {"lmu:log": [town.lmus[0].slug], "forum:year_plan_make": [town.committee.slug]}.get(name, [])
    url = reverse(name, args=slug)
    owner = client.get(url).context["form_owner"]
    year = {"year": str(clock.today().year + 1)} if "year" in data else {}
    answer = client.post(url, {**data, **year, "form_owner": owner}, follow=True)
    assert answer.status_code == 200
    assert "Ordene mine" in client.get(url).content.decode()


def test_it_is_kept_in_one_place() -> None:
    """What is refused, or shown again, is kept where every answer passes: a view that forgets it does not exist."""
    said = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "interrupted_forms.leave(" in path.read_text(encoding="utf-8")
    }
    # The one that every answer passes, a sign-in asked for anew, what a page sends by itself, and what is too much
    # at once.
    assert said == {
        "trepart/access/web.py", "trepart/access/sign_in/gates.py", "trepart/access/sign_in/views.py",
        "trepart/access/writing.py",
    }  # fmt: skip


def test_a_page_with_several_forms_gives_all_of_them_back() -> None:
    """Asked for the newest alone, the others were kept and stood nowhere."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in programs()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(one, ast.AnnAssign) and ast.unparse(one.target) == "forms_by" for one in node.body)
        and any(isinstance(one, ast.Attribute) and one.attr == "give_back" for one in ast.walk(node))
    ]
    assert found == []

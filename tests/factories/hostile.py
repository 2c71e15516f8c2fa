"""What somebody who means no good, or pastes from anywhere, sends to a form: by kind of field, and the forms of a page
as a browser sees them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile

from trepart import clock

#: Stands in everything that is written, so that it is found again where it is shown.
MARK = "Merke7"
#: One line that holds at once what may stand in a line: it is accepted, and stored in its normal form.
TAKEN = (
    f"=1+1 {MARK} Bla\u030aba\u0308r\x00\x08\x1b \u202eslutt\u202c \u200bA\ufeff 😀👩‍👩‍👧 <script>a7(1)</script> "
    "<b onclick=a7()>x</b> {{ 7*7 }} {% now %} %s %(x)s {0} \"'`\\ \r\nBcc: a@b.example\rX: y\x0b\u2028z"
)
#: What is stored of it where it stands on one line.
STORED = (
    f"=1+1 {MARK} Blåbär slutt A 😀👩‍👩‍👧 <script>a7(1)</script> <b onclick=a7()>x</b> {{{{ 7*7 }}}} {{% now %}} "
    "%s %(x)s {0} \"'`\\ Bcc: a@b.example X: y z"
)
#: Texts, from what is taken to what hangs or breaks.
TEXTS = (
    TAKEN,
    "[[Kari]] \uff3b\uff3bKari\uff3d\uff3d [\u200b[Kari] ] &#91;&#91;Kari]]",
    "x" * 100_000,
    "<b>" * 5_000 + "<div>" * 5_000 + "[[" * 2_000,
    "\x00",
    "\ud800\udfff\ufffe",
    "- " * 3_000 + "\r" * 3_000 + "| " * 3_000,
    "{{ settings.SECRET_KEY }}{% debug %}%n%n{0.__class__}",
)
NUMBERS = ("٣", "1e999", "-1", "99999999999999999999", "0x10", "NaN", "9" * 5_000, "1 OR 1=1")
DATES = ("31.02.2026", "9999-12-31", "0001-01-01", "10000-01-01", "0000-00-00", "٢٠٢٦-٠١-٠١", "2026-13-45", "\x00")
MOMENTS = ("9999-12-31T23:59", "0001-01-01T00:00", "10000-01-01T00:00", "2026-03-29T02:30", "x", "", "\x00", "1e999")
TIMES = ("99:99", "٣:٣", "-1", "24:00", "", "\x00", "1e9", "12:00:00.9999999999")
ADDRESSES = (
    "a\u200bb@fjellvik.example", "a@b.example\r\nBcc: c@d.example", "x" * 100_000 + "@b.example", "a@" + "b." * 5_000,
    "\x00@\x00", "<script>@x.example", '"a b"@c.example', "kari@æøå\u202e.example",
)  # fmt: skip
CHOICES = ("abc", "1 OR 1=1", "99999999999999999999", "-1", "0", "\x00", "1", "9" * 5_000)
HIDDEN = (*CHOICES, *(one for one in ("[" * 5_000, '{"a":"\\ud800"}')))
#: What a reader of JSON meets: brackets without end, numbers without end, halves of letters, another shape.
JSON = (
    "[" * 50_000, '{"a":' * 50_000, "9" * 5_000, '["\\ud800\\u0000"]', '{"id":1,"type":2,"response":[]}',
    '[1,"\\u202e",null]', "null", '{"a":"\\udfff"}', "[" * 30 + "]" * 30, "\x00",
)  # fmt: skip
FILES = ("text", "", "\x00", "../../etc/passwd", "text", "text", "text", "text")


@dataclass
class Field:
    """A field as the browser has it: its kind, what stands in it, and what can be chosen."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    checked: bool = False

    def hostile(self, turn: int) -> str:
        """Return what is sent in it at one turn."""
        kinds = {
            "number": NUMBERS, "date": DATES, "datetime-local": MOMENTS, "time": TIMES, "email": ADDRESSES,
            "select": CHOICES, "radio": CHOICES, "checkbox": CHOICES, "hidden": HIDDEN, "submit": CHOICES,
            "file": FILES,
        }  # fmt: skip
        values = kinds.get(self.kind, TEXTS)
        return values[turn % len(values)]

    def plausible(self, text: str = "Vanlig tekst") -> str | None:
        """Return what somebody honest sends in it; ``text`` where it is written. None where it is a file."""
        if self.kind == "file":
            return None
        if self.value and self.kind not in ("text", "textarea"):
            return self.value
        coming = clock.now() + timedelta(days=10)
        chosen = next((one for one in self.options if one), "")
        said = {
            "select": chosen, "radio": chosen, "checkbox": chosen, "submit": chosen, "hidden": "", "number": "3",
            "date": f"{coming:%Y-%m-%d}", "datetime-local": f"{coming:%Y-%m-%dT12:00}", "time": "12:00",
            "email": "ny@fjellvik.example",
        }  # fmt: skip
        return said.get(self.kind, text)


@dataclass
class Form:
    """One form that is sent with POST."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._area: Field | None = None
        self._select: Field | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one element in."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "form":
            self._form = Form(given.get("action", ""))
            if given.get("method", "").lower() == "post":
                self.found.append(self._form)
        if self._form is None:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name:
            one = self._form.fields.setdefault(name, Field(name, kind, given.get("value", "")))
            if kind in ("radio", "checkbox"):
                one.options.append(given.get("value", "on"))
                if "checked" in given:
                    one.value, one.checked = given.get("value", "on"), True
        elif tag == "button" and name:
            one = self._form.fields.setdefault(name, Field(name, "submit", given.get("value", "")))
            one.options.append(given.get("value", ""))
        elif tag == "textarea":
            self._area = self._form.fields.setdefault(name, Field(name, "textarea"))
        elif tag == "select":
            self._select = self._form.fields.setdefault(name, Field(name, "select"))
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")

    def handle_data(self, data: str) -> None:
        """Take what stands in a text area."""
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._form = None


_WRITTEN = ("text", "textarea", "search", "tel", "url", "email")
_STEERING = ("hidden", "submit")
#: Turns a form is sent in, of the eight there are: which ones follows from its name, so that between them the forms
#: meet all.
_TURNS = 3
WHAT_IS_TAKEN = "what is taken"
_TWICE = "everything twice"
#: After these the page is drawn.
DRAWN = {WHAT_IS_TAKEN, _TWICE}


def encoded(fields: Mapping[str, str | list[str] | None]) -> str:
    """Return what a browser, or somebody with another program, sends; halves of letters as they are."""
    pairs = [(name, one) for name, said in fields.items() for one in (said if isinstance(said, list) else [said])]
    return "&".join(
        f"{quote(name)}={quote(one.encode('utf-8', 'surrogatepass'))}" for name, one in pairs if one is not None
    )


def bodies(form: Form, turns: int = _TURNS) -> Iterator[tuple[str, str]]:
    """Yield what is sent to ``form``, with a name for it: what is taken, nothing, everything twice, and then one kind
    of field after the other with what is hostile while the rest says something plausible."""
    fields = [one for one in form.fields.values() if one.name != "csrfmiddlewaretoken"]
    yield WHAT_IS_TAKEN, encoded({one.name: one.plausible(TAKEN) for one in fields})
    yield (
        "everything twice",
        encoded({one.name: [one.hostile(0), one.plausible() or "", one.hostile(1)] for one in fields}),
    )
    begins = sum(map(ord, "".join(form.fields)))
    for turn in (begins + 5 * each for each in range(turns)):
        kinds = (_WRITTEN, None, _STEERING)[turn % 3], (None, _STEERING, _WRITTEN)[turn % 3]
        yield f"turn {turn}", encoded({one.name: _sent(one, turn, kinds) for one in fields})


def _sent(one: Field, turn: int, kinds: tuple[tuple[str, ...] | None, ...]) -> str | None:
    chosen = one.kind not in (*_WRITTEN, *_STEERING)
    if any((chosen if kind is None else one.kind in kind) for kind in kinds[: 1 + turn % 2]):
        return one.hostile(turn)
    return one.plausible()


def files_for_text(form: Form) -> dict[str, Any]:
    """Return files where text is expected, and text where files are."""
    return {
        one.name: "tekst" if one.kind == "file" else SimpleUploadedFile("x.txt", b"tekst")
        for one in form.fields.values()
    }


def queries(names: Iterable[str]) -> Iterator[str]:
    """Yield query strings that ask for something under each name."""
    names = list(names)
    values = (TAKEN, *NUMBERS[:7], *CHOICES[:6], *DATES, TEXTS[5], TEXTS[7], "9" * 500)
    for turn in range(1):
        yield encoded({name: values[(place * 7 + turn * 5) % len(values)] for place, name in enumerate(names)})
    yield encoded(dict.fromkeys(names, "\x00"))
    yield encoded(dict.fromkeys(names, "- " * 90))

"""Markup as it comes in, cut into tags and text in one pass: whatever is sent, twice as much takes twice as long.

A browser's own rules for where a tag ends, no more; what elements mean to a reader is `trepart.text.seen`.
"""

import html as escaping
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Elements whose content is no markup: it goes as far as their own end.
_RAW = frozenset({
    "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript", "xmp", "template",
})  # fmt: skip
_NAME = re.compile(r"/?([a-zA-Z][^\s/>]*)")
_REST = re.compile(r"(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+|[\"'])*+>")
_ATTRIBUTE = re.compile(r"([^\s=>/\"']++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?+")
_CONDITION = re.compile(r"<!\[if\s+([^\]<>]{1,100})\]>", re.IGNORECASE)
_CONDITION_ENDS = re.compile(r"<!\[endif\]", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*>", re.IGNORECASE) for name in _RAW}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of markup. ``kind`` is "text", "start", "end" or "raw" (a style sheet's own text)."""

    kind: str
    #: The name of the element, in small letters; of text, the text.
    value: str
    attrs: dict[str, str] = field(default_factory=dict)
    text: str = ""


class _Cutter:
    def __init__(self, text: str) -> None:
        self.text = text
        #: Where quotation marks are not closed the rest is read without heeding them.
        self.heed_quotes = True
        self.last_end = text.rfind(">")
        self.last_condition = max((match.start() for match in _CONDITION_ENDS.finditer(text)), default=-1)

    def tag_end(self, begins: int) -> int:
        """Return where the tag that has its name before ``begins`` ends, after the sign."""
        if self.heed_quotes:
            if match := _REST.match(self.text, begins):
                return match.end()
            self.heed_quotes = False
        return self.text.find(">", begins) + 1

    def tokens(self) -> Iterator[Token]:
        text, said, at = self.text, 0, 0
        while 0 <= (sign := text.find("<", at)) < self.last_end:
            remark = text.startswith(("<!", "<?"), sign)
            name = None if remark else _NAME.match(text, sign + 1)
            ends = self._past_remark(sign) if remark else self.tag_end(name.end()) if name else 0
            if not ends:
                at = sign + 1
                continue
            if sign > said:
                yield Token("text", escaping.unescape(text[said:sign]))
            said = at = ends
            if name is None:
                continue
            tag = name[1].lower()
            if text[sign + 1] == "/":
                yield Token("end", tag)
                continue
            yield Token("start", tag, _attributes(text[name.end() : ends - 1]))
            if tag in _RAW:
                closing = _ENDS[tag].search(text, at)
                if tag == "style":
                    yield Token("raw", tag, text=text[at : closing.start() if closing else len(text)])
                yield Token("end", tag)
                said = at = closing.end() if closing else len(text)
        # A comment that is never closed is one to the end.
        if last := text[said:].partition("<!--")[0]:
            yield Token("text", escaping.unescape(last))

    def _past_remark(self, at: int) -> int:
        """Return where a comment ends. What Word keeps for itself in its own conditions is one, too."""
        text = self.text
        if text.startswith("<!--", at):
            ends = text.find("-->", at + 4)
            return ends + 3 if ends >= 0 else len(text)
        if (condition := _CONDITION.match(text, at)) and not condition[1].lstrip().startswith("!"):
            closing = _CONDITION_ENDS.search(text, at) if at < self.last_condition else None
            at = closing.start() if closing else at
        ends = text.find(">", at)
        return ends + 1 if ends >= 0 else len(text)


def _attributes(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(body):
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        found.setdefault(match[1].lower(), escaping.unescape(value))
    return found


def cut(text: str) -> Iterator[Token]:
    """Yield ``text`` as tags and text. What cannot be a tag is text."""
    return _Cutter(text).tokens()

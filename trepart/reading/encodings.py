"""A text file as text, however whoever saved it had it written: one way for every list that is taken in."""

from unicodedata import category

#: What nobody writes: control characters, halves of letters, and numbers that are no letters.
_NO_LETTERS = frozenset({"Cc", "Cn", "Co", "Cs"})
#: What spreadsheets put first, so that the two bytes of a letter are read in the right order.
_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with or without its mark, or as Windows saves it. Raises ``ValueError``
    for what is no text."""
    if content.startswith(_MARKS):
        text = content.decode("utf-16", errors="replace")
    elif b"\0" in content:
        return _without_mark(content)
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise ValueError("no text")
    return text


def _without_mark(content: bytes) -> str:
    """Read UTF-16 that does not say so: most letters of ours have an empty byte, always on the same side."""
    first, second = content[::2].count(0), content[1::2].count(0)
    text = content.decode("utf-16-be" if first > second else "utf-16-le")
    if 2 * max(first, second) < len(text):
        raise ValueError("no text")
    if any(category(letter) in _NO_LETTERS and not letter.isspace() for letter in text):
        raise ValueError("no text")
    return text

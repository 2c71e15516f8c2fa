"""Documents whose pages are not set: what tests get that print something and do not read it.

The template is filled in and the file is a PDF of one empty page that says what it is of, other bytes for another
document. Who reads it finds no text and no structure, and fails (tests/trepart/pdf/reading.py): such a test is marked
``printed``, and gets the real one. A document takes WeasyPrint up to a second.
"""

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pikepdf


def draw(source: str, about: Any, files: Mapping[str, bytes], watch: Any) -> bytes:
    """Return what stands in for a document; takes what `trepart.pdf.rendering._draw` takes."""
    said = hashlib.sha256("\0".join([source, repr(about), *sorted(files)]).encode())
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.docinfo["/Title"] = about.title
        pdf.docinfo["/Keywords"] = f"not drawn {said.hexdigest()}"
        content = io.BytesIO()
        pdf.save(content, deterministic_id=True)
    if watch is not None:
        watch(0, 0)
        watch(1, 1)
    return content.getvalue()

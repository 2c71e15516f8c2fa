"""A coat of arms from outside: what is drawn stays, what could run, fetch or swell does not come in."""

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from forum.organisation.models import Logo, Municipality
from forum.organisation.services import logos
from tests.factories.organisation import Municipality as Town
from trepart.look import svg

NS = "http://www.w3.org/2000/svg"


def drawing(inside: str = '<path d="M0 0h8v8z" fill="#fff"/>', attributes: str = 'viewBox="0 0 8 8"') -> bytes:
    return f'<svg xmlns="{NS}" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}</svg>'.encode()


def picture(size: tuple[int, int] = (64, 64), kind: str = "PNG", **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#7a1f3d").save(made, kind, **more)
    return made.getvalue()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" ONCLICK="alert(1)"/>',
        '<a xlink:href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<use xlink:href="https://evil.example/x.svg#a"/>',
        '<use href="data:image/svg+xml;base64,PHN2Zz4="/>',
        '<image href="https://evil.example/x.png"/>',
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        '<path d="M0 0" style="fill:url(https://evil.example/#x)"/>',
        '<path d="M0 0" style="background: url( //evil.example )"/>',
        '<path d="M0 0" fill="url(&#x68;ttp://evil.example/)"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<metadata><script xmlns="http://www.w3.org/2000/svg">alert(1)</script></metadata>',
    ],
)
def test_what_runs_or_fetches_is_refused(inside: str) -> None:
    with pytest.raises(ValidationError) as error:
        svg.cleaned(drawing(inside))
    assert error.value.code == "hostile"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + drawing(),
        b'<?xml version="1.0"?><!DOCTYPE svg SYSTEM "file:///etc/passwd">' + drawing(),
        drawing().decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?>' + drawing(),
        b"<html><body>hei</body></html>",
        b"<svg><path d='M0 0'/></svg>",
        b"<",
        drawing(""),
        drawing(attributes=""),
        drawing("<g>" * 60 + '<path d="M0 0"/>' + "</g>" * 60),
        drawing('<path d="M0 0"/>' * 6000),
        drawing('<path id="a" d="M0 0"/>' + '<use href="#a"/>' * 300),
    ],
)
def test_what_is_no_plain_drawing_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        logos.checked(content)


def doubled(levels: int, reference: str) -> str:
    """A drawing in which each level draws the one below twice."""
    return (
        '<defs><g id="g0"><path d="M0 0h8v8z"/></g>'
        + "".join(f'<g id="g{n}">{reference.format(n - 1) * 2}</g>' for n in range(1, levels + 1))
        + f"</defs>{reference.format(levels)}"
    )


@pytest.mark.parametrize(
    "inside",
    [
        doubled(13, '<use href="#g{}"/>'),
        doubled(40, '<use href="#g{}"/>'),
        doubled(40, '<path mask="url(#g{})" d="M0 0"/>'),
        doubled(40, '<path style="clip-path: url(\'#g{}\')" d="M0 0"/>'),
        '<g id="a"><use href="#b"/><path d="M0 0"/></g><g id="b"><use href="#a"/></g>',
        '<g id="a"><use href="#a"/><path d="M0 0"/></g>',
    ],
)
def test_a_drawing_that_grows_when_it_is_drawn_is_refused(inside: str) -> None:
    with pytest.raises(ValidationError):
        logos.checked(drawing(inside))


def test_copies_that_stay_few_are_let_in() -> None:
    assert b"#g5" in logos.checked(drawing(doubled(5, '<use href="#g{}"/>'))).content


def test_what_repeats_without_end_is_left_out() -> None:
    tiled = '<pattern id="p" width="0.0001" height="0.0001"><path d="M0 0"/></pattern><path fill="url(#p)" d="M0 0h9"/>'
    dashed = '<path stroke-dasharray="0.00001" d="M0 0h99999"/>'
    kept = logos.checked(drawing(tiled + dashed)).content
    assert b"pattern" not in kept
    assert b"dash" not in kept


def test_a_drawing_is_written_anew_and_looks_the_same() -> None:
    editor = (
        '<sodipodi:namedview xmlns:sodipodi="http://sodipodi.example" pagecolor="#fff"/><metadata>x</metadata>'
        "<style>.a{fill:red}</style><!-- Laget av Kari --><title>Fjellvik</title>"
        '<g id="g1" style="fill:#0062ba;-inkscape-font:x" class="a" data-x="1"><path d="M0 0h8v8z"/></g><use '
        'xlink:href="#g1"/>'
    )
    clean = logos.checked(b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n' + drawing(editor)).content.decode()
    assert clean == (
        f'<svg xmlns="{NS}" viewBox="0 0 8 8"><title>Fjellvik</title>'
        '<g id="g1" fill="#0062ba"><path d="M0 0h8v8z" /></g><use href="#g1" /></svg>'
    )


def test_a_picture_is_made_small_and_nothing_comes_along() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "hemmelig sted")
    kept = logos.checked(picture((2000, 1000), pnginfo=note) + b"<script>alert(1)</script>")
    assert kept.media_type == "image/png"
    assert b"hemmelig" not in kept.content
    assert b"script" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as shown:
        assert max(shown.size) == logos.SIDE
    assert logos.checked(picture(kind="JPEG")).media_type == "image/png"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nei",
        b"%PDF-1.7",
        picture()[:30],
        picture(kind="GIF"),
        picture((6000, 5000)),
        picture((4, 4)),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"x" * (logos.MOST_BYTES + 1),
    ],
)
def test_what_is_no_picture_for_us_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        logos.checked(content)


def test_uploaded_shown_and_taken_away(client: Client, town: Town) -> None:
    client.force_login(town.administrator)
    url = reverse("forum:municipality_logo")
    hostile = SimpleUploadedFile("vapen.png", drawing("<script>alert(1)</script>"), content_type="image/png")
    refused = client.post(url, {"logo": hostile})
    assert refused.status_code == 422
    assert "logo" in refused.context["form"].errors
    assert not Logo.objects.exists()
    assert client.post(url, {"logo": SimpleUploadedFile("x.exe", drawing())}).status_code == 302
    shown = client.get(reverse("portal:logo"))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/svg+xml")
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert f"/vapen/?{Logo.objects.get().digest[:12]}" in client.get("/").content.decode()
    client.post(url, {"take_away": "1"})
    assert client.get(reverse("portal:logo")).status_code == 404
    assert Logo.objects.count() == 1
    assert Municipality.history.count() == 2

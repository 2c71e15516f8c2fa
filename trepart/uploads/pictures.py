"""Pictures without who took them, where and when: EXIF, XMP, comments, previews and what was put behind the picture.

A JPEG is cut, not made anew, so that it stays as sharp as it was; only which way is up is kept of its EXIF.
"""

import io
import struct
import warnings
from collections.abc import Iterator

from PIL import Image, ImageOps

from trepart.uploads import colour_profiles
from trepart.uploads.budget import Budget

try:
    from pillow_heif import register_heif_opener
except ImportError:  # the decoder is not there for every platform; without it HEIC is refused with a word of how
    CAN_READ_HEIC = False
else:
    register_heif_opener()
    CAN_READ_HEIC = True

#: Pixels of a picture that is opened at all: a small file can unfold to a huge picture.
MOST_PIXELS = 120_000_000
_ORIENTATION = 0x0112
#: The kinds of a picture from a telephone, as they name themselves in the file.
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
# What a JPEG is shown with: JFIF, the colour profile and how the colours are stored. APP1 is EXIF and XMP, APP13 is
# IPTC, COM a comment; what the others hold is the camera's own.
_PROFILES = 0xE2
_PROFILE = b"ICC_PROFILE\0"
_WRONG = (
    OSError,
    ValueError,
    SyntaxError,
    MemoryError,
    IndexError,
    KeyError,
    struct.error,
    Image.DecompressionBombError,
)


class UnreadablePicture(ValueError):
    """What calls itself a picture cannot be opened as one, or is too large to be."""


def is_heic(content: bytes) -> bool:
    """Say whether ``content`` is a picture in HEIC, the format of newer telephones."""
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC


def cleaned(content: bytes, budget: Budget | None = None) -> bytes:
    """Return a JPEG or PNG without what it tells of people. ``budget`` is what is left for the upload it lies in.
    Raises ``UnreadablePicture`` for anything else, and ``TooMuch``."""
    with _opened(content, ("JPEG", "PNG"), budget or Budget()) as picture:
        if picture.format == "PNG":
            return _png(picture)
        upright = picture.getexif().get(_ORIENTATION, 1)
    return _with_orientation(without_segments(content), upright)


def from_heic(content: bytes) -> bytes:
    """Return a HEIC as a JPEG, the right way up, with its colours and nothing else of what came with it.

    Raises ``UnreadablePicture`` where it cannot be read, here or at all (`CAN_READ_HEIC`).
    """
    with _opened(content, ("HEIF",), Budget()) as picture:
        saved = io.BytesIO()
        turned = ImageOps.exif_transpose(picture).convert("RGB")
        turned.save(saved, "JPEG", quality=90, optimize=True, icc_profile=picture.info.get("icc_profile"))
    return cleaned(saved.getvalue())


def _opened(content: bytes, formats: tuple[str, ...], budget: Budget) -> Image.Image:
    """Return the picture, looked through to its end. Raises ``UnreadablePicture``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=formats)
            if picture.width * picture.height > MOST_PIXELS:
                raise UnreadablePicture
            budget.take(pixels=picture.width * picture.height)
            picture.load()
            if picture.format == "PNG" and b"IEND" not in content:
                # Pillow fills in what is missing where printing has told it to (trepart/pdf/ does).
                raise UnreadablePicture
    except _WRONG as error:
        raise UnreadablePicture from error
    return picture


def _png(picture: Image.Image) -> bytes:
    saved = io.BytesIO()
    kept = {name: picture.info[name] for name in ("transparency",) if name in picture.info}
    if profile := colour_profiles.cleaned(picture.info.get("icc_profile") or b""):
        kept["icc_profile"] = profile
    picture.info = {}
    try:
        picture.save(saved, "PNG", optimize=False, **kept)
    except _WRONG as error:
        raise UnreadablePicture from error
    return saved.getvalue()


# JPEG, piece by piece ------------------------------------------------------------------------------------------------


def without_segments(content: bytes) -> bytes:
    """Return a JPEG with only what is needed to show it, ended where the picture ends: what a telephone puts behind it
    (a second picture, a film) goes. Raises ``UnreadablePicture`` where it is not one."""
    try:
        pieces = list(_kept(content))
    except (IndexError, struct.error) as error:
        raise UnreadablePicture from error
    chunks = sorted((piece for marker, piece in pieces if marker == _PROFILES), key=lambda piece: piece[16:17])
    profile = colour_profiles.cleaned(b"".join(chunk[18:] for chunk in chunks))
    out: list[bytes] = []
    for marker, piece in pieces:
        if marker == _PROFILES:
            # All of it where the first piece of it stood.
            out += _in_pieces(profile)
            profile = b""
        else:
            out.append(piece)
    return b"".join(out)


def _in_pieces(profile: bytes) -> Iterator[bytes]:
    """Yield a profile as the segments it takes."""
    most = 0xFFFF - 2 - 14
    total = -(-len(profile) // most)
    for number in range(total):
        words = _PROFILE + bytes([number + 1, total]) + profile[number * most : (number + 1) * most]
        yield b"\xff\xe2" + struct.pack(">H", len(words) + 2) + words


def _kept(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what a JPEG is shown with, each piece with its marker (0 for the picture itself)."""
    if content[:2] != b"\xff\xd8":
        raise UnreadablePicture
    yield 0, content[:2]
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1
        if content[at] != 0xFF:
            raise UnreadablePicture
        marker = content[at + 1]
        if marker == 0xD9:
            yield 0, b"\xff\xd9"
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        segment, at = content[at : at + 2 + length], at + 2 + length
        if shown := _shown(marker, segment):
            yield marker, shown
        if marker == 0xDA:
            end = _end_of_scan(content, at)
            yield 0, content[at:end]
            at = end


def _shown(marker: int, segment: bytes) -> bytes:
    """Return what a segment is needed for, and no more of it: a small picture in the first one, and whatever lies
    behind the fields that everybody knows, goes."""
    words = segment[4:]
    if marker == 0xE0:
        # Version, density; no thumbnail. What is no JFIF (a thumbnail of its own, a camera's) is not needed.
        return b"\xff\xe0\x00\x10" + words[:12] + b"\0\0" if words[:5] == b"JFIF\0" and len(words) >= 12 else b""
    if marker == 0xEE:
        return b"\xff\xee\x00\x0e" + words[:12] if words[:5] == b"Adobe" and len(words) >= 12 else b""
    if marker == _PROFILES:
        return segment if words.startswith(_PROFILE) and len(words) > 14 else b""
    return b"" if 0xE0 <= marker <= 0xEF or marker == 0xFE else segment


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the next marker begins that is not part of the picture's data; a picture that stops short is
    one that cannot be read."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise UnreadablePicture
        following = content[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def _with_orientation(content: bytes, upright: object) -> bytes:
    """Return the JPEG with which way is up, where it is not the way it lies, and no other EXIF."""
    if upright not in range(2, 9):
        return content
    exif = Image.Exif()
    exif[_ORIENTATION] = upright
    words = b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(words) + 2) + words + content[2:]

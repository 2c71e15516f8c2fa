"""The coat of arms: what may be one, and where it is kept.

Whatever was uploaded is written anew; the file itself is not kept.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from forum.organisation.models import Logo
from trepart.look import svg

#: Bytes of an uploaded picture, of a drawing when it has been cleaned, and pixels along the
#: longest side of what is kept.
MOST_BYTES, MOST_DRAWN, SIDE = 1024 * 1024, 100 * 1024, 320
#: Pixels of a picture that is opened at all: a small file can unfold to a huge picture.
_MOST_PIXELS = 24_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True)
class Picture:
    """A picture as it will be shown."""

    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


def checked(content: bytes) -> Picture:
    """Return the picture in ``content`` as it will be shown. What it is called says nothing; what is in it does.

    An SVG is written anew from what is safe (`trepart.svg`); PNG, JPEG and WebP are opened, made no larger than a page
    needs, and saved as PNG, which leaves behind whatever else lay in the file. Raises ``ValidationError`` with the
    reason for anything else.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 1 MB. A coat of arms on a page need not be."))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        drawn = svg.cleaned(content)
        if len(drawn) > MOST_DRAWN:
            raise ValidationError(_("The drawing is too detailed for a coat of arms on a page."))
        return Picture("image/svg+xml", drawn)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise ValidationError(_("The picture has too many pixels. Make it smaller and try again."))
                if min(opened.width, opened.height) < 16:
                    raise ValidationError(_("The picture is too small to be seen."))
                picture = opened.convert("RGBA")
    except ValidationError:
        raise
    except (
        OSError,
        ValueError,
        SyntaxError,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise ValidationError(_("The file is not a picture we can use. Choose an SVG, PNG, JPEG or WebP.")) from None
    picture.thumbnail((SIDE, SIDE))
    saved = io.BytesIO()
    picture.save(saved, "PNG", optimize=True)
    return Picture("image/png", saved.getvalue())


def keep(picture: Picture) -> Logo:
    """Return the row of ``picture``, made if it is new."""
    return Logo.objects.get_or_create(
        digest=picture.digest, defaults={"media_type": picture.media_type, "content": picture.content}
    )[0]


def kept(digest: str) -> tuple[str, bytes] | None:
    """Return the media type and content of the picture with that digest, or None."""
    row = Logo.objects.filter(digest=digest).values_list("media_type", "content").first() if digest else None
    return (row[0], bytes(row[1])) if row else None

"""The one door: what a file is, whether it is taken, and the file as it is stored (GDPR art. 5).

A file tells more than what can be read in it: who wrote it, who took the picture and where, what it was called at home.
That is taken out before it is stored, and no copy of how it was is kept: no law asks for it.
"""

import contextlib
from pathlib import PurePath

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trepart import languages
from trepart.text import normal
from trepart.uploads import antivirus, office, pdf_files, pictures
from trepart.uploads.budget import TooMuch
from trepart.uploads.leftovers import Leftovers

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODT = "application/vnd.oasis.opendocument.text"
_HEIC = "image/heic"

#: What may be attached: the sniffed type, and the endings it goes under.
ACCEPTED = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    _WORD: (".docx",),
    _EXCEL: (".xlsx",),
    _ODT: (".odt",),
}
#: What a browser offers: a telephone that is told of HEIC sends it as it is, and else as JPEG.
ENDINGS = sorted(
    {ending for endings in ACCEPTED.values() for ending in endings}
    | ({".heic", ".heif"} if pictures.CAN_READ_HEIC else set())
)


class TakenIn(SimpleUploadedFile):
    """A file that has come through the door: clean, with its real type, and what could not be taken out of it.

    ``name`` is still what the sender calls it, for the sender's own page; outward it is called by what it is.
    """

    def __init__(self, name: str, content: bytes, media_type: str, left: list[str]) -> None:
        super().__init__(name, content, content_type=media_type)
        self.media_type = media_type
        self.left = left


def taken_in(upload: UploadedFile) -> TakenIn:
    """Return ``upload`` looked into and cleaned; the same again for one that has been.

    Raises ``ValidationError``, with the reason in words, for a kind that is not accepted, an empty file or one over the
    limit, and one that cannot be opened: of that nobody knows what it tells.
    """
    if isinstance(upload, TakenIn):
        upload.seek(0)
        return upload
    before = getattr(upload, "taken_in", None)
    if isinstance(before, TakenIn):
        # A form reads its files more than once on the way.
        before.seek(0)
        return before
    name = file_name(upload)
    content = _content(upload, name)
    media_type = _sniff(content, name)
    left = Leftovers()
    try:
        if media_type == _HEIC:
            media_type, name, content = "image/jpeg", f"{PurePath(name).stem}.jpg", pictures.from_heic(content)
        elif media_type.startswith("image/"):
            content = pictures.cleaned(content)
        elif media_type == "application/pdf":
            content = pdf_files.cleaned(content, left)
        else:
            content = office.cleaned(content, left)
    except (office.HoldsPrograms, pdf_files.HoldsPrograms):
        raise ValidationError(
            _(
                "%(name)s holds a program: a macro, or a file that can be run. Save it as a document without, and try "
                "again."
            ),
            code="program",
            params={"name": name},
        ) from None
    except office.FetchesText:
        raise ValidationError(
            _(
                "%(name)s fetches whole texts from other files when it is opened, so nobody can say what it says. Put "
                "the texts into it, or save it as a PDF, and try again."
            ),
            code="fetches",
            params={"name": name},
        ) from None
    except TooMuch:
        raise ValidationError(
            _("%(name)s unfolds to more than can be looked through here. Divide it, and try again."),
            code="too_much",
            params={"name": name},
        ) from None
    except (pictures.UnreadablePicture, pdf_files.UnreadablePdf, office.UnreadableDocument):
        raise ValidationError(
            _(
                "%(name)s cannot be opened, so what it may say of you cannot be taken out of it. Is it protected by a "
                "password? Save it anew without, and try again."
            ),
            code="unreadable",
            params={"name": name},
        ) from None
    done = TakenIn(name, content, media_type, list(left))
    with contextlib.suppress(AttributeError):
        upload.taken_in = done  # type: ignore[attr-defined]  # kept with the file for the next who asks
    return done


def outward_name(media_type: str, number: int) -> str:
    """Return what a file of that type is called to everybody: what it is, and which in its case; never what its sender
    calls it."""
    with languages.municipal():
        words = {
            "application/pdf": gettext("Document %(n)s"),
            "image/png": gettext("Picture %(n)s"),
            "image/jpeg": gettext("Picture %(n)s"),
            _EXCEL: gettext("Spreadsheet %(n)s"),
        }
        word = words.get(media_type, gettext("Document %(n)s")) % {"n": number}
    return word + ACCEPTED[media_type][0]


def file_name(upload: UploadedFile) -> str:
    """Return what its sender calls a file, in the one form of text: said so in every word of it, and kept so."""
    return normal.line(str(upload.name or ""))


def looked_at(upload: UploadedFile, most: int) -> bytes:
    """Return what is in a file that is read here and not kept, once the antivirus has looked at it. Of one of more than
    ``most`` bytes as much as shows that it is. Raises ``ValidationError`` where something is found."""
    upload.seek(0)
    content: bytes = upload.read(most + 1)
    upload.seek(0)
    if len(content) <= most:
        antivirus.judge(content, file_name(upload))
    return content


def _content(upload: UploadedFile, name: str) -> bytes:
    """Return what is in ``upload``, once the antivirus has looked at it. Raises ``ValidationError``."""
    limit = settings.UPLOAD_MAX_BYTES
    if upload.size is None or upload.size == 0:
        raise ValidationError(_("The file is empty."), code="empty")
    content = looked_at(upload, limit)
    if max(upload.size, len(content)) > limit:
        raise ValidationError(
            _("%(name)s is larger than %(limit)s MB."),
            code="too_large",
            params={"name": name, "limit": limit // 1024 // 1024},
        )
    return content


def _sniff(head: bytes, name: str) -> str:
    """Return the media type of what a file really is. Raises ``ValidationError`` as :func:`taken_in` does."""
    if pictures.is_heic(head):
        if pictures.CAN_READ_HEIC:
            return _HEIC
        raise ValidationError(
            _(
                "%(name)s is a HEIC picture, which cannot be read here. Send it as JPEG: open the picture on the "
                "telephone, and choose to share or save it as JPEG."
            ),
            code="heic",
            params={"name": name},
        )
    try:
        found = {match.mime_type for match in puremagic.magic_string(head, name) if match.confidence >= 0.4}
    except (puremagic.PureError, ValueError):
        found = set()
    ending = PurePath(name).suffix.lower()
    for media_type, endings in ACCEPTED.items():
        if media_type in found and ending in endings:
            return media_type
    raise ValidationError(
        _(
            "%(name)s is not a file we can take. Attach a PDF, a picture (PNG, JPEG) or a document (Word, "
            "Excel, OpenDocument)."
        ),
        code="wrong_kind",
        params={"name": name},
    )

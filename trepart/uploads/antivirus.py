"""An antivirus that looks at every file that is sent in, before anything else does: clamd, where the municipality has
one.

Asked by its own protocol (INSTREAM), over a socket on this machine or the network. Without one, nothing is asked; with
one that does not answer, nothing is taken in.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trepart.server import health

#: Seconds the antivirus gets for each answer, and bytes it is sent at a time.
_PATIENCE = 20.0
_PIECE = 1 << 16
#: No answer is longer: it is one line.
_LONGEST = 4096


class NoAnswer(OSError):
    """The antivirus cannot be reached, or says that it could not look."""


def judge(content: bytes, name: str) -> None:
    """Raise ``ValidationError`` where the antivirus finds something in ``content``, or does not answer."""
    if not settings.CLAMD_ADDRESS:
        return
    try:
        found = look(content)
    except OSError:
        raise ValidationError(
            _("%(name)s could not be looked at for viruses just now. Wait a little and try again."),
            code="unchecked",
            params={"name": name},
        ) from None
    if found:
        raise ValidationError(
            _("The antivirus has found something in %(name)s, so it is not taken in."),
            code="virus",
            params={"name": name},
        )


def look(content: bytes) -> str:
    """Return what the antivirus calls what it found, or nothing. Raises ``NoAnswer`` (an ``OSError``)."""
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _PIECE):
            piece = content[at : at + _PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        said = _answer(line)
    if said == "stream: OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    raise NoAnswer(said[:100])


def antivirus() -> health.Finding:
    """Say whether the antivirus answers (``/helse/drift``); all is well where there is none."""
    if not settings.CLAMD_ADDRESS:
        return health.Finding("antivirus", True)
    with _connected() as line:
        line.sendall(b"zPING\0")
        said = _answer(line)
    return health.Finding("antivirus", said == "PONG", "it does not answer as it should" if said != "PONG" else "")


@contextmanager
def _connected() -> Iterator[socket.socket]:
    """Connect to where the setting says: "unix:/run/clamav/clamd.ctl" or "tcp://host:3310"."""
    address = settings.CLAMD_ADDRESS
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_PATIENCE)
        try:
            line.connect(address.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
    else:
        parts = urlsplit(address)
        line = socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=_PATIENCE)
    with line:
        yield line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST:
        piece = line.recv(_LONGEST)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0").decode("utf-8", errors="replace").strip()

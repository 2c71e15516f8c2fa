"""The log of who looked, in the seals: each viewing has a digest, and a seal closes over all of its own."""

import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trepart.audit.comparing.findings import Finding
from trepart.audit.models import Seal
from trepart.audit.recording import canonical

_COLUMNS = "v.id, v.person_id, v.subject_type, v.subject_id, v.page, v.at"
_WAITING = f"""
    SELECT {_COLUMNS} FROM audit_viewlog v JOIN audit_unsealedview u ON u.view_id = v.id ORDER BY v.id LIMIT %s
"""  # noqa: S608  # made of the names of our own columns
_ENTRIES = """
    INSERT INTO audit_viewentry (seal_id, view_id, digest)
    SELECT %s, place.view_id, place.digest FROM unnest(%s::bigint[], %s::text[]) AS place (view_id, digest)
"""
_SEALED_NOW = "DELETE FROM audit_unsealedview u USING audit_viewentry n WHERE n.view_id = u.view_id AND n.seal_id = %s"
#: Every viewing that is sealed or is there, with its entry: one or the other may have been taken away.
_ALL = f"""
    SELECT n.seal_id, n.view_id, n.digest, u.view_id IS NOT NULL, {_COLUMNS}
    FROM audit_viewlog v
    FULL JOIN audit_viewentry n ON n.view_id = v.id
    LEFT JOIN audit_unsealedview u ON u.view_id = v.id
    ORDER BY n.seal_id NULLS LAST, coalesce(n.view_id, v.id)
"""  # noqa: S608  # as above


def _digest(secret: bytes, row: tuple[Any, ...]) -> str:
    from trepart.audit.sealing import moment  # the sealer imports this module

    return hmac.digest(secret, b"trepart view 1\n" + canonical([*row[:-1], moment(row[-1])]), "sha256").hex()


def all_in_one(secret: bytes, digests: Iterable[str]) -> str:
    """Return one digest over those of several viewings, in order; empty where there are none."""
    text = "\n".join(digests)
    return hmac.digest(secret, b"trepart views 1\n" + text.encode(), "sha256").hex() if text else ""


def waiting(secret: bytes, limit: int) -> dict[int, str]:
    """Return the digests of the viewings that wait for their seal, by number."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [limit])
        return {row[0]: _digest(secret, row) for row in cursor.fetchall()}


def enter(seal: int, digests: Mapping[int, str]) -> None:
    """Put ``digests`` into the seal with that number."""
    if digests:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [seal, list(digests), list(digests.values())])
            cursor.execute(_SEALED_NOW, [seal])


def findings(secret: bytes, seals: Mapping[int, Seal]) -> list[Finding]:
    """Hold the log of who looked against the seals."""
    found: list[Finding] = []
    kept: dict[int, list[str]] = {number: [] for number, seal in seals.items() if seal.views}
    for seal, pk, digest, waits, *row in _rows():
        if seal is None:
            if not waits:
                message = _("Viewing %(view)s was put in past the guards: it is not sealed and does not wait to be.")
                found.append(Finding(None, None, message % {"view": row[0]}, "view"))
            continue
        kept.setdefault(seal, []).append(digest)
        words = {"view": pk, "seal": seal}
        if row[0] is None:
            message = _("Viewing %(view)s (seal %(seal)s) has been removed from the log of who looked.")
        elif _digest(secret, tuple(row)) != digest:
            message = _("Viewing %(view)s (seal %(seal)s) is not what was sealed: who looked at what has been changed.")
        else:
            continue
        found.append(Finding(None, seal, message % words, "view"))
    for number, digests in kept.items():
        told = seals.get(number)
        if told is not None and len(digests) != told.views:
            message = ngettext(
                "Seal %(seal)s closes over %(wanted)s viewing, but %(count)s is left.",
                "Seal %(seal)s closes over %(wanted)s viewings, but %(count)s are left.",
                told.views,
            )
            words = {"seal": number, "wanted": told.views, "count": len(digests)}
            found.append(Finding(None, number, message % words, "view"))
        elif told is None or all_in_one(secret, digests) != told.views_digest:
            message = _("The viewings of seal %(seal)s are not those that were sealed.")
            found.append(Finding(None, number, message % {"seal": number}, "view"))
    return found


def _rows() -> Iterable[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ALL)
        while batch := cursor.fetchmany(2000):
            yield from batch

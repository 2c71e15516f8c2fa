"""The files a printed document may have: static ones and what is handed in, never the network or the disk."""

import os
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from urllib.request import DataHandler, Request

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint.urls import URLFetcher, URLFetcherResponse

from trepart import municipality
from trepart.pdf.text import FONT_FILES, PdfError, font_bytes


class ResourceRefused(PdfError):
    """The document asks for a file that is neither static nor handed in; nothing was fetched."""


class Fetcher(URLFetcher):
    """Serves static files, data addresses and what was handed in; remembers every other request as refused."""

    def __init__(self, media: Mapping[str, bytes]) -> None:
        super().__init__()
        self._media = media
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The file at an address; what there is none of WeasyPrint passes over, hence `check`."""
        try:
            return self._file_at(url)
        except (ResourceRefused, ValueError):  # an address in `data:` may be no file either
            self.refused.append(url[:200])
            raise

    def _file_at(self, url: str) -> URLFetcherResponse:
        scheme, _, rest = url.partition(":")
        static_root = f"{settings.SITE_URL}/{settings.STATIC_URL.strip('/')}/"
        if scheme == "data":
            answer = DataHandler().data_open(Request(url))  # noqa: S310  # data only: nothing is opened
            return URLFetcherResponse(url, answer.read(), answer.headers)
        if scheme == "trepart-font" and rest in FONT_FILES:
            return URLFetcherResponse(url, font_bytes(rest), {"Content-Type": "font/ttf"})
        if scheme == "trepart-media" and rest in self._media:
            return URLFetcherResponse(url, self._media[rest], _kind(rest))
        path = rest if scheme == "trepart-static" else ""
        if url.startswith(static_root):
            path = unquote(urlsplit(url).path.removeprefix(urlsplit(static_root).path))
        return URLFetcherResponse(url, static_file(path), _kind(path))

    def check(self) -> None:
        """Raise ResourceRefused if the document has asked for anything that it may not have."""
        if self.refused:
            raise ResourceRefused(f"A printed document may not fetch {', '.join(self.refused)}.")


def _kind(path: str) -> dict[str, str]:
    endings = {".jpeg": "image/jpeg", **municipality.ARMS_TYPES}
    kind = endings.get(PurePosixPath(path).suffix.lower())
    return {"Content-Type": kind} if kind else {}


def static_file(path: str) -> bytes:
    """Return a static file; raises ``ResourceRefused`` where there is none by that name."""
    try:
        found = finders.find(path) if path else None
    except SuspiciousFileOperation:
        found = None
    if found is None or not os.path.isfile(found):  # a folder has an address among them, and is no file
        raise ResourceRefused(f"No static file {path or 'has that address'}.")
    with open(found, "rb") as file:
        return file.read()

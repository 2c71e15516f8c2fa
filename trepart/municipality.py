"""The municipality as every room may ask for it: name, looks, languages, deadlines, its own texts.

The room that keeps the row answers; before there is one, the settings do.

``current()`` is asked many times while a page is made and costs one query for all of them; outside a request (a job, a
command) each call reads afresh.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponseBase

#: What a coat of arms may be: the ending, and what whoever draws it is told it is.
ARMS_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """What the municipality has decided for itself. Days are whole days; addresses of pages may be empty."""

    name: str
    address: str = ""
    #: "#rrggbb" or empty; the theme is made from it (portal/theme.py).
    accent: str = ""
    #: Digest of the coat of arms in the database; empty where there is none there.
    logo: str = ""
    #: A file on the server that holds the coat of arms, where the settings name one and the database has none.
    logo_file: str = ""
    accessibility_url: str = ""
    privacy_url: str = ""
    feedback_url: str = ""
    #: Where one writes about accessibility, privacy and the portal itself; empty where the municipality has given none.
    accessibility_email: str = ""
    privacy_email: str = ""
    feedback_email: str = ""
    #: Codes of the languages one can choose between, and the one pages and mail are in before anybody has chosen.
    languages: tuple[str, ...] = ()
    default_language: str = "nb"
    #: What a new body begins with: days to answer a proposer (R18) and days of notice before a meeting (R6).
    answer_days: int = 30
    notice_days: int = 7
    #: Working days to object to a provisional conclusion in; days after which a yes that lacks is disagreement (R24).
    objection_days: int = 5
    disagreement_days: int = 14
    #: The farthest ahead, in months, that an answer to a proposer can be put off at a time (R18).
    waiting_months: int = 6
    #: From when the new Public Administration Act (LOV-2025-06-20-81) applies; None while it is not in force.
    new_act_from: date | None = None
    #: Days a draft that nobody sent, an invitation, and an account whose address was never confirmed are kept (R31).
    draft_days: int = 14
    invitation_days: int = 14
    unconfirmed_days: int = 7
    #: Roles and offices whose holders must have a second step at sign-in.
    two_step_roles: tuple[str, ...] = ()
    #: Whether there are village councils at work; while nothing is known, the way to them is shown.
    village_councils: bool = True
    #: The same for the local groups at the workplaces (LMU), and for a group that coordinates them: a municipality
    #: organised in another way reads nothing of them.
    local_groups: bool = True
    coordination: bool = True
    #: The municipality's own texts, by (place, language); a place without one shows the portal's text.
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def under_new_act(self, on: date) -> bool:
        """Say whether the new Public Administration Act applies on that day. What it changes is asked here alone."""
        return self.new_act_from is not None and self.new_act_from <= on

    def text(self, place: str, language: str) -> str:
        """Return the municipality's own text for ``place`` in ``language``, else in its default language; empty
        where it has written none."""
        return self.texts.get((place, language), "") or self.texts.get((place, self.default_language), "")


_source: Callable[[], Municipality | None] | None = None
_arms: Callable[[str], tuple[str, bytes] | None] | None = None
_kept: ContextVar[list[Municipality] | None] = ContextVar("trepart_municipality", default=None)


def use(source: Callable[[], Municipality | None] | None) -> None:
    """Register who knows the municipality: a function that answers None while nothing has been written down."""
    global _source
    _source = source


def use_arms(source: Callable[[str], tuple[str, bytes] | None] | None) -> None:
    """Register who keeps the coats of arms: a function from a digest to media type and content, None where it
    has none by that digest."""
    global _arms
    _arms = source


def arms() -> tuple[str, bytes] | None:
    """Return the coat of arms as it is now, media type and content: the one in the database, else the file the settings
    name; None where there is none."""
    own = current()
    kept = _arms(own.logo) if _arms is not None and own.logo else None
    if kept is not None:
        return kept
    path = Path(own.logo_file or "/")
    media_type = ARMS_TYPES.get(path.suffix.lower(), "")
    return (media_type, path.read_bytes()) if media_type and path.is_file() else None


def current() -> Municipality:
    """Return the municipality as it is now, or as the settings have it where no row is or the
    database does not answer."""
    kept = _kept.get()
    if kept:
        return kept[0]
    found = _read() or from_settings()
    if kept is not None:
        kept.append(found)
    return found


def _read() -> Municipality | None:
    if _source is None:
        return None
    try:
        return _source()
    except (DatabaseError, InterfaceError):
        # An error page is drawn while the database is away too, and a letterhead is no reason for it to fail.
        return None


def forget() -> None:
    """Let the next question be answered from the database."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()


@contextmanager
def asked_once() -> Iterator[None]:
    """Within the block the municipality is read at most once; a block inside another is the same block."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


class AskedOnce:
    """Middleware: one page, one reading of the municipality."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with asked_once():
            return self.get_response(request)


def from_settings() -> Municipality:
    """Return the municipality as the environment has it."""
    own = settings.MUNICIPALITY
    return Municipality(
        name=own["name"],
        address=own["address"],
        accent=own["accent"],
        logo_file=own["logo"],
        accessibility_url=own["accessibility_url"],
        privacy_url=own["privacy_url"],
        feedback_url=own["feedback_url"],
        languages=tuple(code for code, _name in settings.LANGUAGES),
        default_language=settings.LANGUAGE_CODE,
        draft_days=settings.PROPOSAL_DRAFT_DAYS,
        invitation_days=settings.INVITATION_DAYS,
        unconfirmed_days=settings.UNCONFIRMED_ACCOUNT_DAYS,
        two_step_roles=tuple(settings.TWO_STEP_ROLES),
    )

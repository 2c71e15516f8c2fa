"""Which language somebody reads: one's own choice, the browser's or the municipality's (docs/decisions/0013).

What the browser asks for is not believed of itself: most Norwegian browsers ask for bokmål or English without anybody
having chosen it, and a municipality that writes nynorsk would hardly be read in nynorsk by anybody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from trepart import municipality

#: Bodies whose names are common nouns in Norwegian, in bokmål and nynorsk: written with a small
#: letter inside a sentence.
_COMMON_NOUNS = frozenset(
    {"kommunestyret", "bystyret", "herredsstyret", "heradsstyret", "fylkestinget", "formannskapet", "formannskapen"}
)
#: What each language calls itself; never translated.
OWN_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def offered() -> tuple[str, ...]:
    """Return the codes of the languages one can choose between, the municipality's own first."""
    chosen = municipality.current().languages
    codes = [code for code, _name in settings.LANGUAGES if code in chosen]
    own = default()
    return (own, *(code for code in codes if code != own))


def default() -> str:
    """Return the municipality's own language: pages before anybody has chosen, minutes, and mail
    to who has chosen none."""
    return municipality.current().default_language


def inside(name: str) -> str:
    """Return the name of a body as it stands inside a sentence: "kommunestyret" in Norwegian, where it is a common
    noun; other names, and English, keep their capital."""
    small = name[:1].lower() + name[1:]
    return small if small in _COMMON_NOUNS and translation.get_language() in ("nb", "nn") else name


def language_of(person: object) -> str:
    """Return the language ``person`` is written to in: the chosen one while it is offered, else the municipality's."""
    chosen = getattr(person, "language", "")
    return chosen if chosen in offered() else default()


@contextmanager
def reading(person: object) -> Iterator[str]:
    """Within the block, texts are made in the language of ``person``."""
    language = language_of(person)
    with translation.override(language):
        yield language


@contextmanager
def municipal() -> Iterator[str]:
    """Within the block, texts are made in the municipality's own language: minutes, and reasons that are kept,
    whoever presses the button."""
    language = default()
    with translation.override(language):
        yield language


def of_request(request: HttpRequest) -> str:
    """Return the language of a page: the signed-in person's choice, else the cookie's, else the municipality's."""
    user = getattr(request, "user", None)
    chosen = getattr(user, "language", "") if user is not None and user.is_authenticated else ""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return next((code for code in (chosen, cookie) if code in offered()), default())


class ReaderLanguage:
    """Middleware, after the session and the person: the page is made in the reader's language, and says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = of_request(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response

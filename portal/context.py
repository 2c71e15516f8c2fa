"""What every page is given."""

from dataclasses import dataclass, fields

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import help as helping
from portal import theme
from trepart import languages
from trepart import municipality as facts
from trepart.access import grants, policy
from trepart.access.sign_in.sessions import reader_mark

_UNREAD = "SELECT count(*) FROM notices_notice WHERE person_id = %s AND read_at IS NULL"


@dataclass(frozen=True)
class Link:
    """One line of the menu or the footer; ``count`` is shown beside it where there is something to count."""

    label: str
    url: str
    current: bool = False
    count: int = 0


def portal(request: HttpRequest) -> dict[str, object]:
    """Return the municipality, the menu, the footer and how many notices wait unread.

    Costs one query, for the municipality; somebody who has signed in is asked for rights and unread notices besides,
    where the page shows the menu.
    """
    return {
        "municipality": SimpleLazyObject(municipality),
        "menu": SimpleLazyObject(lambda: menu(request)),
        "footer_links": SimpleLazyObject(lambda: footer_links(request)),
        "languages": language_choices(),
        "unread_notices": SimpleLazyObject(lambda: unread_notices(request)),
        "demo": settings.DEMO,
        # Whose page it is, for a browser that takes it out of its memory (static/js/portal.js).
        "reader_mark": SimpleLazyObject(lambda: reader_mark(request)),
    }


def municipality() -> dict[str, object]:
    """Return the municipality as pages know it: its facts by their names, ``welcome``, and ``logo_url`` and
    ``theme_url``, which may be empty."""
    own = facts.current()
    found = {each.name: getattr(own, each.name) for each in fields(own)}
    # What can change stands in the address, so that a browser that has kept the old one asks again that day.
    logo = reverse("portal:logo") + (f"?{own.logo[:12]}" if own.logo else "")
    return found | {
        "welcome": own.text("welcome", get_language() or own.default_language),
        "logo_url": logo if own.logo or own.logo_file else "",
        "theme_url": f"{reverse('portal:theme')}?{own.accent[1:].lower()}" if theme.is_colour(own.accent) else "",
    }


def menu(request: HttpRequest) -> list[Link]:
    """Return the main menu; somebody who has not signed in is shown the way in instead of a page of one's own."""
    rooms = [
        (_("Proposals"), "proposals:list"),
        (_("Meetings"), "forum:meeting_list"),
    ]
    if facts.current().village_councils:
        rooms.append((_("Village councils"), "grendeutvalg:list"))
    rooms.append((_("Bodies"), "forum:body_list"))
    rooms.append((_("Search"), "portal:search"))
    if _signed_in(request) and _has_to_do_with_commissions(request.user):
        rooms.append((_("Commissions"), "forum:commission_list"))
    links = []
    for label, name in rooms:
        url = reverse(name)
        links.append(Link(label, url, request.path.startswith(url)))
    if _signed_in(request):
        if policy.can(request.user, "forum.manage_organisation"):
            office = reverse("forum:organisation")
            links.append(Link(_("Organisation"), office, request.path.startswith(office)))
        mine = reverse("portal:my_page")
        links.append(Link(_("My page"), mine, request.path.startswith(mine), unread_notices(request)))
    else:
        sign_in = reverse(settings.LOGIN_URL)
        links.append(Link(_("Sign in"), sign_in, request.path == sign_in))
    return links


def _has_to_do_with_commissions(person: object) -> bool:
    """Say whether ``person`` gives commissions, takes them on or hears the reports, by a role held today; others find
    them from the bodies' pages."""
    held = grants.of(person)
    return any(held.bodies(f"forum.{name}") for name in ("give_commission", "carry_commission", "hear_commission"))


def footer_links(request: HttpRequest) -> list[Link]:
    """Return what stands at the foot of every page: the help to this page, accessibility (R32), privacy, and how one
    tells what does not work."""
    found = helping.for_page(getattr(request, "resolver_match", None))
    links = [Link(_("Help"), reverse("portal:help"))]
    if found is not None:
        links = [Link(f"{_('Help')}: {found.title}", reverse("portal:help_page", args=[found.slug]))]
    links += [
        Link(_("Accessibility"), reverse("portal:accessibility")),
        Link(_("Privacy"), reverse("portal:privacy")),
        Link(_("For the press"), reverse("portal:press")),
    ]
    own = facts.current()
    feedback = own.feedback_url or (f"mailto:{own.feedback_email}" if own.feedback_email else "")
    return [*links, Link(_("Tell us what does not work"), feedback)] if feedback else links


def language_choices() -> list[tuple[str, str]]:
    """Return the languages the reader may change to, each by its own name; the one the page is in is not among them."""
    here = get_language()
    return [(code, languages.OWN_NAMES[code]) for code in languages.offered() if code != here]


def unread_notices(request: HttpRequest) -> int:
    """Return how many notices the reader has not read; asked of the database once for each request."""
    if not _signed_in(request):
        return 0
    kept: int | None = getattr(request, "_unread_notices", None)
    if kept is None:
        with connection.cursor() as cursor:  # every page asks it
            cursor.execute(_UNREAD, [request.user.pk])
            kept = int(cursor.fetchone()[0])
        request._unread_notices = kept  # type: ignore[attr-defined]  # lives as long as the request does
    return kept


def _signed_in(request: HttpRequest) -> bool:
    # An error page may be drawn before the session has been looked at.
    user = getattr(request, "user", None)
    return user is not None and bool(user.is_authenticated)

"""The help pages: which there are, for whom, and which belongs to the page one stands on.

The texts are templates in `portal/help/`.
"""

from dataclasses import dataclass

from django.urls import ResolverMatch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Topic:
    """One help page: its address, what it is called, what it answers, and the addresses (name
    prefixes) it is the help to."""

    slug: str
    title: Promise
    lead: Promise
    pages: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """Return the template that holds the text."""
        return f"portal/help/{self.slug}.html"


TOPICS: tuple[Topic, ...] = (
    Topic(
        "forslag",
        _("Sending in a proposal"),
        _("What to write, who reads it, when it becomes public, and which answer you can expect."),
        (
            "proposals:new",
            "proposals:kept",
            "proposals:correct",
            "proposals:receipt",
            "proposals:list",
            "proposals:detail",
            "portal:front",
        ),
    ),
    Topic(
        "papir",
        _("Without a computer"),
        _("Print the form, write by hand, and hand it in. You get the same answer as everybody else."),
    ),
    Topic(
        "innlogging",
        _("Signing in"),
        _("A new account, a forgotten password, a passkey on your phone, and signing out on a shared computer."),
        ("account_", "mfa_", "access:", "oidc:"),
    ),
    Topic(
        "behandling",
        _("Treating proposals in a group"),
        _("For everybody who has proposals on their table."),
        ("proposals:", "lmu:", "forum:body_queue"),
    ),
    Topic(
        "moter",
        _("Members and deputies at meetings"),
        _("The notice, the agenda, absence, impartiality, votes and minutes: what is expected of you, and when."),
        ("forum:meeting_", "forum:body_"),
    ),
    Topic(
        "sekretar",
        _("Leading and minuting a meeting"),
        _("From the first item on the agenda to the published minutes, for secretaries and chairs."),
        (
            "forum:minutes_",
            "forum:meeting_agenda",
            "forum:meeting_run",
            "forum:meeting_run_item",
            "forum:meeting_plan",
            "forum:meeting_step",
        ),
    ),
    Topic(
        "oppsett",
        _("Setting up the municipality"),
        _("Units, bodies, members, periods and the road of proposals, for whoever looks after the portal."),
        (
            "forum:organisation",
            "forum:body_new",
            "forum:body_facts",
            "forum:unit_",
            "forum:person",
            "forum:people",
            "forum:member_",
        ),
    ),
)
_BY_SLUG = {topic.slug: topic for topic in TOPICS}


def topic(slug: str) -> Topic | None:
    """Return the help page at ``slug``; None where there is none."""
    return _BY_SLUG.get(slug)


def for_page(match: ResolverMatch | None) -> Topic | None:
    """Return the help that belongs to the page behind ``match``: the one whose name fits it most
    closely; None where none does."""
    if match is None:
        return None
    fitting = [
        (len(page), found)
        for found in TOPICS
        for page in found.pages
        if (match.view_name == page if not page.endswith(("_", ":")) else match.view_name.startswith(page))
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

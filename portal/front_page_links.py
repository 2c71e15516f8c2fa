"""The ways in from the front page: each kind of reader finds the few places they come for."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from trepart import municipality


@dataclass(frozen=True)
class Way:
    """The way in for one kind of reader: who it is for, one sentence, and pairs of a link's words and its address."""

    who: str
    text: str
    links: list[tuple[str, str]]


def ways_in(*, signed_in: bool) -> list[Way]:
    """Return the ways in, those most people need first; whoever has ``signed_in`` is led to the own page
    instead of to the door."""
    mine = (_("My page"), reverse("portal:my_page")) if signed_in else (_("Sign in"), reverse(settings.LOGIN_URL))
    own = municipality.current()
    councils = [(_("Your village council"), reverse("grendeutvalg:list"))] if own.village_councils else []
    first = (
        _(
            "Your proposal goes to your own workplace first: to its local group (LMU), or to your leader where "
            "there is none."
        )
        if own.local_groups
        else _("Your proposal goes to your own workplace first: to your leader.")
    )
    return [
        Way(
            _("You live here"),
            _("Tell us what you see. You write first, and sign up as the last step."),
            [
                (_("Send in a proposal"), reverse("proposals:new")),
                *councils,
                (_("How a proposal is treated"), reverse("portal:help_page", args=["forslag"])),
                (_("Without a computer"), reverse("portal:help_page", args=["papir"])),
            ],
        ),
        Way(
            _("You work in the municipality"),
            first,
            [(_("Groups and bodies"), reverse("forum:body_list")), mine],
        ),
        Way(
            _("You are elected, or represent a union"),
            _("Agendas, papers and minutes stand with each meeting. What waits for you stands on your page."),
            [
                (_("Meetings"), reverse("forum:meeting_list")),
                (_("Members and deputies at meetings"), reverse("portal:help_page", args=["moter"])),
            ],
        ),
        Way(
            _("You lead or minute meetings"),
            _("Log a meeting in a minute, or run one from the agenda to the minutes.")
            if own.local_groups
            else _("From the agenda to the minutes, one case at a time."),
            [
                (_("Treating proposals in a group"), reverse("portal:help_page", args=["behandling"])),
                (_("Leading and minuting a meeting"), reverse("portal:help_page", args=["sekretar"])),
            ],
        ),
    ]  # fmt: skip

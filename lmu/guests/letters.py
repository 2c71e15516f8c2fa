"""The letter to a guest without an e-mail address: what one can see and say, and the cases as they stand."""

from django.utils.translation import gettext as _

from forum.organisation.models import Membership
from lmu.guests.models import GuestLetter
from lmu.guests.queries import in_letter
from trepart import clock, languages, municipality
from trepart.pdf.rendering import render_pdf


def pdf(letter: GuestLetter) -> bytes:
    """Print the letter with the municipality's letterhead, PDF/A and PDF/UA (R32)."""
    membership: Membership = letter.membership
    own = municipality.current()
    with languages.municipal():
        title = _("You are invited to say what you think")
        return render_pdf(
            "lmu/pdf/guest_letter.html",
            {
                "title": title,
                "name": membership.person.name,
                "body": membership.body,
                "address": [line.strip() for line in letter.address.splitlines() if line.strip()],
                "written": clock.today(),
                "guests": in_letter(membership),
            },
            title=title,
            language=languages.default(),
            author=own.name,
            subject=membership.body.name,
            created=clock.now(),
        )

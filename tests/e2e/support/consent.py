"""What takes consent, by hand: everybody with a seat says yes from their own sign-in (R24)."""

from typing import Any

from proposals.consent.models import Conclusion
from proposals.consent.who_answers import answerers
from tests.e2e.support.words import say


def agree(visit: Any) -> None:
    """Let everybody with a seat, who has not said it yet, say yes to the one provisional conclusion there is."""
    (conclusion,) = Conclusion.objects.filter(status="provisional")
    for person in answerers(conclusion.referral.body_id):
        conclusion.refresh_from_db(fields=["status"])
        said = conclusion.stances.filter(membership__person=person, agrees=True).exists()
        if said or conclusion.status != "provisional":
            continue
        one = visit(person)
        one.go("/min-side/")
        one.go(conclusion.get_absolute_url())
        one.press(say("I agree"))

"""How often somebody wants mail."""

from trepart.access.models import User
from trepart.notices.models import Cadence, MailChoice


def cadence_of(person: User) -> str:
    """Return how often ``person`` wants mail about what can wait."""
    chosen = MailChoice.objects.filter(person=person).values_list("cadence", flat=True).first()
    return chosen or Cadence.AT_ONCE


def choose(person: User, cadence: str) -> None:
    """Write down how often ``person`` wants mail. What already waits to be gathered still comes, with the
    next mail that gathers."""
    MailChoice.objects.update_or_create(person=person, defaults={"cadence": Cadence(cadence)})

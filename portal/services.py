"""The writes of this room. A reader's mark on the own notices is nobody else's business and makes no audit event."""

from trepart import clock
from trepart.access.models import User
from trepart.notices.models import Notice


def mark_read(notice: Notice) -> None:
    """Mark ``notice`` as read now; a second time changes nothing."""
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])


def mark_all_read(person: User) -> int:
    """Mark every notice of ``person`` as read now and return how many there were."""
    return Notice.objects.filter(person=person, read_at__isnull=True).update(read_at=clock.now())


def choose_language(person: User, language: str) -> None:
    """Remember that ``person`` reads ``language``: pages and mail come in it from now on, on every device."""
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])

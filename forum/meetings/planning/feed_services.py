"""The address of one's own calendar: made, made anew, and closed."""

import uuid

from django.db import transaction

from forum.meetings.planning.feed_models import CalendarFeed
from trepart import audit, clock
from trepart.access.models import User
from trepart.workflow import reserve_pk


@transaction.atomic
def make(person: User) -> CalendarFeed:
    """Give ``person`` an address, or a new one in place of the older, which opens nothing from now on; return it."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    feed = CalendarFeed.objects.filter(person=person).first()
    if feed is None:
        feed = CalendarFeed(pk=reserve_pk(CalendarFeed), person=person)
        with audit.recorded("forum.feed_made", actor=person, subject=feed, root=person):
            feed.save(force_insert=True)
        return feed
    feed.nonce, feed.made_at = uuid.uuid4(), clock.now()
    with audit.recorded("forum.feed_renewed", actor=person, subject=feed, root=person):
        feed.save()
    return feed


@transaction.atomic
def revoke(person: User) -> None:
    """Close the address of ``person``'s calendar; where there is none nothing happens."""
    feed = CalendarFeed.objects.select_for_update().filter(person=person).first()
    if feed is None:
        return
    with audit.recorded("forum.feed_revoked", actor=person, subject=feed, root=person):
        feed.delete()


def forget(person: User) -> None:
    """Remove the address with the account (R31)."""
    CalendarFeed.objects.filter(person=person).delete()

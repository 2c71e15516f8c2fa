"""Writes calendars (iCalendar, RFC 5545), for the files that go with mail, for download and for feeds.

Times are given in the municipality's zone with its rules beside them (VTIMEZONE), so that a meeting at 18.00
stays at 18.00 in a calendar that has not heard of a changed summer time. Which method is used where, and
why: docs/decisions/0018.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from trepart import clock

#: Who has made the file, as the format asks for it.
PRODUCT = "-//Trepart//Trepart//NO"
MEDIA_TYPE = "text/calendar"
#: What may not stand in a value (RFC 5545, 3.1).
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OSLO = ZoneInfo("Europe/Oslo")
PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


@dataclass(frozen=True)
class Mailbox:
    """Somebody in a calendar: an address, and the name to show."""

    address: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happens. ``name`` is what stays the same when it is moved ("meeting-12"); ``sequence`` rises by
    each change that readers are told of.

    ``starts_at`` and ``ends_at`` are aware. ``organizer`` and ``attendee`` belong to invitations (REQUEST, CANCEL): one
    file per reader, who sees nobody else.
    """

    name: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    text: str = ""
    url: str = ""
    sequence: int = 0
    status: str = CONFIRMED
    organizer: Mailbox | None = None
    attendee: Mailbox | None = None
    changed_at: datetime | None = None
    #: A day by which something is to be done: it stands over the hours, and keeps none of them.
    all_day: bool = False


def calendar(happenings: Sequence[Happening], *, method: str = PUBLISH, name: str = "") -> bytes:
    """Return a calendar of ``happenings`` as bytes (UTF-8, lines ended and folded as the format asks).

    ``name`` is what a calendar program calls a feed. Raises ``ValueError`` for an invitation to more than one
    happening, or without the two it is between.
    """
    if method != PUBLISH and (len(happenings) != 1 or not happenings[0].organizer or not happenings[0].attendee):
        raise ValueError("An invitation is to one happening, from somebody to somebody (RFC 5546, 3.2.2).")
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
        made.add("name", name)
        # How often a program is to look: the one is RFC 7986, the other what Outlook reads.
        made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", "PT1H")
    made.add_component(_norwegian_time())
    for happening in happenings:
        made.add_component(_event(happening))
    return bytes(made.to_ical())


def _norwegian_time() -> Timezone:
    """Return the rules of the time zone of Norway, the same since 1996 (summer time from the last Sunday of
    March to the last of October).

    Written out because calendar programs read a yearly rule everywhere, and a moment of change is given in the time
    that ends with it (RFC 5545, 3.6.5).
    """
    zone = Timezone()
    zone.add("tzid", "Europe/Oslo")
    for part, name, before, after, begins, month in (
        # Local time, as the format asks.
        (TimezoneDaylight(), "CEST", 1, 2, datetime(1996, 3, 31, 2), 3),  # noqa: DTZ001
        (TimezoneStandard(), "CET", 2, 1, datetime(1996, 10, 27, 3), 10),  # noqa: DTZ001  # as above
    ):
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        zone.add_component(part)
    return zone


def _event(happening: Happening) -> Event:
    event = Event()
    event.add("uid", f"{happening.name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", (happening.changed_at or clock.now()).astimezone(UTC))
    if happening.all_day:
        day = happening.starts_at.astimezone(_OSLO).date()
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", happening.starts_at.astimezone(_OSLO))
        event.add("dtend", max(happening.ends_at, happening.starts_at).astimezone(_OSLO))
    event.add("sequence", happening.sequence)
    event.add("status", happening.status)
    event.add("transp", "TRANSPARENT" if happening.status == CANCELLED or happening.all_day else "OPAQUE")
    for key, value in (
        ("summary", happening.title),
        ("location", happening.place),
        ("description", happening.text),
        ("url", happening.url),
    ):
        if value:
            event.add(key, _CONTROL.sub("", value) if key != "url" else value)
    if happening.organizer:
        event.add("organizer", _address(happening.organizer))
    if happening.attendee:
        attendee = _address(happening.attendee)
        # An answer would go to a mailbox nobody reads; absence is told in the portal, where the deputy is called (R4).
        attendee.params.update(
            {"ROLE": vText("REQ-PARTICIPANT"), "PARTSTAT": vText("NEEDS-ACTION"), "RSVP": vText("FALSE")}
        )
        event.add("attendee", attendee)
    return event


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        # A quotation mark cannot stand in a parameter (RFC 5545, 3.2).
        address.params["CN"] = vText(" ".join(_CONTROL.sub("", mailbox.name).replace('"', "'").split()))
    return address

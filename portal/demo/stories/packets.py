"""The papers of the demo's meetings in one file, one of them older than its agenda."""

from django.db import connection

from forum.meetings.core.models import Meeting
from forum.meetings.packets import services as packets
from forum.meetings.packets.models import Packet


def made(meeting: Meeting) -> None:
    """Make what waits of ``meeting``, as the worker does in the minutes after the call."""
    for packet in list(meeting.packets.unfinished()):
        packets.make(packet.pk)


def settle() -> None:
    """Make what waits for meetings that are to come, and let go of what nobody waits for; leave nothing to the
    worker's first minutes."""
    for packet in list(Packet.objects.unfinished().order_by("pk")):
        packets.make(packet.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'forum.make_packets' AND status = 'todo'")

"""The jobs of meetings."""

from procrastinate.contrib.django import app

from forum.meetings.attendance import absences
from forum.meetings.packets import services as making


@app.periodic(cron="*/10 * * * *")
@app.task(name="forum.call_deputies", queueing_lock="forum.call_deputies", lock="forum.call_deputies")
def call_deputies(timestamp: int) -> None:
    """Go on to the next deputy where one has not answered in time; run every ten minutes. ``timestamp`` is when the
    run was due, in seconds."""
    absences.lapse()


@app.task(name="forum.make_packets", queue="packets")
def make_packets(packets: list[int]) -> None:
    """Make the meeting packets with these numbers, one after the other: two large documents at once would be no faster,
    and take twice the memory."""
    for number in packets:
        making.make(number)


@app.periodic(cron="5-59/10 * * * *")
@app.task(name="forum.tidy_packets", queue="packets", queueing_lock="forum.tidy_packets", lock="forum.tidy_packets")
def tidy_packets(timestamp: int) -> None:
    """See to packets whose making has stopped, and to those that hold what is no longer open; run every ten minutes.
    ``timestamp`` is when the run was due, in seconds."""
    making.tidy()


@app.periodic(cron="50 2 * * *")
@app.task(
    name="forum.tidy_held_packets",
    queue="daily",
    queueing_lock="forum.tidy_held_packets",
    lock="forum.tidy_held_packets",
)
def tidy_held_packets(timestamp: int) -> None:
    """See to the packets of meetings that have been held, too; run each night. ``timestamp`` is when the
    run was due, in seconds."""
    making.tidy(held=True)

"""What a verification of the trail can come up with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written, with a sentence for people.

    ``event_id`` and ``seal`` name the first row concerned, where one can be named. ``kind`` is one of: changed,
    removed, inserted, cut, content (an event's words), seal, log (the log of seals), witness, expect (another seal on
    paper), status (a thing's status against its events), stored (a row against its event), view (the log of who
    looked), guard.
    """

    event_id: int | None
    seal: int | None
    message: str
    kind: str

"""Builds the bench's databases, one step a run.

``dev.bench`` runs them in order, each on the database in ``DATABASE_URL``:

    python -m bench.build seed         a table for the bare write, and what the measured writes use up
    python -m bench.build grow N       copy until there are N proposals
    python -m bench.build packet N     call a meeting whose papers fill about N pages; print the packet's number
    python -m bench.build make PK      make that packet, and print, as JSON, its pages and the seconds
    python -m bench.build plan         print, as JSON, who is signed in, which pages and forms are sent
"""

import json
import os
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django

django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench import measure, multiply, printing  # noqa: E402
from bench.models import TABLE  # noqa: E402
from forum.meetings.agenda import services as agenda_services  # noqa: E402
from forum.meetings.attendance import roll_call  # noqa: E402
from forum.meetings.core import participants  # noqa: E402
from forum.meetings.core.models import AgendaItem, Meeting  # noqa: E402
from forum.meetings.packets import services as packets  # noqa: E402
from forum.meetings.packets.models import Packet  # noqa: E402
from forum.meetings.planning import services  # noqa: E402
from forum.organisation.enums import BodyKind, Role  # noqa: E402
from forum.organisation.models import Body  # noqa: E402
from proposals.models import Proposal  # noqa: E402
from trepart import clock  # noqa: E402
from trepart.access import policy  # noqa: E402
from trepart.access.models import User  # noqa: E402
from trepart.workflow import perform  # noqa: E402

#: Copies of what a write uses up: rounds and warming up, with some to spare.
SPARE = 400
PLACE = "Bench"


def seed() -> None:
    """Hold a committee meeting open at its vote, and make the bare write's table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    committee = Body.objects.filter(kind=BodyKind.COMMITTEE).order_by("pk")[0]
    secretary = committee.memberships.filter(role=Role.SECRETARY).select_related("person").order_by("id")[0].person
    now = clock.now()
    with clock.at(now - timedelta(days=30)):
        meeting = services.plan_meeting(body=committee, starts_at=now, place=PLACE, actor=secretary)
        for title in ("Felles vaktmester", "Ny åpningstid på biblioteket", "Solceller på skoletaket"):
            agenda_services.add_item(
                meeting, title=title, recommendation=f"{title}: det gjøres som foreslått.", actor=secretary
            )
        perform(Meeting.objects.get(pk=meeting.pk), "call", actor=secretary)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=secretary, data={"other_day": "on"})


def _begun() -> Proposal:
    """Return a proposal that has been received by a local group and waits to be begun on."""
    waiting = Proposal.objects.filter(status="received", case__referrals__body__kind=BodyKind.LMU)
    return waiting.select_related("case").order_by("pk")[0]


def _voted() -> Meeting:
    return Meeting.objects.filter(place=PLACE).order_by("pk")[0]


def grow(wanted: int) -> None:
    """Copy until there are ``wanted`` proposals, and lay out what the writes use up."""
    copies = multiply.copied()
    begun, voted = _begun(), _voted()
    with transaction.atomic():
        multiply.mark(copies)
        multiply.fodder(copies, "begin", {"cases.Case": [begun.case_id], "meetings.Meeting": []})
        multiply.fodder(copies, "vote", {"cases.Case": [], "meetings.Meeting": [voted.pk]})
        multiply.multiply(copies, wanted=wanted, say=print)
        for name in ("begin", "vote"):
            multiply.serve_fodder(copies, name, SPARE)
    multiply.finish(copies)
    print(f"{Proposal.objects.count()} proposals")


def _signed_in(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _common() -> str:
    """Return the word that stands nearest to one in ten of the proposals, as the index has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM ts_stat($$ SELECT to_tsvector('simple', title || ' ' || what) FROM proposals_proposal"
            " TABLESAMPLE SYSTEM (20) $$), (SELECT count(*) / 5.0 AS n FROM proposals_proposal) total"
            " WHERE length(word) > 5 ORDER BY abs(ndoc - n / 10), word LIMIT 1"
        )
        return str(cursor.fetchone()[0])


def plan() -> measure.Plan:
    """Return what is measured: pages as (name, who, address), forms as (name, who, list of (address, fields))."""
    begun, voted = _begun(), _voted()
    leader = policy.people_who_can("proposals.handle", begun).order_by("pk")[0]
    secretary = policy.people_who_can("forum.run_meeting", voted).order_by("pk")[0]
    told = Proposal.objects.filter(status="implemented").order_by("-submitted_at")
    item = AgendaItem.objects.filter(meeting=voted).order_by("position")[0]
    motion = item.motions.order_by("pk")[0]
    voters = [voter.pk for voter in participants.entitled(item)]
    numbers = lambda name: [multiply.FODDER + {"begin": 0, "vote": 1}[name] * 1500 + n for n in range(SPARE)]  # noqa: E731
    shift = multiply.STEP
    return {
        "sessions": {"leader": _signed_in(leader), "secretary": _signed_in(secretary)},
        "pages": [
            (measure.BARE_VIEW, "leader", "/bench/plain/"),
            ("bare list", "leader", "/bench/rows/"),
            ("front page", "leader", "/"),
            ("proposal list", "leader", "/forslag/"),
            ("proposal page", "leader", f"/forslag/{told[0].case_id}/"),
            ("search, rare word", "leader", f"/forslag/?q={multiply.RARE}"),
            ("search, common word", "leader", f"/forslag/?q={_common()}"),
        ],
        "forms": [
            ("bare write", "leader", [("/bench/write/", {"pk": begun.pk, "text": "Vi begynner på det. " * 4})] * SPARE),
            (
                "status change",
                "leader",
                [(f"/forslag/{begun.case_id + k * shift}/begin/", {"access": "employees"}) for k in numbers("begin")],
            ),
            (
                "recorded vote",
                "secretary",
                [
                    (
                        f"/moter/{voted.pk + k * shift}/gjennomfor/{item.pk + k * shift}/",
                        {
                            "do": "vote",
                            "motion": motion.pk + k * shift,
                            **{f"vote{motion.pk + k * shift}-{pk}": "for" for pk in voters},
                        },
                    )
                    for k in numbers("vote")
                ],
            ),
        ],
        "proposals": Proposal.objects.count(),
    }


def packet(pages: int) -> int:
    """Call a committee meeting of 40 cases whose recommendations fill ``pages`` pages between them; return the number
    of its packet, which waits to be made."""
    committee = Body.objects.filter(kind=BodyKind.COMMITTEE).order_by("pk")[0]
    secretary = committee.memberships.filter(role=Role.SECRETARY).select_related("person").order_by("id")[0].person
    meeting = services.plan_meeting(
        body=committee, starts_at=clock.now() + timedelta(days=20), place=PLACE, actor=secretary
    )
    said = (
        "Utvalget tilrår at det lages en felles vaktmesterordning for skolene, og at det tas stilling til den "
        "innen våren. "
    )
    # About 38 lines of 90 characters on a page.
    words = "\n\n".join([said * 8] * max(1, round(pages * 3600 / 40 / (len(said) * 8))))
    for number in range(40):
        agenda_services.add_item(meeting, title=f"Sak {number + 1} om skolene", recommendation=words, actor=secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=secretary)
    return int(Packet.objects.filter(meeting=meeting, audience="internal").values_list("pk", flat=True)[0])


def make(pk: int) -> tuple[int, float]:
    """Make the packet as the worker does; return its pages and the seconds."""
    began = time.perf_counter()
    made = packets.make(pk)
    if made is None or made.made_at is None:
        raise RuntimeError("The packet was not made.")
    return made.pages, time.perf_counter() - began


def main(arguments: list[str]) -> int:
    """The command line; see the module's docstring."""
    if arguments == ["seed"]:
        seed()
    elif arguments[:1] == ["grow"] and len(arguments) == 2:
        grow(int(arguments[1]))
    elif arguments[:1] == ["pdf"] and len(arguments) == 2:
        print(json.dumps(printing.pdf(int(arguments[1]))))
    elif arguments[:1] == ["packet"] and len(arguments) == 2:
        print(packet(int(arguments[1])))
    elif arguments[:1] == ["make"] and len(arguments) == 2:
        print(json.dumps(make(int(arguments[1]))))
    elif arguments == ["plan"]:
        print(json.dumps(plan()))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Load the demo municipality."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as clock_time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation

from forum.organisation.body_kinds import BODY_KINDS, NEVER_NEXT
from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Appointment, Body, Membership
from portal.demo.stories import case_papers, granli_year, mail, packets, preparation
from portal.demo.stories.citizens import plan_citizens
from portal.demo.stories.life import plan_year
from portal.demo.stories.village_councils import plan_councils
from portal.demo.stories.year import Year
from portal.demo.towns import administration, granli_town
from portal.demo.towns.fjellvik_town import PASSWORD, Fjellvik, build
from portal.demo.towns.signing_in import let_people_in
from proposals.models import Proposal
from trepart import audit, clock
from trepart.access import sync
from trepart.access.models import User
from trepart.audit import sealing
from trepart.audit.models import Event

#: How long before today the municipality was set up.
_DAYS = 380


Progress = Callable[[str], None]


def _fjellvik(today: date, progress: Progress) -> tuple[Body, User]:
    """Øvre Eiker's way: an LMU in each unit, the coordination group, the party-composed committee, village councils."""
    progress("Fjellvik kommune: setter opp enheter, organer og folk")
    with clock.at(clock.now() - timedelta(days=_DAYS)):
        town: Fjellvik = build(since=today - timedelta(days=_DAYS), progress=progress)
        administration.set_up(town)
    progress("Organisasjonen er på plass. Så lever den et år")
    year = Year(town=town, today=today, progress=progress)
    plan_year(year)
    plan_citizens(year)
    plan_councils(year)
    following = today.year + 1
    preparation.plan_ahead(
        year,
        {
            town.committee: preparation.committee_pattern(following),
            town.coordination: preparation.pattern(following, weekday=2, which=1, at=clock_time(12), every=4),
        },
        town.administrator,
    )
    preparation.before_the_committee_meets(year, town.committee)
    case_papers.in_fjellvik(year, town.committee)
    year.live()
    administration.as_it_is_today(town)
    return town.council, town.administrator


def _granli(today: date, progress: Progress) -> tuple[Body, User]:
    """Lunner's way: three equal parts at one table, no LMUs, the chief executive prepares the cases."""
    progress("Granli kommune: setter opp enheter, organer og folk")
    with clock.at(clock.now() - timedelta(days=_DAYS)):
        town = granli_town.build(since=today - timedelta(days=_DAYS), progress=progress)
    progress("Organisasjonen er på plass. Så lever den et år")
    year = Year(town=town, today=today, progress=progress)
    granli_year.plan_year(year)
    usual = preparation.pattern(
        today.year + 1, weekday=3, which=1, at=clock_time(17), place="Kommunehuset, Storstua", every=9
    )
    preparation.plan_ahead(year, {town.body: usual}, town.administrator)
    case_papers.in_granli(year, town.body, town.seat(town.body, Role.SECRETARY))
    year.live()
    return town.council, town.administrator


#: The demo municipalities, by how they are organised: each loads itself and returns its council and its administrator.
MODELS: dict[str, Callable[[date, Progress], tuple[Body, User]]] = {"ovre-eiker": _fjellvik, "lunner": _granli}


class Command(BaseCommand):
    """Set up a demo municipality and let it live through a year."""

    help = (
        "Load the demo municipality, through the portal's own services and with a clock of its own. Takes about a "
        "minute."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--model", choices=list(MODELS), default="ovre-eiker", help="how the municipality is organised"
        )
        parser.add_argument("--who", action="store_true", help="load nothing; say who one can sign in as")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This loads invented people and is for the demo only: set TREPART_DEMO=1.")
        with translation.override(settings.LANGUAGE_CODE):
            if options["who"]:
                self.who()
            elif Event.objects.filter(action="portal.demo_loaded").exists():
                self.stdout.write("Demokommunen er på plass fra før.")
            elif Body.objects.exists():
                raise CommandError("Demokommunen er bare delvis lastet. Kjør «make demo-reset» for å begynne på nytt.")
            else:
                self.load(options["model"])

    def load(self, model: str) -> None:
        """Load everything, each deed in a transaction of its own as in life; the last one says that it is all there."""
        begun = time.monotonic()

        def progress(words: str) -> None:
            self.stdout.write(f"  {words} ({time.monotonic() - begun:.0f} s)")
            self.stdout.flush()

        today = clock.today()
        with connection.cursor() as cursor:
            # A demo that is lost with the power is loaded anew; waiting for the disk at every deed takes minutes.
            cursor.execute("SET synchronous_commit = off")
        council, administrator = MODELS[model](today, progress)
        let_people_in()
        mail.settle(actor=administrator)
        packets.settle()
        # What the nightly job does: rights that ended on their day leave the groups.
        if difference := sync.difference():
            sync.mend(difference)
        audit.write("portal.demo_loaded", actor=None, subject=council, data={"model": model})
        sealing.seal_events()
        progress(f"{Proposal.objects.count()} forslag, {Event.objects.count()} hendelser i revisjonssporet")

    def who(self) -> None:
        """Print who one can sign in as, and with what."""
        self.stdout.write(f"Passord for alle disse: {PASSWORD}")
        for what, person in self._known():
            self.stdout.write(f"  {what:<34} {person.email}  ({person.name})")

    def _known(self) -> list[tuple[str, User]]:
        found: list[tuple[str, User]] = []
        for appointment in (
            Appointment.objects.running().filter(office=OfficeKind.ADMINISTRATOR).select_related("person")
        ):
            found.append(("Administrator", appointment.person))
        kinds = [kind for kind in BODY_KINDS if kind not in NEVER_NEXT]
        rows = (
            Membership.objects.running()
            .filter(body__kind__in=kinds)
            .exclude(role=Role.DEPUTY)
            .select_related("person", "body")
        )
        for kind in kinds:
            for row in sorted((r for r in rows if r.body.kind == kind), key=lambda r: (r.body.name, r.pk)):
                if row.person.has_usable_password():
                    found.append((f"{row.get_role_display()}, {row.body.name}", row.person))
        known = {person.pk for _what, person in found}
        for person in User.objects.exclude(pk__in=known).filter(employments__isnull=False).distinct().order_by("pk"):
            if person.has_usable_password():
                unit = person.employments.select_related("unit").order_by("pk")[0].unit
                found.append((f"Ansatt, {unit.name}", person))
        return found

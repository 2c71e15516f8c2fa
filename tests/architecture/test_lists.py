"""House rule 6: every list page costs the same number of queries with 3 rows and with 30.

A page that lists something belongs in ``PAGES``; a test holds them against the addresses of the portal.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from forum.cases.models import Case
from forum.commissions import services as commissions
from forum.council import services as council_lists
from forum.meetings.agenda import demands, questions
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import absences
from forum.meetings.case_papers import attachments, drafts, finishing
from forum.meetings.case_papers import services as papers
from forum.meetings.core.models import Meeting
from forum.meetings.enums import ItemKind
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.planning import services as year_plans
from forum.organisation.enums import BodyKind, LegalBasis, OfficeKind, Role
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from lmu import services as lmu
from portal.queries import front
from proposals import services as proposals
from proposals.enums import Origin
from proposals.paper_intake import services as on_paper
from tests.architecture.test_urls import walk
from tests.factories.councils import village_council
from tests.factories.organisation import Municipality
from tests.proposals.asking import PNG
from trepart import clock
from trepart.access.models import User
from trepart.notices.announcing import tell
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

#: Pages that list things: the name of the address, what it takes, and who looks.
PAGES: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("portal:front", {}, ("anonymous", "employee", "leader", "secretary")),
    ("portal:my_page", {}, ("employee", "leader", "secretary", "chair", "administrator")),
    ("portal:notices", {}, ("employee",)),
    ("proposals:list", {}, ("anonymous", "employee", "leader", "secretary")),
    ("proposals:follow_up", {}, ("leader", "secretary")),
    ("proposals:letters", {}, ("leader",)),
    ("lmu:list", {}, ("employee", "leader")),
    ("lmu:detail", {"slug": "lmu"}, ("employee", "leader")),
    ("lmu:guest", {}, ("guest",)),
    ("forum:body_list", {}, ("anonymous", "employee")),
    ("forum:commission_list", {}, ("anonymous", "employee", "secretary")),
    ("grendeutvalg:list", {}, ("anonymous", "employee")),
    ("grendeutvalg:detail", {"slug": "council"}, ("anonymous", "villager")),
    ("grendeutvalg:work", {"slug": "council"}, ("villager",)),
    ("forum:body_detail", {"slug": "committee"}, ("anonymous", "secretary")),
    ("forum:body_detail", {"slug": "lmu"}, ("leader",)),
    ("forum:body_queue", {"slug": "lmu"}, ("leader",)),
    ("forum:organisation", {}, ("administrator",)),
    ("forum:people", {}, ("administrator",)),
    ("forum:security_log", {}, ("administrator",)),
    ("forum:invitations", {}, ("administrator",)),
    ("forum:unattended", {}, ("administrator",)),
    ("forum:stand_ins", {}, ("leader", "administrator")),
    ("portal:mail_trouble", {}, ("administrator",)),
    ("proposals:road_admin", {}, ("administrator",)),
    ("portal:search", {}, ("anonymous", "employee", "secretary")),
    ("portal:press", {}, ("anonymous",)),
    ("portal:press_feed", {}, ("anonymous",)),
    ("forum:meeting_month", {}, ("anonymous", "secretary")),
    ("forum:year_plan", {"slug": "committee", "year": "year"}, ("anonymous", "secretary")),
    ("forum:days_off", {}, ("administrator",)),
    ("forum:calendars", {}, ("employee", "secretary")),
    ("forum:demands", {"slug": "committee"}, ("secretary", "chair")),
    ("forum:deputies_called", {"pk": "meeting"}, ("secretary",)),
    ("forum:meeting_list", {}, ("anonymous", "employee", "secretary")),
    ("forum:meeting_detail", {"pk": "meeting"}, ("anonymous", "secretary")),
    ("forum:meeting_agenda", {"pk": "planned"}, ("secretary",)),
    ("forum:council_lists", {"slug": "committee"}, ("anonymous", "secretary")),
    ("forum:council_list", {"pk": "council_list"}, ("anonymous", "secretary")),
    ("forum:case_paper", {"pk": "case"}, ("anonymous", "secretary")),
    ("forum:case_paper_versions", {"pk": "case"}, ("anonymous", "secretary")),
    ("forum:case_paper_write", {"pk": "case"}, ("secretary",)),
)

#: Lists of several kinds of things, narrowed to one at a time: thirty of one kind leave no room for the other on the
#: first page, which is then not fetched.
NARROWED = {"portal:search": ("?slag=forslag", "?slag=sak")}

#: Addresses without an id that list nothing, or only what is always there.
NO_LISTS = {
    "forum:municipality",
    "forum:municipality_logo",
    "forum:people_file",
    "forum:people_template",
    "forum:workplace_new",
    "portal:demo_mailbox",
    "portal:mail_again_all",
    "portal:mail_choice",
    "proposals:kept",
    "proposals:similar",
    "portal:notices_read_all",
    "portal:my_data",
    "portal:help",
    "portal:accessibility",
    "portal:privacy",
    "portal:demo",
    "portal:theme",
    "portal:logo",
    "portal:robots",
    "portal:favicon",
    "proposals:new",
    "proposals:paper_new",
    "forum:body_new",
    "forum:unit_new",
    "forum:party_new",
    "forum:person_new",
}


class World:
    """A municipality that can be made larger, everything in it at once."""

    def __init__(self, town: Municipality) -> None:
        self.town = town
        self.size = 0
        self.meeting = self._called()
        self.planned = year_plans.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=40), place="Salen", actor=town.secretary
        )
        self.council = village_council(town)
        self.council_list = 0
        self.case = papers.case_of(self.meeting.items.order_by("pk")[0], actor=town.secretary)
        year = clock.today().year + 1
        year_plans.publish(body=town.committee, year=year, wanted=[(self._next_year(0), "Salen")], actor=town.secretary)
        self.guest = lmu.add_user_representative(
            body=town.lmus[0], email="gjest@bruker.example", name="Gjest", valid_from=clock.today(), valid_to=None,
            actor=town.lmu_leader(0),
        )  # fmt: skip
        self.people: dict[str, User | None] = {
            "guest": self.guest.person,
            "villager": self.council.leader,
            "anonymous": None,
            "employee": town.employee(0),
            "leader": town.lmu_leader(0),
            "secretary": town.secretary,
            "chair": town.chair,
            "administrator": town.administrator,
        }

    @staticmethod
    def _next_year(number: int) -> datetime:
        begins = timezone.make_aware(datetime.combine(date(clock.today().year + 1, 1, 1), time(12)))
        return begins + timedelta(days=number)

    def _called(self) -> Meeting:
        planned = year_plans.plan_meeting(
            body=self.town.committee,
            starts_at=clock.now() + timedelta(days=30),
            place="Salen",
            actor=self.town.secretary,
        )
        agenda.add_item(planned, title="Åpning", kind=ItemKind.RS, actor=self.town.secretary)
        called: Meeting = perform(planned, "call", actor=self.town.secretary)
        return called

    def grow(self, size: int) -> None:
        """Let there be ``size`` of everything."""
        town = self.town
        for number in range(self.size, size):
            name = f"{number:02d}"
            sent = proposals.submit(
                proposer=town.employee(0, number % 2),
                data={
                    "title": f"Forslag {name}",
                    "what": "Hva",
                    "why": "Hvorfor",
                    "expected_effect": "",
                    "unit": town.units[0].pk,
                    "several_workplaces": "no",
                    "needs_grant": "no",
                    "affects_users": "no",
                },
            )
            lmu.let_in(self.guest, cases=[sent.case.referrals.get()], actor=town.lmu_leader(0))
            on_paper.enter(
                actor=town.lmu_leader(0),
                origin=Origin.EMPLOYEE,
                data={
                    "received_on": clock.today().isoformat(),
                    "title": f"Fra papir {name}",
                    "what": "Hva",
                    "why": "Hvorfor",
                    "unit": town.units[0].pk,
                    "several_workplaces": "no",
                    "needs_grant": "no",
                    "affects_users": "no",
                    "name": f"Avsender {name}",
                    "address": "Gata 1",
                    "language": "nb",
                },
                files=MultiValueDict({"attachments": [SimpleUploadedFile("ark.png", PNG, content_type="image/png")]}),
            )
            year_plans.plan_meeting(
                body=town.committee,
                starts_at=clock.now() + timedelta(days=50 + number),
                place="Salen",
                actor=town.secretary,
            )
            year_plans.plan_meeting(
                body=town.committee, starts_at=self._next_year(number + 1), place="Salen", actor=town.secretary
            )
            demands.raise_demand(town.committee, kind="item", title=f"Krav {name}", why="Nå.", actor=town.chair)
            questions.ask(self.planned, title=f"Spørsmål {name}", text="Når?", actor=town.chair)
            for meeting in (self.meeting, self.planned):
                if number < len(town.union):
                    absences.report(meeting, actor=town.union[number])
            day = clock.today() + timedelta(days=number)
            year_plans.add_day_off(name=f"Fri {name}", first_day=day, last_day=day, actor=town.administrator)
            taken = council_lists.take_in(
                self.meeting,
                council=town.council,
                held_on=clock.today() + timedelta(days=37),
                raw=name,
                source="text",
                actor=town.secretary,
                rows=[council_lists.Row(f"PS {number + 1}/26", f"PS {number + 1}/26", f"Kommunestyresak {name}")],
            )
            self.council_list = taken.case_list.pk
            council_lists.take_in(
                self.planned,
                council=town.council,
                held_on=clock.today() + timedelta(days=50 + number),
                raw=name,
                source="text",
                rows=[council_lists.Row("PS 1/26", "PS 1/26", f"Annen liste {name}")],
                actor=town.secretary,
            )
            for meeting in (self.meeting, self.planned):
                item = agenda.add_item(meeting, title=f"Sak {name}", kind=ItemKind.RS, actor=town.secretary)
                self._paper(papers.case_of(item, actor=town.secretary), name)
            self._paper(self.case, name)
            log_meeting(
                body=town.lmus[0],
                held_on=clock.today() - timedelta(days=number % 5),
                present=[town.membership(town.lmu_leader(0), town.lmus[0])],
                items=[LogItem(title=f"Tema {name}", agreed="Vi gjør det.")],
                actor=town.lmu_leader(0),
            )
            tell(
                [town.employee(0), town.secretary, town.lmu_leader(0)], kind=f"k{name}", template="errand",
                context={"subject": name}, url="/", event=None, mail=False,
            )  # fmt: skip
            commissions.give(
                town.committee,
                actor=town.secretary,
                data={
                    "by": "body",
                    "title": f"Oppdrag {name}",
                    "wanted": "Se på det.",
                    "to": f"body-{self.council.body.pk}",
                    "access": "public",
                    "due_on": (clock.today() + timedelta(days=9)).isoformat(),
                    "report_to": town.committee.pk,
                },
            )
            village_council(town, f"Grend{name} grendeutvalg")
        with organisation.in_bulk():  # what follows from places that change is settled once
            for number in range(self.size, size):
                self._workplace(f"{number:02d}", number)
        self.size = size

    def _workplace(self, name: str, number: int) -> None:
        town = self.town
        unit = organisation.add_unit(f"Enhet {name}", town.units[0].parent, actor=None)
        body = organisation.add_body(
            name=f"LMU {name}", kind=BodyKind.LMU, legal_basis=LegalBasis.COOPERATION, unit=unit,
            superior=town.coordination, actor=None,
        )  # fmt: skip
        person = organisation.add_person(email=f"p{name}@fjellvik.example", name=f"Person {name}", actor=None)
        organisation.start_employment(person=person, unit=town.units[0], actor=None)
        memberships.start_membership(person=person, body=body, role=Role.LEADER, actor=None)
        memberships.start_membership(person=town.employee(0), body=body, role=Role.MEMBER, actor=None)
        memberships.start_membership(
            person=person, body=town.committee, role=Role.DEPUTY, side="employees", part="union",
            deputy_number=number + 10, actor=None,
        )  # fmt: skip
        organisation.appoint(person=person, office=OfficeKind.HR, actor=None)

    def _paper(self, case: Case, name: str) -> None:
        """Finish the next version of the paper of ``case``, with one more attachment."""
        secretary = self.town.secretary
        attachments.attach(
            case, upload=SimpleUploadedFile("vedlegg.png", PNG, content_type="image/png"), actor=secretary
        )
        content = drafts.beginning(case) | {"facts": f"<p>Saksopplysninger {name}</p>", "reason": "Nye tall."}
        finishing.finish(case, content=content, seen=drafts.mark(case), actor=secretary)

    def addresses(self) -> Iterator[tuple[str, str, str]]:
        named = {
            "lmu": self.town.lmus[0].slug,
            "council": self.council.body.slug,
            "committee": self.town.committee.slug,
            "meeting": self.meeting.pk,
            "planned": self.planned.pk,
            "case": self.case.pk,
            "year": clock.today().year + 1,
            "council_list": self.council_list,
        }
        for name, given, readers in PAGES:
            url = reverse(name, kwargs={key: named[value] for key, value in given.items()})
            for query in NARROWED.get(name, ("",)):
                for reader in readers:
                    yield f"{name}{query}", f"{url}{query}", reader

    def cost(self) -> dict[str, tuple[int, list[str]]]:
        """Return what each page costs each reader."""
        found = {}
        for name, url, reader in self.addresses():
            client = Client()
            person = self.people[reader]
            if person is not None:
                client.force_login(person)
            cache.clear()
            front._counted.clear()  # else the page costs the next reader less
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url)
            assert answer.status_code == 200, f"{name} for {reader}: {answer.status_code}"
            found[f"{name} for {reader}"] = (len(queries), [query["sql"] for query in queries])
        return found


def test_a_list_of_thirty_costs_what_a_list_of_three_does(town: Municipality) -> None:
    world = World(town)
    world.grow(3)
    world.cost()  # what is looked up once in the life of a process
    few = world.cost()
    world.grow(30)
    many = world.cost()
    differing = []
    for page, (before, asked) in few.items():
        after, then = many[page]
        if after != before:
            seen = {_shape(sql) for sql in asked}
            extra = [sql for sql in then if _shape(sql) not in seen] or then[-3:]
            differing.append(f"{page}: {before} queries became {after}, such as {extra[0][:300]}")
    assert differing == []
    dear = {page: count for page, (count, _asked) in many.items() if count > 45}
    assert dear == {}


def _shape(sql: str) -> str:
    return "".join("#" if sign.isdigit() else sign for sign in sql)


def test_every_list_is_among_them() -> None:
    ours = {
        name
        for name, pattern, _access in walk()
        if name.split(":")[0] in {"portal", "proposals", "forum", "lmu", "grendeutvalg"}
        and not pattern.pattern.converters
    }
    assert ours - {name for name, _given, _readers in PAGES} - NO_LISTS == set()

"""Every address, every kind of person: what the table in docs/roles.md says is what happens.

What is expected is worked out from `roles.py`, from what each address declares and from the rights that come with no
role; the rules and predicates of the rooms are not asked. Everybody asks for every address (GET). Where an address can
change something, everybody who has no right to it sends an empty form as well (POST), is turned away, and nothing is
written. An address that takes something is visited for the body of each kind that has such a thing; the rest, and what
only an office gives a right to, once.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY, middleware
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.template import engines, loader
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse

from forum.cases.enums import CaseAccess
from forum.organisation.models import Body
from tests.architecture.test_steps import Cast, cast  # noqa: F401  (a fixture is used by its name)
from tests.architecture.test_urls import walk
from tests.factories.addresses import GIVEN, OWN, Stage, staged
from tests.factories.organisation import Municipality
from trepart import municipality
from trepart.access import policy
from trepart.access.models import User
from trepart.access.roles import ROLES
from trepart.access.web import SIGNED_IN, Access, permitted
from trepart.audit import sealing
from trepart.documenting import addresses
from trepart.pdf import rendering as printing
from trepart.workflow import all_workflows

pytestmark = pytest.mark.django_db

KINDS = ("lmu", "coordination", "committee", "grendeutvalg")
#: What is about no body in particular is visited in one of the runs: addresses that take nothing, and those that take
#: something of the municipality's own.
_ONCE = {"committee": False, "lmu": True}
#: Signing in and one's own account, and the sign-in services: addresses of libraries, tried step by step in
#: tests/trepart/test_sign_*.py and tests/oidc.
_LIBRARIES = ("account_", "mfa_", "oidc:")
#: Rights that a role gives in the bodies below its own as well.
_UPWARDS = {"forum.view_meeting", "lmu.view"}
#: Rights to read a case and what belongs to it: whoever the case is open to has them.
_READING = {"proposals.view", "forum.view_commission"}
#: Who of the cast has neither work nor office in the municipality today.
_NO_EMPLOYEE = {"superuser", "stranger", "clerk of old", "clerk to be"}
#: Rights that some role in a body gives; the others an office gives, or nobody's role.
_IN_BODIES = {right for (kind, _role), rights in ROLES.items() if kind != "office" for right in rights}
#: Who of the cast beside the roles holds one nevertheless.
_OTHERS = {"hr": ("office", "hr")}
_WRITES = re.compile(r"\b(INSERT|(?<!FOR )(?<!KEY )UPDATE|DELETE|TRUNCATE|procrastinate_defer_jobs?\w*)\b", re.S)
_VIEWS = {name: pattern.callback for name, pattern, _access in walk()}
#: Rights that no address and no step takes: they open a part of a page, or a command. The test of each.
_WITHIN_PAGES = {
    "audit.erase": "tests/audit/test_erasing.py::test_erasing_takes_the_right_and_a_reason",
    "audit.view": "tests/audit/test_timeline.py::test_who_did_it_by_name_is_for_those_who_may_see_the_trail",
    "forum.read_draft_agenda": "tests/forum/meetings/agenda/test_draft_readers.py::test_nobody_else_and_nothing_more",
    "forum.assign_follow_up": (
        "tests/forum/meetings/follow_up/test_follow_up.py::test_who_may_see_and_report_and_assign"
    ),
    "forum.follow_up": "tests/forum/meetings/follow_up/test_follow_up.py::test_who_may_see_and_report_and_assign",
    "forum.receive_views": "tests/forum/council/test_views_sent.py::test_what_is_exempt_is_kept_from_everybody_outside",
    "forum.view_closed": (
        "tests/forum/meetings/minutes/test_minutes.py"
        "::test_the_public_gets_number_and_basis_of_a_closed_case_and_no_word_more"
    ),
    "forum.view_whole_paper": (
        "tests/forum/meetings/case_papers/test_exempt_papers.py::test_a_redacted_version_gives_nothing_away"
    ),
    "forum.view_internal": (
        "tests/forum/organisation/test_bodies.py::test_the_public_sees_the_committee_and_not_who_is_in_the_lmu"
    ),
}


@dataclass(frozen=True)
class Visit:
    """An address on a stage: ``takes`` says that it is about something there, ``changes`` that
    something can be sent in."""

    name: str
    access: Access
    url: str
    takes: bool
    changes: bool


def _may(right: str, stage: Stage | None, who: str, place: tuple[str, str] | None, person: Any) -> bool:
    """Say whether the table gives ``right`` over what is on the stage to one such person; without a stage, whether it
    gives it over anything at all."""
    if stage is None:
        place = ("lmu", "leader") if who == "leader elsewhere" else place
        return place is not None and right in ROLES[place]
    if right == "forum.view_body" or (right == "forum.view_meeting" and stage.kind == "committee"):
        return True  # its meetings are open
    if right in _READING and stage.read_by == CaseAccess.PUBLIC and right != "forum.view_commission":
        return True
    if person.is_anonymous:
        return False
    if person.pk in stage.own.get(right, ()):
        return True
    if right in _UPWARDS and stage.kind == "lmu" and who in {"colleague", "proposer"}:
        return True  # who works there
    if right in _READING and stage.read_by != CaseAccess.RECEIVER and _is_employee(who, place):
        return True
    if place is None or right not in ROLES[place]:
        return False
    # Not called, a deputy reads what others read (R5); a village council is no body of the municipality.
    mere = place[1] == "deputy" and place[0] != "grendeutvalg"
    if mere and right in _READING and stage.read_by == CaseAccess.RECEIVER:
        return False
    return place[0] == "office" or place[0] in stage.reach.get(right, _where(right, stage.kind))


def _is_employee(who: str, place: tuple[str, str] | None) -> bool:
    # A seat in a body is no employment; those who lead a workplace or the group in the middle have both.
    if place is None:
        return who not in _NO_EMPLOYEE
    return place[0] == "office" or place in {("lmu", "leader"), ("coordination", "leader")}


def _where(right: str, kind: str) -> tuple[str, ...]:
    """Return the kinds of body in which a role reaches a body of ``kind``."""
    order = ("lmu", "coordination", "committee")
    return order[order.index(kind) :] if right in _UPWARDS and kind in order else (kind,)


def _expected(visit: Visit, stage: Stage, who: str, place: tuple[str, str] | None, person: Any) -> set[str]:
    access = visit.access
    if person.is_anonymous and access.level != "public":
        return {"sign in"}
    if visit.name.startswith(_LIBRARIES):
        # A step one has not begun on leads to where it begins; what one has not set up is not there.
        return {"in", "out", "sign in"} if access.level == "public" else {"in", "out"}
    if access.level == "staff":
        return {"in"} if person.is_staff else {"out"}
    right = access.permission or access.about
    if not right or _may(right, stage if visit.takes else None, who, place, person):
        return {"in"}
    # Somebody who has not signed in may be asked to: whether there is such a thing is not told.
    return {"out", "sign in"} if person.is_anonymous else {"out"}


def _outcome(answer: Any) -> str:
    if answer.status_code in {403, 404}:
        return "out"
    if answer.status_code == 302 and answer["Location"].startswith(reverse(settings.LOGIN_URL)):
        return "sign in"
    return "in" if answer.status_code < 500 else "fault"


class Visitor:
    """One person with one session. What a visit writes is taken back; what is written for who has no right is told."""

    def __init__(self, handler: ClientHandler, person: Any) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.handler = handler
        if not isinstance(person, AnonymousUser):
            self.client.force_login(person)
        self.written: list[str] = []

    def ask(self, visit: Visit) -> str:
        """Visit as a reader does. Where the page is only for sending something in, or where who has no right to do it
        is sent on, send nothing in. (A step's page shows where things stand to whoever may see the thing; who may take
        it: tests/architecture/test_steps.py.)"""
        with transaction.atomic():
            answer = self._get(visit)
            transaction.set_rollback(True)
        return _outcome(answer)

    def be_turned_away(self, visit: Visit) -> dict[str, str]:
        """Visit, and send an empty form, where one has no right to: how one is turned away, or what
        was written nevertheless."""
        found = {"": lambda: self._get(visit)}
        if visit.changes:
            found[", sending an empty form"] = lambda: self.client.post(visit.url, {})
        return {how: self._watched(one) for how, one in found.items()}

    def _get(self, visit: Visit) -> Any:
        answer = self.client.get(visit.url)
        sent_on = answer.status_code == 302 and visit.access.permission and _outcome(answer) == "in"
        if answer.status_code == 405 or sent_on:
            sent = self.client.post(visit.url, {})
            return answer if sent.status_code == 405 else sent
        return answer

    def _watched(self, visit: Callable[[], Any]) -> str:
        self.written.clear()
        with connection.execute_wrapper(self._watch):
            answer = visit()
        if self.written:
            return f"written ({self.written[0][:80]})"
        return "out" if answer.status_code == 405 else _outcome(answer)  # where nothing is taken in, nobody's is

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITES.search(sql):
            self.written.append(sql)
        return execute(sql, params, many, context)


def _changes(name: str) -> bool:
    """Say whether the view of an address takes what is sent in."""
    view = _VIEWS.get(name)  # none where a library's addresses are one in the table: it answers for itself
    shown_by = getattr(view, "view_class", None)
    return hasattr(shown_by, "post") if shown_by is not None else view is not None


def _visited(stage: Stage) -> list[Visit]:
    """Return the addresses that are visited on this stage."""
    found = []
    for name, path, access in addresses():
        takes = "<" in path
        if stage.kind in _ONCE and takes == _ONCE[stage.kind]:
            here = True
        elif _same_everywhere(name, access):
            here = stage.kind == "committee"
        else:
            here = stage.is_about(name)
        if name not in OWN and here and (url := stage.url(name)) is not None:
            found.append(Visit(name, access, url, takes, not name.startswith(_LIBRARIES) and _changes(name)))
    return found


def _same_everywhere(name: str, access: Access) -> bool:
    """Say whether it makes no difference which kind of body the address is about: an office gives the
    right, or everybody has it."""
    of_all_bodies = set(GIVEN.get(name, {}).values()) <= {"body", "body_id", "membership"}
    return of_all_bodies and not access.about and access.permission not in _IN_BODIES


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages and prints are not drawn: who comes in is settled before that, and that every page can be drawn is tested
    elsewhere (tests/e2e/test_every_page.py)."""
    engines.all()  # imports every tag library: one that is imported later would keep what is put in place here
    monkeypatch.setattr(loader, "render_to_string", lambda *given, **more: "")
    monkeypatch.setattr(sealing, "seal_events", lambda: None)  # refuses to be part of a transaction that is taken back
    monkeypatch.setattr(printing, "render_to_string", lambda *given, **more: "")
    logging.disable(logging.ERROR)  # ten thousand lines nobody reads
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, settings: Any, cast: Cast) -> None:  # noqa: F811  (the fixture)
    """Who somebody is, and where they have which role, is fetched once a person, and what the municipality is called
    once for all: nothing of that changes on the way."""
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    fetch, met = middleware.get_user, {}
    written_down = municipality.current()
    monkeypatch.setattr(municipality, "_source", lambda: written_down)

    def once(request: Any) -> Any:
        if not hasattr(request, "_cached_user"):
            key = request.session.get(SESSION_KEY)
            if key not in met:
                met[key] = fetch(request)
            request._cached_user = met[key]
        return request._cached_user

    monkeypatch.setattr(middleware, "get_user", once)


@pytest.mark.usefixtures("undrawn", "known")
@pytest.mark.parametrize("kind", KINDS)
def test_every_address_by_everybody(kind: str, cast: Cast) -> None:  # noqa: F811  (the fixture)
    stage = staged(cast.town, kind, council=cast.bodies["grendeutvalg"])
    visits = _visited(stage)
    cast.others["superuser"] = User.objects.create_superuser("root@fjellvik.example", "Root", "x")
    handler = ClientHandler(enforce_csrf_checks=False)
    wrong, outcomes = [], dict.fromkeys(("in", "out", "sign in"), 0)
    for who, place, person in cast.everybody():
        visitor = Visitor(handler, person)
        # Whose account is closed is nobody to the portal, whatever the session says.
        reader = person if person.is_active else AnonymousUser()
        place = _OTHERS.get(who, place)
        for visit in visits:
            wanted = _expected(visit, stage, who, place, reader)
            tried = {"": visitor.ask(visit)} if "in" in wanted else visitor.be_turned_away(visit)
            for how, got in tried.items():
                if got not in wanted:
                    wrong.append(f"{who} at {visit.url} ({visit.name}){how}: {got}, not {' or '.join(sorted(wanted))}")
                else:
                    outcomes[got] += 1
    assert not wrong, "\n".join(wrong)
    assert all(outcomes.values())


@pytest.mark.usefixtures("undrawn", "known")
def test_the_walk_finds_what_is_wrong(cast: Cast) -> None:  # noqa: F811  (the fixture)
    """So that the test above can fail: who is let in is told from who is turned away, and what is written for
    who has no right is told."""
    stage, handler = (
        staged(cast.town, "lmu", council=cast.bodies["grendeutvalg"]),
        ClientHandler(enforce_csrf_checks=False),
    )
    stranger, leader = Visitor(handler, cast.others["stranger"]), Visitor(handler, cast.roles["lmu", "leader"])
    log = Visit("lmu:log", permitted("forum.log_meeting"), str(stage.url("lmu:log")), takes=True, changes=True)
    assert set(stranger.be_turned_away(log).values()) == {"out"}
    assert leader.ask(log) == "in"
    assert set(leader.be_turned_away(log).values()) == {"in"}
    read_all = Visit(
        "portal:notices_read_all", SIGNED_IN, reverse("portal:notices_read_all"), takes=False, changes=True
    )
    assert stranger.be_turned_away(read_all)[", sending an empty form"].startswith("written (UPDATE")


def test_every_address_is_visited() -> None:
    """By name: an address that takes something has an example or a test of its own, and nothing stands
    here that is no address."""
    every = {name: path for name, path, _access in addresses()}
    unknown = [n for n, path in every.items() if n not in GIVEN and n not in OWN and re.search(r"<|\^", path)]
    assert unknown == [], (
        f"{', '.join(unknown)}: an address that takes something needs a line in GIVEN (tests/factories/addresses.py), "
        "and what it takes put on the stage there; or a line in OWN with the test that visits it with who may and who "
        "may not."
    )
    assert (set(GIVEN) | set(OWN)) - set(every) == set()
    assert set(GIVEN) & set(OWN) == set()


def test_every_example_is_there(town: Municipality) -> None:
    council = staged(town, "grendeutvalg")
    stages = [council, *(staged(town, kind, council=Body.objects.get(slug="furulia")) for kind in KINDS[:3])]
    visited = {visit.name for stage in stages for visit in _visited(stage)}
    never = {name for name, _path, _access in addresses()} - visited - set(OWN)
    assert never == set(), f"{', '.join(sorted(never))}: no stage in tests/factories/addresses.py has what it takes."


def test_every_right_is_asked_for_by_an_address_a_step_or_a_test() -> None:
    """So that no cell of the table in docs/roles.md is one that nothing tries."""
    by_address = {right for _n, _p, access in addresses() for right in (access.permission, access.about) if right}
    by_step = {step.permission for flow in all_workflows() for step in flow.transitions if step.permission}
    within = {right.name for right in policy.all_permissions()} - by_address - by_step
    assert within == set(_WITHIN_PAGES), (
        "say in _WITHIN_PAGES which test tries a right that no address and no step takes"
    )
    assert {right for rights in ROLES.values() for right in rights} <= {r.name for r in policy.all_permissions()}


@pytest.mark.parametrize("said", sorted({*OWN.values(), *_WITHIN_PAGES.values()}))
def test_the_test_that_is_named_is_there(said: str) -> None:
    path, _colons, name = said.partition("::")
    assert f"def {name}(" in (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")

"""Every address, every kind of person: what the table in docs/roles.md says is what happens.

What is expected is worked out from `roles.py`, from what each address declares and from the rights that come with no role; the rules and predicates of the
rooms are not asked. An address that takes something is visited for the body of each kind that has such a thing, the rest once.
"""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.template import loader
from django.test import Client
from django.urls import reverse

from forum.enums import CaseAccess
from forum.models import Body
from tests.architecture.test_steps import Cast, cast  # noqa: F401  (a fixture is used by its name)
from tests.factories.addresses import GIVEN, OWN, Stage, staged
from tests.factories.organisation import Municipality
from trepart import pdf
from trepart.access import policy
from trepart.access.models import User
from trepart.access.roles import ROLES
from trepart.access.web import Access
from trepart.audit import sealing
from trepart.documenting import addresses
from trepart.workflow import all_workflows

pytestmark = pytest.mark.django_db

KINDS = ("lmu", "coordination", "committee", "grendeutvalg")
#: What is about no body in particular is visited in one of the runs: addresses that take nothing, and those that take something of the municipality's own.
_ONCE = {"committee": False, "lmu": True}
#: Signing in and one's own account, and the sign-in services: addresses of libraries, tried step by step in tests/trepart/test_sign_*.py and tests/oidc.
_LIBRARIES = ("account_", "mfa_", "oidc:")
#: Rights that a role gives in the bodies below its own as well.
_UPWARDS = {"forum.view_meeting", "lmu.view"}
#: Rights to read a case and what belongs to it: whoever the case is open to has them.
_READING = {"proposals.view", "forum.view_commission"}
#: Who of the cast belongs to nothing in the municipality today. Village councils are associations of their own.
_NO_EMPLOYEE = {"superuser", "stranger", "clerk of old", "clerk to be"}
#: Rights that no address and no step takes: they open a part of a page, or a command. The test of each.
_WITHIN_PAGES = {
    "audit.erase": "tests/audit/test_erasing.py::test_erasing_takes_the_right_and_a_reason",
    "audit.view": "tests/audit/test_timeline.py::test_who_did_it_by_name_is_for_those_who_may_see_the_trail",
    "forum.assign_follow_up": "tests/forum/test_follow_up.py::test_who_may_see_and_report_and_assign",
    "forum.follow_up": "tests/forum/test_follow_up.py::test_who_may_see_and_report_and_assign",
    "forum.view_closed": "tests/forum/test_minutes.py::test_the_public_gets_number_and_basis_of_a_closed_case_and_no_word_more",
    "forum.view_internal": "tests/forum/test_bodies.py::test_the_public_sees_the_committee_and_not_who_is_in_the_lmu",
}


def _may(right: str, stage: Stage | None, who: str, place: tuple[str, str] | None, person: Any) -> bool:
    """Say whether the table gives ``right`` over what is on the stage to one such person; without a stage, whether it gives it over anything at all."""
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
    return place[0] == "office" or place[0] in stage.reach.get(right, _where(right, stage.kind))


def _is_employee(who: str, place: tuple[str, str] | None) -> bool:
    return who not in _NO_EMPLOYEE and (place is None or place[0] != "grendeutvalg")


def _where(right: str, kind: str) -> tuple[str, ...]:
    """Return the kinds of body in which a role reaches a body of ``kind``."""
    order = ("lmu", "coordination", "committee")
    return order[order.index(kind) :] if right in _UPWARDS and kind in order else (kind,)


def _expected(
    name: str, access: Access, stage: Stage, who: str, place: tuple[str, str] | None, person: Any, *, takes: bool
) -> set[str]:
    if person.is_anonymous and access.level != "public":
        return {"sign in"}
    if name.startswith(_LIBRARIES):
        # A step one has not begun on leads to where it begins; what one has not set up is not there.
        return {"in", "out", "sign in"} if access.level == "public" else {"in", "out"}
    if access.level == "staff":
        return {"in"} if person.is_staff else {"out"}
    right = access.permission or access.about
    if not right or _may(right, stage if takes else None, who, place, person):
        return {"in"}
    # Somebody who has not signed in may be asked to: whether there is such a thing is not told.
    return {"out", "sign in"} if person.is_anonymous else {"out"}


def _outcome(answer: Any) -> str:
    if answer.status_code in {403, 404}:
        return "out"
    if answer.status_code == 302 and answer["Location"].startswith(reverse(settings.LOGIN_URL)):
        return "sign in"
    return "in" if answer.status_code < 500 else "fault"


def _ask(client: Client, url: str, access: Access) -> str:
    """Visit as a reader does. Where the page is only for sending something in, or where who has no right to do it is sent on, send nothing in; what that
    changes is taken back. (A step's page shows where things stand to whoever may see the thing; who may take it: tests/architecture/test_steps.py.)"""
    with transaction.atomic():
        answer = client.get(url)
        if answer.status_code == 405 or (answer.status_code == 302 and access.permission and _outcome(answer) == "in"):
            sent = client.post(url, {})
            answer = answer if sent.status_code == 405 else sent
        transaction.set_rollback(True)
    return _outcome(answer)


def _visited(stage: Stage) -> list[tuple[str, Access, str, bool]]:
    """Return the addresses that are visited on this stage: name, what it declares, where it is, and whether it takes something."""
    found = []
    for name, path, access in addresses():
        once = stage.kind in _ONCE and ("<" in path) == _ONCE[stage.kind]
        if name not in OWN and (once or stage.is_about(name)) and (url := stage.url(name)) is not None:
            found.append((name, access, url, "<" in path))
    return found


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and prints are not drawn: who comes in is settled before that, and that every page can be drawn is tested elsewhere (tests/e2e/test_every_page.py)."""
    monkeypatch.setattr(loader, "render_to_string", lambda *given, **more: "")
    monkeypatch.setattr(sealing, "seal_events", lambda: None)  # refuses to be part of a transaction that is taken back
    for module in [
        m for m in sys.modules.values() if getattr(m, "render_pdf", None) is pdf.render_pdf and m is not pdf
    ]:
        monkeypatch.setattr(module, "render_pdf", lambda *given, **more: b"%PDF-1.7\n")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("kind", KINDS)
def test_every_address_by_everybody(kind: str, cast: Cast) -> None:  # noqa: F811  (the fixture)
    stage = staged(cast.town, kind, council=cast.bodies["grendeutvalg"])
    visited = _visited(stage)
    cast.others["superuser"] = User.objects.create_superuser("root@fjellvik.example", "Root", "x")
    wrong, outcomes = [], dict.fromkeys(("in", "out", "sign in"), 0)
    for who, place, person in cast.everybody():
        client = Client(raise_request_exception=False)
        if not isinstance(person, AnonymousUser):
            client.force_login(person)
        # Whose account is closed is nobody to the portal, whatever the session says.
        reader = person if person.is_active else AnonymousUser()
        for name, access, url, takes in visited:
            got, wanted = _ask(client, url, access), _expected(name, access, stage, who, place, reader, takes=takes)
            if got not in wanted:
                wrong.append(f"{who} at {url} ({name}): {got}, not {' or '.join(sorted(wanted))}")
            else:
                outcomes[got] += 1
    assert not wrong, "\n".join(wrong)
    assert all(outcomes.values())


def test_every_address_is_visited() -> None:
    """By name: an address that takes something has an example or a test of its own, and nothing stands here that is no address."""
    every = {name: path for name, path, _access in addresses()}
    unknown = [n for n, path in every.items() if n not in GIVEN and n not in OWN and re.search(r"<|\^", path)]
    assert unknown == []
    assert (set(GIVEN) | set(OWN)) - set(every) == set()
    assert set(GIVEN) & set(OWN) == set()


def test_every_example_is_there(town: Municipality) -> None:
    council = staged(town, "grendeutvalg")
    stages = [council, *(staged(town, kind, council=Body.objects.get(slug="furulia")) for kind in KINDS[:3])]
    visited = {name for stage in stages for name, *_rest in _visited(stage)}
    assert {name for name, _path, _access in addresses()} - visited == set(OWN)


def test_every_right_is_asked_for_by_an_address_a_step_or_a_test() -> None:
    """So that no cell of the table in docs/roles.md is one that nothing tries."""
    by_address = {right for _n, _p, access in addresses() for right in (access.permission, access.about) if right}
    by_step = {step.permission for flow in all_workflows() for step in flow.transitions if step.permission}
    assert {right.name for right in policy.all_permissions()} - by_address - by_step == set(_WITHIN_PAGES)
    assert {right for rights in ROLES.values() for right in rights} <= {r.name for r in policy.all_permissions()}


@pytest.mark.parametrize("said", sorted({*OWN.values(), *_WITHIN_PAGES.values()}))
def test_the_test_that_is_named_is_there(said: str) -> None:
    path, _colons, name = said.partition("::")
    assert f"def {name}(" in (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")

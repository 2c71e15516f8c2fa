"""Sentences name the Public Administration Act that applies on the day they speak of (R12); and none names a paragraph
of it by itself."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta

import polib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from forum.meetings.attendance import conflict_reports
from forum.meetings.attendance.models import ConflictReport
from forum.meetings.core.queries import day_of
from forum.meetings.core.voter import Voter
from forum.organisation.services import municipality as facts
from proposals.consent.impartiality import queries as impartiality
from proposals.consent.impartiality.forms import PartialityForm
from proposals.consent.impartiality.services import answer
from tests.architecture.sources import ROOT, programs, text_of, tracked
from tests.factories.organisation import Municipality
from tests.forum.meetings.attendance.test_absences import as_
from tests.forum.meetings.test_lifecycle import in_session
from tests.proposals.conftest import Road
from trepart import clock
from trepart.audit import timeline
from trepart.refusals import GuardRefused
from trepart.text.administration_act import Matter, cite

pytestmark = pytest.mark.django_db

#: The act with a paragraph or a chapter, in every language and spelling.
_NAMED = re.compile(r"(Public Administration Act|forvaltningslov(en|a)|\bfvl\b\.?)\s+(§|kap|chap)", re.IGNORECASE)
#: Where it stands: what sentences cite, and the table of what is stored as a legal basis.
_PLACES = {"trepart/text/administration_act.py", "forum/cases/legal_bases.py"}
#: What people in the demos write themselves.
_WRITTEN = "portal/demo/stories/"


def test_what_is_said_now_names_the_act_in_force_today(town: Municipality, client: Client) -> None:
    today = clock.today()
    page = reverse("portal:help_page", args=["moter"])
    assert "forvaltningsloven § 6, kommuneloven" in client.get(page).content.decode()
    facts.change_municipality(new_act_from=today + timedelta(days=1), actor=town.administrator)
    assert cite(Matter.PARTIAL) == "forvaltningsloven § 6"
    facts.change_municipality(new_act_from=today, actor=town.administrator)
    assert "forvaltningsloven kapittel 4, kommuneloven" in client.get(page).content.decode()
    assert "kapittel 4" in str(PartialityForm().fields["partial"].help_text)
    assert "(forvaltningsloven kapittel 4)" in impartiality.you_stepped_aside()
    with override("nn"):
        assert cite(Matter.POSTED) == "forvaltningslova"
        assert cite(Matter.BELOW, today - timedelta(days=1)) == "forvaltningslova § 6 tredje ledd"


@pytest.mark.parametrize(("after", "cited"), [(1, "forvaltningsloven § 8"), (0, "forvaltningsloven kapittel 4")])
def test_at_a_meeting_the_day_of_the_meeting_decides(town: Municipality, after: int, cited: str) -> None:
    """Also where somebody reads or acts after it."""
    meeting = in_session(town)
    item, member = meeting.items.get(), town.membership(town.union[1])
    facts.change_municipality(new_act_from=day_of(meeting) + timedelta(days=after), actor=town.administrator)
    ConflictReport.objects.create(item=item, membership=member, why="Søsteren min søker.")
    for later in (0, 3):
        with clock.at(clock.now() + timedelta(days=later)), pytest.raises(GuardRefused, match=cited):
            conflict_reports.settle_first(item, [Voter(member)])
    page = reverse("forum:meeting_act", args=[meeting.pk, item.pk, "habilitet"])
    shown = as_(town.secretary).get(page).content.decode()
    assert ("forvaltningsloven kapittel 4, kommuneloven" in shown) == (after == 0)
    assert ("forvaltningsloven §§ 6 og 8, kommuneloven" in shown) == (after == 1)
    assert ("fvl. kap. 4 (inhabil)" in shown) == (after == 0)


def test_the_trail_names_the_act_of_the_day_of_each_event(town: Municipality) -> None:
    leader = town.lmu_members[0][0]
    road = Road(town, proposer=leader).begin()
    answer(road.fresh(), partial=False, actor=leader)
    today = clock.today()
    for begins, cited in ((today + timedelta(days=1), "§ 6"), (today, "kapittel 4")):
        facts.change_municipality(new_act_from=begins, actor=town.administrator)
        told = [entry.sentence for entry in timeline.entries(road.fresh().case, leader, audit=True)]
        assert any(f"inhabilitet (forvaltningsloven {cited})" in sentence for sentence in told), told


# Nobody names it by themselves ----------------------------------------------------------------------------------------


def _words(tree: ast.Module) -> Iterator[ast.Constant]:
    """Give the words a program has, its documentation left out."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def test_no_program_and_no_template_names_a_paragraph_of_the_act() -> None:
    """It would not follow the date: ask `trepart.text.administration_act.cite`, in a template `administration_act`."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in programs()
        if name not in _PLACES and not name.startswith(_WRITTEN)
        for node in _words(tree)
        if _NAMED.search(str(node.value))
    ]
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("templates/", "static/")) and _NAMED.search(" ".join((text_of(path) or "").split())):
            found.append(name)
    assert found == []


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_translation_does(language: str) -> None:
    found = [
        entry.msgid
        for entry in polib.pofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.po"))
        if _NAMED.search(entry.msgstr) and not {place for place, _line in entry.occurrences} <= _PLACES
    ]
    assert found == []

"""The trail as people read it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.cases.services import cases
from forum.organisation.enums import OfficeKind
from forum.organisation.services import bodies as organisation
from tests.errands.models import Errand
from tests.factories.files import png, upload
from tests.factories.organisation import Municipality
from trepart import audit, clock
from trepart.access.models import User
from trepart.audit import Action, actions, erasing, recording, timeline
from trepart.audit.models import ViewLog
from trepart.audit.sealing import seal_events
from trepart.audit.timeline import entries, shown
from trepart.audit.viewing import log_view

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


@pytest.fixture
def saying(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Register actions for one test."""

    def register(*some: Action) -> None:
        for action in some:
            monkeypatch.setitem(actions._actions, action.name, action)

    return register


@pytest.fixture
def namings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "_namings", {})
    monkeypatch.setattr(timeline, "_curtains", [])


def test_a_story_newest_first_with_role_and_body_for_names(errand: Make, town: Municipality) -> None:
    made = errand("done")
    told = entries(made, AnonymousUser())
    acting = made.status_event.acting_label
    assert town.secretary.name not in acting
    assert [(e.sentence, e.bold) for e in told] == [
        (f"{acting[:1].upper()}{acting[1:]} finished.", ""),
        ("", f"{acting[:1].upper()}{acting[1:]} started."),
        (f"{acting[:1].upper()}{acting[1:]} opened Sand & salt.", ""),
    ]
    assert {e.where for e in told} == {town.committee.name}
    assert told[0].quote == "It is done."
    assert all(not e.facts for e in told)
    assert all(town.secretary.name not in str(e) for e in told)


def test_bookkeeping_is_left_out_until_the_trail_is_opened(errand: Make, town: Municipality) -> None:
    made = errand("done")
    assert len(entries(made, town.secretary)) == 3
    seal_events(limit=10**6)
    late = audit.write("errands.stop", actor=None, subject=made)
    told = entries(made, town.secretary, audit=True)
    assert len(told) == 6
    facts = {str(f.label): f.value for f in told[-1].facts}
    first = made.status_event.__class__.objects.about(made).last()
    assert first is not None
    assert facts[translation.gettext("Event")] == str(first.pk)
    assert facts[translation.gettext("Digest")] == first.seal_entry.digest
    assert facts[translation.gettext("Seal")] == str(first.seal_entry.seal_id)
    assert facts[translation.gettext("Status")] == "open"
    waiting = {str(f.label): f.value for f in told[0].facts}
    assert waiting[translation.gettext("Event")] == str(late.pk)
    assert waiting[translation.gettext("Seal")] == translation.gettext("waits for its seal")


def test_who_did_it_by_name_is_for_those_who_may_see_the_trail(errand: Make, town: Municipality) -> None:
    made = errand("running")
    who = translation.gettext("Who")
    organisation.appoint(person=town.outsider, office=OfficeKind.ARCHIVE, actor=None)
    archivist = User.objects.get(pk=town.outsider.pk)
    for reader, named in ((town.chair, False), (AnonymousUser(), False), (archivist, True)):
        facts = {str(f.label): f.value for f in entries(made, reader, audit=True)[0].facts}
        assert (facts.get(who) == town.secretary.name) is named


def test_somebody_acting_for_oneself_is_not_named_unless_a_room_says_how(
    errand: Make, town: Municipality, namings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = errand("open")
    mine = town.employee()
    audit.write("errands.opened", actor=mine, subject=made)
    assert mine.name not in str(entries(made, town.employee(1))[0])
    assert translation.gettext("An employee") in entries(made, town.employee(1))[0].sentence
    assert mine.name in entries(made, mine)[0].sentence
    seen: list[Any] = []

    def naming(event: Any, reader: Any) -> str:
        seen.append(event.thing)
        return "Ansatt, Solbakken"

    timeline.register_naming("errands.errand", naming)
    assert entries(made, town.employee(1))[0].sentence == "Ansatt, Solbakken opened Sand & salt."
    assert entries(made, town.employee(1))[0].where == "Ansatt, Solbakken"
    assert seen[0] == made
    with pytest.raises(ValueError, match="already"):
        timeline.register_naming("errands.errand", lambda event, reader: "x")
    timeline.register_naming("errands.errand", naming)


def test_the_naming_of_the_root_serves_what_belongs_to_it(errand: Make, town: Municipality, namings: None) -> None:
    made = errand("open")
    timeline.register_naming("errands.errand", lambda event, reader: "Somebody")
    audit.write("errands.rested", actor=town.employee(), subject=made.stops.get(), root=made)
    assert entries(made, town.chair)[0].where == "Somebody"


def test_the_portal_itself_is_called_that(errand: Make, town: Municipality) -> None:
    made = errand("open")
    audit.write("errands.started", actor=None, subject=made)
    assert entries(made, town.chair)[0].bold.startswith(translation.gettext("The portal"))


def test_a_curtain_keeps_an_event_from_some(errand: Make, town: Municipality, namings: None) -> None:
    made = errand("done")
    timeline.register_curtain(
        lambda events, reader: lambda event: event.action == "errands.finished" and reader != town.chair
    )
    assert len(entries(made, town.chair)) == 3
    assert len(entries(made, town.outsider)) == 2
    assert len(entries(made, town.outsider, audit=True)) == 4


def test_decisions_stand_out_and_reasons_are_quoted(
    errand: Make, town: Municipality, saying: Callable[..., None]
) -> None:
    saying(Action(name="errands.decided", sentence="{actor} decided.", key=True))
    made = errand("open")
    audit.write(
        "errands.decided", actor=None, subject=made, data={"parts": [["union", 2], ["elected", 3]]},
        text={"note": "C", "extra": "D", "decision": "We build.", "reason": "B", "answer": "A\n\nA2"},
    )  # fmt: skip
    entry = entries(made, town.chair)[0]
    assert entry.bold == "We build."
    assert entry.sentence.endswith("decided.")
    assert entry.quote == "A\n\nA2\n\nB\n\nC\n\nD"
    assert list(entry.parts) == [("union", 2), ("elected", 3)]


def test_codes_dates_and_gaps_are_shown_as_words(town: Municipality, saying: Callable[..., None]) -> None:
    class Weather(models.TextChoices):
        RAIN = "rain", "regn"

    saying(
        Action(
            name="x.told",
            sentence="{access} {on} {at} {sure} {list} {number} {sky} {not_there}!",
            labels={"sky": Weather},
        )
    )
    # The year is said when it is not this one: the test lives on the day it tells of.
    with (
        clock.at(datetime(2026, 11, 23, 12, tzinfo=UTC)),
        translation.override("nb"),
        recording.recorded("forum.case_opened", actor=None, subject=_case()) as event,
    ):
        case = Case.objects.get(pk=event.subject_id)
        audit.write(
            "x.told", actor=None, subject=case,
            data={
                "access": CaseAccess.PUBLIC, "on": date(2026, 11, 22), "at": datetime(2026, 11, 22, 17, 5, tzinfo=UTC),
                "sure": True, "list": [1, 2], "number": 7, "sky": "rain",
            },
        )  # fmt: skip
        told = entries(case, AnonymousUser())[0].sentence
        label = str(CaseAccess.PUBLIC.label)
    assert told == f"{label[0].upper()}{label[1:]} 22.\u00a0november 22.\u00a0november kl. 18.05 ja 1, 2 7 regn !"


def _case() -> Case:
    number = Case.objects.count() + 900
    return Case.objects.create(year=2026, number=number, title="A case")


@pytest.mark.parametrize("value", ["2026-13-45", "2026-1", "12345-6789", "not-a-date", "2026-11-22T25:61:00Z"])
def test_what_only_looks_like_a_date_is_left_as_it_is(value: str) -> None:
    assert shown(value) == value


def test_erased_words_are_gone_from_the_story(errand: Make, errands: ModuleType, town: Municipality) -> None:
    made = errand("done")
    organisation.appoint(person=town.outsider, office=OfficeKind.ARCHIVE, actor=None)
    erasing.erase_content(made.status_event, reason="Et navn", actor=User.objects.get(pk=town.outsider.pk))
    told = entries(made, town.chair, audit=True)
    finished = next(e for e in told if "finished" in e.sentence)
    assert finished.quote == ""
    assert translation.gettext("erased") in {f.value for f in finished.facts}
    assert str(made.status_event_id) in told[0].sentence


@pytest.mark.parametrize("opened", [False, True])
def test_a_long_story_costs_what_a_short_one_does(opened: bool, errand: Make, town: Municipality) -> None:
    made = errand("running")
    reader = User.objects.get(pk=town.chair.pk)
    entries(made, reader, audit=True)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            entries(made, reader, audit=opened)
        return len(queries)

    def happen() -> None:
        for actor in (town.secretary, town.chair, None):
            audit.write("errands.opened", actor=actor, subject=made, text={"note": "x"})
            audit.write("errands.rested", actor=actor, subject=made.stops.get(), root=made)

    happen()
    before = cost()
    for _each in range(10):
        happen()
    assert cost() == before <= 5


def test_documents_and_stays_of_a_case_are_named_without_a_query_each(town: Municipality) -> None:
    case = cases.open_case(title="Roads", actor=town.secretary)

    def cost() -> int:
        cases.add_document(case, upload=upload("a.png", png()), title="a.png", actor=town.secretary)
        with CaptureQueriesContext(connection) as queries:
            told = entries(case, town.chair)
        assert "a.png" in told[0].sentence
        return len(queries)

    cost()
    assert cost() == cost()


def test_a_viewing_is_logged(errand: Make, town: Municipality) -> None:
    made = errand("open")
    with clock.at(datetime(2026, 5, 1, tzinfo=UTC)):
        log_view(town.chair, made, "errands:detail")
    seen = ViewLog.objects.get()
    assert (seen.person, seen.subject_type, seen.subject_id, seen.page) == (
        town.chair,
        "errands.errand",
        made.pk,
        "errands:detail",
    )
    assert seen.at == datetime(2026, 5, 1, tzinfo=UTC)

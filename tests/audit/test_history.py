"""Several rows written at once keep the history they would have had one by one."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from forum.cases.models import NumberSeries
from forum.meetings.core.vote_models import Motion
from forum.organisation.models import PoliticalParty
from trepart import audit, clock
from trepart.audit.history import create_all
from trepart.audit.models import Event


def _parties(*names: str) -> list[PoliticalParty]:
    return [PoliticalParty(name=name, short=name[:3]) for name in names]


def _past(rows: Any) -> list[dict[str, Any]]:
    """Return everything that stands in the history of ``rows``, without what every row has for itself."""
    own = {"history_id", "id", "name", "short", "event_id"}
    lines = PoliticalParty.history.filter(id__in=[row.pk for row in rows]).order_by("history_id").values()
    return [{key: value for key, value in line.items() if key not in own} for line in lines]


def test_at_once_is_written_what_one_by_one_would_be(town: Any, django_assert_num_queries: Any) -> None:
    with clock.at(clock.now() - timedelta(days=3)):
        with audit.recorded("forum.body_changed", actor=town.administrator, subject=town.committee) as first:
            single = _parties("Furupartiet")
            single[0].save()
        with audit.recorded("forum.body_changed", actor=town.administrator, subject=town.committee) as second:
            several = _parties("Granpartiet", "Bjørkepartiet")
            with django_assert_num_queries(2):
                create_all(several)
    (alone,) = _past(single)
    assert _past(several) == [alone, alone]
    kept = PoliticalParty.history.filter(event_id=second.pk).order_by("history_id")
    assert [(line.id, line.name, line.short) for line in kept] == [(p.pk, p.name, p.short) for p in several]
    assert {line.history_user_id for line in kept} == {town.administrator.pk}
    assert PoliticalParty.history.get(event_id=first.pk).name == "Furupartiet"
    assert {p.pk for p in several} <= set(PoliticalParty.objects.values_list("pk", flat=True))
    assert not any(p._state.adding for p in several)


def test_a_row_that_is_there_already_is_refused(town: Any) -> None:
    there = _parties("Furupartiet")
    create_all(there)
    with pytest.raises(ValueError, match="new rows"):
        create_all([*_parties("Granpartiet"), *there])
    assert PoliticalParty.objects.filter(name="Granpartiet").count() == 0
    assert PoliticalParty.history.filter(name="Furupartiet").count() == 1


def test_what_fails_leaves_neither_row_nor_history(town: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        create_all(_parties("Furupartiet", "Granpartiet", "Furupartiet"))
    assert not PoliticalParty.objects.filter(name__in=["Furupartiet", "Granpartiet"]).exists()
    assert not PoliticalParty.history.filter(name__in=["Furupartiet", "Granpartiet"]).exists()


def test_only_one_model_that_keeps_its_history(town: Any) -> None:
    assert create_all([]) == []
    with pytest.raises(TypeError):
        create_all([NumberSeries(key="x")])
    mixed: list[Any] = [*_parties("Furupartiet"), Motion(text="x")]
    with pytest.raises(TypeError):
        create_all(mixed)


def test_many_rows_at_once(town: Any) -> None:
    rows = create_all([PoliticalParty(name=f"Parti {n}", short=f"P{n}") for n in range(1203)])
    assert len({row.pk for row in rows}) == 1203
    kept = PoliticalParty.history.filter(name__startswith="Parti ").values_list("id", "name")
    assert sorted(kept) == sorted((row.pk, row.name) for row in rows)


def test_an_event_reads_back_as_it_was_written(town: Any) -> None:
    data = {"count": 3, "names": ["Å", "ß"], "none": None, "quote": "it's %s"}
    event = audit.write("forum.body_changed", actor=town.administrator, subject=town.committee, data=data)
    read = Event.objects.get(pk=event.pk)
    assert read.data == event.data == data
    assert (read.at, read.actor_id, read.subject_id) == (event.at, town.administrator.pk, town.committee.pk)
    assert read.xact is not None
    assert read.recorded_at is not None

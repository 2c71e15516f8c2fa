"""Questions made into SQL once answer as the querysets they are made of; rows written by hand are the rows ``save()`` would have written."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from forum.cases.models import NumberSeries
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership, PoliticalParty
from trepart.audit.models import Event
from trepart.prepared import Given, Prepared, insert, lock

SEATS: Prepared[Membership] = Prepared(
    lambda: (
        Membership.objects.select_related("person", "party", "body")
        .filter(body_id=Given(0), valid_from__lte=Given(1))
        .order_by("pk")
    )
)


def test_it_answers_as_the_queryset_does(town: Any) -> None:
    day = town.committee.memberships.order_by("valid_from")[0].valid_from
    for body in (town.committee, town.lmus[0], town.coordination):
        wanted = list(
            Membership.objects.select_related("person", "party").filter(body=body, valid_from__lte=day).order_by("pk")
        )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = SEATS.all(body.pk, day)
            said = [(m.pk, m.person.name, m.party and m.party.short, m.body.name, m.role) for m in found]
        assert len(asked) == 1
        assert said == [(m.pk, m.person.name, m.party and m.party.short, body.name, m.role) for m in wanted]
        assert [{k: v for k, v in vars(m).items() if k != "_state"} for m in found] == [
            {k: v for k, v in vars(m).items() if k != "_state"} for m in wanted
        ]
        assert not any(m._state.adding or m._state.db != "default" for m in found)
    assert found


def test_what_is_given_is_a_value_and_never_sql(town: Any) -> None:
    named: Prepared[Body] = Prepared(lambda: Body.objects.filter(name=Given(0)).order_by())
    assert named.get(town.committee.name) == town.committee
    assert named.get("x' OR '1'='1") is None
    assert named.get("%s") is None
    assert named.get(town.coordination.name) == town.coordination


def test_nothing_is_prepared_that_it_cannot_answer_in_full(town: Any) -> None:
    with pytest.raises(ValueError, match="no prefetches"):
        Prepared(lambda: Body.objects.prefetch_related("memberships")).all()
    with pytest.raises(ValueError, match="no annotations"):
        Prepared(lambda: Body.objects.annotate(again=F("name"))).all()


def test_a_row_is_inserted_as_save_would(town: Any) -> None:
    by_hand, saved = PoliticalParty(name="Furupartiet", short="Fp"), PoliticalParty(name="Granpartiet", short="Gp")
    assert insert(by_hand) == (by_hand,)
    saved.save()
    read = PoliticalParty.objects.get(pk=by_hand.pk)
    assert (read.name, read.short) == ("Furupartiet", "Fp")
    assert (by_hand._state.adding, by_hand._state.db) == (saved._state.adding, saved._state.db)
    with pytest.raises(ValueError, match="new row"):
        insert(by_hand)
    with pytest.raises(ValueError, match="no number"):
        insert(NumberSeries(key="x"))


def test_an_event_reads_back_as_it_was_written(town: Any) -> None:
    from trepart import audit

    data = {"count": 3, "names": ["Å", "ß"], "none": None, "quote": "it's %s"}
    event = audit.write("forum.body_changed", actor=town.administrator, subject=town.committee, data=data)
    read = Event.objects.get(pk=event.pk)
    assert read.data == event.data == data
    assert (read.at, read.actor_id, read.subject_id) == (event.at, town.administrator.pk, town.committee.pk)
    assert read.xact is not None
    assert read.recorded_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_asked_for_inside_a_transaction_only() -> None:
    party = PoliticalParty.objects.create(name="Furupartiet", short="Fp")
    with pytest.raises(TransactionManagementError):
        lock(party)
    locking: Prepared[PoliticalParty] = Prepared(
        lambda: PoliticalParty.objects.select_for_update(no_key=True).filter(pk=Given(0)).order_by()
    )
    for _once_and_again in range(2):
        with pytest.raises(TransactionManagementError):
            locking.get(party.pk)
        with transaction.atomic():
            assert locking.get(party.pk) == party
            assert lock(party)
            assert not lock(PoliticalParty(pk=party.pk + 1))


def test_a_role_reads_back_as_its_choice(town: Any) -> None:
    assert {m.role for m in SEATS.all(town.committee.pk, "2999-01-01")} >= {Role.LEADER, Role.SECRETARY}

"""What the rooms need of the database beside Django's ORM: a row is locked in a statement of its own."""

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from forum.organisation.models import PoliticalParty
from trepart.db.locking import lock


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_asked_for_inside_a_transaction_only() -> None:
    party = PoliticalParty.objects.create(name="Furupartiet", short="Fp")
    with pytest.raises(TransactionManagementError):
        lock(party)
    with transaction.atomic():
        assert lock(party)
        assert not lock(PoliticalParty(pk=party.pk + 1))


@pytest.mark.django_db(transaction=True)
def test_a_lock_reads_nothing_but_the_number_and_lets_others_point_to_the_row() -> None:
    party = PoliticalParty.objects.create(name="Furupartiet", short="Fp")
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        lock(party)
    said = [query["sql"] for query in asked if "SELECT" in query["sql"]]
    assert len(said) == 1
    assert said[0].endswith("FOR NO KEY UPDATE")
    assert "JOIN" not in said[0]
    assert "name" not in said[0].replace(PoliticalParty._meta.db_table, "")

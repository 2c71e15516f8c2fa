"""What the new Public Administration Act changes waits for one date, which the municipality sets (R12, R18)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases import deadlines, legal_bases
from forum.organisation.models import Body
from forum.organisation.services import municipality as facts
from tests.factories.organisation import Municipality
from tests.forum.organisation.test_administration import FACTS
from trepart import municipality

pytestmark = pytest.mark.django_db

BEGINS = date(2027, 1, 1)
BEFORE = BEGINS - timedelta(days=1)


@pytest.fixture
def slow(town: Municipality) -> Body:
    """A body that has set ninety days to answer."""
    Body.objects.filter(pk=town.coordination.pk).update(answer_days=90)
    return Body.objects.get(pk=town.coordination.pk)


def test_until_it_is_set_a_body_answers_within_the_days_it_has_set(slow: Body) -> None:
    """Fvl § 11 a asks a month of individual decisions alone."""
    assert deadlines.answer_due(slow, BEGINS) == BEGINS + timedelta(days=90)
    assert deadlines.days_to_answer(slow) == 90


def test_from_that_day_within_a_month_and_not_a_day_before(town: Municipality, slow: Body) -> None:
    facts.change_municipality(new_act_from=BEGINS, actor=town.administrator)
    assert deadlines.answer_due(slow, BEFORE) == BEFORE + timedelta(days=90)
    assert deadlines.answer_due(slow, BEGINS) == BEGINS + timedelta(days=30)
    assert deadlines.answer_due(slow, date(2027, 2, 1)) == date(2027, 3, 1)
    assert [deadlines.days_to_answer(slow, day) for day in (BEFORE, BEGINS)] == [90, 30]
    Body.objects.filter(pk=slow.pk).update(answer_days=14)
    assert deadlines.answer_due(Body.objects.get(pk=slow.pk), BEGINS) == BEGINS + timedelta(days=14)


def test_what_is_cited_is_the_act_in_force(town: Municipality) -> None:
    facts.change_municipality(new_act_from=BEGINS, actor=town.administrator)
    assert legal_bases.partiality(elected_body=True, on=BEFORE) == "fvl. § 6 andre ledd"
    assert legal_bases.partiality(elected_body=False, on=BEFORE) == "fvl. § 6 andre ledd, jf. § 10"
    assert legal_bases.partiality(elected_body=False, on=BEGINS) == "fvl. kap. 4"
    old, new = "koml. § 11-5 (2), fvl. § 13", "koml. § 11-5 (2), fvl. kap. 5"
    for day, there, gone in ((BEFORE, old, new), (BEGINS, new, old)):
        offered = [value for value, _label in legal_bases.offered(day)]
        assert there in offered
        assert gone not in offered
    # What was closed under the former act stays so.
    assert all(legal_bases.is_valid(text) and legal_bases.is_second_paragraph(text) for text in (old, new))


def test_the_administrator_alone_sets_the_date(client: Client, town: Municipality) -> None:
    url = reverse("forum:municipality")
    given = {**FACTS, "default_language": "en", "new_act_from": BEGINS.isoformat()}
    client.force_login(town.secretary)
    assert client.post(url, given).status_code == 404
    assert municipality.current().new_act_from is None
    client.force_login(town.administrator)
    assert client.post(url, given).status_code == 302
    assert municipality.current().new_act_from == BEGINS

"""An exempt case in mail: the number and where to read, and no more (R8, R25).

On "my page" its people read all of it.
"""

from typing import Any

import pytest

from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart.notices import choosing
from trepart.notices.models import Cadence, Mail, Notice

pytestmark = pytest.mark.django_db
TITLE, ANSWER = "Rus på jobb hos oss", "Vi følger opp den det gjelder."


def test_the_answer_in_an_exempt_case_does_not_stand_in_the_mail(town: Municipality, settings: Any) -> None:
    road = Road(town, title=TITLE)
    road.step("begin", road.leader, access="receiver", access_basis="offl § 13, jf. fvl § 13")
    choosing.choose(road.proposal.proposer, Cadence.DAILY)
    road.agree("turn_down", answer=ANSWER)
    notice = Notice.objects.get(kind="proposals.answer")
    assert ANSWER in notice.body
    mail = Mail.objects.get(notices=notice)
    reference = road.proposal.case.reference
    assert mail.subject == f"Nytt i sak {reference}"
    assert mail.text == (
        f"Det er nytt i sak {reference}. Saken er unntatt offentlighet, så vi skriver ikke i e-post hva den gjelder. "
        f"Logg inn for å lese.\n\n{settings.SITE_URL}{notice.url}"
    )
    assert not Notice.objects.filter(to_be_gathered=True, kind="proposals.answer").exists()


def test_an_open_case_is_told_in_full(town: Municipality) -> None:
    road = Road(town, title=TITLE)
    road.step("begin", road.leader, access="employees")
    road.agree("turn_down", answer=ANSWER)
    mail = Mail.objects.get(kind="proposals.answer")
    assert ANSWER in mail.text
    assert road.proposal.case.reference in mail.subject


def test_the_receipt_comes_at_once_whatever_one_has_chosen(town: Municipality) -> None:
    choosing.choose(town.employee(), Cadence.DAILY)
    road = Road(town, title=TITLE)
    assert Mail.objects.filter(kind="proposals.receipt", to=road.proposal.proposer.email).count() == 1

"""A name that others do not see stands in no text that nobody has been asked about."""

import pytest

from forum.cases.forms.hidden_names import MAY_STAND, named_in
from lmu.forms import LogForm
from proposals.forms.deciding import DeclineForm
from proposals.forms.handling import BeginForm, PreliminaryAnswerForm
from proposals.forms.submission import CorrectForm
from tests.proposals.conftest import Road, soon

pytestmark = pytest.mark.usefixtures("bokmal")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Kari Ødegård", "Takk til Kari Ødegård.", True),
        ("Kari Ødegård", "ØDEGÅRDS forslag er godt", True),
        ("Kari Ødegård", "Som Ødegaard skriver", True),
        ("Anne Berg-Hansen", "anne berg hansen har bedt om det", True),
        ("Anne Berg-Hansen", "Berg‑Hansens forslag", True),
        ("Kari Ødegård", "Kari er et vanlig navn", False),
        ("Kari Li", "Det kom ikke til livs", False),
        ("Ole Vik", "Viken fylke", False),
    ],
)
def test_a_name_is_known_however_it_is_written(name, text, found):
    assert bool(named_in([text], [name])) is found


@pytest.fixture
def signed(town):
    road = Road(town, what="Vi trenger sykkelstativ. Hilsen Kari Testesen")
    road.proposer.name = "Kari Testesen"
    road.proposer.save()
    return road


def test_whoever_may_know_it_is_asked_once(town, signed):
    proposal = signed.fresh()
    data = {"answer": "Testesens forslag er godt.", "expected_on": soon(20)}
    form = PreliminaryAnswerForm(data, {}, subject=proposal, actor=signed.leader)
    assert "Kari Testesen" in str(form.errors[MAY_STAND])
    confirmed = PreliminaryAnswerForm({**data, MAY_STAND: "on"}, {}, subject=proposal, actor=signed.leader)
    assert confirmed.is_valid()
    assert MAY_STAND not in confirmed.cleaned_data
    assert DeclineForm({"answer": "Nei, dessverre."}, {}, subject=proposal, actor=signed.leader).is_valid()


def test_the_question_tells_nobody_the_name(town, signed):
    member = town.lmu_members[0][1]
    form = PreliminaryAnswerForm(
        {"answer": "Testesen", "expected_on": soon(20)}, {}, subject=signed.fresh(), actor=member
    )
    assert form.is_valid()


def test_opening_a_proposal_that_is_signed_asks(town, signed):
    proposal = signed.fresh()
    opened = BeginForm({"access": "employees"}, {}, subject=proposal, actor=signed.leader)
    assert list(opened.errors) == [MAY_STAND]
    closed = BeginForm({"access": "receiver", "access_basis": "offl. § 13"}, {}, subject=proposal, actor=signed.leader)
    assert closed.is_valid()
    proposal.show_name = True
    proposal.save()
    assert BeginForm({"access": "employees"}, {}, subject=proposal, actor=signed.leader).is_valid()
    assert not CorrectForm({}, {}, subject=proposal, actor=signed.proposer).names_hidden()


def test_the_log_asks(town, signed):
    signed.step("begin", signed.leader, access="employees", name_may_stand="on")
    body = town.lmus[0]
    first = LogForm(body=body)
    typed = {
        "key": str(first["key"].value()), "rows": "1", "held_on": str(first["held_on"].value()),
        "present": first["present"].value(), "title_1": "Stativ", "proposal_1": signed.fresh().referral.pk,
        "agreed_1": "Vi er enige med Kari Testesen.",
    }  # fmt: skip
    form = LogForm(typed, body=body, reader=signed.leader)
    assert MAY_STAND in form.errors, form.errors
    again = LogForm({**typed, MAY_STAND: "on"}, body=body, reader=signed.leader)
    again.is_valid()
    assert MAY_STAND not in again.errors

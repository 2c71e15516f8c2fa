"""A form sent in by somebody who may not send it: nothing that it offers to choose between is shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess
from forum.cases.services import cases
from proposals.models import Proposal
from tests.factories.files import PDF
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart.access.models import User

SECRET = "Legeattest for Kari"


@pytest.fixture
def public(town: Municipality) -> Road:
    """A proposal everybody may read, with an attachment nobody outside may know of."""
    road = Road(town).begin()
    cases.set_access(road.fresh().case, access=CaseAccess.PUBLIC, actor=road.leader)
    upload = SimpleUploadedFile(f"{SECRET}.pdf", PDF, content_type="application/pdf")
    document = cases.add_document(road.proposal.case, upload=upload, actor=road.leader)
    document.title = SECRET
    document.exempt_basis = "offl. § 13"
    document.save()
    return road


def sent(person: User, proposal: Proposal, name: str, **data: str) -> tuple[int, str]:
    client = Client()
    client.force_login(person)
    answer = client.post(reverse(name, args=[proposal.case_id]), data)
    return answer.status_code, answer.content.decode()


def test_the_names_of_an_lmu_are_not_read_out_of_a_form_of_theirs(town: Municipality, public: Road) -> None:
    client = Client()
    client.force_login(town.outsider)
    url = reverse("proposals:step", args=[public.proposal.case_id, "carry_out"])
    answer = client.post(url, {"answer": "Min <b>egen</b> mening"})
    said = answer.content.decode()
    assert answer.status_code == 403
    assert "Min &lt;b&gt;egen&lt;/b&gt; mening" in said
    for member in town.lmu_members[0]:
        assert member.name not in said


def test_nor_out_of_one_that_is_too_late(town: Municipality, public: Road) -> None:
    public.agree("carry_out", responsible=town.lmu_members[0][1].pk, due_on="2030-01-01")
    client = Client()
    client.force_login(town.outsider)
    answer = client.post(
        reverse("proposals:step", args=[public.proposal.case_id, "carry_out"]), {"answer": "Min mening"}
    )
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Min mening" in said
    assert town.lmu_members[0][2].name not in said


@pytest.mark.parametrize("name", ["proposals:documents", "proposals:redact", "proposals:assess"])
@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_attachments_kept_out_of_sight_are_not_named_to_who_may_only_read(
    town: Municipality, public: Road, name: str, who: str
) -> None:
    person = town.outsider if who == "stranger" else town.employee(0, 1)
    status, said = sent(person, public.proposal, name)
    assert status == 403
    assert SECRET not in said


def test_whoever_may_is_shown_them(town: Municipality, public: Road) -> None:
    """So that the test above looks for something that is there."""
    client = Client()
    client.force_login(public.leader)
    assert SECRET in client.get(reverse("proposals:documents", args=[public.proposal.case_id])).content.decode()

"""What no person sends, sent: each a plain answer, never an error of ours, and nothing half done."""

import pytest
from django.test import Client
from django.urls import reverse

from proposals.enums import ProposalStatus
from tests.proposals.conftest import Road


@pytest.mark.parametrize("seen", ["9" * 5000, "-1", "٣", "1.0", "\x00", ""])
def test_a_version_that_makes_no_sense_breaks_nothing(client: Client, road: Road, seen: str) -> None:
    client.force_login(road.leader)
    url = reverse("proposals:step", args=[road.proposal.case_id, "begin"])
    response = client.post(url, {"seen": seen, "access": "receiver", "access_basis": ""})
    assert response.status_code == 422
    assert road.fresh().status == ProposalStatus.RECEIVED

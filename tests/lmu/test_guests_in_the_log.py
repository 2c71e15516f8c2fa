"""A guest is there in the proposal they are invited to, ticked by hand, and is nobody who agrees (R24)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.models import Referral
from forum.meetings.core.models import Meeting
from forum.organisation.models import Membership
from lmu import queries, services
from proposals.models import Proposal
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused
from trepart.workflow import perform

Propose = Callable[..., Proposal]


def guest(town: Municipality, *cases: Referral) -> Membership:
    return services.add_user_representative(
        body=town.lmus[0], valid_from=clock.today(), valid_to=None, actor=town.lmu_leader(), cases=cases,
        email="bjorg@bruker.example", name="Bjørg Ås",
    )  # fmt: skip


def taken_up(town: Municipality, present: list[int], **fields: Any) -> dict[str, Any]:
    first = {"key": str(uuid.uuid4()), "rows": 1, "held_on": clock.today().isoformat(), "present": present}
    return {**first, "title_1": "Vaktlista", "agreed_1": "Vi bytter.", **fields}


def test_a_guest_is_ticked_by_hand_and_only_where_invited(town: Municipality, propose: Propose, client: Client) -> None:
    proposal = perform(propose(0), "begin", actor=town.lmu_leader(), data={"access": "employees"})
    invited = guest(town, proposal.case.referrals.get())
    client.force_login(town.lmu_leader())
    url = reverse("lmu:log", args=[town.lmus[0].slug])
    opened = client.get(url).context["form"]["present"]
    assert invited.pk not in opened.value()
    present = [*opened.value(), invited.pk]
    refused = client.post(url, taken_up(town, present))
    assert refused.status_code == 422
    assert "Bjørg Ås" in str(refused.context["form"].errors["present"])
    assert not Meeting.objects.exists()
    stay = proposal.case.referrals.get().pk
    assert client.post(url, taken_up(town, present, title_1="", proposal_1=stay)).status_code == 302
    meeting = Meeting.objects.get()
    assert Event.objects.get(action="forum.meeting_logged").data["present"] == 3
    (entry,) = queries.entries(town.lmu_leader(), town.lmus[0], list(queries.log(town.lmu_leader(), town.lmus[0])))
    assert sum(count for _part, count in entry.parts) == 3
    printed = client.get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert f"bare i {meeting.items.get().label}" in printed


def test_a_guest_alone_is_no_meeting(town: Municipality, propose: Propose, client: Client) -> None:
    proposal = perform(propose(0), "begin", actor=town.lmu_leader(), data={"access": "employees"})
    stay = proposal.case.referrals.get()
    invited = guest(town, stay)
    client.force_login(town.lmu_leader())
    url = reverse("lmu:log", args=[town.lmus[0].slug])
    assert client.post(url, taken_up(town, [invited.pk], title_1="", proposal_1=stay.pk)).status_code == 422
    with pytest.raises(GuardRefused):
        services.write_log(
            key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(), present=[invited], actor=town.lmu_leader(),
            taken=[services.Taken(title="", agreed="Vi bytter.", referral=stay)],
        )  # fmt: skip

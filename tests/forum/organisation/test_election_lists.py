"""Where the municipal council elected by lists, a member's deputies are those of the same list (koml §§ 7-6, 7-10)."""

from django.test import Client

from forum.meetings.attendance.deputy_lists import list_of
from forum.organisation.enums import BodyKind, LegalBasis, Part, Role, Side
from forum.organisation.models import Membership
from forum.organisation.services import bodies, memberships
from tests.factories.organisation import Municipality


def test_deputies_stand_in_order_on_each_list(town: Municipality, client: Client) -> None:
    body = bodies.add_body(
        name="Partssammensatt", kind=BodyKind.COMMITTEE, legal_basis=LegalBasis.KOML_5_11, evidence="K-sak", actor=None
    )
    people = [person for row in town.employees for person in row]

    def enter(number: int, role: Role, election_list: str, deputy_number: int | None = None) -> Membership:
        return memberships.start_membership(
            person=people[number], body=body, role=role, part=Part.ELECTED, side=Side.MUNICIPALITY,
            elected_by_council=True, election_list=election_list, deputy_number=deputy_number, actor=None,
        )  # fmt: skip

    seat, other = enter(0, Role.MEMBER, "Fellesliste Ap og SV"), enter(1, Role.MEMBER, "Bygdelista")
    # The same number on each list, and a capital letter more or less is the same list.
    first = enter(2, Role.DEPUTY, "fellesliste  AP og SV", 1)
    second = enter(3, Role.DEPUTY, "Bygdelista", 1)
    assert first.election_list == "Fellesliste Ap og SV"
    assert list_of(seat, [first, second]) == [first]
    assert list_of(other, [first, second]) == [second]
    body = bodies.activate_body(body, actor=None) if body.active_from else body
    client.force_login(town.administrator)
    shown = client.get(body.get_absolute_url()).content.decode()
    assert "Varamedlemmer valgt på lista Bygdelista" in shown

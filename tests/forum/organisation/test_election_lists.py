"""Where the municipal council elected by lists, a member's deputies are those of the same list (koml §§ 7-6, 7-10)."""

from django.test import Client
from django.urls import reverse

from forum.meetings.attendance.deputy_lists import list_of
from forum.organisation.enums import BodyKind, LegalBasis, Part, Role, Side
from forum.organisation.forms import election_lists
from forum.organisation.models import Membership
from forum.organisation.services import bodies, memberships
from tests.factories.organisation import Municipality
from trepart import clock


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

    # The form offers the lists there are, and asks for the name of a new one.
    url = f"{reverse('forum:member_new', args=[body.slug])}?person={people[5].pk}"
    fields = client.get(url).context["form"].fields
    names = ["", "Bygdelista", "Fellesliste Ap og SV", election_lists.NEW]
    assert [value for value, _label in fields["election_list"].choices] == names
    given = {
        "person": people[5].pk, "role": "deputy", "part": "elected", "side": "municipality", "deputy_number": 2,
        "elected_by_council": "on", "election_list": "Bygdelist", "valid_from": clock.today().isoformat(),
    }  # fmt: skip
    assert list(client.post(url, given).context["form"].errors) == ["election_list"]
    unnamed = client.post(url, given | {"election_list": election_lists.NEW})
    assert list(unnamed.context["form"].errors) == ["new_list"]
    assert client.post(url, given | {"election_list": "Bygdelista"}).status_code == 302
    assert Membership.objects.get(person=people[5], body=body).election_list == "Bygdelista"
    assert other.deputy_list == Membership.objects.get(person=people[5], body=body).deputy_list
    new = given | {"person": people[4].pk, "election_list": election_lists.NEW, "new_list": "Ny liste"}
    assert client.post(url, new).status_code == 302
    assert Membership.objects.get(person=people[4], body=body).election_list == "Ny liste"

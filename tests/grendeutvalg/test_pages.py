"""The pages of village councils: who is named, who may write, what members see."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forum.commissions import services as commissions
from grendeutvalg import services
from grendeutvalg.models import Profile, ShownMember
from tests.factories.councils import Council, village_council
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(town: Municipality) -> Council:
    return village_council(town)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(council: Council, name: str) -> str:
    return reverse(f"grendeutvalg:{name}", args=[council.body.slug])


def test_nobody_is_named_who_has_not_said_yes_and_nobody_says_it_for_another(council: Council, client: Client) -> None:
    assert council.leader.name not in client.get(url(council, "detail")).content.decode()
    assert signed_in(council.leader).post(url(council, "show"), {"shown": "yes"}).status_code == 302
    shown = client.get(url(council, "detail")).content.decode()
    assert council.leader.name in shown
    assert council.member.name not in shown
    place = council.body.memberships.get(person=council.member)
    with pytest.raises(PermissionError):
        services.show_member(place, shown=True, actor=council.leader)
    signed_in(council.leader).post(url(council, "show"), {"shown": "no"})
    assert not ShownMember.objects.exists()
    assert council.leader.name not in client.get(url(council, "detail")).content.decode()


def test_the_working_page_is_the_members_own(town: Municipality, council: Council, client: Client) -> None:
    other = village_council(town, "Skogen grendeutvalg")
    for person in (council.leader, council.secretary, council.member):
        assert signed_in(person).get(url(council, "work")).status_code == 200
    for person in (other.leader, town.outsider, town.secretary, town.administrator):
        assert signed_in(person).get(url(council, "work")).status_code == 404
        assert signed_in(person).post(url(council, "show"), {"shown": "yes"}).status_code == 404
    assert client.get(url(council, "work")).status_code == 302
    leads_on = signed_in(council.member).get(url(council, "work")).content.decode()
    assert f"{reverse('proposals:new')}?som=grend-{council.body.slug}" in leads_on


def test_the_council_writes_about_itself(town: Municipality, council: Council, client: Client) -> None:
    sent = {
        "area": "Furulia og Lia",
        "about": "<script>alert(1)</script>",
        "email": "post@furulia.example",
        "phone": "",
        "meeting_place": "",
    }
    for person in (council.member, town.outsider, town.secretary):
        assert signed_in(person).post(url(council, "about"), sent).status_code == 404
    leader = signed_in(council.leader)
    assert leader.get(url(council, "about")).status_code == 200
    wrong = leader.post(url(council, "about"), sent | {"email": "nei"})
    assert wrong.status_code == 422
    assert "Furulia og Lia" in wrong.content.decode()
    assert leader.post(url(council, "about"), sent).status_code == 302
    assert leader.post(url(council, "about"), sent).status_code == 302
    assert Profile.objects.get().history.count() == 1  # nothing is written where nothing changes
    page = client.get(url(council, "detail")).content.decode()
    assert "Furulia og Lia" in page
    assert "<script>alert(1)" not in page


def test_what_the_council_is_given_stands_there(town: Municipality, council: Council) -> None:
    data = {
        "by": "body",
        "title": "Rydde stien",
        "wanted": "Rydd stien.",
        "to": f"body-{council.body.pk}",
        "access": "public",
        "due_on": (clock.today() + timedelta(days=9)).isoformat(),
        "report_to": town.committee.pk,
    }
    given = commissions.give(town.committee, data=data, actor=town.chair)
    for name in ("work", "detail"):
        assert given.get_absolute_url() in signed_in(council.member).get(url(council, name)).content.decode()


def test_a_body_of_another_kind_has_no_such_page(town: Municipality, client: Client) -> None:
    for name in ("detail", "work", "about"):
        address = reverse(f"grendeutvalg:{name}", args=[town.coordination.slug])
        assert signed_in(town.coordination_leader).get(address).status_code == 404
    assert client.get(reverse("grendeutvalg:list")).status_code == 200


def test_an_employee_sees_who_leads_the_council_and_no_other_name(town: Municipality, council: Council) -> None:
    page = reverse("forum:body_detail", args=[council.body.slug])
    for person, sees in ((town.employee(), False), (council.member, True), (town.administrator, True)):
        shown = signed_in(person).get(page).content.decode()
        assert council.leader.name in shown
        assert (council.member.name in shown) is sees
        assert (council.secretary.name in shown) is sees
    assert council.leader.name not in Client().get(page).content.decode()

"""What is said of a group, to whom it is said, and what is offered: nothing that is not so (R24)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.organisation.services import stand_ins
from lmu import services
from lmu.forms import LogForm
from proposals.consent import services as consent
from proposals.consent.rules import working_days_after
from proposals.enums import Origin
from proposals.forms import people
from proposals.forms.fields import may_be_responsible
from proposals.models import Proposal
from proposals.presenting import promises
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart import clock, municipality
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.text.dates import date_text
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]
Propose = Callable[..., Proposal]


@pytest.fixture
def road(town: Municipality) -> Road:
    return Road(town)


def plain(text: str) -> str:
    return " ".join(text.replace("&nbsp;", " ").split())


def html(client: Client, person: User, url: str) -> str:
    client.force_login(User.objects.get(pk=person.pk))
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(answer.content.decode().split())


def guest_in(town: Municipality, *cases: Any) -> User:
    return services.add_user_representative(
        body=town.lmus[0], email="bjorg@bruker.example", name="Bjørg Gjest", valid_from=clock.today(), valid_to=None,
        actor=town.lmu_leader(), cases=cases,
    ).person  # fmt: skip


def test_only_who_has_a_seat_says_yes_by_sending_it_in(road: Road, client: Client) -> None:
    road.begin()
    step = html(client, road.leader, reverse("proposals:step", args=[road.proposal.case_id, "turn_down"]))
    assert "har du selv sagt ja" in step
    last = working_days_after(clock.today(), municipality.current().objection_days)
    assert plain(date_text(last)) in plain(step)
    road.agree("forward", note="")
    secretary = road.town.coordination_secretary
    step = html(client, secretary, reverse("proposals:step", args=[road.proposal.case_id, "hand_over"]))
    assert "har du selv sagt ja" not in step
    assert "ingen har sagt ja" in step


def test_the_mail_says_until_which_day_one_can_object(road: Road) -> None:
    road.begin()
    data = {"participants": road.table(), "held_on": clock.today(), "answer": "Nei."}
    consent.conclude(road.fresh(), "turn_down", actor=road.leader, data=data)
    mail = Notice.objects.filter(kind="proposals.consent_asked").select_related("mail")[0].mail
    assert mail is not None
    last = working_days_after(clock.today(), municipality.current().objection_days)
    assert plain(date_text(last, year=True)) in plain(mail.text)
    assert "virkedager" not in mail.text


def test_the_proposer_is_not_offered_to_correct_what_was_said_yes_to(road: Road, client: Client) -> None:
    address = reverse("proposals:correct", args=[road.proposal.case_id])
    page = road.proposal.get_absolute_url()
    assert address in html(client, road.proposer, page)
    consent.conclude(
        road.fresh(), "elsewhere", actor=road.leader, data={"belongs_to": "Fylket", "answer": "Spør fylket."}
    )
    assert address not in html(client, road.proposer, page)


def test_a_guest_is_known_to_those_who_deal_with_the_case_alone(
    town: Municipality, propose: Propose, client: Client
) -> None:
    proposal = perform(propose(0, "Sykkelstativ"), "begin", actor=town.lmu_leader(), data={"access": "employees"})
    referral = proposal.case.referrals.get()
    guest = guest_in(town, referral)
    seat = guest.memberships.get()
    meeting = services.write_log(
        key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(),
        present=[town.membership(town.lmu_leader(), town.lmus[0]), seat], actor=town.lmu_leader(),
        taken=[services.Taken("Sykkelstativ", "Vi så på det.", referral)],
    ).meeting  # fmt: skip
    assert meeting is not None
    pages = [
        reverse("lmu:detail", args=[town.lmus[0].slug]), reverse("forum:body_detail", args=[town.lmus[0].slug]),
        reverse("forum:minutes_detail", args=[meeting.pk]), meeting.get_absolute_url(),
    ]  # fmt: skip
    for url in pages:
        assert guest.name in html(client, town.lmu_leader(), url), url
        assert guest.name not in html(client, town.employee(0, 1), url), url
    assert "1 er med som gjest." in html(client, town.employee(0, 1), pages[0])
    told = Notice.objects.select_related("mail").get(kind="lmu.guest_invited").mail
    assert told is not None
    assert "men ikke navnet ditt" in told.text
    assert "trenger ikke svare" in " ".join(told.text.split())


def test_a_guest_is_ticked_only_in_the_cases_they_are_invited_to(road: Road, client: Client) -> None:
    road.begin()
    other = Road(road.town).begin()
    guest_in(road.town, road.referral)
    for one, offered in ((road, True), (other, False)):
        step = html(client, one.leader, reverse("proposals:step", args=[one.proposal.case_id, "turn_down"]))
        assert ("Bjørg Gjest" in step) == offered


def test_what_must_be_filled_in_is_not_called_optional(road: Road, client: Client) -> None:
    road.begin()
    place = road.town.membership(road.leader, road.lmu)
    stand_ins.start_stand_in(
        place=place, person=road.town.employee(1), valid_from=clock.today(), valid_to=clock.today(),
        actor=road.leader,
    )  # fmt: skip
    client.force_login(road.leader)
    form = client.get(reverse("proposals:step", args=[road.proposal.case_id, "turn_down"])).context["form"]
    assert not form.fields["participants"].mark_optional


def test_nobody_is_asked_what_was_agreed_where_a_summary_is_written(town: Municipality) -> None:
    assert str(LogForm(body=town.lmus[0]).fields["agreed_1"].label) == "Hva kom dere fram til?"


def test_what_was_written_before_anybody_had_begun_comes_next(
    town: Municipality, propose: Propose, client: Client
) -> None:
    proposal = propose(0, "Sykkelstativ")
    services.write_log(
        key=uuid.uuid4(), body=town.lmus[0], held_on=clock.today(),
        present=[town.membership(person, town.lmus[0]) for person in town.lmu_members[0]], actor=town.lmu_leader(),
        taken=[services.Taken("Sykkelstativ", "Vi gjør det ikke.", proposal.case.referrals.get(), "turn_down")],
    )  # fmt: skip
    client.force_login(town.lmu_leader())
    begin = reverse("proposals:step", args=[proposal.case_id, "begin"])
    data = {"access": "employees", "seen": proposal.status_event_id}
    answer = client.post(begin, data)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == reverse("proposals:step", args=[proposal.case_id, "turn_down"])
    assert client.get(answer["Location"]).context["form"]["answer"].value() == "Vi gjør det ikke."


def test_what_is_promised_of_the_name_stands_by_itself_and_fits_who_reads_it() -> None:
    employee, citizen = (promises.of_name(origin) for origin in (Origin.EMPLOYEE, Origin.CITIZEN))
    assert employee.startswith("Navnet ditt vises ikke for kolleger eller offentligheten.")
    assert citizen.startswith("Navnet ditt vises ikke for offentligheten.")
    assert "foreningen" not in citizen
    assert promises.of_name(Origin.CITIZEN, asked=True).startswith("Ellers")


def test_nobody_outside_is_made_responsible_and_one_is_found_by_typing(road: Road, client: Client) -> None:
    """A list of 300 names had citizens and guests among them."""
    road.begin()
    guest = guest_in(road.town, road.referral)
    outsider = road.town.outsider
    for body in (road.lmu, road.town.coordination, None):
        found = set(may_be_responsible(body))
        assert not {guest, outsider} & found, body
    union = road.town.lmu_members[0][1]
    assert union in may_be_responsible(road.lmu)
    field: Any = people.PersonField(queryset=may_be_responsible(road.lmu))
    label = field.label_from_instance(next(one for one in field.queryset if one == union))
    assert str(field.widget.value_from_datadict({"x": f" {label.upper()} "}, {}, "x")) == str(union.pk)
    assert field.widget.value_from_datadict({"x": "Noen Andre"}, {}, "x") == "Noen Andre"


def test_many_are_suggested_and_not_listed(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_SHORT", 0)
    field: Any = people.PersonField(queryset=may_be_responsible(road.lmu))
    union = road.town.lmu_members[0][1]
    shown = field.widget.render("responsible", union.pk, {"id": "id_responsible"})
    assert 'list="id_responsible_people"' in shown
    assert f'value="{union.name}' in shown
    assert "<select" not in shown

"""Setting up the municipality through the services: what is written, what is refused, and what the trail says."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis, OfficeKind, Part, Role, Side
from forum.organisation.models import Body, Employment, Membership, Unit
from forum.organisation.queries import bodies as queries
from forum.organisation.services import bodies as services
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access import policy, sync
from trepart.access.models import User
from trepart.access.sign_in import invitations
from trepart.alphabet import norwegian, sort_key
from trepart.audit.models import Event
from trepart.notices.models import Mail


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def refused(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return "\n".join(error.value.messages)


def test_the_town_stands_and_the_trail_says_how(town: Municipality) -> None:
    assert town.committee.is_active
    assert not sync.difference()
    assert Event.objects.filter(action="forum.membership_started").count() == Membership.objects.count()
    assert Event.objects.filter(action="forum.person_added").count() == User.objects.count()
    assert Event.objects.filter(action="forum.employment_started").count() == Employment.objects.count()
    assert Event.objects.about(town.committee).filter(action="forum.body_activated").exists()
    for membership in Membership.objects.all():
        record = membership.history.get()
        event = Event.objects.get(pk=record.event_id)
        assert (event.subject_id, event.root_id) == (membership.pk, membership.body_id)


def test_an_administrator_acts_as_administrator(town: Municipality) -> None:
    services.add_unit("Brannvesenet", None, actor=town.administrator)
    event = Event.objects.get(action="forum.unit_added", actor=town.administrator)
    assert event.acting_role == OfficeKind.ADMINISTRATOR
    assert event.acting_label


def test_units(town: Municipality) -> None:
    sector = town.units[0].parent
    assert sector is not None
    with pytest.raises(ValidationError) as error:
        services.add_unit("  SOLBAKKEN barnehage ", sector, actor=town.administrator)
    assert "already" in refused(error)
    with pytest.raises(ValidationError) as error:
        services.change_unit(sector, name=sector.name, parent=town.units[0], actor=town.administrator)
    assert "part of itself" in refused(error)
    with pytest.raises(ValidationError) as error:
        services.change_unit(
            town.units[0], name="Solbakken", parent=sector, closed_on=clock.today(), actor=town.administrator
        )
    assert "LMU first" in refused(error)
    unit = services.change_unit(town.units[0], name="Solbakken", parent=None, actor=town.administrator)
    assert Unit.objects.get(pk=unit.pk).name == "Solbakken"


def test_people(town: Municipality) -> None:
    person = services.add_person(email=" Ny.Person@Fjellvik.example ", name="  Ny   Person ", actor=town.administrator)
    assert (person.email, person.name) == ("ny.person@fjellvik.example", "Ny Person")
    assert not person.has_usable_password()
    with pytest.raises(ValidationError) as error:
        services.add_person(email="NY.PERSON@fjellvik.example", name="En annen", actor=town.administrator)
    assert "registered already" in refused(error)
    with pytest.raises(ValidationError) as error:
        services.add_person(email="ikke en adresse", name=" ", actor=town.administrator)
    assert set(error.value.message_dict) == {"email", "name"}
    assert not queries.is_employee(person)
    employment = services.start_employment(person=person, unit=town.units[0], title="Lærer", actor=town.administrator)
    assert queries.is_employee(person)
    with pytest.raises(ValidationError) as error:
        services.start_employment(person=person, unit=town.units[0], actor=town.administrator)
    assert "already" in refused(error)
    services.end_employment(employment, on=clock.today(), actor=town.administrator)
    assert queries.is_employee(person)
    with clock.at(clock.now() + timedelta(days=1)):
        assert not queries.is_employee(person)
        with pytest.raises(ValidationError) as error:
            services.end_employment(employment, on=clock.today(), actor=town.administrator)
        assert "ended already" in refused(error)


def test_the_last_administrator_stays(town: Municipality) -> None:
    appointment = town.administrator.appointments.get()
    with pytest.raises(ValidationError) as error:
        services.end_appointment(appointment, on=clock.today(), actor=town.administrator)
    assert "only administrator" in refused(error)
    services.appoint(person=town.outsider, office=OfficeKind.ADMINISTRATOR, actor=town.administrator)
    with pytest.raises(ValidationError):
        services.appoint(person=town.outsider, office=OfficeKind.ADMINISTRATOR, actor=town.administrator)
    services.end_appointment(appointment, on=clock.today(), actor=town.administrator)
    assert policy.can(town.outsider, "forum.manage_organisation")
    assert not sync.difference()


def test_memberships(town: Municipality) -> None:
    today = clock.today()
    enter = memberships.start_membership
    common = {"body": town.committee, "actor": town.administrator}
    with pytest.raises(ValidationError) as error:
        enter(person=town.outsider, role=Role.LEADER, side=Side.MUNICIPALITY, **common)
    assert f"{town.chair.name} is leader" in refused(error)
    with pytest.raises(ValidationError) as error:
        enter(person=town.chair, role=Role.LEADER, **common)
    assert "already" in refused(error)
    with pytest.raises(ValidationError) as error:
        enter(person=town.outsider, role=Role.DEPUTY, **common)
    assert "number on the list" in refused(error)
    with pytest.raises(ValidationError) as error:
        enter(person=town.outsider, role=Role.MEMBER, deputy_number=1, **common)
    assert "number on the list" in refused(error)
    with pytest.raises(ValidationError) as error:
        enter(person=town.outsider, role=Role.DEPUTY, deputy_number=1, side=Side.EMPLOYEES, part=Part.UNION, **common)
    assert town.deputies[Side.EMPLOYEES][0].name in refused(error)
    with pytest.raises(ValidationError) as error:
        enter(person=town.outsider, role="king", **common)
    with pytest.raises(ValidationError) as error:
        enter(person=town.outsider, role=Role.MEMBER, valid_to=today - timedelta(days=1), **common)
    assert "before it begins" in refused(error)
    assert not town.outsider.memberships.exists()
    # The next leader may be entered for the day after the last one ends.
    memberships.end_membership(town.membership(town.chair), on=today, actor=town.administrator)
    enter(person=town.outsider, role=Role.LEADER, valid_from=today + timedelta(days=1), **common)
    third = enter(
        person=town.outsider, role=Role.DEPUTY, deputy_number=3, side=Side.EMPLOYEES, part=Part.UNION, **common
    )
    with pytest.raises(ValidationError) as error:
        memberships.end_membership(third, on=today - timedelta(days=1), actor=town.administrator)
    assert "before it begins" in refused(error)
    assert not sync.difference()


def test_bodies(town: Municipality) -> None:
    lmu = services.add_body(
        name="LMU Ælvebakken Øst/Å", kind=BodyKind.LMU, legal_basis=LegalBasis.COOPERATION,
        unit=services.add_unit("Ælvebakken", None, actor=None), actor=town.administrator,
    )  # fmt: skip
    assert lmu.slug == "lmu-aelvebakken-osta"
    assert (lmu.decides_by, lmu.meetings_open, lmu.chapter_11) == (DecidesBy.CONSENSUS, False, False)
    again = services.add_body(
        name="LMU ælvebakken øst/å!", kind=BodyKind.COORDINATION, legal_basis=LegalBasis.COOPERATION, actor=None
    )
    assert again.slug == "lmu-aelvebakken-osta-2"
    assert services.add_body(name="Ny", kind="coordination", legal_basis="cooperation", actor=None).slug != "ny"
    with pytest.raises(ValidationError) as error:
        services.add_body(name="LMU uten sted", kind=BodyKind.LMU, legal_basis=LegalBasis.COOPERATION, actor=None)
    assert "belongs to a workplace" in refused(error)
    with pytest.raises(ValidationError):
        services.add_body(
            name="En til", kind=BodyKind.LMU, legal_basis=LegalBasis.COOPERATION, unit=town.units[0], actor=None
        )
    with pytest.raises(ValidationError):
        services.add_body(name=town.committee.name, kind="committee", legal_basis="koml_5_11", actor=None)


def test_changing_a_body_at_work_cannot_break_its_rules(town: Municipality) -> None:
    with pytest.raises(ValidationError) as error:
        services.change_body(town.committee, mandate="", meetings_open=False, actor=town.administrator)
    assert "§ 5-13" in refused(error)
    assert "§ 11-5" in refused(error)
    with pytest.raises(ValidationError) as error:
        services.change_body(town.committee, superior=town.lmus[0], actor=town.administrator)
    assert "come back" in refused(error)
    with pytest.raises(TypeError):
        services.change_body(town.committee, kind="lmu", actor=town.administrator)
    events = Event.objects.filter(action="forum.body_changed").count()
    services.change_body(town.committee, notice_days=town.committee.notice_days, actor=town.administrator)
    assert Event.objects.filter(action="forum.body_changed").count() == events
    services.change_body(town.committee, notice_days=10, actor=town.administrator)
    assert Body.objects.get(pk=town.committee.pk).notice_days == 10


def test_closing_a_body(town: Municipality) -> None:
    today = clock.today()
    with pytest.raises(ValidationError) as error:
        services.close_body(town.coordination, on=today, actor=town.administrator)
    assert "Others send on" in refused(error)
    with pytest.raises(ValidationError) as error:
        services.close_body(town.lmus[0], on=today - timedelta(days=1), actor=town.administrator)
    assert "coming day" in refused(error)
    services.close_body(town.lmus[0], on=today, actor=town.administrator)
    assert not sync.difference()
    with pytest.raises(ValidationError) as error:
        services.close_body(town.lmus[0], on=today, actor=town.administrator)
    assert "closed already" in refused(error)


def test_what_ends_soon(town: Municipality) -> None:
    today = clock.today()
    assert queries.endings() == []
    memberships.end_membership(town.membership(town.chair), on=today + timedelta(days=20), actor=None)
    memberships.end_membership(town.membership(town.secretary), on=today + timedelta(days=200), actor=None)
    memberships.start_membership(
        person=town.outsider, body=town.committee, role=Role.MEMBER, part=Part.UNION, side=Side.EMPLOYEES,
        valid_from=today - timedelta(days=700), actor=None,
    )  # fmt: skip
    found = queries.endings()
    assert [(ending.membership.person, ending.term) for ending in found] == [(town.chair, False), (town.outsider, True)]


def test_the_order_of_letters(db: None) -> None:
    names = ["Ås", "Ærø", "Bø", "Øy", "Zorro", "Élan", "Alta", "ås nord", "Čáhppe"]
    for name in names:
        services.add_unit(name, None, actor=None)
    wanted = ["Alta", "Bø", "Čáhppe", "Élan", "Zorro", "Ærø", "Øy", "Ås", "ås nord"]
    assert list(Unit.objects.order_by(norwegian("name")).values_list("name", flat=True)) == wanted
    assert sorted(names, key=sort_key) == wanted


def test_the_first_administrator_is_let_in_by_command(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("appoint_administrator", "ny@fjellvik.example")
    assert not User.objects.exists()
    said = StringIO()
    call_command("appoint_administrator", "ny@fjellvik.example", "--name", "Ny Leder", stdout=said)
    person = User.objects.get()
    assert policy.can(person, "forum.manage_organisation")
    assert not sync.difference()
    with pytest.raises(CommandError, match="already"):
        call_command("appoint_administrator", "NY@fjellvik.example", stdout=StringIO())
    # The link that is printed is the one in the mail, and lets in once.
    link = said.getvalue().split()[-1]
    assert link in Mail.objects.get(kind="access/mail/invitation").text
    assert invitations.found(link.rstrip("/").rpartition("/")[2]) == person


def test_before_anybody_holds_an_office_rights_and_memberships_agree(db: None) -> None:
    call_command("sync_grants", "--check", stdout=StringIO())
    call_command("appoint_administrator", "ny@fjellvik.example", "--name", "Ny Leder", stdout=StringIO())
    call_command("sync_grants", "--check", stdout=StringIO())

"""An address the municipality writes: nobody comes in as another by it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from forum.organisation.enums import OfficeKind, Role
from forum.organisation.people_import import entering
from forum.organisation.services import bodies as office
from forum.organisation.services import memberships
from tests.access.test_account import NEW, PASSWORD, is_in, link_in, mail_to, signed_in
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import Invitation, User
from trepart.access.sign_in import addresses, invitations
from trepart.access.tasks import tidy
from trepart.audit.models import Event
from trepart.audit.sealing import seal_events
from trepart.audit.verifying import verify
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db

FOREIGN = "et.annet.sted@fjellvik.example"


@pytest.fixture
def member(town: Municipality) -> User:
    person = town.employee()
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def change(person: User, town: Municipality, email: str = FOREIGN) -> None:
    """Press the administrator's button."""
    client = Client()
    client.force_login(town.administrator)
    form = {"name": person.name, "email": email, "is_active": "on"}
    assert client.post(reverse("forum:person_change", args=[person.pk]), form).status_code == 302


def test_an_administrator_does_not_come_in_as_another(town: Municipality, member: User) -> None:
    old = member.email
    theirs = signed_in(old)
    change(member, town)
    member.refresh_from_db()
    assert member.email == old
    assert is_in(theirs)
    # A new password goes to whoever has the address, not to whoever is to have it.
    Client().post(reverse("account_reset_password"), {"email": FOREIGN})
    assert mail_to(FOREIGN).kind == "access/mail/unknown_account"
    # The link to the new one opens nothing for whoever is not signed in as the person; nor for the administrator.
    link = link_in(Mail.objects.get(kind="access/addresses/mail/address_given"))
    admin = Client()
    admin.force_login(town.administrator)
    for client in (Client(), admin):
        page = client.get(link)
        assert (page.status_code, page.context["open"]) == (200, False)
        assert client.post(link).status_code == 403
    member.refresh_from_db()
    assert member.email == old
    # The old one is told, by whom, and stops it.
    told = mail_to(old)
    assert (told.kind, town.administrator.name in told.text, FOREIGN in told.text) == (
        "access/addresses/mail/address_asked",
        True,
        True,
    )
    stop = link_in(told)
    assert Client().get(stop).status_code == 200
    assert addresses.waiting(member) is not None
    Client().post(stop)
    assert addresses.waiting(member) is None
    assert (Client().get(link).status_code, Client().post(stop).status_code) == (410, 410)
    with clock.at(clock.now() + timedelta(days=4)):
        assert Client().post(link).status_code == 410
    written = Event.objects.filter(action__startswith="access.address").order_by("id")
    assert list(written.values_list("action", "actor")) == [
        ("access.address_given", town.administrator.pk),
        ("access.address_stopped", None),
    ]
    seal_events()
    assert verify() == []


def test_its_owner_confirms_it_and_signs_in_anew(town: Municipality, member: User) -> None:
    theirs, elsewhere = signed_in(member.email), signed_in(member.email)
    old = member.email
    change(member, town)
    link = link_in(mail_to(FOREIGN))
    # A look is no press, and the password is asked for once more.
    assert theirs.get(link).context["own"]
    assert theirs.post(link).url.startswith(reverse("account_reauthenticate"))
    member.refresh_from_db()
    assert member.email == old
    theirs.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert theirs.post(link).url == reverse("account_login")
    member.refresh_from_db()
    assert member.email == FOREIGN
    assert not is_in(theirs)
    assert not is_in(elsewhere)
    assert is_in(signed_in(FOREIGN))
    assert (mail_to(old).kind, mail_to(old).text.count(FOREIGN)) == ("access/mail/email_changed", 1)
    assert list(EmailAddress.objects.filter(user=member).values_list("email", "verified", "primary")) == [
        (FOREIGN, True, True)
    ]
    # The person reads it, and so does the security log.
    page = signed_in(FOREIGN).get(reverse("access:security"))
    first, second = page.context["log"][:2]
    assert first.sentence.startswith(member.name)
    assert (second.sentence.startswith(town.administrator.name), member.name in second.sentence) == (True, True)


def test_whoever_has_lost_both_waits_and_the_second_step_is_asked(town: Municipality, member: User) -> None:
    change(member, town)
    link = link_in(mail_to(FOREIGN))
    with clock.at(clock.now() + addresses.WAITS - timedelta(minutes=1)):
        assert Client().post(link).status_code == 403
    with clock.at(clock.now() + addresses.WAITS):
        assert Client().get(link).context["open"]
        assert Client().post(link).url == reverse("account_reset_password")
        assert Client().post(link).status_code == 410
    member.refresh_from_db()
    assert member.email == FOREIGN
    with clock.at(clock.now() + addresses.LINK_LASTS):
        tidy(0)


def test_a_newer_wish_replaces_the_older_one(town: Municipality, member: User) -> None:
    change(member, town)
    first = link_in(mail_to(FOREIGN))
    change(member, town, "rett@fjellvik.example")
    assert Client().get(first).status_code == 410
    assert addresses.waiting(member).email == "rett@fjellvik.example"
    # The wait begins anew with it.
    assert addresses.opens_at(member) > clock.now() + addresses.WAITS - timedelta(minutes=1)


def test_an_address_somebody_has_taken_meanwhile_is_not_given(town: Municipality, member: User) -> None:
    change(member, town)
    link = link_in(mail_to(FOREIGN))
    other = User.objects.create_user(FOREIGN, "En annen")
    with clock.at(clock.now() + addresses.WAITS):
        assert Client().post(link).status_code == 410
    member.refresh_from_db()
    assert (member.email == FOREIGN, User.objects.get(email=FOREIGN)) == (False, other)


def test_an_administrator_takes_it_back(town: Municipality, member: User) -> None:
    change(member, town)
    client = Client()
    client.force_login(town.administrator)
    page = client.get(reverse("forum:person", args=[member.pk]))
    assert page.context["waiting"].email == FOREIGN
    url = reverse("forum:person_address_stop", args=[member.pk])
    outsider = Client()
    outsider.force_login(member)
    assert outsider.post(url).status_code == 404
    client.post(url)
    assert addresses.waiting(member) is None
    log = client.get(reverse("forum:security_log"))
    assert len(log.context["entries"]) >= 2
    assert outsider.get(reverse("forum:security_log")).status_code == 404


def test_an_account_nobody_has_used_is_put_right_at_once(town: Municipality) -> None:
    """A slip of the pen: the invitation that went astray opens nothing, and a new one goes to the right address."""
    person = office.add_person(email="feil@fjellvik.example", name="Kari Feil", actor=town.administrator)
    invitations.invite([person], actor=town.administrator)
    astray = link_in(mail_to("feil@fjellvik.example"))
    with clock.at(clock.now() + timedelta(minutes=5)):
        change(person, town, "rett@fjellvik.example")
    person.refresh_from_db()
    assert person.email == "rett@fjellvik.example"
    assert Client().get(astray).status_code == 410
    # Whoever has the wrong one is told nothing more of the person; the trail tells what was done.
    assert mail_to("feil@fjellvik.example").kind == "access/mail/invitation"
    assert not Mail.objects.filter(to="feil@fjellvik.example", text__contains="rett@").exists()
    told = Event.objects.filter(subject_type="access.user", subject_id=person.pk).order_by("id")
    assert list(told.values_list("action", flat=True))[-3:] == [
        "access.invitation_withdrawn", "forum.person_changed", "access.invited",
    ]  # fmt: skip
    right = mail_to("rett@fjellvik.example")
    assert right.kind == "access/mail/invitation"
    assert Client().post(link_in(right), {"password1": NEW}).status_code == 302
    assert Invitation.objects.get(person=person).accepted_at


def test_who_got_the_invitation_by_mistake_gets_no_password_either(town: Municipality) -> None:
    """The page of the withdrawn link led on to "Forgotten the password?", which sent a new one to that very address."""
    wrong = "feil@fjellvik.example"
    person = office.add_person(email=wrong, name="Kari Feil", actor=town.administrator)
    invitations.invite([person], actor=town.administrator)
    Client().post(reverse("account_reset_password"), {"email": wrong})
    asked_before = link_in(mail_to(wrong))
    client = Client()
    client.force_login(town.administrator)
    client.post(reverse("forum:person_withdraw", args=[person.pk]))
    page = client.get(reverse("forum:person", args=[person.pk])).content.decode()
    assert "Ingen kommer inn med denne adressen" in page
    stranger = Client()
    assert "account/password_reset" not in str(stranger.get(asked_before).headers.get("Location", ""))
    assert stranger.get(asked_before, follow=True).context.get("token_fail")
    with clock.at(clock.now() + timedelta(minutes=11)):
        answer = stranger.post(reverse("account_reset_password"), {"email": wrong})
        assert answer.status_code == 302
        assert mail_to(wrong).kind == "access/mail/unknown_account"
        # A new invitation opens it again, at the right address alone.
        change(person, town, "rett@fjellvik.example")
        client.post(reverse("forum:person_invite", args=[person.pk]))
    assert Client().post(link_in(mail_to("rett@fjellvik.example")), {"password1": NEW}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_a_password_somebody_else_chose_falls_with_the_address(town: Municipality, member: User) -> None:
    """An invitation that was used by whoever got it by mistake: the right address, confirmed without signing in, ends
    that way in."""
    change(member, town)
    link = link_in(mail_to(FOREIGN))
    with clock.at(clock.now() + addresses.WAITS):
        answer = Client().post(link)
    assert answer.url == reverse("account_reset_password")
    member.refresh_from_db()
    assert (member.email, member.has_usable_password()) == (FOREIGN, False)
    Client().post(reverse("account_reset_password"), {"email": FOREIGN})
    assert mail_to(FOREIGN).kind == "access/mail/password_reset_key"


def test_the_file_of_people_gives_nobody_another_address(town: Municipality, member: User) -> None:
    text = f"navn;e-post\n{member.name};{FOREIGN}\nHelt annet navn;{member.email}\n"
    entering.enter(text, invite=True, actor=town.administrator)
    kept = User.objects.get(pk=member.pk)
    assert (kept.email, kept.name) == (member.email, member.name)
    assert User.objects.get(email=FOREIGN).pk != member.pk


@pytest.mark.parametrize("way", ["employment", "office", "place", "file"])
def test_whoever_signed_up_with_another_s_address_gets_nothing_by_it(town: Municipality, way: str) -> None:
    """Somebody signs up as a person who is to be employed, and waits for the owner to press the link."""
    stranger = Client()
    form = {"name": "Ny Ansatt", "email": "ny.ansatt@fjellvik.example", "password1": PASSWORD}
    stranger.post(reverse("account_signup"), form)
    link = link_in(mail_to("ny.ansatt@fjellvik.example"))
    person = User.objects.get(email="ny.ansatt@fjellvik.example")
    actor = town.administrator
    if way == "employment":
        office.start_employment(person=person, unit=town.units[0], actor=actor)
    elif way == "office":
        office.appoint(person=person, office=OfficeKind.HR, actor=actor)
    elif way == "place":
        memberships.start_membership(person=person, body=town.committee, role=Role.SECRETARY, actor=actor)
    else:
        text = f"navn;e-post;enhet\nNy Ansatt;{person.email};{town.units[0].name}\n"
        assert entering.enter(text, invite=True, actor=actor).invited == 1
    Client().post(link)
    answer = Client().post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert not is_in(stranger)
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert Event.objects.filter(action="access.left_to_owner", actor=actor).count() == 1
    # Its owner comes in by mail, as everybody the municipality has entered.
    with clock.at(clock.now() + timedelta(minutes=5)):
        invitations.invite([person], actor=actor)
        Client().post(link_in(mail_to(person.email)), {"password1": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW)

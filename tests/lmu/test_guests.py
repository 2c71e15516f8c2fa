"""A user representative is a guest: invited by mail or letter, reads exactly the case, and speaks for themselves."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from forum.cases.models import CaseGuest, Referral
from forum.organisation.models import Membership
from lmu import services, tasks
from lmu.guests import queries
from lmu.guests import services as guests
from lmu.models import GuestLetter
from portal.queries.mine import my_page
from proposals.consent import services as consent
from proposals.forms.handling import DocumentsForm
from proposals.models import Conclusion, Proposal
from tests.factories.files import png
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import Invitation, User
from trepart.audit.models import Event
from trepart.notices.models import Mail, Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

Propose = Callable[..., Proposal]
GUEST = reverse("lmu:guest")


def begun(town: Municipality, propose: Propose, title: str = "Sykkelstativ") -> Referral:
    proposal = perform(propose(0, title), "begin", actor=town.lmu_leader(), data={"access": "employees"})
    found: Referral = proposal.case.referrals.get()
    return found


def bring_in(town: Municipality, *cases: Referral, **more: Any) -> Membership:
    given = {"email": "bjorg@bruker.example", "name": "Bjørg Ås"} | more
    return services.add_user_representative(
        body=town.lmus[0], valid_from=clock.today(), valid_to=None, actor=town.lmu_leader(), cases=cases, **given
    )


def guest_of(membership: Membership) -> CaseGuest:
    return CaseGuest.objects.get(membership=membership)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def sheet() -> SimpleUploadedFile:
    return SimpleUploadedFile("brev fra Bjørg.png", png(), "image/png")


# Invited --------------------------------------------------------------------------------------------------------------


def test_invited_by_mail_that_says_what_one_can_see_and_say(town: Municipality, propose: Propose) -> None:
    stay = begun(town, propose)
    membership = bring_in(town, stay)
    told = Notice.objects.get(kind="lmu.guest_invited")
    assert told.person == membership.person
    assert told.url == GUEST
    assert "Sykkelstativ" in told.subject
    assert "ingen skriver det for deg" in told.body
    assert "ikke noe annet av det gruppa har" in told.body
    # Who cannot sign in yet gets a link to choose a password.
    assert Invitation.objects.get(person=membership.person).digest
    other = begun(town, propose, "Kaffetrakter")
    for _twice in range(2):
        services.let_in(membership, cases=[stay, other], actor=town.lmu_leader())
    assert Notice.objects.filter(kind="lmu.guest_invited").count() == 2


def test_whoever_can_sign_in_is_sent_no_password(town: Municipality, propose: Propose) -> None:
    known = town.employee(1)
    User.objects.filter(pk=known.pk).update(password=make_password("hemmelig-nok-123"))
    bring_in(town, begun(town, propose), email=known.email)
    assert not Invitation.objects.filter(person=known).exists()
    assert Notice.objects.get(kind="lmu.guest_invited").person == known


def test_without_an_address_by_letter(town: Municipality, propose: Propose, client: Client) -> None:
    client.force_login(town.lmu_leader())
    stay = begun(town, propose)
    fields = {"name": "Bjørg Ås", "email": "", "address": "", "valid_from": clock.today(), "cases": [stay.pk]}
    url = reverse("lmu:user_add", args=[town.lmus[0].slug])
    assert "email" in client.post(url, fields).context["form"].errors
    mails = Mail.objects.count()
    answer = client.post(url, {**fields, "address": "Bakken 3\n0001 Fjellvik"})
    letter = GuestLetter.objects.select_related("membership__person").get()
    person = letter.membership.person
    page = reverse("lmu:guest_letter", args=[town.lmus[0].slug, letter.membership_id])
    assert answer["Location"] == page
    assert (person.is_active, person.has_usable_password(), letter.sent_on) == (False, False, None)
    assert (Mail.objects.count(), Notice.objects.filter(person=person).count()) == (mails, 0)
    assert "Sykkelstativ" in client.get(page).content.decode()
    assert page in client.get(reverse("lmu:detail", args=[town.lmus[0].slug])).content.decode()
    assert client.post(page).status_code == 302
    letter.refresh_from_db()
    assert (letter.sent_on, letter.sent_by) == (clock.today(), town.lmu_leader())
    with pytest.raises(WrongState):
        guests.letter_sent(letter.membership, actor=town.lmu_leader())
    # A new case: the letter is to be sent anew.
    services.let_in(letter.membership, cases=[begun(town, propose, "Ledlys")], actor=town.lmu_leader())
    letter.refresh_from_db()
    assert letter.sent_on is None
    services.end_user_representative(letter.membership, on=clock.today(), actor=town.lmu_leader())
    assert tasks.erase_guest_addresses() == 0
    with clock.at(clock.now() + timedelta(days=1)):
        assert (tasks.erase_guest_addresses(), tasks.erase_guest_addresses()) == (1, 0)
    letter.refresh_from_db()
    assert letter.address == ""
    assert {row.address for row in GuestLetter.history.all()} == {""}


@pytest.mark.printed
def test_the_letter_is_printed_with_the_cases(town: Municipality, propose: Propose, client: Client) -> None:
    membership = bring_in(town, begun(town, propose), email="", address="Bakken 3\n0001 Fjellvik")
    client.force_login(town.lmu_leader())
    printed = client.get(reverse("lmu:guest_letter_pdf", args=[town.lmus[0].slug, membership.pk]))
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")


def test_the_letter_is_the_leaders(town: Municipality, propose: Propose, client: Client) -> None:
    membership = bring_in(town, begun(town, propose), email="", address="Bakken 3\n0001 Fjellvik")
    by_mail = bring_in(town, email="per@bruker.example", name="Per")
    names = ("lmu:guest_letter", "lmu:guest_letter_pdf")
    for who, status in ((town.lmu_members[0][1], {403}), (town.lmu_leader(1), {403, 404}), (town.employee(), {403})):
        client.force_login(who)
        for name in names:
            assert client.get(reverse(name, args=[town.lmus[0].slug, membership.pk])).status_code in status
        assert client.post(reverse(names[0], args=[town.lmus[0].slug, membership.pk])).status_code in status
    client.force_login(town.lmu_leader())
    assert client.get(reverse(names[0], args=[town.lmus[0].slug, by_mail.pk])).status_code == 404


# Speaks for oneself ---------------------------------------------------------------------------------------------------


def test_the_page_shows_exactly_the_case_and_where_to_say_it(town: Municipality, propose: Propose) -> None:
    mine, other = begun(town, propose), begun(town, propose, "Kaffetrakter")
    membership = bring_in(town, mine)
    guest, client = guest_of(membership), signed_in(membership.person)
    shown = client.get(GUEST).content.decode()
    assert "Sykkelstativ" in shown
    assert other.case.title not in shown
    assert [task.url for task in my_page(membership.person).tasks] == [GUEST]
    assert {url for _label, url in my_page(membership.person).places} == {GUEST}
    assert client.post(GUEST, {"guest": guest.pk, "view": "  "}).status_code == 422
    assert client.post(GUEST, {"guest": guest.pk, "view": "Vi som sykler, trenger tak."}).status_code == 302
    guest.refresh_from_db()
    assert (guest.view, guest.sheet) == ("Vi som sykler, trenger tak.", None)
    assert Event.objects.get(action="lmu.guest_spoke").actor == membership.person
    assert {n.person for n in Notice.objects.filter(kind="lmu.guest_spoke")} == set(town.lmu_members[0])
    assert not my_page(membership.person).tasks
    assert client.post(GUEST, {"guest": guest.pk, "view": "Tak og lys."}).status_code == 302
    guest.refresh_from_db()
    assert guest.view == "Tak og lys."


def test_what_a_guest_has_half_written_stands_there_again(town: Municipality, propose: Propose) -> None:
    """Of each case for itself, when the session has ended or the page was left, until it is sent."""
    stays = [begun(town, propose), begun(town, propose, "Kaffetrakter")]
    membership = bring_in(town, *stays)
    pks = [CaseGuest.objects.get(referral=stay).pk for stay in stays]
    client = signed_in(membership.person)
    owner = client.get(GUEST).context["form_owner"]

    def shown() -> list[str]:
        cases = {guest.pk: form["view"].value() for guest, form in client.get(GUEST).context["cases"]}
        return [cases[pk] for pk in pks]

    left = [urlencode({"guest": pk, "view": f"Halvt {pk}", "form_owner": owner}) for pk in pks]
    along = {"left_at": GUEST, "kept_along": json.dumps(left), "form_owner": owner}
    assert client.post(reverse("access:leave_form"), along, headers={"Accept": "application/json"}).status_code == 204
    assert shown() == shown() == [f"Halvt {pk}" for pk in pks]
    sent = {"guest": pks[0], "view": "Helt.", "form_owner": owner}
    assert client.post(GUEST, sent).status_code == 302
    assert shown() == ["Helt.", f"Halvt {pks[1]}"]
    client.logout()
    client.post(GUEST, {"guest": pks[1], "view": "Mens jeg var borte.", "form_owner": owner})
    client.force_login(membership.person)
    assert shown() == ["Helt.", "Mens jeg var borte."]


def test_nobody_else_writes_what_a_guest_thinks(town: Municipality, propose: Propose, client: Client) -> None:
    membership = bring_in(town, begun(town, propose))
    guest = guest_of(membership)
    for who in (*town.lmu_members[0], town.outsider, town.administrator):
        with pytest.raises(NotPermitted):
            guests.say(guest, text="Alt er fint.", actor=who)
        client.force_login(who)
        assert client.post(GUEST, {"guest": guest.pk, "view": "Alt er fint."}).status_code == 404
    with pytest.raises(GuardRefused):
        guests.take_in_sheet(guest, upload=sheet(), actor=town.lmu_leader())
    services.end_user_representative(membership, on=clock.today(), actor=town.lmu_leader())
    guest.refresh_from_db()
    assert (guest.view, guest.said_at) == ("", None)


def test_those_who_deal_with_it_read_it_before_they_conclude(town: Municipality, propose: Propose) -> None:
    stay = begun(town, propose)
    membership = bring_in(town, stay)
    guests.say(guest_of(membership), text="Vi som sykler, trenger tak.", actor=membership.person)
    leader, union, safety = town.lmu_members[0]
    proposal = Proposal.objects.select_related("case").get(case=stay.case)
    data = {
        "participants": [town.membership(leader, town.lmus[0]).pk], "held_on": clock.today(), "answer": "Nei.",
    }  # fmt: skip
    conclusion = consent.conclude(proposal, "turn_down", actor=leader, data=data)
    for who, url, reads in (
        (union, conclusion.get_absolute_url(), True),
        (union, proposal.get_absolute_url(), True),
        (membership.person, proposal.get_absolute_url(), True),
        (town.employee(0, 1), proposal.get_absolute_url(), False),
    ):
        assert ("Vi som sykler, trenger tak." in signed_in(who).get(url).content.decode()) == reads
    for who in (union, safety):
        consent.take_position(conclusion, agrees=True, actor=who)
    assert Conclusion.objects.get().status == "stands"
    with pytest.raises(WrongState):
        guests.say(guest_of(membership), text="Enda et ord.", actor=membership.person)
    shown = signed_in(membership.person).get(GUEST).content.decode()
    assert "Gruppa er ferdig med saken" in shown
    assert "<textarea" not in shown


def test_a_sheet_that_comes_is_put_in_the_case_as_it_is(town: Municipality, propose: Propose, client: Client) -> None:
    stay = begun(town, propose)
    membership = bring_in(town, stay, email="", address="Bakken 3\n0001 Fjellvik")
    guest = guest_of(membership)
    page = reverse("lmu:guest_letter", args=[town.lmus[0].slug, membership.pk])
    client.force_login(town.lmu_leader())
    assert client.post(page, {"guest": guest.pk}).status_code == 422
    wrong = SimpleUploadedFile("brev.png", b"ikke et bilde", "image/png")
    assert client.post(page, {"guest": guest.pk, "sheet": wrong}).status_code == 422
    assert client.post(page, {"guest": guest.pk, "sheet": sheet()}).status_code == 302
    guest.refresh_from_db()
    assert guest.sheet is not None
    assert (guest.view, guest.sheet.case_id, bool(guest.sheet.exempt_basis)) == ("", stay.case_id, True)
    assert "Bjørg" not in guest.sheet.title
    proposal = Proposal.objects.get(case=stay.case)
    assert "Brevet, slik det kom" in signed_in(town.lmu_members[0][1]).get(proposal.get_absolute_url()).content.decode()
    assert not queries.waiting(membership.person).exists()


def test_a_guests_letter_is_for_those_who_treat_the_case(town: Municipality, propose: Propose) -> None:
    stay = begun(town, propose)
    guest = guest_of(bring_in(town, stay, email="", address="Bakken 3\n0001 Fjellvik"))
    guests.take_in_sheet(guest, upload=sheet(), actor=town.lmu_leader())
    guest.refresh_from_db()
    proposal = Proposal.objects.get(case=stay.case)
    file = reverse("proposals:document", args=[stay.case_id, guest.sheet_id])
    assert proposal.proposer is not None
    for person, status in ((town.lmu_leader(), 200), (proposal.proposer, 404), (town.employee(1), 404)):
        page = signed_in(person)
        assert page.get(file).status_code == status
        assert (file in page.get(proposal.get_absolute_url()).content.decode()) == (status == 200)
    # Nor is it among what everybody in a meeting has, or what can be opened to others in passing.
    assert not stay.case.documents.of_case_itself().filter(pk=guest.sheet_id).exists()
    assert guest.sheet not in DocumentsForm({}, subject=proposal, actor=town.lmu_leader()).documents


def test_no_guest_without_a_way_to_be_reached(town: Municipality) -> None:
    with pytest.raises(GuardRefused):
        bring_in(town, email="", address=" ")
    with pytest.raises(ValidationError):
        bring_in(town, email="", address="Bakken 3", name=" ")
    assert not Membership.objects.filter(role="user_representative").exists()

"""What the first administrator does: takes the invitation, sets up a second step, makes a committee and calls a
meeting."""

import re
import sys
from datetime import timedelta

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client, override_settings
from django.test.utils import setup_test_environment
from django.urls import reverse

from forum.meetings.agenda import services as agenda
from forum.meetings.core.models import Meeting
from forum.meetings.planning import services as planning
from forum.organisation.enums import BodyKind, LegalBasis, Part, Role, Sex, Side
from forum.organisation.models import Body
from forum.organisation.services import bodies, memberships
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.access.sign_in import second_step
from trepart.audit import sealing
from trepart.workflow import perform

#: Nothing has been collected; the pages are served as they are.
PLAIN = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

PASSWORD = "en ganske lang setning"  # only for the drill


@override_settings(STORAGES=PLAIN)
def hold(said: str) -> None:
    """Go from the link in what the commands ``said`` to a meeting that has been called."""
    setup_test_environment()  # pages tell what they were made of
    administrator = let_in(re.findall(r"https://\S+", said)[-1])
    assert policy.can(administrator, "forum.manage_organisation")
    secretary = committee(administrator)
    body = Body.objects.get(kind=BodyKind.COMMITTEE)
    meeting = planning.plan_meeting(
        body=body, starts_at=clock.now() + timedelta(days=20), place="Rådhuset", actor=secretary
    )
    agenda.add_item(meeting, title="Felles vaktmester", recommendation="Det gjøres.", actor=secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=secretary)
    while sealing.seal_events():
        pass
    sys.stdout.write(f"Called: {Meeting.objects.get().status}\n")


def let_in(link: str) -> User:
    """Take the invitation behind ``link``, as one does on the pages."""
    person = User.objects.get()
    browser = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    page = link.removeprefix(settings.SITE_URL)
    assert browser.get(page, secure=True).status_code == 200
    answer = browser.post(page, {"password1": PASSWORD}, secure=True)
    assert answer.status_code == 302, answer.status_code
    # Nothing else is open before the second step is set up.
    mine = browser.get(reverse("portal:my_page"), secure=True)
    assert mine.url == reverse("access:must_set_up"), mine
    activate = reverse("mfa_activate_totp")
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD}, secure=True)
    form = browser.get(activate, secure=True).context["form"]
    code = totp.format_hotp_value(totp.hotp_value(form.secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert browser.post(activate, {"code": code}, secure=True).status_code == 302
    assert second_step.has_one(person)
    for name in ("portal:my_page", "forum:organisation", "forum:municipality"):
        assert browser.get(reverse(name), secure=True).status_code == 200, name
    return person


def committee(actor: User) -> User:
    """Set up a council and a committee between its parties as the administrator; return the secretary."""
    council = bodies.add_body(name="Kommunestyret", kind=BodyKind.COUNCIL, legal_basis=LegalBasis.COUNCIL, actor=actor)
    body = bodies.add_body(
        name="Partssammensatt utvalg",
        slug="psu",
        kind=BodyKind.COMMITTEE,
        legal_basis=LegalBasis.KOML_5_11,
        mandate="Forholdet mellom kommunen og de ansatte. Perioden følger kommunestyrets.",
        superior=council,
        actor=actor,
    )
    party = bodies.add_party(name="Bygdepartiet", short="Bp", actor=actor)
    sector = bodies.add_unit("Oppvekst", None, actor=actor)

    def seat(number: int, role: str, **more: object) -> User:
        who = bodies.add_person(email=f"person{number}@kommune.example", name=f"Person {number}", actor=actor)
        memberships.start_membership(person=who, body=body, role=role, actor=actor, **more)
        return who

    elected = {"part": Part.ELECTED, "side": Side.MUNICIPALITY, "elected_by_council": True, "party": party}
    union = {"part": Part.UNION, "side": Side.EMPLOYEES}
    roles = (Role.LEADER, Role.DEPUTY_LEADER, Role.MEMBER, Role.MEMBER, Role.MEMBER)
    for number, role in enumerate(roles):
        seat(number, role, sex=Sex.FEMALE if number % 2 == 0 else Sex.MALE, **elected)
    for number in range(5, 9):
        who = seat(number, Role.MEMBER, **union)
        bodies.start_employment(person=who, unit=sector, title="Hovedtillitsvalgt", actor=actor)
    for number, order in ((9, 1), (10, 2)):
        seat(number, Role.DEPUTY, deputy_number=order, sex=(Sex.FEMALE, Sex.MALE)[order - 1], **elected)
    for number, order in ((11, 1), (12, 2)):
        seat(number, Role.DEPUTY, deputy_number=order, **union)
    secretary = seat(13, Role.SECRETARY, part=Part.ADMINISTRATION)
    bodies.start_employment(person=secretary, unit=sector, title="Rådgiver", actor=actor)
    for each in (council, body):
        bodies.activate_body(each, actor=actor)
    return secretary

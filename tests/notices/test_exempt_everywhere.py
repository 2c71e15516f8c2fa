"""Every announcement, tried with an exempt case: neither title nor text leaves the house (R8, R25).

Who has lost access since reads neither.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.services import cases
from forum.meetings.attendance import deputy_calls
from forum.meetings.attendance.models import Absence, DeputyCall
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.models import Minutes
from forum.organisation.models import Membership
from forum.organisation.services import memberships
from portal.queries.readable_notices import readable
from proposals.consent import notifications as consent
from proposals.consent.models import Conclusion
from proposals.notifications import Reply
from tests.factories.councils import village_council
from tests.factories.organisation import Municipality
from tests.forum.cases.test_opinions import ask
from tests.forum.commissions.test_commissions import to_lmu
from tests.proposals.conftest import Road
from trepart import audit, clock
from trepart.access.models import User
from trepart.notices import gathering, letter
from trepart.notices.announcing import announce, tell
from trepart.notices.choosing import choose
from trepart.notices.models import Cadence, Mail, Notice
from trepart.workflow import Step, all_workflows, perform

pytestmark = pytest.mark.django_db

TITLE, TEXT = "Rus på jobb hos oss", "Hemmelig svar om naboen"
BASIS = "offl § 13, jf. fvl § 13"
#: Templates that tell of no case: about an account, who stands in for whom, what a member demands or asks in their own
#: words, days in a plan, and the sheet of views to the municipal council, whose mail counts cases and encloses what
#: everybody may read (tests/forum/council/test_lists.py).
ABOUT_NO_CASE = (
    "access/",
    "organisation/mail/stand_in_",
    "meetings/agenda/mail/demand_",
    "meetings/agenda/mail/question_asked",
    "meetings/planning/mail/year_plan_published",
    "council/mail/council_views_sent",
    "proposals/waiting/mail/draft_reminded",
)


def mail_templates() -> Iterator[str]:
    """Every mail there is: its path below ``templates/`` without ending."""
    root = Path(django_settings.BASE_DIR, "templates")
    for file in root.glob("**/mail/*.txt"):
        yield str(file.relative_to(root)).removesuffix(".txt")


def mail_of(name: str) -> str:
    """The one mail that is called ``name``, wherever it lies."""
    (template,) = (template for template in mail_templates() if template.endswith(f"/mail/{name}"))
    return template


class Everything:
    """What a step is given, every word of it secret."""

    before = starts_at = clock.now()

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return TEXT


@pytest.fixture
def exempt(town: Municipality) -> Road:
    road = Road(town, title=TITLE, what=TEXT, why=TEXT)
    road.step("begin", road.leader, access="receiver", access_basis=BASIS)
    return road


def things(town: Municipality, road: Road) -> dict[str, Any]:
    """One of everything that is announced, each in an exempt case."""
    proposal = road.fresh()
    proposal.responsible, proposal.due_on, proposal.merged_into = town.employee(1), clock.today(), proposal
    proposal.ask_council_on = clock.today()
    commission = to_lmu(town, title=TITLE, wanted=TEXT)
    cases.set_access(commission.case, access=CaseAccess.RECEIVER, basis=BASIS, actor=town.secretary)
    for name in ("plan", "report", "reason", "conclusion"):
        setattr(commission, name, TEXT)
    council = village_council(town)
    forwarded = Road(town, title=TITLE, what=TEXT, why=TEXT)
    forwarded.begin().forward()
    opinion = ask(town, council, forwarded.fresh())
    opinion.question = opinion.answer = opinion.reason = TEXT
    opinion.case = cases.set_access(
        forwarded.fresh().case, access=CaseAccess.RECEIVER, basis=BASIS, actor=town.coordination_secretary
    )
    forwarded.recommend()
    item = forwarded.on_agenda()
    perform(item.meeting, "call", actor=town.secretary)  # its cases have their numbers
    meeting = Meeting.objects.select_related("body").get(pk=item.meeting_id)
    return {
        "proposals.proposal": proposal,
        "proposals.conclusion": Conclusion(
            pk=1, referral=road.referral, step="turn_down", answer=TEXT, reason=TEXT, concluded_by=road.leader
        ),
        "commissions.commission": commission,
        "cases.opinion": opinion,
        "meetings.meeting": meeting,
        "meetings.minutes": Minutes(pk=1, meeting=meeting),
        "item": AgendaItem.objects.select_related("meeting__body", "case", "referral__case").get(pk=item.pk),
    }


def root_of(thing: Any) -> Any:
    if isinstance(thing, Conclusion):
        return thing.referral.case
    return getattr(thing, "case", None) or getattr(thing, "meeting", None) or thing


def told_to(person: User, town: Municipality, road: Road) -> Iterator[tuple[str, str]]:
    """Tell ``person`` everything there is to tell, and give what was told: kind and template."""
    made = things(town, road)
    number = 0
    for flow in all_workflows():
        for transition in flow.transitions:
            for told in transition.notify:
                thing = made[flow.model]
                number += 1
                with audit.recorded("forum.case_access_set", actor=None, subject=thing, root=root_of(thing)) as event:
                    step = Step(flow, transition, thing, town.secretary, clock.now(), data=Everything(), event=event)
                    step.result = Reply(body=None, answer=TEXT)
                    own = replace(told, recipients=lambda step: [person], otherwise=None)
                    announce(own, step)
                yield told.name, told.template
    # What is told outside the lifecycles: reminders, deputies, what goes to those whose proposals were
    # merged, what is handed over.
    words = {
        "answer": TEXT,
        "reason": TEXT,
        **dict.fromkeys(("expected_on", "due_on"), clock.today()),
        "holder": "Ordføreren",
        "body": None,
        "letters": [],
        "before": person,
        "after": person,
    }
    loose = {
        "proposals.proposal": (
            "answer_duplicate", "ask_council", "handed_on", "handed_over", "measure_overdue", "overdue", "postponed",
            "preliminary", "progress", "redacted", "account_linked", "letters_waiting",
            "access_asked", "answer_corrected", "stepped_aside", "guest_invited", "guest_spoke", "heard", "heard_asked",
            "heard_outcome", "heard_went_on",
        ),
        "commissions.commission": ("commission_reminded",),
        "cases.opinion": ("opinion_reminded",),
        "meetings.meeting": ("deputy_called",),
    }  # fmt: skip
    for model, names in loose.items():
        thing = made[model]
        for name in names:
            template = mail_of(name)
            with audit.recorded("forum.case_access_set", actor=None, subject=thing, root=root_of(thing)) as event:
                context = words | {
                    "subject": thing,
                    "proposal": thing,
                    "target": thing,
                    "meeting": thing,
                    "member": person,
                    "step": SimpleNamespace(data=words),
                    "reference": getattr(root_of(thing), "reference", ""),
                    "referral": getattr(thing, "referral", None),
                }
                tell([person], kind=name, template=template, context=context, url="/forslag/1/", event=event)
            yield name, template
    conclusion = made["proposals.conclusion"]
    for name in ("consent_objection", "consent_late"):
        with audit.recorded("forum.case_access_set", actor=None, subject=conclusion, root=root_of(conclusion)) as event:
            context = consent.words(conclusion, name=person.name, text=TEXT)
            tell([person], kind=name, template=mail_of(name), context=context, url="/forslag/1/", event=event)
        yield name, mail_of(name)
    yield from told_around_a_meeting(person, made)


def told_around_a_meeting(person: User, made: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Tell ``person`` what is told before and after a meeting that has an exempt case on its agenda, by the services'
    own hand where they have one."""
    meeting, item = made["meetings.meeting"], made["item"]
    assert item.is_withheld
    seat = Membership(pk=1, person=person, body=meeting.body)
    absence = Absence(pk=1, meeting=meeting, membership=seat, reason=TEXT)
    call = DeputyCall(pk=1, absence=absence, deputy=seat, answer_by=clock.now(), reason=TEXT)
    task = FollowUp(pk=1, decision=Decision(pk=1, item=item, text=TEXT), responsible=person, due_on=clock.today())
    plain = {
        "subject": made["meetings.minutes"],
        "meeting": meeting,
        "item": item,
        "call": call,
        "name": person.name,
        "comes": True,
        "items": [item],
        "said": [person.name],
    }
    telling: dict[str, Callable[[str, Any], None]] = {
        **dict.fromkeys(
            ("deputy_asked", "deputy_declined", "deputy_released"),
            lambda name, event: deputy_calls._tell_deputy(call, absence, f"forum.{name}", event),
        ),
        **dict.fromkeys(
            (
                "follow_up_answered",
                "follow_up_ask",
                "follow_up_done",
                "follow_up_given",
                "follow_up_reminded",
                "follow_up_recommended",
            ),
            lambda name, event: follow_up._tell([person], task, item, f"forum.{name}", name, event),
        ),
        **dict.fromkeys(
            (
                "absence_reported",
                "decision_list_published",
                "deputies_exhausted",
                "deputy_answered",
                "invitation_withdrawn",
                "member_invited",
                "minutes_remarked",
                "remark_answered",
                "minutes_reminded",
                "conflict_reported",
                "places_settled",
            ),
            lambda name, event: tell(
                [person],
                kind=f"forum.{name}",
                template=mail_of(name),
                context=plain,
                url=meeting.get_absolute_url(),
                event=event,
            ),
        ),
    }
    telling["case_minuted"] = lambda name, event: tell(
        [person],
        kind=f"forum.{name}",
        template=mail_of(name),
        context={
            "item": item,
            "came_from": meeting.body,
            "outcome": TEXT,
            "kept": item.label if item.is_withheld else "",
        },
        url=meeting.get_absolute_url(),
        event=event,
    )
    about = {"item": item, "kept": item.label if item.is_withheld else ""}
    late = {"meeting": meeting, "packet_url": "/"}
    changed = {"subject": meeting, "points": item.label}
    own = {"decision_corrected": {"decision": task.decision}, "late_item": late, "log_changed": changed}
    for told_of in own:
        telling[told_of] = lambda name, event: tell(
            [person],
            kind=f"forum.{name}",
            template=mail_of(name),
            context=about | own[name],
            url=meeting.get_absolute_url(),
            event=event,
        )
    for name, told in telling.items():
        with audit.recorded("forum.case_access_set", actor=None, subject=item, root=meeting) as event:
            told(name, event)
        yield f"forum.{name}", mail_of(name)


def test_no_announcement_tells_of_an_exempt_case_outside_the_house(town: Municipality, exempt: Road) -> None:
    reader = town.outsider
    Mail.objects.all().delete()
    Notice.objects.filter(person=reader).delete()
    with transaction.atomic():
        walked = list(told_to(reader, town, exempt))
    assert len(walked) > 50
    templates = set(mail_templates())
    told = {template for _kind, template in walked}
    assert templates - {t for t in templates if t.startswith(ABOUT_NO_CASE)} == told
    mails = Mail.objects.filter(person=reader).prefetch_related("attachments")
    assert mails.count() > 40
    for mail in mails:
        files_of = [bytes(file.content).decode() for file in mail.attachments.all()]
        for said in (
            mail.subject,
            mail.text,
            letter.plain(mail),
            letter.html(mail),
            str(letter.message(mail).message()),
            *files_of,
        ):
            assert TITLE not in said, mail.kind
            assert TEXT not in said or mail.kind.startswith(("forum.meeting", "forum.minutes")), mail.kind
    # The walk would find it: what is kept on "my page" has the words.
    kept = Notice.objects.filter(person=reader)
    assert any(TITLE in notice.body for notice in kept)
    assert any(TEXT in notice.body for notice in kept)


def test_who_has_lost_access_reads_the_number_and_no_more(town: Municipality, exempt: Road) -> None:
    reader = town.outsider
    Notice.objects.filter(person=reader).delete()
    with transaction.atomic():
        list(told_to(reader, town, exempt))
    client = Client()
    client.force_login(reader)
    own = Notice.objects.filter(person=reader)
    about_meetings = own.filter(kind__startswith="forum.m").values_list("pk", flat=True)
    urls = ["/min-side/", *(f"/min-side/varsler/?page={n}" for n in (1, 2, 3, 4)), "/min-side/opplysninger.json"]
    for url in [*urls, *(f"/min-side/varsler/{pk}/" for pk in own.values_list("pk", flat=True))]:
        html = client.get(url).content.decode()
        assert TITLE not in html, url
        if url.endswith(".json"):
            said = json.loads(html)["Varsler" if "Varsler" in html else "Notices"]
            assert said
        elif not any(url.endswith(f"/{pk}/") for pk in about_meetings):
            assert TEXT not in html, url
    # Those who treat the case read what they were told.
    leader = exempt.leader
    notice = Notice.objects.filter(person=leader, kind="proposals.in_queue").first()
    assert notice is not None
    assert TITLE in f"{notice.subject} {notice.body}"
    [shown] = readable([notice], leader)
    assert TITLE in f"{shown.subject} {shown.body}"


def test_a_member_who_left_finds_no_title_of_a_case_that_was_closed_later(town: Municipality) -> None:
    road = Road(town, title=TITLE).to_committee()
    item = road.on_agenda(days=20)
    perform(item.meeting, "call", actor=town.secretary)
    member, stays = town.elected[1], town.elected[2]
    notices = {p.pk: Notice.objects.get(person=p, kind="forum.meeting_called") for p in (member, stays)}
    assert all(TITLE in notice.body for notice in notices.values())
    cases.set_access(road.fresh().case, access=CaseAccess.RECEIVER, basis=BASIS, actor=town.secretary)
    memberships.end_membership(
        town.membership(member, town.committee), on=clock.today() - timedelta(days=1), actor=None
    )

    def page(person: User) -> str:
        client = Client()
        client.force_login(User.objects.get(pk=person.pk))
        return client.get(f"/min-side/varsler/{notices[person.pk].pk}/").content.decode()

    assert TITLE not in page(member)
    assert road.proposal.case.reference in page(member)
    assert TITLE in page(stays)


def test_what_waits_for_the_days_mail_goes_by_its_number_when_it_is_closed_meanwhile(town: Municipality) -> None:
    choose(town.employee(), Cadence.DAILY)
    road = Road(town, title=TITLE).begin()
    with audit.recorded("forum.case_access_set", actor=None, subject=road.proposal.case) as event:
        tell(
            [town.employee()],
            kind="errand",
            template="proposals/measures/mail/measure_overdue",
            context={"proposal": road.proposal, "reference": TITLE, "subject": road.proposal},
            url="/forslag/1/",
            event=event,
        )
    waiting = Notice.objects.get(kind="errand")
    assert waiting.to_be_gathered
    Notice.objects.filter(pk=waiting.pk).update(subject=TITLE)
    cases.set_access(road.fresh().case, access=CaseAccess.RECEIVER, basis=BASIS, actor=town.secretary)
    assert gathering.gather() == 1
    mail = Mail.objects.get(kind="notices.gathered")
    assert TITLE not in mail.text
    assert road.proposal.case.reference in mail.text


def test_minutes_of_a_meeting_over_an_exempt_case_are_told_without_its_title(town: Municipality, exempt: Road) -> None:
    Mail.objects.all().delete()  # what was told before anybody had closed it
    exempt.forward().recommend()
    item = exempt.decided(Resolution.DECLINE, answer=TEXT)
    perform(minutes_services.begin(Meeting.objects.get(pk=item.meeting_id)), "publish", actor=town.secretary)
    for mail in Mail.objects.all():
        assert TITLE not in f"{mail.subject} {mail.text}", mail.kind
        assert TEXT not in f"{mail.subject} {mail.text}", mail.kind

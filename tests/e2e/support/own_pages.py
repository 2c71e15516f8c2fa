"""Pages that the examples of addresses (tests/factories/addresses.py) do not reach.

What a meeting's people do before and after it, proposals on paper, links that carry a secret, the demo's mailbox. Who
looks is whoever has most to do there.

A new page without an example fails tests/e2e/test_every_page.py: its example belongs in ``GIVEN``
(tests/factories/addresses.py), or here.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from forum.cases.models import Opinion
from forum.commissions.models import Commission
from forum.meetings.agenda import demands, questions
from forum.meetings.attendance import absences, conflict_reports
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core.models import Meeting
from forum.meetings.enums import DemandKind, MeetingKind
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.approvals.models import MinutesSignature
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.planning import services as year_plans
from forum.meetings.urgent import services as urgent
from forum.organisation.enums import Part, Role
from forum.organisation.services import memberships, people
from lmu import services as lmu
from proposals.models import Letter, Proposal
from proposals.paper_intake import services as on_paper
from proposals.services import submit
from tests.factories.addresses import AWKWARD
from tests.factories.consent import take
from tests.factories.line import workplace_without_lmu
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.follow_up.test_follow_up import decided
from tests.forum.meetings.minutes.test_election_corrections import held
from tests.forum.meetings.test_lifecycle import called
from tests.proposals.conftest import Road
from tests.proposals.paper_intake.test_on_paper import entered, fresh, screened
from tests.proposals.test_corrected_answer import adopted, put_right
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.access.sign_in import addresses, invitations
from trepart.notices.models import Mail, Notice
from trepart.workflow import perform

#: Address, and who looks.
Page = tuple[str, User | None]

#: Addresses that are no page to look at here, by why. Every other one is looked at: see `own_pages` and
#: tests/factories/addresses.py.
_WHY_NOT: Mapping[str, frozenset[str]] = {
    "gives a file, a feed or a style sheet": frozenset(
        {
            "forum:attendance_sheet", "forum:case_paper_document", "forum:case_paper_version_pdf",
            "forum:case_paper_pdf", "forum:agenda_pdf", "forum:packet_pdf", "forum:body_feed",
            "forum:commission_document", "forum:decision_list_pdf", "forum:decision_list_version_pdf",
            "forum:extract_pdf", "forum:meeting_calendar", "forum:minutes_pdf", "forum:minutes_version_pdf",
            "forum:opinion_document", "forum:own_feed", "mfa_download_recovery_codes", "portal:demo_enclosed",
            "portal:favicon", "portal:logo", "portal:my_data", "portal:paper", "portal:press_feed", "portal:robots",
            "portal:theme", "proposals:document", "proposals:letter_pdf", "oidc:keys", "forum:council_sheet_pdf",
            "forum:council_sheet_version_pdf", "forum:delegation_document", "lmu:guest_letter_pdf",
            "forum:people_template",
        }
    ),
    "is sent to, and leads back to a page": frozenset(
        {
            "access:discard_form", "access:session_end", "csp_report", "forum:decision_list_publish",
            "forum:meeting_draft",
            "forum:minutes_sign", "forum:meeting_settle", "forum:opinion_ask_at_once", "forum:person_invite",
            "lmu:not_there", "lmu:was_there", "forum:person_address_stop",
            "forum:person_second_step", "forum:person_withdraw", "grendeutvalg:show", "portal:mail_again",
            "portal:mail_again_all", "portal:mail_aside", "portal:mail_right", "portal:mail_wrong",
            "portal:notice_read", "portal:notices_read_all", "proposals:untie", "set_language",
            "set_language_with_text", "mfa_login_webauthn", "oidc:back_channel", "oidc:front_channel",
        }
    ),
    "answers the script of a page that is left or comes back": frozenset({"access:leave_form", "access:stands"}),
    "leads on to the page where it is done": frozenset({"lmu:answer", "forum:meeting_run", "mfa_list_webauthn"}),
    "has a story of its own: tests/e2e/test_case_papers.py and test_packet.py": frozenset(
        {
            "forum:case_paper", "forum:case_paper_clean", "forum:case_paper_version", "forum:case_paper_versions",
            "forum:case_paper_show",
            "forum:case_paper_write", "forum:packet", "forum:packet_make", "forum:packet_read", "forum:paper_begin",
        }
    ),
    "has a story of its own: tests/e2e/test_ahead_of_council.py": frozenset(
        {
            "forum:council_lists", "forum:council_take_in", "forum:council_list", "forum:council_sheet",
            "forum:council_sheet_send", "forum:council_case_step",
        }
    ),
    "is the form of the answer it puts right: tests/proposals/test_authority_answers.py": frozenset(
        {"proposals:correct_council"}
    ),
    "is a part of a page that is looked at": frozenset(
        {"forum:packet_part", "forum:meeting_follow_part", "proposals:similar"}
    ),
    "belongs to a sign-in service: tests/e2e/test_oidc.py goes there": frozenset(
        {"oidc:back", "oidc:link", "oidc:new", "oidc:out", "oidc:start", "oidc:unlink"}
    ),
    "needs somebody half signed in: tests/e2e/test_sign_in.py goes there": frozenset(
        {"mfa_authenticate", "account_reauthenticate", "mfa_reauthenticate_webauthn"}
    ),
    "is a mail as mail programs show it, without our policy: tests/e2e/test_mail.py": frozenset({"portal:demo_html"}),
    "is the technical administration, which is Django's own": frozenset({"admin"}),
}  # fmt: skip
NOT_SEEN = frozenset(name for names in _WHY_NOT.values() for name in names)
#: Letters that are read in the demo's mailbox: they have one layout.
_LETTERS = 6


def held_pages(town: Municipality) -> Iterator[Page]:
    """Give those of these pages that hold meetings of their own: on the stages one is in session, beside which no other
    is opened."""
    yield from _before(town)
    yield from _of_the_body(town)
    yield from _after(town)
    yield from _guests(town)
    yield from _heard(town)
    yield from _put_right(town)
    yield from _urgent(town)
    yield from _on_paper(town)


def own_pages(town: Municipality) -> Iterator[Page]:
    """Give each other of these pages, with something in it."""
    yield from _asked()
    yield from _of_accounts(town)


def _before(town: Municipality) -> Iterator[Page]:
    meeting = called(town, (AWKWARD,))
    item = meeting.items.get()
    absence = absences.report(meeting, actor=town.elected[3], reason=AWKWARD)
    call = DeputyCall.objects.get(absence=absence)
    conflict_reports.report(item, why=AWKWARD, actor=town.union[1])
    demand = demands.raise_demand(
        town.committee, kind=DemandKind.ITEM, title=AWKWARD, why=AWKWARD, actor=town.elected[4]
    )
    question = questions.ask(meeting, title=AWKWARD, text=AWKWARD, actor=town.elected[4])
    year = clock.today().year + 1
    begins = clock.now().replace(year=year, month=3, day=9)
    year_plans.publish(body=town.committee, year=year, wanted=[(begins, AWKWARD[-60:])], actor=town.secretary)
    yield reverse("forum:deputies_called", args=[meeting.pk]), town.secretary
    yield reverse("forum:deputy_call", args=[meeting.pk, call.pk]), call.deputy.person
    yield reverse("forum:absence", args=[meeting.pk]), town.union[0]
    yield reverse("forum:partiality", args=[meeting.pk, item.pk]), town.union[0]
    yield reverse("forum:paper", args=[meeting.pk, item.pk]), town.union[0]
    yield demand.get_absolute_url(), town.union[0]
    yield question.get_absolute_url(), town.secretary
    yield reverse("forum:question_ask", args=[meeting.pk]), town.union[0]
    yield reverse("forum:year_plan", args=[town.committee.slug, year]), town.secretary
    yield meeting.get_absolute_url(), town.union[1]
    notice = Notice.objects.filter(person=town.union[1]).latest("pk")
    yield reverse("portal:notice", args=[notice.pk]), town.union[1]


def _of_the_body(town: Municipality) -> Iterator[Page]:
    slug, delegation = town.committee.slug, town.committee.delegations.get()
    yield reverse("forum:delegations", args=[slug]), town.secretary
    yield reverse("forum:delegation_new", args=[slug]), town.secretary
    yield reverse("forum:delegation_end", args=[slug, delegation.pk]), town.secretary
    case = Road(town, title=AWKWARD[:100], needs_grant="yes").to_committee().fresh().case
    yield reverse("forum:case_nature", args=[case.pk]), town.secretary


def _after(town: Municipality) -> Iterator[Page]:
    held = held_meeting(town)
    minutes = minutes_services.begin(held)
    decision_lists.publish(held, actor=town.secretary)
    approvals.appoint(
        minutes, members=[town.membership(p).pk for p in (town.elected[1], town.elected[2])], actor=town.secretary
    )
    yield reverse("forum:decision_list", args=[held.pk]), town.secretary
    yield reverse("forum:minutes_signers", args=[held.pk]), town.secretary
    perform(minutes, "publish", actor=town.secretary)
    yield reverse("forum:minutes_detail", args=[held.pk]), town.elected[1]
    yield reverse("forum:minutes_remark", args=[held.pk]), town.elected[1]
    approvals.remark(minutes, version=1, text=AWKWARD, actor=town.elected[2])
    remark = MinutesSignature.objects.get(version__minutes=minutes)
    yield reverse("forum:minutes_reply", args=[held.pk, remark.pk]), town.secretary
    item = held.items.order_by("position")[1]
    yield reverse("forum:extract", args=[held.pk, item.pk]), None
    soon = clock.today() + timedelta(days=20)
    done = decided(town, {"title": AWKWARD, "responsible": town.employee(0), "due_on": soon})
    yield FollowUp.objects.get().get_absolute_url(), town.secretary
    yield reverse("forum:legality", args=[done.pk, done.items.get().pk]), town.secretary
    yield done.get_absolute_url(), None


def _guests(town: Municipality) -> Iterator[Page]:
    road = Road(town, title=AWKWARD[:100]).begin()
    given: dict[str, Any] = {
        "body": road.lmu, "valid_from": clock.today(), "valid_to": None, "actor": road.leader,
        "cases": [road.fresh().referral],
    }  # fmt: skip
    guest = lmu.add_user_representative(email="gjest@bruker.example", name=AWKWARD[:60], **given)
    person = User.objects.get(pk=guest.person_id)
    yield reverse("lmu:guest"), person
    by_letter = lmu.add_user_representative(address=AWKWARD[:60], name="Bjørg Ås", **given)
    yield reverse("lmu:guest_letter", args=[road.lmu.slug, by_letter.pk]), road.leader


def _heard(town: Municipality) -> Iterator[Page]:
    """Where a leader stands alone, the representatives are heard."""
    line = workplace_without_lmu(town)
    words = {"title": AWKWARD[:100], "what": AWKWARD, "why": AWKWARD, "unit": line.unit.pk}
    no = dict.fromkeys(("several_workplaces", "needs_grant", "affects_users"), "no")

    def begun() -> Proposal:
        sent = submit(proposer=line.employee, data={**words, **no, "expected_effect": ""})
        proposal: Proposal = perform(sent, "begin", actor=line.leader, data={"access": "employees"})
        return proposal

    unasked = begun()
    person = people.add_person(email="tillit@granli.example", name="Tillit", actor=None)
    memberships.start_membership(
        person=person, body=line.line, role=Role.UNION_REPRESENTATIVE, part=Part.UNION, actor=None
    )
    yield reverse("proposals:hear", args=[unasked.case_id]), line.leader
    asked = begun()
    yield reverse("proposals:word", args=[asked.case_id]), User.objects.get(pk=person.pk)
    yield asked.get_absolute_url(), line.leader


def _put_right(town: Municipality) -> Iterator[Page]:
    """A decision on a proposal was corrected when it was out: its proposer waits for a corrected answer."""
    proposal, item = adopted(town)
    put_right(town, item, AWKWARD)
    yield reverse("proposals:correct_answer", args=[proposal.case_id]), town.secretary
    yield proposal.get_absolute_url(), town.secretary
    one = held(town, (6, 2, 1))
    yield reverse("forum:minutes_record_election", args=[one.meeting.pk, one.round.pk]), town.secretary


def _urgent(town: Municipality) -> Iterator[Page]:
    meeting: Meeting = urgent.begin(
        town.committee, kind=MeetingKind.WRITTEN, title=AWKWARD, recommendation=AWKWARD, reason=AWKWARD,
        at=clock.now() + timedelta(hours=30), actor=town.chair,
    )  # fmt: skip
    yield reverse("forum:urgent_begin", args=[town.committee.slug]), town.chair
    yield reverse("forum:urgent_answer", args=[meeting.pk]), town.elected[1]
    yield reverse("forum:urgent_conclude", args=[meeting.pk]), town.chair
    yield meeting.get_absolute_url(), town.elected[1]


def _on_paper(town: Municipality) -> Iterator[Page]:
    clerk = town.coordination_secretary
    proposal = screened(town, entered(town, title=AWKWARD[:100]))
    yield reverse("proposals:paper_new"), clerk
    yield reverse("proposals:letters"), clerk
    yield reverse("proposals:letter", args=[Letter.objects.filter(proposal=proposal).latest("pk").pk]), clerk
    yield reverse("proposals:contact", args=[proposal.case_id]), clerk
    yield reverse("proposals:account", args=[proposal.case_id]), clerk
    proposal = screened(town, entered(town, title=f"Ferdig {AWKWARD[:80]}"))
    take(fresh(proposal), "decline", actor=clerk, data={"answer": AWKWARD})
    for letter in proposal.letters.filter(sent_on=None):
        on_paper.mark_sent(letter, data={"how": "post", "sent_on": clock.today().isoformat()}, actor=clerk)
    yield reverse("proposals:erase_contact", args=[proposal.case_id]), clerk
    yield reverse("proposals:detail", args=[proposal.case_id]), clerk


def _asked() -> Iterator[Page]:
    """Give the forms of those who are asked: the opinion and the commission that the stages have."""
    opinion, commission = Opinion.objects.latest("pk"), Commission.objects.latest("pk")
    for name, asked, step, right in (
        ("forum:opinion_step", opinion, "answer", "forum.answer_opinion"),
        ("forum:commission_step", commission, "accept", "forum.carry_commission"),
    ):
        person = next(iter(policy.people_who_can(right, asked)))
        yield reverse(name, args=[asked.pk, step]), person


def _of_accounts(town: Municipality) -> Iterator[Page]:
    newcomer = town.employee(2, 1)
    invitations.invite([newcomer], actor=town.administrator)
    mail = Mail.objects.filter(to=newcomer.email, kind="access/mail/invitation").latest("pk")
    found = re.search(r"/konto/invitasjon/\S+", mail.text)
    assert found
    yield found[0], None
    addresses.give(newcomer, "ny.adresse@fjellvik.example", actor=town.administrator)
    for kind in ("address_given", "address_asked"):
        link = re.search(
            r"/konto/adresse/\S+", Mail.objects.filter(kind=f"access/addresses/mail/{kind}").latest("pk").text
        )
        assert link
        yield link[0], None
    yield reverse("account_confirm_email", args=["finnes-ikke"]), None
    yield reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "finnes-ikke"}), None


def letters_of_the_demo() -> Iterator[Page]:
    """Give the demo's pages: who one can be, its mailbox, and a letter of each kind of mail there is."""
    yield reverse("portal:demo"), None
    yield reverse("portal:demo_mailbox"), None
    seen: set[Any] = set()
    for mail in Mail.objects.order_by("pk"):
        if mail.kind not in seen and len(seen) < _LETTERS:
            seen.add(mail.kind)
            yield reverse("portal:demo_letter", args=[mail.pk]), None

"""Takes the municipal council's list in, sends the views back, and records what the council decided."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.cases.services.cases import open_case, set_access
from forum.council import notifications, sheet_document
from forum.council.enums import CouncilCaseStatus
from forum.council.models import CouncilCase, CouncilList, CouncilSheet
from forum.meetings.agenda.functions import treat_under
from forum.meetings.agenda.services import add_item, rename_case
from forum.meetings.core.locking import Hold, hold, lock, lock_case
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.enums import ItemKind, MeetingKind, MeetingStatus
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.structure import Audience, Correction
from forum.organisation import body_kinds
from forum.organisation.enums import Role
from forum.organisation.models import Body, BodyFunction, Membership
from forum.organisation.role_assignments import at_work
from trepart import audit, clock, languages
from trepart.access.models import User
from trepart.alphabet import norwegian
from trepart.notices.announcing import tell
from trepart.notices.mail import Enclosed
from trepart.refusals import GuardRefused, WrongState
from trepart.text.dates import date_text
from trepart.text.normal import LONGEST_TITLE
from trepart.workflow import perform, reserve_pk

if TYPE_CHECKING:
    from django.db.models import QuerySet

PLAN = "forum.plan_meeting"
SEND = "forum.publish_minutes"
TEMPLATE = "council/pdf/sheet.html"
#: Series of the council's that are only heard: they become cases for information.
ONLY_HEARD = ("RS", "RF", "FO", "OS", "ORS", "DS", "MS")


@dataclass(frozen=True)
class Row:
    """One case of the list as it is taken in. ``exempt_basis``: the provision it is exempt on (R25);
    empty for an open one."""

    number: str
    key: str
    title: str
    archive: str = ""
    url: str = ""
    exempt_basis: str = ""


@dataclass
class Taken:
    """What came of taking a list in: what is new, what got a new title, and what was here already."""

    case_list: CouncilList
    added: list[CouncilCase] = field(default_factory=list)
    renamed: list[CouncilCase] = field(default_factory=list)
    already: list[CouncilCase] = field(default_factory=list)


def councils() -> "list[Body]":
    """Return the municipal councils at work: one, in every municipality we know of."""
    return list(
        Body.objects.filter(at_work(clock.today()), kind__in=body_kinds.OUTSIDE).order_by(norwegian("name"), "pk")
    )


@transaction.atomic
def take_in(
    meeting: Meeting,
    *,
    council: Body,
    held_on: date,
    rows: Sequence[Row],
    raw: str,
    source: str,
    recommendation: str = "",
    function: BodyFunction | None = None,
    actor: User,
) -> Taken:
    """Take the council's list in: each new case gets a folder, comes to the body with the council's day as its
    deadline, and stands on the agenda of ``meeting``.

    A case that is here already (the same council, day and number) is left alone, or gets the title it has now; so it
    may be done any number of times, and by two at once. The text is kept word for word. Raises ``GuardRefused`` for
    nothing to take in, a number that stands twice, a council that meets before the body does; ``WrongState`` once the
    meeting has begun; ``NotPermitted``.
    """
    if not rows:
        raise GuardRefused(_("Choose at least one case to take in."))
    if long := [row.number for row in rows if len(row.title) > LONGEST_TITLE]:
        words = _("Shorten the title to %(most)s characters.") % {"most": LONGEST_TITLE}
        raise GuardRefused(f"{', '.join(long)}: {words}")
    keys = [row.key for row in rows]
    twice = sorted({row.number for row in rows if keys.count(row.key) > 1})
    if twice:
        raise GuardRefused(_("The same number stands twice: %(numbers)s.") % {"numbers": ", ".join(twice)})
    if council.kind not in body_kinds.OUTSIDE:
        raise GuardRefused(_("%(body)s is no municipal council.") % {"body": council.name})
    # One list of the body at a time, whichever meeting it is taken in for.
    Body.objects.select_for_update(no_key=True).get(pk=meeting.body_id)
    known = CouncilCase.objects.filter(
        case_list__body=meeting.body_id, case_list__council=council, case_list__held_on=held_on, key__in=keys
    ).select_related("case", "body", "case_list__council", "case_list__meeting")
    here = {council_case.key: council_case for council_case in known}
    # Cases are locked before meetings, and those in the order of their numbers.
    for case_id in sorted(council_case.case_id for council_case in here.values()):
        lock_case(case_id)
    concerned = AgendaItem.objects.filter(case__council_case__in=[c.pk for c in here.values()]).values("meeting")
    list(
        Meeting.objects.select_for_update(no_key=True)
        .filter(pk__in=[meeting.pk, *[m["meeting"] for m in concerned]])
        .order_by("pk")
    )
    with hold(meeting, actor=actor, permission=PLAN, at=(MeetingStatus.PLANNED, MeetingStatus.CALLED)) as held:
        if held.meeting.kind != MeetingKind.ORDINARY:
            raise GuardRefused(_("An urgent case is treated by itself."))
        if held_on < day_of(held.meeting):
            raise GuardRefused(
                _("The municipal council meets before this meeting then, and a view would come too late.")
            )
        taken = Taken(_list(held, council=council, held_on=held_on, raw=raw, source=source))
        last = taken.case_list.cases.aggregate(last=Max("position"))["last"] or 0
        for row in rows:
            found = here.get(row.key)
            if found is None:
                last += 1
                taken.added.append(_add(held, taken.case_list, row, last, recommendation, function))
            elif found.title != row.title:
                taken.renamed.append(_rename(held, found, row))
            else:
                taken.already.append(found)
        audit.write(
            "forum.council_list_taken_in",
            actor=held.actor,
            subject=taken.case_list,
            root=held.meeting,
            acting=held.acting,
            data={
                "council": council.name,
                "held_on": held_on,
                "added": len(taken.added),
                "renamed": len(taken.renamed),
            },
        )
    return taken


def _list(held: Hold, *, council: Body, held_on: date, raw: str, source: str) -> CouncilList:
    found = CouncilList.objects.filter(body=held.meeting.body, council=council, held_on=held_on).first()
    if found is not None and found.raw == raw:
        return found
    adding = found is None
    made = found or CouncilList(
        pk=reserve_pk(CouncilList), body=held.meeting.body, council=council, held_on=held_on, meeting=held.meeting
    )
    made.raw, made.source, made.taken_in_by, made.taken_in_at = raw, source, held.actor, clock.now()
    with audit.recorded(
        "forum.council_list_kept", actor=held.actor, subject=made, root=held.meeting, acting=held.acting,
        data={"council": council.name, "held_on": held_on, "source": source},
    ):  # fmt: skip
        made.save(force_insert=adding)
    return made


def _add(
    held: Hold, case_list: CouncilList, row: Row, position: int, recommendation: str, function: BodyFunction | None
) -> CouncilCase:
    access = CaseAccess.RECEIVER if row.exempt_basis else CaseAccess.PUBLIC
    case: Case = open_case(title=row.title, actor=held.actor, access=access)
    set_access(case, access=access, basis=row.exempt_basis, actor=held.actor)
    made: CouncilCase = perform(
        CouncilCase(
            case_list=case_list,
            body=held.meeting.body,
            case=case,
            position=position,
            number=row.number,
            key=row.key,
            title=row.title,
            archive_number=row.archive,
            url=row.url,
        ),
        "take_in",
        actor=held.actor,
    )
    heard = row.key.split(" ")[0] in ONLY_HEARD
    item = add_item(
        held.meeting,
        referral=case.referrals.get(),
        kind=ItemKind.RS if heard else ItemKind.PS,
        recommendation="" if heard else recommendation,
        actor=held.actor,
    )
    if function is not None:
        treat_under(item, function=function, actor=held.actor)
    return made


def _rename(held: Hold, council_case: CouncilCase, row: Row) -> CouncilCase:
    """Let a case have the title it has on the council's list now, on the agenda too. What stands in
    published minutes stays (R29)."""
    case = council_case.case
    before = case.title
    council_case.title = row.title
    council_case.archive_number = row.archive or council_case.archive_number
    council_case.url = row.url or council_case.url
    with audit.recorded(
        "forum.council_case_renamed", actor=held.actor, subject=council_case, root=case, acting=held.acting,
        data={"number": council_case.number, "council": council_case.case_list.council.name},
    ):  # fmt: skip
        council_case.save()
        case.title = row.title
        case.save(update_fields=["title"])
    rename_case(case, before=before, actor=held.actor, acting=held.acting)
    return council_case


# The views ------------------------------------------------------------------------------------------------------------


def receivers(council: Body) -> "QuerySet[User]":
    """Return who gets the views: the secretary of the municipal council; its leader where no
    secretary is in the portal."""
    running = Membership.objects.running(clock.today()).filter(body=council, person__is_active=True)
    for role in (Role.SECRETARY, Role.LEADER):
        found = User.objects.filter(pk__in=running.filter(role=role).values("person")).order_by("pk")
        if found.exists():
            return found
    return User.objects.none()


def ready(case_list: CouncilList) -> bool:
    """Say whether there is anything to send: the meeting has ended."""
    return case_list.meeting.status == MeetingStatus.ENDED


def send_views(case_list: CouncilList, *, reason: str = "", handed_over: str = "", actor: User) -> CouncilSheet:
    """Print and keep the next version of the sheet, and send it to the council's secretary; without one in the portal,
    ``handed_over`` says how it gets there.

    Raises ``GuardRefused`` for a second version that does not say what it corrects and why (R29) or says
    the same as the last, and where it says to nobody how it got there; ``WrongState`` before the meeting
    has ended; ``NotPermitted``.
    """
    with hold(case_list.meeting, actor=actor, permission=SEND, at=(MeetingStatus.ENDED,)) as held:
        newest = case_list.sheets.defer("internal_pdf", "public_pdf").first()
        number = newest.number + 1 if newest is not None else 1
        corrections = _earlier(case_list)
        if newest is not None:
            if not reason.strip():
                raise GuardRefused(_("The views have been sent. Say what the new version corrects, and why."))
            now = sheet_document.build(case_list, Audience.INTERNAL)
            if sheet_document.from_json(newest.internal).items == now.items:
                raise GuardRefused(_("The sheet says the same as the version that has been sent."))
            corrections = (
                *corrections,
                Correction(number, date_text(clock.today(), year=True), reason.strip()),
            )
        people = list(receivers(case_list.council))
        if not people and not handed_over.strip():
            raise GuardRefused(
                _("Nobody of the municipal council is in the portal. Say to whom it is handed over, and how.")
            )
        fields = documents.kept(
            held.meeting,
            lambda audience: sheet_document.build(case_list, audience, version=number, corrections=corrections),
            template=TEMPLATE,
            stem=f"-kommunestyret-{case_list.pk}",
        )
        made = CouncilSheet(
            pk=reserve_pk(CouncilSheet),
            case_list=case_list,
            number=number,
            reason=reason.strip(),
            sent_by=held.actor,
            sent_to=[person.name for person in people] or [handed_over.strip()],
            **fields,
        )
        with audit.recorded(
            "forum.council_views_sent", actor=held.actor, subject=made, root=held.meeting, acting=held.acting,
            data={"version": number, "council": case_list.council.name, "held_on": case_list.held_on},
            text={"reason": reason.strip(), "to": ", ".join(made.sent_to)},
        ) as event:  # fmt: skip
            made.save(force_insert=True)
            name = f"{case_list.body.slug}-uttalelser-{case_list.held_on}-v{number}.pdf"
            # What goes out by mail is what everybody may read (R8, R25); the whole is behind the sign-in.
            file = Enclosed(name=name, content_type="application/pdf", content=bytes(made.public_pdf))
            tell(
                people,
                kind=notifications.COUNCIL_VIEWS_SENT,
                template="council/mail/council_views_sent",
                context={
                    "subject": made,
                    "case_list": case_list,
                    "again": number > 1,
                    "reason": made.reason,
                    "count": sum(1 for line in sheet_document.from_json(made.public).items if line.has_view),
                },
                url=made.get_absolute_url(),
                event=event,
                at_once=True,
                enclose=lambda person: (file,),
            )
    return made


def _earlier(case_list: CouncilList) -> tuple[Correction, ...]:
    versions = case_list.sheets.exclude(reason="").order_by("number").values_list("number", "created_at", "reason")
    return tuple(Correction(n, date_text(at, year=True), reason) for n, at, reason in versions)


# What the council decided ---------------------------------------------------------------------------------------------

_TITLE = gettext_lazy("What the municipal council decided in cases we had a view on")


@transaction.atomic
def put_decisions_on_agenda(case_list: CouncilList, meeting: Meeting, *, actor: User) -> AgendaItem:
    """Put what the council decided on the agenda of ``meeting``, for information. What is exempt stands
    there by its number only.

    Raises ``GuardRefused`` where nothing is recorded yet or the meeting is another body's, ``WrongState`` where
    it stands on that agenda.
    """
    if meeting.body_id != case_list.body_id:
        raise GuardRefused(_("That is a meeting of another body."))
    lock(meeting)  # sent twice at once, the second waits here and finds what the first has put on
    with languages.municipal():
        decided = list(case_list.cases.filter(status=CouncilCaseStatus.DECIDED).select_related("case"))
        if not decided:
            raise GuardRefused(_("Nothing is recorded of what the municipal council decided yet."))
        if stands_on(case_list, meeting):
            raise WrongState(_("It stands on that agenda already."))
        said = [_("What the municipal council decided is taken note of:"), *(_sentence(one) for one in decided)]
        return add_item(
            meeting, title=_title_of(case_list), kind=ItemKind.RS, recommendation="\n\n".join(said), actor=actor
        )


def stands_on(case_list: CouncilList, meeting: Meeting) -> bool:
    """Say whether what the council decided stands on the agenda of ``meeting``."""
    with languages.municipal():
        title = _title_of(case_list)
    return meeting.items.filter(kind=ItemKind.RS, title=title, withdrawn_at__isnull=True).exists()


def _title_of(case_list: CouncilList) -> str:
    return f"{_TITLE}, {date_text(case_list.held_on, year=True)}"


def _sentence(council_case: CouncilCase) -> str:
    if council_case.case.access == CaseAccess.RECEIVER:
        return f"{council_case.number}: {_('exempt from public access')}"
    beside = str(council_case.get_followed_display())
    return f"{council_case.number} {council_case.title} ({beside}):\n{council_case.decision}"


def coming_meeting(case_list: CouncilList) -> Meeting | None:
    """Return the body's next meeting that still takes cases on its agenda, after the one the views were given in."""
    return (
        Meeting.objects.filter(
            body=case_list.body_id,
            kind=MeetingKind.ORDINARY,
            status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED],
        )
        .exclude(pk=case_list.meeting_id)
        .select_related("body")
        .order_by("starts_at", "pk")
        .first()
    )


def page_of(case_list: CouncilList) -> str:
    """Return the address of the sheet."""
    return reverse("forum:council_sheet", args=[case_list.pk])

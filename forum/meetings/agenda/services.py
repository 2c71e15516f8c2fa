"""The agenda: what stands on it, in which order, behind which doors, under which number."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.enums import ReferralStatus
from forum.cases.matters import Nature
from forum.cases.models import Case, Referral
from forum.cases.services.numbering import next_number
from forum.meetings.agenda.body_queue import postponed
from forum.meetings.agenda.models import Demand, ItemDraft, LateItem, StandingOrder
from forum.meetings.agenda.nature import refuse, why_not
from forum.meetings.agenda.notice import tell_late
from forum.meetings.agenda.proposed_closing import propose, propose_as_before
from forum.meetings.core.closed import preparing
from forum.meetings.core.locking import BEFORE_THE_END, Hold, hold, hold_item, lock_case
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.core.vote_models import Motion
from forum.meetings.enums import AGENDA_ORDER, MINUTES_OUT, AgendaGroup, ItemKind, MeetingKind, MeetingStatus
from forum.meetings.minutes.models import Minutes
from forum.organisation.models import Body
from trepart import audit, clock
from trepart.authorising import authorise
from trepart.outdated_pages import check_seen
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import Step, reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User

PLAN = "forum.plan_meeting"
M = MeetingStatus


def number_item(item: AgendaItem, meeting: Meeting) -> None:
    """Give ``item`` the next number of its series in the body and year of the meeting, if it
    has none. The caller saves.

    A number is given once and never again, also where the item is withdrawn or the meeting cancelled.
    """
    if item.number is None:
        item.year = day_of(meeting).year
        item.series = meeting.body.kind_row.series if item.kind == ItemKind.PS else item.kind
        item.number = next_number(f"{item.kind}/{meeting.body_id}/{item.year}")


def _same_words_for_all(meeting: Meeting) -> None:
    """Raise ``WrongState`` where the members are answering in writing: what they have said yes to is changed for
    nobody (koml § 11-8, R10)."""
    if meeting.kind == MeetingKind.WRITTEN and meeting.status == M.CALLED:
        raise WrongState(
            _("Every member answers the same words (Local Government Act § 11-8). Cancel it, and send it out anew.")
        )


def _papers_are_public(meeting: Meeting, case: Case | None) -> None:
    """Raise ``GuardRefused`` for a case that is exempt as internal only: that never covers what is put before an
    elected body (offl § 16, R25)."""
    if meeting.body.is_elected_body and case is not None and legal_bases.is_internal_only(case.access_basis):
        raise GuardRefused(
            _(
                "The case is exempt under the Freedom of Information Act §§ 14 or 15, and those never cover what is "
                "put before an elected body (§ 16). Say on what other basis it is exempt, or open it."
            )
        )


@transaction.atomic
def add_item(
    meeting: Meeting,
    *,
    actor: "User",
    referral: Referral | None = None,
    title: str = "",
    kind: ItemKind = ItemKind.PS,
    closed_basis: str = "",
    public_title: str = "",
    recommendation: str = "",
    recommended_by: str = "",
    case: Case | None = None,
    approves: Minutes | None = None,
    wanted_by: str = "",
    why_late: str = "",
    nature: Nature = Nature.ORDINARY,
    again: AgendaItem | None = None,
) -> AgendaItem:
    """Put a case on the agenda, where the body's usual order has it, and return the item.
    After the notice it goes last.

    With ``referral`` (a case from the body's queue) title, recommendation and who it is from come from there unless
    said. Without it ``title`` is needed. ``approves`` names minutes whose approval the item is. An item added after
    the notice is marked late and numbered at once (koml § 11-3, R7); ``wanted_by`` and ``why_late`` say who wants
    it and why it cannot wait, and everybody who was sent the notice is told of it. ``nature`` is what kind of case it
    is said to be. ``closed_basis`` proposes closed doors (R8); what was treated behind them before is proposed so
    again. ``again`` is what a meeting postponed, and comes on anew as it stood there.

    Raises ``GuardRefused`` for what no three-party body treats (koml § 13-1), a case that is exempt as internal only
    (offl § 16), is not in the queue, stands on another agenda, or lacks a title, or as :func:`propose` does;
    ``WrongState`` once the meeting has ended; ``NotPermitted``.
    """
    if referral is not None:
        lock_case(referral.case_id)
    with hold(meeting, actor=actor, permission=PLAN, at=BEFORE_THE_END) as held:
        preparing.check(held.actor, case or (referral.case if referral is not None else None))
        _same_words_for_all(held.meeting)
        item = AgendaItem(
            pk=reserve_pk(AgendaItem),
            meeting=held.meeting,
            kind=ItemKind(kind),
            position=(held.meeting.items.aggregate(last=Max("position"))["last"] or 0) + 1,
            case=case,
            approves=approves,
            title=title.strip(),
            recommendation=recommendation.strip(),
            recommended_by=recommended_by.strip(),
            late=held.meeting.status != M.PLANNED,
        )
        if referral is not None:
            _take_from_queue(item, referral)
        if again is not None:
            _take_again(item, again)
        if not item.title:
            raise GuardRefused(_("Write what the case is about."))
        refuse(item.case)
        _papers_are_public(held.meeting, item.case)
        if (why := why_not(nature)) is not None:
            raise GuardRefused(why)
        if closed_basis.strip():
            propose(item, basis=closed_basis, public_title=public_title)
        else:
            propose_as_before(item)
        if item.late:
            number_item(item, held.meeting)
        with held.about(
            "forum.item_added",
            item,
            data={"case": item.case.reference if item.case else "", "late": item.late, "kind": item.kind},
        ) as event:
            if not item.late:
                _make_room(item)
            item.save(force_insert=True)
            if item.late and (wanted_by.strip() or why_late.strip()):
                LateItem.objects.create(item=item, wanted_by=wanted_by.strip(), reason=why_late.strip())
            if held.meeting.status == M.IN_SESSION:
                put_recommendation(item)
            if item.late:
                tell_late(item, event, but=held.actor)
        if item.late:
            held.about_case("forum.case_on_agenda", item)
    return item


def usual_order(body_id: int) -> list[str]:
    """Return in which order the body treats its cases (`AgendaGroup` values): its own setting, else the usual."""
    own = StandingOrder.objects.filter(body=body_id).first()
    return list(own.groups) if own is not None else [group.value for group in AGENDA_ORDER]


def group_of(item: AgendaItem) -> str:
    """Return what an item is ordered under."""
    return AgendaGroup.MINUTES if item.approves_id else AgendaGroup(item.kind)


def _make_room(item: AgendaItem) -> None:
    """Give ``item`` its place: after everything that stands before it in the usual order, with what
    follows moved one down."""
    order = usual_order(item.meeting.body_id)
    rank = order.index(group_of(item)) if group_of(item) in order else len(order)
    others = list(item.meeting.items.order_by("position", "pk"))
    ranks = [order.index(group_of(o)) if group_of(o) in order else len(order) for o in others]
    at = next((n for n, other in enumerate(ranks) if other > rank), len(others))
    if at == len(others):
        return
    item.position = others[at].position
    for other in reversed(others[at:]):
        other.position += 1
        other.save()


def put_in_order(meeting: Meeting, *, actor: "User") -> None:
    """Put the whole agenda in the body's usual order; what is of one group keeps its order. Raises as
    :func:`reorder_items`."""
    order = usual_order(meeting.body_id)
    items = sorted(meeting.items.order_by("position", "pk"), key=lambda item: order.index(group_of(item)))
    reorder_items(meeting, order=[item.pk for item in items], actor=actor)


@transaction.atomic
def set_standing_order(body: Body, *, groups: Sequence[str], actor: "User") -> StandingOrder:
    """Say in which order ``body`` treats its cases, from the next that is put on an agenda. Raises ``NotPermitted``, or
    ``GuardRefused`` unless each group stands there once."""
    body = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    by = authorise(actor, PLAN, body)
    if sorted(groups) != sorted(AgendaGroup.values):
        raise GuardRefused(_("Each group stands once in the order."))
    own = StandingOrder.objects.filter(body=body).first()
    if own is not None and own.groups == list(groups):
        return own
    adding = own is None
    own = own or StandingOrder(pk=reserve_pk(StandingOrder), body=body)
    own.groups = list(groups)
    data = {"groups": list(groups)}
    with audit.recorded(
        "forum.standing_order_set", actor=by.actor, subject=own, root=body, acting=by.acting, data=data
    ):
        own.save(force_insert=adding)
    return own


def _take_from_queue(item: AgendaItem, referral: Referral) -> None:
    fresh = Referral.objects.select_related("case", "recommended_by").get(pk=referral.pk)
    if fresh.body_id != item.meeting.body_id:
        raise GuardRefused(_("%(case)s waits with another body.") % {"case": fresh.case})
    if fresh.status == ReferralStatus.CLOSED:
        raise WrongState(_("%(case)s no longer waits for an answer here.") % {"case": fresh.case})
    other = (
        AgendaItem.objects.filter(referral=fresh, withdrawn_at__isnull=True, settled_at__isnull=True)
        .select_related("meeting__body")
        .first()
    )
    if other is not None:
        raise WrongState(
            _("%(case)s stands on an agenda already: %(meeting)s.") % {"case": fresh.case, "meeting": other.meeting}
        )
    item.referral = fresh
    item.case = fresh.case
    item.title = item.title or fresh.case.title
    item.recommendation = item.recommendation or fresh.recommendation
    if not item.recommended_by and fresh.recommended_by is not None:
        item.recommended_by = fresh.recommended_by.name


def _take_again(item: AgendaItem, again: AgendaItem) -> None:
    """Let ``item`` be what was postponed. The meeting is held, so that two presses put it on once."""
    fresh = postponed(item.meeting.body_id).filter(pk=again.pk).first()
    if fresh is None:
        raise WrongState(_("“%(title)s” stands on an agenda already, or is decided.") % {"title": again.title})
    item.continues, item.kind, item.case = fresh, fresh.kind, item.case or fresh.case
    item.title = item.title or fresh.title
    item.recommendation = item.recommendation or fresh.recommendation
    item.recommended_by = item.recommended_by or fresh.recommended_by


def put_recommendation(item: AgendaItem) -> None:
    """Make the recommendation the first motion of the item, moved by nobody, where there is one."""
    if item.recommendation and not item.motions.filter(is_recommendation=True).exists():
        Motion.objects.create(item=item, text=item.recommendation, is_recommendation=True)


def change_item(
    item: AgendaItem,
    *,
    title: str,
    recommendation: str,
    recommended_by: str = "",
    actor: "User",
    seen: int | None = None,
) -> AgendaItem:
    """Change the words of an item before the meeting opens. Raises as :func:`add_item` does, and
    ``WrongState`` for an old page."""
    with hold_item(item, actor=actor, permission=PLAN, at=(M.PLANNED, M.CALLED), seen=seen) as (held, fresh):
        preparing.check(held.actor, fresh)
        _same_words_for_all(held.meeting)
        fresh.title, fresh.recommendation = title.strip(), recommendation.strip()
        fresh.recommended_by = recommended_by.strip()
        if not fresh.title:
            raise GuardRefused(_("Write what the case is about."))
        with held.about("forum.item_changed", fresh):
            fresh.save()
    return fresh


@transaction.atomic
def rename_case(case: Case, *, before: str, actor: "User", acting: audit.Acting | None = None) -> None:
    """Let the items that carry the former title of ``case``, ``before``, take the title it has now, and the drafts and
    demands of it: what was taken out of a proposal goes out with no agenda.

    The caller holds the case. What stands in published minutes stays (R29).
    """
    carrying = AgendaItem.objects.filter(case=case, title=before).exclude(meeting__minutes__status__in=MINUTES_OUT)
    for meeting in list(Meeting.objects.select_for_update(no_key=True).filter(items__in=carrying).order_by("pk")):
        for item in carrying.filter(meeting=meeting):
            item.title = case.title
            data = {"label": item.label, "closed": item.is_withheld_by_doors}
            with audit.recorded(
                "forum.item_changed", actor=actor, subject=item, root=meeting, acting=acting, data=data
            ):
                item.save()
    for draft in ItemDraft.objects.filter(Q(referral__case=case) | Q(demand__case=case), title=before):
        draft.title = case.title
        draft.save(update_fields=["title"])
    for demand in Demand.objects.filter(case=case, title=before).order_by("pk"):
        demand.title = case.title
        demand.save()


def withdraw_item(item: AgendaItem, *, reason: str, actor: "User", cause: Step | None = None) -> None:
    """Take an item off the agenda; its case waits in the queue again.

    Before it has a number it is simply removed. After that it stays as withdrawn, with ``reason``, and the
    number is never used again. ``cause``: the step it follows from (the proposer withdrew the proposal), which
    needs no right to plan meetings.

    Raises ``GuardRefused`` without a reason or where the item is decided; ``WrongState`` once the meeting has ended or
    it was withdrawn already.
    """
    with hold_item(item, actor=actor, permission=PLAN, at=BEFORE_THE_END, cause=cause) as (held, fresh):
        if fresh.decided is not None:
            raise GuardRefused(_("%(item)s has been decided and cannot be withdrawn.") % {"item": fresh.label})
        if cause is None and (demand := fresh.demands.filter(binding_at__isnull=False).first()) is not None:
            raise GuardRefused(
                _("“%(title)s” is demanded, and stays on the agenda (Local Government Act § 11-3). Behind it: %(who)s.")
                % {"title": demand.title, "who": demand.behind_it}
            )
        if fresh.number is None:
            with held.about("forum.item_removed", fresh, text={"reason": reason}):
                fresh.delete()
            return
        if not reason.strip():
            raise GuardRefused(
                _("Say why %(item)s is withdrawn: its number is not used again.") % {"item": fresh.label}
            )
        withdraw_under(held, fresh, reason=reason)


def withdraw_under(held: Hold, item: AgendaItem, *, reason: str) -> None:
    """Withdraw a numbered item of a meeting that is already held."""
    item.withdrawn_at, item.withdrawn_reason = clock.now(), reason.strip()
    with held.about("forum.item_withdrawn", item, text={"reason": reason}):
        item.save()
    held.about_case("forum.case_off_agenda", item)


def reorder_items(meeting: Meeting, *, order: Sequence[int], actor: "User", seen: int | None = None) -> None:
    """Put the items in the order given, all of them by id. Raises ``WrongState`` where the
    agenda holds others by now."""
    with hold(meeting, actor=actor, permission=PLAN, at=(M.PLANNED, M.CALLED)) as held:
        check_seen(held.meeting, seen)
        items = {item.pk: item for item in held.meeting.items.all()}
        if sorted(order) != sorted(items):
            raise WrongState(_("The agenda has changed since you opened the page. Look at it and try again."))
        if list(order) == list(items):
            return
        with held.about_meeting("forum.items_reordered", data={"order": list(order)}):
            for position, pk in enumerate(order, start=1):
                if items[pk].position != position:
                    items[pk].position = position
                    items[pk].save()


def move_item(item: AgendaItem, *, up: bool, actor: "User") -> None:
    """Move an item one place up or down the agenda; at the end of the list nothing happens."""
    order = list(item.meeting.items.filter(withdrawn_at__isnull=True).values_list("pk", flat=True))
    gone = list(item.meeting.items.filter(withdrawn_at__isnull=False).values_list("pk", flat=True))
    if item.pk not in order:
        raise WrongState(_("This case has been taken off the agenda."))
    here = order.index(item.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        reorder_items(item.meeting, order=order + gone, actor=actor)

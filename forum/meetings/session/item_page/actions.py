"""All acts in an item, in the order they are offered, and the links to them under three headings."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.meetings.enums import TAKEN_NOTE_OF
from forum.meetings.session.closed_doors.actions import CLOSE_DOORS
from forum.meetings.session.decisions.actions import OBJECT, POSTPONE
from forum.meetings.session.decisions.consistency import more_than_noted
from forum.meetings.session.elections.actions import ELECT
from forum.meetings.session.item_page.action import Act, Words
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.minute_additions.actions import ADD, INFORM
from forum.meetings.session.participation.actions import COME, LEAVE, RECUSE
from forum.meetings.session.votes.actions import CHANGE_MOTION, CONTEST

#: Each act has a form of its own class, so no one class says what they all have.
ACTS: tuple[Act[Any], ...] = (
    LEAVE,
    COME,
    RECUSE,
    CONTEST,
    CHANGE_MOTION,
    ELECT,
    CLOSE_DOORS,
    POSTPONE,
    OBJECT,
    ADD,
    INFORM,
)

BY_SLUG = {act.slug: act for act in ACTS}


def links(table: Table) -> list[tuple[Words, list[tuple[Words, str]]]]:
    """Return what can be done in the item and in the meeting, as labels and addresses under three headings."""
    meeting, item = table.meeting.pk, table.item.pk
    found: dict[str, list[tuple[Words, str]]] = {"table": [], "case": [], "minutes": []}
    for act in ACTS:
        if act.offered(table):
            found[act.group].append((act.label, reverse("forum:meeting_act", args=[meeting, item, act.slug])))
    found["table"].append((_("Who has met"), reverse("forum:meeting_attendance", args=[meeting])))
    found["table"].append((_("Without a seat, and recording"), reverse("forum:meeting_whole", args=[meeting])))
    if table.item.decided is None:
        may_be_noted = dict(table.offered).get(Resolution.NOTED, "shut") is None
        if table.votes and may_be_noted and not more_than_noted(table.ballots):
            found["case"].append((_("Only take note of it"), f"?som={Resolution.NOTED}#vedtak"))
        if table.item.kind in TAKEN_NOTE_OF:
            found["case"].append((_("Write the decision in other words"), f"?som={Resolution.NOTED}#vedtak"))
        found["case"].append((_("Withdraw the case"), reverse("forum:meeting_agenda_item", args=[meeting, item])))
    if table.votes:
        found["minutes"].append((_("Several cases together"), reverse("forum:meeting_together", args=[meeting])))
    found["minutes"].append((_("Put a case on the agenda"), reverse("forum:meeting_agenda", args=[meeting])))
    headings = {"table": _("Around the table"), "case": _("The case"), "minutes": _("The minutes and the agenda")}
    return [(headings[group], acts) for group, acts in found.items() if acts]

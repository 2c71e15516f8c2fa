"""Somebody the roll call did not have is put in after the meeting (R4, R29)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.enums import Choice
from forum.meetings.minutes import structure
from forum.meetings.minutes.building import build
from forum.meetings.minutes.corrections import services
from forum.meetings.minutes.corrections.models import RecordCorrection
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_corrections import REASON, day
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.usefixtures("bokmal")


def test_somebody_missing_from_the_roll_is_put_in(client: Client, meeting: Meeting, town: Municipality) -> None:
    deputy = town.membership(town.deputies["employees"][0])
    absent = town.membership(town.union[0])
    url = reverse("forum:minutes_record_attendance", args=[meeting.pk])
    client.force_login(town.secretary)
    rows = client.get(url).context["form"].rows
    present = dict(meeting.attendances.values_list("pk", "present"))
    given = {name: "on" for name, pk in rows.items() if present[pk]} | {"reason": REASON, "added": deputy.pk}
    # For nobody, or for a seat that is taken: refused, and nothing is written.
    for more in ({}, {"added_for": absent.pk}):
        assert client.post(url, given | more).status_code == 422
    assert not RecordCorrection.objects.exists()
    row = meeting.attendances.get(membership=absent)
    put_in = {name: value for name, value in given.items() if name != f"met_{row.pk}"} | {"added_for": absent.pk}
    assert client.post(url, put_in).status_code == 302
    row.refresh_from_db()
    made = meeting.attendances.get(membership=deputy)
    assert (row.present, made.present, made.stands_for) == (False, True, absent)
    said = [str(one) for one in build(meeting, structure.Audience.PUBLIC).roll_corrected]
    assert f"Rettet {day()}: {deputy.person.name} var ikke ført som møtt." in said


def test_two_deputies_never_met_for_one_seat(client: Client, meeting: Meeting, town: Municipality) -> None:
    """One was put in after the meeting, in the place of another who was in the roll: both are refused, in words."""
    first, second = (town.membership(person) for person in town.deputies["employees"][:2])
    absent = town.membership(town.union[0])
    meeting.attendances.filter(membership=absent).update(present=False)
    old = meeting.attendances.create(membership=first, stands_for=absent, present=False)
    services.put_in_the_roll(meeting, membership=second, stands_for=absent, reason=REASON, actor=town.secretary)
    with pytest.raises(GuardRefused, match=absent.person.name):
        services.correct_attendance(meeting, present={old.pk: True}, reason=REASON, actor=town.secretary)
    # Nor is the holder put in where a deputy sits.
    meeting.attendances.filter(membership=absent).delete()
    with pytest.raises(GuardRefused, match=absent.person.name):
        services.put_in_the_roll(meeting, membership=absent, stands_for=None, reason=REASON, actor=town.secretary)


def _sent(page: Any, **changed: str | None) -> dict[str, Any]:
    """Return what is sent from ``page`` with some of its fields changed by hand; None is a box without its tick."""
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields}
    if page.context.get("seen"):
        given["seen"] = page.context["seen"]
    given |= {name: "on" if value is True else value for name, value in given.items()} | changed
    return {name: value for name, value in given.items() if value not in (None, False, "")}


def test_two_who_correct_the_roll_at_once_undo_nothing(client: Client, meeting: Meeting, town: Municipality) -> None:
    """The wrong side: the later of two pages put everybody back as it was made, under its own reason."""
    url = reverse("forum:minutes_record_attendance", args=[meeting.pk])
    client.force_login(town.secretary)
    page = client.get(url)
    first, second = meeting.attendances.filter(present=True, stands_for=None).order_by("-pk")[:2]
    assert client.post(url, _sent(page, **{f"met_{first.pk}": None, "reason": REASON})).status_code == 302
    # From the page that was open before, in another window.
    assert client.post(url, _sent(page, **{f"met_{second.pk}": None, "reason": "Den andre."})).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.present, second.present) == (False, False)
    assert list(RecordCorrection.objects.order_by("pk").values_list("name", "now", "reason")) == [
        (first.who.name, services.ABSENT, REASON),
        (second.who.name, services.ABSENT, "Den andre."),
    ]
    # A third, from the very first page, who takes away the same: nothing is left to correct, and nothing is undone.
    assert client.post(url, _sent(page, **{f"met_{first.pk}": None, "reason": "Igjen."})).status_code == 422
    assert RecordCorrection.objects.count() == 2


def test_votes_corrected_from_an_old_page_keep_what_the_other_corrected(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    """Refused first, as every correction of a case is; sent once more from the page that comes back, only what was
    changed there is changed."""
    ballot = meeting.items.order_by("position")[1].ballots.order_by("pk")[0]
    url = reverse("forum:minutes_record_votes", args=[meeting.pk, ballot.pk])
    client.force_login(town.secretary)
    page = client.get(url)
    other = dict(ballot.votes.values_list("membership", "choice"))
    first, second = [pk for pk, choice in other.items() if choice == Choice.FOR and pk != ballot.presiding_id][:2]
    turned = {first: Choice.AGAINST, second: Choice.AGAINST}
    assert client.post(url, _sent(page, **{f"vote_{first}": turned[first], "reason": REASON})).status_code == 302
    later = client.post(url, _sent(page, **{f"vote_{second}": turned[second], "reason": "Den andre."}))
    assert later.status_code == 409
    assert later.context["form"][f"vote_{first}"].value() == turned[first]
    assert client.post(url, _sent(later)).status_code == 302
    assert dict(ballot.votes.values_list("membership", "choice")) == {**other, **turned}
    assert RecordCorrection.objects.count() == 2


def test_a_decision_both_corrected_is_shown_as_both_have_it(
    client: Client, meeting: Meeting, town: Municipality
) -> None:
    item = meeting.items.filter(decision__isnull=False, ballots__isnull=True).order_by("position")[0]
    url = reverse("forum:minutes_record_decision", args=[meeting.pk, item.pk])
    client.force_login(town.secretary)
    page = client.get(url)
    assert client.post(url, _sent(page, text="Den enes ord.", reason=REASON)).status_code == 302
    later = client.post(url, _sent(page, text="Den andres ord.", reason=REASON))
    assert later.status_code == 422
    assert [text for _label, text in later.context["form"].theirs] == ["Den enes ord."]
    item.decision.refresh_from_db()
    assert item.decision.text == "Den enes ord."

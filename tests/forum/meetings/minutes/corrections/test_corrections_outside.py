"""What is corrected after the meeting is read outside when a version holds it, and not before (R29)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings import ending
from forum.meetings.core.models import Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Choice
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.approvals import services as approvals
from forum.meetings.minutes.corrections import queries, services, votes
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.session.decisions import services as decisions
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_corrections import REASON, correct, corrected, document, published, split
from tests.forum.meetings.test_lifecycle import in_session

pytestmark = pytest.mark.usefixtures("bokmal")


def absent(client: Client, meeting: Meeting) -> set[str]:
    return {str(line.name) for line in client.get(meeting.get_absolute_url()).context["absent"]}


def test_who_met_follows_what_is_published(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    person = town.union[3]
    row = meeting.attendances.get(membership=town.membership(person))
    before = absent(client, meeting)
    services.correct_attendance(meeting, present={row.pk: False}, reason=REASON, actor=town.secretary)
    for ballot in Ballot.objects.filter(item__meeting=meeting):
        correct(town, ballot, person, "")
    met = {str(line.name) for line in client.get(meeting.get_absolute_url()).context["met"]}
    assert (absent(client, meeting), person.name in met) == (before, True)
    inside = Client()
    inside.force_login(town.secretary)
    assert absent(inside, meeting) == before | {person.name}
    corrected(minutes, town)
    assert absent(client, meeting) == before | {person.name}


def test_what_cancels_out_is_not_printed(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = published(meeting, town)
    item, ballot = split(meeting)
    person = town.union[3]
    row = meeting.attendances.get(membership=town.membership(person))
    for present in (False, True):
        services.correct_attendance(meeting, present={row.pk: present}, reason=REASON, actor=town.secretary)
    stranger = next(one for one in votes.who_may_have_voted(item, ballot))
    first = ballot.votes.get(membership=stranger.pk).choice
    for choice in ("", first):
        votes.correct_votes(ballot, choices={stranger.pk: choice}, reason=REASON, actor=town.secretary)
    assert queries.unpublished(meeting) == []
    assert not queries.waiting([meeting.body_id]).exists()
    assert RecordCorrection.objects.count() == 4  # the trail has them all
    correct(town, ballot, town.elected[2], Choice.AGAINST)
    assert list(queries.waiting([meeting.body_id])) == [meeting]
    minutes = corrected(minutes, town)
    said = document(minutes)
    assert said.roll_corrected == ()
    assert [one.name for one in said.items[1].ballots[0].rows if one.corrected] == [town.elected[2].name]
    # What a version has said stands in the next one, also where it is put back.
    correct(town, ballot, town.elected[2], Choice.FOR)
    (row_again,) = [one for one in document(corrected(minutes, town)).items[1].ballots[0].rows if one.corrected]
    assert row_again.corrected.count("Rettet") == 2


def test_the_page_of_corrections_speaks_norwegian(client: Client, meeting: Meeting, town: Municipality) -> None:
    published(meeting, town)
    client.force_login(town.secretary)
    page = client.get(reverse("forum:minutes_record", args=[meeting.pk])).content.decode()
    assert "Publisert, ikke godkjent" in page
    assert ">Published" not in page


def test_ending_a_meeting_says_what_can_be_corrected(client: Client, town: Municipality) -> None:
    meeting = in_session(town)
    for item in meeting.items.all():
        decisions.decide(item, text="Tatt til orientering.", resolution=Resolution.NOTED, actor=town.secretary)
    client.force_login(town.secretary)
    page = client.get(reverse("forum:meeting_step", args=[meeting.pk, "end"])).content.decode()
    assert "kan rettes etterpå" in page
    assert "ingenting endres" not in page


def test_the_decision_list_says_where_the_minutes_are(client: Client, meeting: Meeting, town: Municipality) -> None:
    ending.publish_decisions(meeting, actor=town.secretary)
    url = reverse("forum:decision_list", args=[meeting.pk])
    minutes = reverse("forum:minutes_detail", args=[meeting.pk])
    before = client.get(url).content.decode()
    assert ("Møteboka kommer etter" in before, f'href="{minutes}"' in before) == (True, False)
    published(meeting, town)
    after = client.get(url).content.decode()
    assert ("Møteboka kommer etter" in after.split("<article")[0], f'href="{minutes}"' in after) == (False, True)
    client.force_login(town.secretary)
    form = client.get(reverse("forum:decision_list_publish", args=[meeting.pk])).content.decode()
    assert "forslagsstillerne får svar" not in form
    item, _ballot = split(meeting)
    services.correct_decision(
        item, text="Åpner kl. 08.00.", resolution=Resolution.NOTED, differs="Presisert.", reason=REASON,
        actor=town.secretary,
    )  # fmt: skip
    ending.publish_decisions(Meeting.objects.get(pk=meeting.pk), reason="Ordlyden.", actor=town.secretary)
    assert "Møteboka er publisert" in str(meeting.decision_lists.order_by("-number")[0].public["notice"])


def test_publishing_warns_where_nobody_is_named(client: Client, meeting: Meeting, town: Municipality) -> None:
    minutes = minutes_services.begin(meeting)
    client.force_login(town.secretary)
    pages = (
        reverse("forum:minutes_detail", args=[meeting.pk]),
        reverse("forum:minutes_step", args=[meeting.pk, "publish"]),
    )
    assert all("Ingen er ført opp til å godkjenne denne møteboka" in client.get(url).content.decode() for url in pages)
    two = [town.membership(town.elected[1]).pk, town.membership(town.union[1]).pk]
    approvals.appoint(minutes, members=two, actor=town.secretary)
    assert not any("Ingen er ført opp" in client.get(url).content.decode() for url in pages)

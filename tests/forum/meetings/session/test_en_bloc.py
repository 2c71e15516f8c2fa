"""Several cases adopted by one vote (R11, R13)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.participation import movements
from forum.meetings.session.votes import en_bloc, motions
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.django_db


class TestTogether:
    def test_each_gets_a_ballot_and_a_decision_of_its_own(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B", "C"))
        items = list(meeting.items.all())
        decisions = en_bloc.treat_together(items, choices=against(town, items[0], town.union[0]), actor=town.secretary)
        assert [(d.text, d.ballot.votes.count()) for d in decisions] == [("A: ja.", 9), ("B: ja.", 9), ("C: ja.", 9)]
        block = build(meeting, Audience.PUBLIC).items[0]
        assert block.together == f"Behandlet under ett med {items[1].label}, {items[2].label}."

    def test_all_or_none(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        motions.add_motion(second, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        for items in ([first, second], [first]):
            with pytest.raises(GuardRefused):
                en_bloc.treat_together(items, actor=town.secretary)
        assert not meeting.items.filter(ballots__isnull=False).exists()

    def test_not_where_others_take_part(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        movements.leave(second, membership=town.membership(town.union[0]), only=True, actor=town.secretary)
        with pytest.raises(GuardRefused):
            en_bloc.treat_together([first, second], actor=town.secretary)

    def test_the_page_says_what_cannot_be_taken_and_why_and_chooses_all(
        self, client: Client, town: Municipality
    ) -> None:
        meeting = in_session(town, ("A", "B", "C"))
        first, second, third = meeting.items.all()
        motions.add_motion(third, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        client.force_login(town.secretary)
        address = reverse("forum:meeting_together", args=[meeting.pk])
        page = client.get(address)
        assert [(item, str(why)) for item, why in page.context["form"].alone] == [
            (third, "det er satt fram et annet forslag")
        ]
        assert f"{third.label} {third.title}: det er satt fram et annet forslag" in page.content.decode()
        assert page.context["form"]["items"].value() == []
        assert client.get(address, {"alle": "1"}).context["form"]["items"].value() == [str(first.pk), str(second.pk)]

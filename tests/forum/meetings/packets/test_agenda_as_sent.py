"""Notice and agenda alone, in print: as it was sent, with what came later by itself (R6, R8)."""

import pytest
from django.test import Client

from forum.meetings.agenda import services as agenda_services
from forum.meetings.enums import Settled
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import queries
from forum.meetings.session.closed_doors import services as closed_doors
from tests.factories.meetings import CLOSED_BASIS
from tests.factories.organisation import Municipality
from tests.factories.packets import everything, url
from tests.forum.meetings.test_lifecycle import in_session

pytestmark = [pytest.mark.printed, pytest.mark.usefixtures("bokmal")]


def test_the_agenda_alone_is_as_it_was_sent_with_what_came_later_by_itself(town: Municipality) -> None:
    meeting = in_session(town, ("Felles vaktmester", "Bibliotek", "Kantine"))
    first, second, third = meeting.items.order_by("position")
    agenda_services.withdraw_item(third, reason="Dobbelt.", actor=town.secretary)
    late = agenda_services.add_item(meeting, title="Snøskade", actor=town.secretary)
    closed_doors.close_doors(
        second, basis=CLOSED_BASIS, settled=Settled.AGREED, public_title="Personalsak", actor=town.secretary
    )
    for audience, name in ((Audience.PUBLIC, "Personalsak"), (Audience.INTERNAL, "Bibliotek")):
        said = queries.agenda(meeting, audience)
        assert [item.title for item in said.items] == ["Felles vaktmester", name, "Kantine"]
        assert not any(item.closed_basis or item.withdrawn or item.late for item in said.items)
        assert dict(said.after) == {
            f"{second.label} {name}": f"Lukkede dører. {CLOSED_BASIS}",
            f"{third.label} Kantine": "Trukket. Dobbelt.",
            f"{late.label} Snøskade": "Ny. Satt på sakslista etter innkallingen (kommuneloven § 11-3).",
        }
    printed = everything(Client().get(url("agenda_pdf", meeting)).content)
    assert "Etter at innkallingen ble sendt" in printed
    assert printed.index("Snøskade") > printed.index("Kantine")
    assert "Bibliotek" not in printed
    assert first.title in printed

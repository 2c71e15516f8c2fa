"""Erasing personal words (R31) keeps the chain whole; and what the commands say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from forum.organisation.enums import OfficeKind
from forum.organisation.services import bodies as organisation
from tests.audit.owner import named, owner
from tests.errands.models import Errand
from tests.factories.organisation import Municipality
from trepart.access.models import User
from trepart.audit import erasing
from trepart.audit.models import Event, EventContent
from trepart.audit.sealing import newest, seal_events
from trepart.audit.verifying import verify
from trepart.refusals import NotPermitted, Refused

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


@pytest.fixture
def archivist(town: Municipality) -> User:
    organisation.appoint(person=town.outsider, office=OfficeKind.ARCHIVE, actor=None)
    return type(town.outsider).objects.get(pk=town.outsider.pk)


def test_words_erased_under_an_event_of_their_own_leave_the_chain_whole(trail: list[int], archivist: Any) -> None:
    event = EventContent.objects.earliest("event_id").event
    erasure = erasing.erase_content(event, reason="Navn på en tredje person", actor=archivist)
    assert Event.objects.get(pk=event.pk).text == {}
    assert erasure.text == {"reason": "Navn på en tredje person"}
    assert erasure.root_id == event.root_id
    assert verify() == []
    seal_events()
    assert verify() == []
    with pytest.raises(Refused):
        erasing.erase_content(event, reason="again", actor=archivist)
    # Putting other words in their place is found.
    owner(f"INSERT INTO audit_eventcontent (event_id, salt, body) VALUES ({event.pk}, 'x', '{{}}')")
    assert named(verify(), "content") == [event.pk]


def test_erasing_takes_the_right_and_a_reason(trail: list[int], archivist: Any, town: Municipality) -> None:
    event = EventContent.objects.earliest("event_id").event
    for who in (town.secretary, town.administrator):
        with pytest.raises(NotPermitted):
            erasing.erase_content(event, reason="x", actor=who)
    with pytest.raises(Refused):
        erasing.erase_content(event, reason="  ", actor=archivist)
    assert EventContent.objects.filter(event=event).exists()


# The command ----------------------------------------------------------------------------------------------------------
def test_the_command_says_that_all_is_well(trail: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    last = newest()
    assert last is not None
    call_command("verify_audit", "--expect", f"{last.number}:{last.digest}")
    said = capsys.readouterr().out
    assert f"{last.number}:{last.digest}" in said
    assert str(Event.objects.count()) in said


def test_the_command_names_what_is_wrong_and_fails(trail: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    owner(f"UPDATE audit_event SET acting_label = 'x' WHERE id = {trail[5]}")
    with pytest.raises(CommandError) as failure:
        call_command("verify_audit")
    assert failure.value.returncode == 1
    assert str(trail[5]) in capsys.readouterr().out


@pytest.mark.parametrize("paper", ["", "abc", "1", "1:", "1:abc", "-1:aaaaaaaaaaaaaaaa", "²:aaaaaaaaaaaaaaaa"])
def test_a_seal_that_cannot_be_read_is_refused(trail: list[int], paper: str) -> None:
    with pytest.raises(CommandError):
        call_command("verify_audit", "--expect", paper)

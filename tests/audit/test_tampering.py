"""Whoever owns the database can switch its guards off. What they then do, the verification names."""

import hashlib
import json
from typing import Any

import pytest

from tests.audit.conftest import Make
from tests.audit.owner import named, owner, recompute
from tests.errands.models import Errand
from trepart.audit import sealing, verifying
from trepart.audit.models import Event, EventContent, Seal, SealEntry
from trepart.audit.sealing import newest, seal_events
from trepart.audit.verifying import verify

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        "action = 'errands.rested'",
        "actor_id = NULL",
        "acting_body = 7, acting_role = 'x'",
        "acting_label = acting_label || ' '",
        "subject_id = subject_id + 1",
        "root_type = 'cases.case'",
        'data = data || \'{"title": "Else"}\'',
        "content_digest = repeat('a', 64)",
        "at = at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 day'",
        "xact = xact + 1",
        "to_state = 'done'",
    ],
)
def test_an_event_changed(trail: list[int], change: str) -> None:
    victim = Event.objects.filter(pk__in=trail, action="errands.opened", actor__isnull=False).earliest("id").pk
    owner(f"UPDATE audit_event SET {change} WHERE id = {victim}")
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("changed", victim)
    assert str(victim) in findings[0].message
    assert named(findings, "changed") == [victim]


@pytest.mark.parametrize("key", [b"\0" * 32, b"another key, just as long as ours"])
def test_an_event_changed_and_all_later_hashes_recomputed(trail: list[int], key: bytes) -> None:
    victim = trail[len(trail) // 3]
    owner(f"UPDATE audit_event SET acting_label = 'somebody else' WHERE id = {victim}")
    recompute(key, after=victim)
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("changed", victim)
    assert named(findings, "changed") == [victim]  # one sentence, not one for every row after it
    assert "log" in {finding.kind for finding in findings}


def test_recomputed_from_the_very_beginning_and_the_log_with_it(trail: list[int], settings: Any) -> None:
    recompute(b"\1" * 32)
    book = sealing.SealLog(settings.AUDIT_SEAL_LOG)
    book.path.unlink()
    for seal in Seal.objects.order_by("number"):
        book.append(seal)
    findings = verify()
    assert [(f.kind, f.event_id) for f in findings] == [("changed", trail[0])]


def test_an_event_removed_and_its_entry_left(trail: list[int]) -> None:
    victim = trail[4]
    owner(f"DELETE FROM audit_event WHERE id = {victim}")
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("removed", victim)


def test_an_event_removed_with_its_entry(trail: list[int]) -> None:
    victim = trail[4]
    owner(f"DELETE FROM audit_sealentry WHERE event_id = {victim}", f"DELETE FROM audit_event WHERE id = {victim}")
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("removed", victim)
    assert named(findings, "changed") == []


def test_an_event_removed_and_the_places_closed_up(trail: list[int]) -> None:
    victim, after = trail[4], trail[5]
    owner(
        f"DELETE FROM audit_sealentry WHERE event_id = {victim}",
        f"DELETE FROM audit_event WHERE id = {victim}",
        "UPDATE audit_sealentry SET position = position + 1000 WHERE seal_id = 1 AND position > 5",
        "UPDATE audit_sealentry SET position = position - 1001 WHERE seal_id = 1 AND position > 1000",
        "UPDATE audit_seal SET count = count - 1 WHERE number = 1",
    )
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("changed", after)
    # And the rows that were written under it still speak of it.
    assert victim in named(findings, "removed")


def test_the_first_and_the_last_of_a_seal_removed(trail: list[int]) -> None:
    first = SealEntry.objects.get(seal_id=2, position=1).event_id
    last = SealEntry.objects.filter(seal_id=2).latest("position").event_id
    for victim in (first, last):
        owner(f"DELETE FROM audit_sealentry WHERE event_id = {victim}", f"DELETE FROM audit_event WHERE id = {victim}")
    findings = verify()
    assert first in named(findings, "removed")
    assert any((f.kind == "removed" and f.seal == 2 and f.event_id is None) or f.event_id == last for f in findings)


def test_the_tail_cut(trail: list[int], errand: Make) -> None:
    owner(
        "DELETE FROM audit_unsealed",
        "DELETE FROM audit_event e WHERE NOT EXISTS (SELECT 1 FROM audit_sealentry n WHERE n.event_id = e.id)",
        (
            "DELETE FROM audit_eventcontent c WHERE EXISTS (SELECT 1 FROM audit_sealentry n WHERE n.event_id = "
            "c.event_id AND n.seal_id = 3)"
        ),
        (
            "DELETE FROM audit_event e WHERE EXISTS (SELECT 1 FROM audit_sealentry n WHERE n.event_id = e.id AND "
            "n.seal_id = 3)"
        ),
        "DELETE FROM audit_sealentry WHERE seal_id = 3",
        "DELETE FROM audit_seal WHERE number = 3",
    )
    last = SealEntry.objects.filter(seal_id=2).latest("position").event_id
    findings = verify()
    assert [(f.event_id, f.seal) for f in findings if f.kind == "cut"] == [(last, 3)]
    # The things that stood on what was cut say so as well.
    assert "status" in {finding.kind for finding in findings}
    # A new seal does not cover it up.
    errand("open")
    seal_events()
    assert (last, 3) not in [(f.event_id, f.seal) for f in findings if f.kind == "log"]
    assert "cut" in {finding.kind for finding in verify()}


def _cut_whole() -> tuple[int, str]:
    """Cut the third seal and everything that stands on it, in the database and in the log."""
    last = newest()
    assert last is not None
    paper = (last.number, last.digest)
    gone = "(SELECT event_id FROM audit_sealentry WHERE seal_id = 3 UNION SELECT event_id FROM audit_unsealed)"
    errand_ids = f"(SELECT id FROM errands_errand WHERE status_event_id IN {gone})"
    stop_ids = f"(SELECT id FROM errands_stop WHERE status_event_id IN {gone})"
    owner(
        f"DELETE FROM errands_historicalstop WHERE id IN {stop_ids}",
        f"DELETE FROM errands_historicalerrand WHERE id IN {errand_ids}",
        f"DELETE FROM errands_stop WHERE id IN {stop_ids}",
        f"DELETE FROM notices_notice WHERE event_id IN {gone}",
        f"DELETE FROM errands_errand WHERE id IN {errand_ids}",
        f"DELETE FROM audit_eventcontent WHERE event_id IN {gone}",
        f"DELETE FROM audit_event WHERE id IN {gone}",
        "DELETE FROM audit_unsealed",
        "DELETE FROM audit_sealentry WHERE seal_id = 3",
        "DELETE FROM audit_seal WHERE number = 3",
    )
    return paper


def test_the_tail_cut_so_well_that_only_the_log_knows(trail: list[int]) -> None:
    _cut_whole()
    assert [(f.kind, f.seal) for f in verify()] == [("cut", 3)]


def test_the_tail_cut_in_the_log_too_so_that_only_paper_knows(
    trail: list[int], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, digest = _cut_whole()
    log = settings.AUDIT_SEAL_LOG.read_text().splitlines(keepends=True)
    settings.AUDIT_SEAL_LOG.write_text("".join(log[:2]))
    assert verify() == []
    assert [(f.kind, f.seal) for f in verify((number, digest))] == [("expect", 3)]
    monkeypatch.setattr(verifying, "_witnesses", [lambda: [(number, digest, "the minutes of 1 June")]])
    found = verify()
    assert [(f.kind, f.seal) for f in found] == [("cut", 3)]
    assert "the minutes of 1 June" in found[0].message


def test_a_seal_on_paper_that_differs(trail: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    last = newest()
    assert last is not None
    assert verify((last.number, last.digest)) == []
    assert verify((last.number, last.digest[:16].upper())) == []
    assert [f.kind for f in verify((last.number, "ab" * 32))] == ["expect"]
    assert [f.kind for f in verify((last.number, last.digest[:5]))] == ["expect"]
    monkeypatch.setattr(verifying, "_witnesses", [lambda: [(last.number, "cd" * 32, "some minutes")]])
    assert [f.kind for f in verify()] == ["witness"]


def test_unsealed_events_cut_off(trail: list[int]) -> None:
    victim = Errand.objects.latest("id")
    gone = victim.status_event_id
    owner(f"DELETE FROM audit_unsealed WHERE event_id = {gone}", f"DELETE FROM audit_event WHERE id = {gone}")
    findings = verify()
    assert gone in named(findings, "removed")
    assert any(f.kind == "status" and str(victim.pk) in f.message for f in findings)


COLUMNS = ", ".join(name for name in sealing.SEALED if name != "id")


@pytest.mark.parametrize("distance", [1, 5])
def test_two_events_swapped(trail: list[int], distance: int) -> None:
    one, other = trail[3], trail[3 + distance]
    owner(
        f"UPDATE audit_event SET id = -1 WHERE id = {one}",
        f"UPDATE audit_event SET id = {one} WHERE id = {other}",
        f"UPDATE audit_event SET id = {other} WHERE id = -1",
    )
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("changed", one)
    broken = named(findings, "changed")
    assert broken == ([one] if distance == 1 else [one, other])


def test_two_entries_swapped(trail: list[int]) -> None:
    one, other = trail[3], trail[7]
    owner(
        f"UPDATE audit_sealentry SET event_id = -1 WHERE event_id = {one}",
        f"UPDATE audit_sealentry SET event_id = {one} WHERE event_id = {other}",
        f"UPDATE audit_sealentry SET event_id = {other} WHERE event_id = -1",
    )
    findings = verify()
    assert findings[0].kind == "changed"
    assert set(named(findings, "changed")) == {one, other}


def test_two_places_in_the_chain_swapped(trail: list[int]) -> None:
    owner(
        "UPDATE audit_sealentry SET position = 9999 WHERE seal_id = 1 AND position = 3",
        "UPDATE audit_sealentry SET position = 3 WHERE seal_id = 1 AND position = 6",
        "UPDATE audit_sealentry SET position = 6 WHERE seal_id = 1 AND position = 9999",
    )
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("changed", trail[5])


def test_the_words_of_two_events_swapped(trail: list[int]) -> None:
    one, other = EventContent.objects.order_by("event_id").values_list("event_id", flat=True)[:2]
    owner(
        f"UPDATE audit_eventcontent SET event_id = -1 WHERE event_id = {one}",
        f"UPDATE audit_eventcontent SET event_id = {one} WHERE event_id = {other}",
        f"UPDATE audit_eventcontent SET event_id = {other} WHERE event_id = -1",
    )
    # Both said the same here; the salts are their own.
    assert named(verify(), "content") == [one, other]


@pytest.mark.parametrize("column", ["salt = repeat('0', 64)", 'body = \'{"answer": "No."}\''])
def test_words_changed(trail: list[int], column: str) -> None:
    victim = EventContent.objects.earliest("event_id").pk
    owner(f"UPDATE audit_eventcontent SET {column} WHERE event_id = {victim}")
    assert named(verify(), "content") == [victim]


def test_words_changed_and_the_digest_with_them(trail: list[int]) -> None:
    content = EventContent.objects.earliest("event_id")
    body = {"answer": "No."}
    text = json.dumps(body, separators=(",", ":"))
    digest = hashlib.sha256(content.salt.encode() + b"\0" + text.encode()).hexdigest()
    owner(
        f"UPDATE audit_eventcontent SET body = '{text}' WHERE event_id = {content.pk}",
        f"UPDATE audit_event SET content_digest = '{digest}' WHERE id = {content.pk}",
    )
    findings = verify()
    assert named(findings, "content") == []
    assert named(findings, "changed") == [content.pk]


def test_words_removed_or_added_without_an_event(trail: list[int]) -> None:
    victim = EventContent.objects.earliest("event_id").pk
    owner(
        f"DELETE FROM audit_eventcontent WHERE event_id = {victim}",
        f"INSERT INTO audit_eventcontent (event_id, salt, body) VALUES ({trail[0]}, 'x', '{{}}')",
    )
    assert named(verify(), "content") == [trail[0], victim]


INSERT = (
    "INSERT INTO audit_event (id, action, acting_role, acting_label, subject_type, subject_id, root_type, root_id, "
    "from_state, to_state, data, content_digest, at, recorded_at, xact) SELECT {id}, action, '', '', subject_type, "
    "subject_id, root_type, root_id, '', '', '{{}}', '', at, recorded_at, xact FROM audit_event WHERE id = {like}"
)


def _free_id() -> int:
    """A number below the newest that no event has (a rolled-back transaction leaves such gaps)."""
    taken = set(Event.objects.values_list("id", flat=True))
    return next((n for n in range(max(taken), 0, -1) if n not in taken), 0)


def test_an_event_inserted_past_the_guards(trail: list[int]) -> None:
    made_up = _free_id()
    owner(INSERT.format(id=made_up, like=trail[3]))
    assert named(verify(), "inserted") == [made_up]


def test_an_event_inserted_with_an_entry_in_the_chain(trail: list[int]) -> None:
    made_up = _free_id()
    owner(
        INSERT.format(id=made_up, like=trail[3]),
        "UPDATE audit_sealentry SET position = position + 1001 WHERE seal_id = 1 AND position > 4",
        "UPDATE audit_sealentry SET position = position - 1000 WHERE seal_id = 1 AND position > 1000",
        "INSERT INTO audit_sealentry (event_id, seal_id, position, digest, stored) "
        f"VALUES ({made_up}, 1, 5, repeat('a', 64), '[]')",
        "UPDATE audit_seal SET count = count + 1 WHERE number = 1",
    )
    findings = verify()
    assert (findings[0].kind, findings[0].event_id) == ("changed", made_up)


def test_an_event_slipped_in_between_and_sealed_by_the_sealer_itself(trail: list[int]) -> None:
    made_up = _free_id()
    like = trail[3]
    owner(
        INSERT.format(id=made_up, like=like).replace(
            "at, recorded_at, xact FROM", "at, now() - interval '3 hours', xact FROM"
        ),
        f"INSERT INTO audit_unsealed (event_id) VALUES ({made_up})",
    )
    assert named(verify(), "inserted") == [made_up]
    seal_events()
    assert named(verify(), "inserted") == [made_up]


def test_a_seal_changed_or_removed(trail: list[int]) -> None:
    owner("UPDATE audit_seal SET sealed_at = sealed_at - interval '1 day' WHERE number = 2")
    assert [(f.kind, f.seal) for f in verify()] == [("seal", 2), ("log", 2)]
    owner("DELETE FROM audit_seal WHERE number = 2")
    assert ("removed", 2) in [(f.kind, f.seal) for f in verify()]


def test_the_log_shortened_edited_or_gone(trail: list[int], settings: Any) -> None:
    whole = settings.AUDIT_SEAL_LOG.read_text()
    parts = whole.splitlines(keepends=True)
    settings.AUDIT_SEAL_LOG.write_text("".join(parts[:-1]))
    assert [(f.kind, f.seal) for f in verify()] == [("log", 3)]
    settings.AUDIT_SEAL_LOG.write_text("".join(parts[1:]))
    assert [(f.kind, f.seal) for f in verify()] == [("log", 1)]
    settings.AUDIT_SEAL_LOG.write_text(whole.replace(Seal.objects.get(number=2).digest, "e" * 64))
    assert [(f.kind, f.seal) for f in verify()] == [("log", 2)]
    settings.AUDIT_SEAL_LOG.write_text(whole + "what is this\n")
    assert [f.kind for f in verify()] == ["log"]
    settings.AUDIT_SEAL_LOG.unlink()
    assert [(f.kind, f.seal) for f in verify()] == [("log", 1)]

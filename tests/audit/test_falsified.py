"""Everything the portal stands on, falsified one by one by whoever owns the tables: the verification names each."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from forum.cases.models import Document
from forum.cases.services.cases import add_document, open_case
from forum.meetings.core.models import Decision, Meeting
from forum.meetings.core.vote_models import Vote
from forum.meetings.enums import Choice
from forum.meetings.minutes import services
from forum.meetings.minutes.corrections import votes
from forum.meetings.minutes.models import MinutesVersion
from lmu.guests.models import GuestLetter
from proposals.paper_intake.models import PaperSender
from tests.audit.owner import owner
from tests.factories.browsers import as_
from tests.factories.files import plain_pdf, upload
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from trepart import audit
from trepart.access import account_closure
from trepart.access.models import User
from trepart.audit import history
from trepart.audit.models import Event, Rewritten, Seal, SealEntry, ViewLog
from trepart.audit.sealing import seal_events
from trepart.audit.verifying import Finding, verify
from trepart.audit.viewing import log_view
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


@pytest.fixture
def held(town: Municipality) -> Meeting:
    """A meeting with votes, decisions, published minutes, a document and somebody who looked, all of it sealed."""
    meeting = held_meeting(town)
    perform(services.begin(meeting), "publish", actor=town.secretary)
    case = open_case(title="Ny plan", actor=town.secretary)
    add_document(case, upload=upload("plan.pdf", plain_pdf()), title="Plan", actor=town.secretary)
    for person in (town.union[0], town.union[1]):
        log_view(person, meeting, "minutes_detail")
    while seal_events():
        pass
    assert verify() == []
    return meeting


def falsified(*statements: str) -> list[Finding]:
    """Return what the verification says after ``statements``, and undo them."""
    with transaction.atomic():
        owner(*statements)
        found = verify()
        transaction.set_rollback(True)
    return found


def test_each_falsification_is_named(held: Meeting) -> None:
    decision, vote = Decision.objects.latest("pk"), Vote.objects.latest("pk")
    version, view = MinutesVersion.objects.get(), ViewLog.objects.earliest("pk")
    document = Document.objects.latest("pk")
    past = "history_id = (SELECT max(history_id) FROM {0} WHERE id = {1})"
    of_decision = past.format("meetings_historicaldecision", decision.pk)
    of_vote = past.format("meetings_historicalvote", vote.pk)
    lie = "text = 'Noe ganske annet.'"
    cases: dict[str, tuple[list[str], str, str]] = {
        "a decision": (
            [f"UPDATE meetings_decision SET {lie} WHERE id = {decision.pk}"], "stored", f"Vedtak {decision.pk} "
        ),
        "a decision and its history": (
            [
                f"UPDATE meetings_decision SET {lie} WHERE id = {decision.pk}",
                f"UPDATE meetings_historicaldecision SET {lie} WHERE {of_decision}",
            ],
            "stored",
            f"Vedtak {decision.pk} ",
        ),
        "a decision, and a history made up for it": (
            [
                f"UPDATE meetings_decision SET {lie} WHERE id = {decision.pk}",
                "CREATE TEMP TABLE lied AS SELECT * FROM meetings_historicaldecision WHERE " + of_decision,
                "UPDATE lied SET text = 'Noe ganske annet.', "
                "history_id = (SELECT max(history_id) + 1 FROM meetings_historicaldecision)",
                "INSERT INTO meetings_historicaldecision SELECT * FROM lied",
            ],
            "stored",
            f"Vedtak {decision.pk} ",
        ),
        "a history under no event": (
            [f"UPDATE meetings_historicaldecision SET event_id = NULL WHERE {of_decision}"],
            "stored",
            f"Vedtak {decision.pk} ",
        ),
        "a vote": (
            [f"UPDATE {table} SET choice = 'against' WHERE {where}" for table, where in (
                ("meetings_vote", f"id = {vote.pk}"), ("meetings_historicalvote", of_vote),
            )],
            "stored",
            f"Votering {vote.pk} ",
        ),
        "a vote taken away with its history": (
            [f"DELETE FROM meetings_vote WHERE id = {vote.pk}", f"DELETE FROM meetings_historicalvote WHERE {of_vote}"],
            "stored",
            "meetings_historicalvote",
        ),
        "a published PDF": (
            [
                "UPDATE meetings_minutesversion SET public_pdf = public_pdf || ' '::bytea, "
                "public_sha256 = encode(sha256(public_pdf || ' '::bytea), 'hex')"
            ],
            "stored",
            f"{version.pk} ",
        ),
        "a published structure": (
            ["UPDATE meetings_minutesversion SET public = jsonb_set(public, '{place}', '\"Et annet sted\"')"],
            "stored",
            f"{version.pk} ",
        ),
        "a published version taken away": (
            ["DELETE FROM meetings_minutesversion"], "stored", "meetings_minutesversion",
        ),
        "who looked": (
            [f"UPDATE audit_viewlog SET person_id = (SELECT min(id) FROM access_user) WHERE id = {view.pk}"],
            "view",
            f" {view.pk} ",
        ),
        "that somebody looked": ([f"DELETE FROM audit_viewlog WHERE id = {view.pk}"], "view", f" {view.pk} "),
        "that somebody looked, and its entry": (
            [
                f"DELETE FROM audit_viewlog WHERE id = {view.pk}",
                f"DELETE FROM audit_viewentry WHERE view_id = {view.pk}",
            ],
            "view",
            " 1 ",
        ),
        "a looking made up": (
            [
                "INSERT INTO audit_viewlog (person_id, subject_type, subject_id, page, at) "
                "SELECT person_id, subject_type, subject_id, page, at FROM audit_viewlog LIMIT 1"
            ],
            "view",
            " ",
        ),
        "a document": (
            [f"UPDATE cases_document SET title = 'En annen plan' WHERE id = {document.pk}"],
            "stored",
            f"Dokument {document.pk} ",
        ),
        "what the seal says of a row": (
            ["UPDATE audit_sealentry SET stored = '[]' WHERE stored <> '[]'"], "changed", "",
        ),
        "a guard emptied": (
            [
                "CREATE OR REPLACE FUNCTION audit_guard_status() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN NEW; END $$"
            ],
            "guard",
            "audit_guard_status",
        ),
        "a guard pointed elsewhere": (
            [
                "DROP TRIGGER one_vote ON meetings_vote",
                "CREATE TRIGGER one_vote AFTER DELETE ON meetings_vote REFERENCING OLD TABLE AS written "
                "FOR EACH STATEMENT EXECUTE FUNCTION meetings_one_vote()",
            ],
            "guard",
            "one_vote",
        ),
        "a trigger of one's own": (
            [
                "CREATE TRIGGER mine BEFORE INSERT ON meetings_vote FOR EACH ROW EXECUTE FUNCTION "
                "suppress_redundant_updates_trigger()"
            ],
            "guard",
            "mine",
        ),
        "a rule of one's own": (
            ["CREATE RULE mine AS ON INSERT TO meetings_vote DO INSTEAD NOTHING"], "guard", "mine",
        ),
    }  # fmt: skip
    silent = {}
    for name, (statements, kind, words) in cases.items():
        found = falsified(*statements)
        if not any(finding.kind == kind and words in finding.message for finding in found):
            silent[name] = [finding.message for finding in found]
    assert silent == {}
    assert verify() == []


def test_a_file_exchanged_on_the_disk_is_named(held: Meeting) -> None:
    document = Document.objects.latest("pk")
    path = Path(settings.MEDIA_ROOT) / document.file.name
    path.write_bytes(path.read_bytes() + b" ")
    (finding,) = verify()
    assert f"okument {document.pk} " in finding.message
    path.unlink()
    (finding,) = verify()
    assert f"okument {document.pk} " in finding.message


def test_votes_put_right_after_the_meeting_belong_to_an_event_with_their_ballot(
    town: Municipality, held: Meeting
) -> None:
    ballot = held.items.order_by("position")[0].ballots.get()
    choices = {town.membership(town.union[2]).pk: Choice.AGAINST}
    votes.correct_votes(ballot, choices=choices, reason="Talt feil", actor=town.secretary)
    ballot.refresh_from_db()
    assert not ballot.unanimous
    assert verify() == []
    seal_events()
    assert verify() == []


def test_every_row_is_said_by_its_seal_once(held: Meeting) -> None:
    version = MinutesVersion.objects.get()
    entry = SealEntry.objects.get(event_id=version.event_id)
    assert [row[:2] for row in entry.stored if row[0] == "meetings_minutesversion"] == [
        ["meetings_minutesversion", version.pk]
    ]
    for vote in Vote.objects.all():
        said = SealEntry.objects.get(event_id=vote.history.get().event_id).stored
        assert ["meetings_historicalvote", vote.history.get().pk] in [row[:2] for row in said]
    assert sum(Seal.objects.values_list("views", flat=True)) == ViewLog.objects.count() == 2


def test_words_that_were_erased_by_law_leave_the_seals_whole(town: Municipality, held: Meeting) -> None:
    """R31: the seal over the closing of an account says what the history says from then on, and of everything else in
    it what it always said."""
    person = User.objects.create_user("bort@fjellvik.example", "Bo Rt")
    with audit.recorded("access.invited", actor=town.administrator, subject=person):
        person.save()
    owner("DELETE FROM access_historicaluser WHERE event_id IS NULL")
    seal_events()
    assert verify() == []
    account_closure.close(person, actor=town.administrator)
    assert verify() == []
    seal_events()
    assert verify() == []
    assert Rewritten.objects.count() == 2
    rewritten = Rewritten.objects.values_list("row", flat=True)[0]
    for change in ("email = 'x@y.z'", "is_staff = true"):
        found = falsified(f"UPDATE access_historicaluser SET {change} WHERE history_id = {rewritten}")
        assert any(f.kind == "stored" and str(person.pk) in f.message for f in found), change


def test_only_what_the_law_lets_go_is_erased_and_only_under_an_event(town: Municipality, held: Meeting) -> None:
    assert history.erasable() == {
        "access_historicaluser": ("email", "name"),
        GuestLetter.history.model._meta.db_table: ("address",),
        PaperSender.history.model._meta.db_table: ("address", "erased_at", "telephone"),
    }
    with pytest.raises(ValueError, match="under an event"):
        history.erase_past(town.secretary, name="Ingen")
    vote = Vote.objects.latest("pk")
    with (
        pytest.raises(ValueError, match="only where"),
        audit.recorded("access.invited", actor=town.administrator, subject=town.secretary),
    ):
        history.erase_past(vote, name="Ingen")
    # A row that says it was erased, with an event nobody sealed yet: the rest of it is still held to the seal.
    event = Event.objects.latest("pk")
    table, row = "meetings_historicalvote", vote.history.latest().pk
    found = falsified(
        f"INSERT INTO audit_rewritten (event_id, \"table\", row) VALUES ({event.pk}, '{table}', {row})",
        f"UPDATE {table} SET choice = 'against' WHERE history_id = {row}",
        f"UPDATE meetings_vote SET choice = 'against' WHERE id = {vote.pk}",
    )
    assert any(f.kind == "stored" and str(vote.pk) in f.message for f in found)


def test_a_page_that_is_looked_at_is_sealed_like_the_rest(town: Municipality, held: Meeting) -> None:
    before = ViewLog.objects.count()
    answer = as_(town.union[0]).get(f"/moter/{held.pk}/protokoll/")
    assert answer.status_code in {200, 302, 404}
    log_view(town.union[0], held, "minutes_detail")
    seal = seal_events()
    assert seal is not None
    assert seal.views == ViewLog.objects.count() - before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_unsealedview")
        assert cursor.fetchone() == (0,)

"""Every domain model is in the history or on a list with a reason, and no migration is missing."""

import io
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from tests.architecture.sources import is_ours
from trepart.audit.comparing.cross_checks import staged
from trepart.audit.history import EventBound, WrittenOnce, erasable
from trepart.workflow import all_workflows

#: Models without history, each with the reason.
WITHOUT = {
    "access.Invitation": "a link that was sent; every sending, withdrawal and acceptance is an event",
    "access.RoleGroup": "computed from roles.py and the memberships, which have the history",
    "audit.Event": "is the trail itself, append-only",
    "audit.EventContent": "part of the trail; erased under an event of its own",
    "audit.Seal": "part of the trail, append-only",
    "audit.SealEntry": "part of the trail, append-only",
    "audit.Unsealed": "the sealer's queue, kept by the database",
    "audit.ViewLog": "a log, append-only",
    "audit.ViewEntry": "part of the trail, append-only",
    "audit.UnsealedView": "the sealer's queue, kept by the database",
    "audit.Rewritten": "part of the trail, append-only",
    "meetings.CalendarFeed": (
        "a secret address; making, renewing and closing it are events, and a history would keep what no longer "
        "opens anything"
    ),
    "organisation.Logo": (
        "never changed: every picture is a row, and the municipality's history says which was used when"
    ),
    "council.CouncilSheet": "each version is its own history, append-only",
    "meetings.CasePaperDraft": (
        "what is being written, saved by itself and deleted when it is finished; the finished version never changes"
    ),
    "meetings.CasePaperVersion": "each version is its own history, append-only",
    "meetings.DecisionList": "each version is its own history, append-only",
    "meetings.FollowUpNote": "written once, append-only",
    "meetings.MinutesSignature": "an answer to one version, given once, append-only",
    "meetings.RecordCorrection": "written once, append-only",
    "meetings.RemarkReply": "an answer to one remark, given once, append-only",
    "meetings.MinutesVersion": "append-only: each version is its own history",
    "meetings.Packet": (
        "made by the worker from what has its history; each making is a row of its own, and the event that tells "
        "of it has the sum of the file"
    ),
    "meetings.PaperNote": "one reader's own notes: nobody else may see them, a history would",
    "cases.NumberSeries": "a counter; what got the number says so in its event",
    "proposals.DraftFile": "part of what was written without an account",
    "proposals.ProposalDraft": (
        "written without an account and deleted after some days (R31); its history would keep what must not be kept"
    ),
    "meetings.DiscussionDraft": (
        "what is being written, saved by itself and deleted when it is saved for real; the saved text has the history"
    ),
    "meetings.ItemDraft": (
        "what is being written of a case and is not on an agenda yet; deleted when it is put on, and the item has the "
        "history"
    ),
    "notices.Attachment": "goes with a mail and is removed with its words",
    "notices.Mail": "on its way out; written once, sent, and its words removed",
    "notices.MailChoice": "the reader's own choice of how often to get mail",
    "oidc.Identity": (
        "who one is at a sign-in service; linking and unlinking are events, and a history would keep what is "
        "erased with the account (R31)"
    ),
    "oidc.ServiceSession": "a session, forgotten when it ends",
    "notices.Notice": "what one person was told; written once, then marked read and mailed",
    "notices.WrongAddress": "a mark by a clerk; setting and removing it are events",
}


def own_models() -> list[type[models.Model]]:
    labels = {config.label for config in apps.get_app_configs() if is_ours(config)}
    ours = [m for m in apps.get_models() if m._meta.app_label in labels]
    return [m for m in ours if not issubclass(m, EventBound) or issubclass(m, WrittenOnce)]


def test_every_domain_model_has_a_history_or_a_reason() -> None:
    without = {model._meta.label for model in own_models() if not hasattr(model, "history")}
    assert without == set(WITHOUT), "every model keeps its history (audit.track) or stands in WITHOUT with a reason"


def test_every_lifecycle_has_a_table_and_every_table_a_model() -> None:
    rooms = {m._meta.label_lower for m in staged() if is_ours(m._meta.app_config)}
    assert {flow.model for flow in all_workflows()} == rooms


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = io.StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def _triggers(name: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgargs FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname = %s AND t.tgenabled = 'O'",
            [name],
        )
        return {table: bytes(args).decode().split("\0")[:-1] for table, args in cursor.fetchall()}


@pytest.mark.django_db
def test_the_database_guards_the_very_edges_of_the_tables() -> None:
    guards = _triggers("guard_status")
    assert set(guards) == {model._meta.db_table for model in staged()}
    for flow in all_workflows():
        label, *edges = guards[apps.get_model(flow.model)._meta.db_table]
        assert label == flow.model
        assert {tuple(edge.split(":")) for edge in edges} == {(str(a), str(b)) for a, b in flow.edges}, flow.model


@pytest.mark.django_db
def test_what_must_never_change_is_append_only() -> None:
    tables = {m._meta.db_table for m in own_models() if WITHOUT.get(m._meta.label, "").endswith("append-only")} | {
        apps.get_model("meetings.MinutesVersion")._meta.db_table
    }
    assert set(_triggers("append_only")) == tables == set(_triggers("append_only_truncate"))


@pytest.mark.django_db
def test_the_database_keeps_every_past() -> None:
    """A history without its guard (`KeepPast`, in the guards of its app) could be rewritten by whoever gets a statement
    in; what may be erased of it is what `erase_past` erases."""
    pasts = {m.history.model._meta.db_table for m in apps.get_models() if hasattr(m, "history")}
    guards = _triggers("keep_past")
    assert set(guards) == pasts == set(_triggers("keep_past_truncate"))
    assert {table: tuple(columns) for table, columns in guards.items() if columns} == erasable()


def test_what_never_changes_is_sealed_with_its_event() -> None:
    of_the_trail = {"audit.Event", "audit.EventContent", "audit.Seal", "audit.SealEntry", "audit.Unsealed"}
    of_the_trail |= {"audit.ViewLog", "audit.ViewEntry", "audit.UnsealedView", "audit.Rewritten"}
    once = {m._meta.label for m in own_models() if issubclass(m, WrittenOnce)}
    assert once == {label for label, why in WITHOUT.items() if "append-only" in why} - of_the_trail

"""What whoever owns the database can do with its guards off, and what the verification is read by."""

from django.db import connection

from trepart.audit import sealing
from trepart.audit.models import Event, Seal
from trepart.audit.verifying import Finding


def owner(*statements: str) -> None:
    """Do what the owner of the database can: everything, with the guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def named(findings: list[Finding], kind: str) -> list[int | None]:
    return [finding.event_id for finding in findings if finding.kind == kind]


def recompute(key: bytes, after: int = 0) -> None:
    """Recompute every digest from event ``after`` on, as somebody would who has the code but not the key."""
    digest = ""
    statements = []
    for seal in Seal.objects.order_by("number"):
        before = digest
        for entry in seal.entries.order_by("position"):
            row = Event.objects.filter(pk=entry.event_id).values_list(*sealing.SEALED).get()
            fresh = sealing.entry_digest(key, digest, sealing.canonical_event(row), entry.stored)
            digest = entry.digest if entry.event_id < after else fresh
            statements.append(f"UPDATE audit_sealentry SET digest = '{digest}' WHERE event_id = {entry.event_id}")
        seal.previous_digest, seal.count = before, seal.entries.count()
        closing = sealing.seal_digest(key, seal, last=digest)
        if seal.entries.filter(event_id__gte=after).exists():
            digest = closing
            statements.append(
                f"UPDATE audit_seal SET digest = '{closing}', previous_digest = '{before}', count = "
                f"{seal.count} WHERE number = {seal.number}"
            )
        else:
            digest = seal.digest
    owner(*statements)

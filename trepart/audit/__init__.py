"""The audit trail: what happened, sealed; what it said then; who looked."""

from trepart.audit.actions import Action, register
from trepart.audit.recording import Acting, current, recorded, under, write

__all__ = ["Acting", "Action", "current", "recorded", "register", "under", "write"]

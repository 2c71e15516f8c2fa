"""The lifecycle of a proposal: what may happen to it, when, and what follows. Registered in ``AppConfig.ready``."""

from proposals.workflow.table import PROPOSAL_WORKFLOW

__all__ = ["PROPOSAL_WORKFLOW"]

"""How much room unsent drafts take: so that nobody without an account fills the disk, and somebody is told in time."""

from django.conf import settings
from django.db.models import Sum

from proposals.models import DraftFile, ProposalDraft
from trepart.server import health

#: Whoever runs the portal is told when so much of the room is taken.
_FULL = 0.8


def held() -> int:
    """Return how many bytes of files the drafts hold together."""
    return DraftFile.objects.aggregate(size=Sum("size"))["size"] or 0


def drafts() -> health.Finding:
    """Say whether drafts without an account leave room for more (``/helse/drift``)."""
    size, number = held(), ProposalDraft.objects.filter(proposal__isnull=True).count()
    well = size < _FULL * settings.PROPOSAL_DRAFTS_MAX_BYTES and number < _FULL * settings.PROPOSAL_DRAFTS_MOST
    return health.Finding("drafts", well, f"{number} kept, {size // (1024 * 1024)} MB of files")

"""What somebody without an account has written, stored while they sign up (R31).

No proposal yet: gone after some days, and out of the history on purpose.
"""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from proposals.models.proposal import Proposal
from trepart import clock


class ProposalDraft(models.Model):
    """A proposal that waits for its proposer to sign up or sign in.

    Whoever has ``token`` in the session wrote it; only the token's digest is stored. ``person`` is who it is meant for:
    with ``proof`` empty the draft is theirs, otherwise it is theirs as long as they sign in with the very password that
    was chosen where it was written (`proposals.drafts`).
    """

    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    words = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="proposal_drafts"
    )
    proof = models.CharField(max_length=64, blank=True, editable=False)
    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    #: When its writer was reminded that it has not been sent: once.
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kept proposal")
        verbose_name_plural = _("kept proposals")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=True) | Q(words={}), name="proposals_draft_emptied_when_sent"
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="proposals_draft_age")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def title(self) -> str:
        """Return what the proposer calls it."""
        return str(self.words.get("title", ""))


class DraftFile(models.Model):
    """A file attached to a draft. What it is was sniffed when it came, and is sniffed again
    when the proposal is sent."""

    draft = models.ForeignKey(ProposalDraft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="drafts/")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("file of a kept proposal")
        verbose_name_plural = _("files of kept proposals")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["draft", "sha256"], name="proposals_draft_file_once")]

    def __str__(self) -> str:
        return self.name

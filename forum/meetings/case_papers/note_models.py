"""Private notes and highlights in the papers of a meeting, without history or event, read by their writer alone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem
from trepart import clock
from trepart.outdated_pages import mark_of


class PaperNote(models.Model):
    """A note on an item, or a highlight: the words marked in one block of its paper, with or without a note.

    A private note is not a case document (Sivilombudet SOM-2022-4149): it stays with one person,
    and goes with the account.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="paper_notes")
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="+")
    block = models.CharField(max_length=40, blank=True)
    start = models.PositiveIntegerField(default=0)
    quote = models.TextField(_("marked"), max_length=2000, blank=True)
    text = models.TextField(_("note"), max_length=5000, blank=True)
    created_at = models.DateTimeField(_("written"), default=clock.now)

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        ordering = ["block", "start", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(quote="") | ~Q(text=""), name="meetings_papernote_says_something")
        ]
        indexes = [models.Index(fields=["person", "item"], name="meetings_papernote_own")]

    @property
    def mark(self) -> str:
        """Return the mark of the text, as a page was made from it (`trepart.outdated_pages`)."""
        return mark_of(self.text)

    def __str__(self) -> str:
        return str(self.pk)

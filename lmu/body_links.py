"""What this room offers on a body's own page (`forum.organisation.body_links`)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.organisation.body_links import BodyLink
from forum.organisation.enums import BodyKind
from forum.organisation.models import Body
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.rules import Person


def links_of(body: Body, person: "Person") -> Iterable[BodyLink]:
    """Lead from an LMU's page to the one where its work is done, and to its log."""
    if body.kind != BodyKind.LMU or not body.is_active or not policy.can(person, "lmu.view", body):
        return
    yield BodyLink(_("What the LMU has taken up"), reverse("lmu:detail", args=[body.slug]))
    if policy.can(person, "forum.log_meeting", body):
        yield BodyLink(_("Write in the log"), reverse("lmu:log", args=[body.slug]))

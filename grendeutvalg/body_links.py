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
    """Lead from a village council's page among the bodies to its own, and to where its members work."""
    if body.kind != BodyKind.GRENDEUTVALG or not body.is_active:
        return
    yield BodyLink(_("The council's own page"), reverse("grendeutvalg:detail", args=[body.slug]))
    if policy.can(person, "grendeutvalg.work", body):
        yield BodyLink(_("The council's work"), reverse("grendeutvalg:work", args=[body.slug]))

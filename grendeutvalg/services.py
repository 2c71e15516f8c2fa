"""What a council writes about itself, and who says yes or no to being shown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from forum.organisation.models import Body, Membership
from grendeutvalg.models import Profile, ShownMember
from trepart import audit
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User

FIELDS = ("area", "about", "email", "phone", "meeting_place")


@transaction.atomic
def change_profile(body: Body, *, words: Mapping[str, object], actor: "User") -> Profile:
    """Store what the council says about itself. The caller has asked whether ``actor`` may (``grendeutvalg.manage``).
    Nothing is written where nothing changes."""
    list(Body.objects.select_for_update(no_key=True).filter(pk=body.pk).values_list("pk"))
    profile = Profile.objects.filter(body=body).first()
    adding = profile is None
    profile = profile or Profile(pk=reserve_pk(Profile), body=body)
    changed = [name for name in FIELDS if getattr(profile, name) != words[name]]
    if not changed:
        return profile
    for name in changed:
        setattr(profile, name, words[name])
    with audit.recorded("grendeutvalg.profile_changed", actor=actor, subject=body, data={"fields": changed}):
        profile.save(force_insert=adding)
    return profile


@transaction.atomic
def show_member(membership: Membership, *, shown: bool, actor: "User") -> None:
    """Let a member be named on the public page, or no longer. Only the person's own yes counts: ``PermissionError``
    for anybody else (R27)."""
    if membership.person_id != actor.pk:
        raise PermissionError("Only the person decides whether to be shown.")
    list(Membership.objects.select_for_update(no_key=True).filter(pk=membership.pk).values_list("pk"))
    found = ShownMember.objects.filter(membership=membership).first()
    if shown == (found is not None):
        return
    action = "grendeutvalg.member_shown" if shown else "grendeutvalg.member_hidden"
    with audit.recorded(action, actor=actor, subject=membership, root=membership.body):
        if found is None:
            ShownMember.objects.create(membership=membership)
        else:
            found.delete()

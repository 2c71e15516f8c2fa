"""Giving a commission: a case is opened for it, and whoever gets it is told."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from forum.cases.models import Case
from forum.cases.services.cases import open_case, set_access
from forum.commissions.forms import GiveForm
from forum.commissions.models import Commission
from forum.organisation.models import Body
from trepart.access import policy
from trepart.workflow import InvalidInput, NotPermitted, perform

if TYPE_CHECKING:
    from trepart.access.models import User


@transaction.atomic
def give(
    giver: Body, *, data: Mapping[str, object], files: Mapping[str, object] | None = None, actor: "User"
) -> Commission:
    """Give a commission on behalf of ``giver``, or of the municipal council whose decision it records, and return it.

    ``data`` and ``files`` are raw, as from `GiveForm`. Raises ``InvalidInput`` and
    ``NotPermitted``; nothing is then written.
    """
    blank = Commission(giver=giver)
    if not policy.can(actor, "forum.give_commission", blank):
        raise NotPermitted(_("You cannot do this. It takes a role that you do not hold today."))
    form = GiveForm(data, files or {}, subject=blank, actor=actor)
    if not form.is_valid():
        raise InvalidInput(form)
    wanted = form.read()
    case: Case = open_case(title=wanted.title, actor=actor, access=wanted.access)
    set_access(case, access=wanted.access, actor=actor)
    blank.case = case
    done: Commission = perform(blank, "give", actor=actor, data=data, files=files)
    return done

"""What the administrator's pages share, the overview, and the pages of units and parties.

Everything is written by the services; the pages only ask and tell.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import View

from forum.organisation import composition, responsibilities, unattended
from forum.organisation.composition_rules.problem import Problem
from forum.organisation.forms import bodies as office_forms
from forum.organisation.models import Body, PoliticalParty, Unit
from forum.organisation.queries import bodies as queries
from forum.organisation.queries import history
from forum.organisation.services import bodies as services
from forum.organisation.services import edit_conflicts
from forum.organisation.services import municipality as municipality_facts
from trepart.access import interrupted_forms, policy
from trepart.access.models import User
from trepart.access.web import Access, permitted
from trepart.alphabet import norwegian
from trepart.db.locking import lock
from trepart.outdated_pages import ComparingForm
from trepart.text import normal

MANAGE = permitted("forum.manage_organisation")
PEOPLE_PER_PAGE = 30

Crumbs = list[tuple[object, str | None]]


class Office(View):
    """A page for whoever manages the organisation; to everybody else it does not exist."""

    access: ClassVar[Access] = MANAGE

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Ask for the permission before anything is looked up."""
        if not policy.can(request.user, "forum.manage_organisation"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        """Return who is signed in; the access declaration has seen to that somebody is."""
        user = self.request.user
        if not isinstance(user, User):
            raise Http404
        return user

    def crumbs(self, *further: tuple[object, str | None]) -> Crumbs:
        """Return the way here, by way of the overview."""
        return [(_("Bodies"), reverse("forum:body_list")), (_("Organisation"), reverse("forum:organisation")), *further]


#: What a form is filled in with: what was sent, what was kept when the session ran out, or nothing yet.
FormData = Mapping[str, object] | None
#: What a form has read and found good: each field's own kind of value, by name.
Cleaned = Mapping[str, Any]


class Foreseen(Exception):  # no error: a question
    """What is about to be saved would break rules of composition; whoever saves it is asked first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


def history_url(thing: Model | None) -> str:
    """Return the page that tells who changed ``thing`` when; empty for nothing, and for what has none."""
    if thing is None or thing._state.adding or thing._meta.model_name not in history.KINDS:
        return ""
    return reverse("forum:history", args=[history.KINDS[thing._meta.model_name], thing.pk])


class OfficeForm(Office, ABC):
    """One form: GET asks, POST writes through a service. What the service refuses is said in the form, and
    nothing typed is lost."""

    template_name = "organisation/administration/form.html"
    label: ClassVar[str | Promise] = ""
    danger: ClassVar[bool] = False

    def prepare(self) -> None:
        """Fetch what the form is about, or answer 404."""

    def form(self, data: FormData) -> forms.Form:
        """Build the form, empty or with ``data``; a page that only asks whether to go on has nothing to fill in."""
        return forms.Form(data)

    @abstractmethod
    def write(self, data: Cleaned) -> str:
        """Carry it out and return what is said about it. A ``ValidationError`` is shown in the form."""

    @abstractmethod
    def back(self) -> str:
        """Return where one goes when it is done, or not done."""

    @abstractmethod
    def page(self) -> dict[str, object]:
        """Return heading, lead, crumbs and whatever else the page shows."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Show the form, with what was typed before a session ran out."""
        self.prepare()
        given_back = interrupted_forms.give_back(request)
        return self.show(self.form(given_back))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Write, or show what must be mended. What the form changes is held from here, and read anew: two may change it
        at once."""
        with transaction.atomic():
            self.prepare()
            thing = self.thing()
            if thing is not None and not thing._state.adding and lock(thing):
                self.prepare()
            return self.judged(request)

    def judged(self, request: HttpRequest) -> HttpResponseBase:
        """Write what the form says where nothing is wrong with it, or show what is."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                if not self.compares(form):
                    edit_conflicts.check(self.thing(), request.POST.get("seen", ""))
                said = self.guarded(form.cleaned_data)
            except ValidationError as error:
                office_forms.refuse(form, error)
            except Foreseen as foreseen:
                return self.show(form, status=422, foreseen=foreseen.problems)
            else:
                messages.success(request, said)
                return HttpResponseRedirect(self.back())
        return self.show(form, status=422)

    def thing(self) -> Model | None:
        """Return what the form changes, where two may change it at once: whoever saves last is told what the other did,
        and nothing typed is lost."""
        return None

    @staticmethod
    def compares(form: forms.Form) -> bool:
        """Say whether ``form`` has compared itself, field by field, with what others have written."""
        return isinstance(form, ComparingForm) and form.add_prefix("was") in form.data

    def composed(self, data: Cleaned) -> tuple[Body, date] | None:
        """Return the body whose composition this changes and the day from which, so that broken rules (R1-R3) are
        said before it is saved."""
        return None

    def guarded(self, data: Cleaned) -> str:
        """Write what nobody else has changed meanwhile. ``Foreseen`` where a rule of composition would be broken and
        nobody has said yes to that yet."""
        at = self.composed(data)
        before = {p.message for p in composition.problems(*at)} if at else set()
        with transaction.atomic():
            said = self.written(data)
            if at and at[0].active_from and not self.request.POST.get("all_the_same"):
                # It is written, looked at, and taken back: no rule is judged twice in two ways.
                found = [
                    p for p in composition.problems(Body.objects.get(pk=at[0].pk), at[1]) if p.message not in before
                ]
                if found:
                    raise Foreseen(found)
        return said

    def written(self, data: Cleaned) -> str:
        """Write; where the button was pressed twice, the rules can say so in words once the first
        press has been written."""
        try:
            with transaction.atomic():
                return self.write(data)
        except IntegrityError:
            return self.write(data)

    def show(self, form: forms.Form, status: int = 200, foreseen: Sequence[Problem] = ()) -> HttpResponse:
        """Render the page of the form."""
        thing = self.thing()
        context = {
            "form": form,
            "foreseen": foreseen,
            "seen": edit_conflicts.version_of(thing),
            "history_url": history_url(thing),
            "label": self.label or _("Save"),
            "danger": self.danger,
            "cancel_url": self.back(),
            "form_owner": interrupted_forms.owner_token(self.request),
            **self.page(),
        }
        return render(self.request, self.template_name, context, status=status)


# Overview -------------------------------------------------------------------------------------------------------------


class OverviewView(Office):
    """Where the administrator begins: what ends soon, which bodies break a rule, units, offices."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the overview; its number of queries does not grow with the municipality."""
        broken, waiting = queries.troubles()
        form = office_forms.UnitSearchForm(request.GET or None)
        words = normal.line(request.GET.get("q", ""))[:100]
        context = {
            "form": form,
            "words": words,
            "endings": queries.endings(),
            "ahead": queries.AHEAD_DAYS,
            "broken": broken,
            "waiting": waiting,
            "tree": queries.unit_tree(words),
            "municipality_facts": municipality_facts.unsaved(),
            "unattended": len(unattended.unattended()),
            "offices": list(queries.office_holders()),
            "parties": list(PoliticalParty.objects.order_by(norwegian("name"))),
            "crumbs": [(_("Bodies"), reverse("forum:body_list")), (_("Organisation"), None)],
        }
        return render(request, "organisation/administration/overview.html", context)


# Units and parties ----------------------------------------------------------------------------------------------------


class UnitView(OfficeForm):
    """Adds a unit (no number in the address), or changes one."""

    unit: Unit | None = None

    def prepare(self) -> None:
        """Fetch the unit to change, if one is named."""
        if "pk" in self.kwargs:
            self.unit = get_object_or_404(Unit, pk=self.kwargs["pk"])

    def form(self, data: FormData) -> forms.Form:
        """Build the form, with what stands today."""
        initial: dict[str, object] = {"parent": self.request.GET.get("under")}
        if self.unit:
            initial = {"name": self.unit.name, "parent": self.unit.parent_id, "closed_on": self.unit.closed_on}
        return office_forms.UnitForm(data, unit=self.unit, initial=initial)

    def write(self, data: Cleaned) -> str:
        """Add or change the unit."""
        if self.unit is None:
            unit = services.add_unit(data["name"], data["parent"], actor=self.person)
            return _("%(name)s is added.") % {"name": unit.name}
        unit = services.change_unit(
            self.unit, name=data["name"], parent=data["parent"], closed_on=data["closed_on"], actor=self.person
        )
        return _("%(name)s is changed.") % {"name": unit.name}

    def thing(self) -> Model | None:
        """Return the unit."""
        return self.unit

    def back(self) -> str:
        """Return to the overview."""
        return reverse("forum:organisation") + "#enheter"

    def page(self) -> dict[str, object]:
        """Say which unit it is about."""
        heading = _("Change %(name)s") % {"name": self.unit.name} if self.unit else _("New unit")
        return {
            "heading": heading,
            "lead": _("A workplace, or a sector that workplaces are part of."),
            "hangs": responsibilities.hangs_on_unit(self.unit.pk) if self.unit else [],
            "crumbs": self.crumbs((heading, None)),
        }


class PartyView(OfficeForm):
    """Adds a political party."""

    def form(self, data: FormData) -> forms.Form:
        """Build the form."""
        return office_forms.PartyForm(data)

    def write(self, data: Cleaned) -> str:
        """Add the party."""
        party = services.add_party(name=data["name"], short=data["short"], actor=self.person)
        return _("%(name)s is added.") % {"name": party.name}

    def back(self) -> str:
        """Return to the overview."""
        return reverse("forum:organisation")

    def page(self) -> dict[str, object]:
        """Say what a party is for here."""
        return {
            "heading": _("New political party"),
            "lead": _("For elected politicians. The minutes say which parties voted for what."),
            "crumbs": self.crumbs((_("New political party"), None)),
        }

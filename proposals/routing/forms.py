"""The whole road of proposals as one form: where each kind enters, and whom each body sends on to."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.organisation import body_kinds
from forum.organisation.models import Body
from proposals.enums import Origin
from proposals.routing import changes
from trepart.alphabet import sort_key
from trepart.outdated_pages import ComparingForm

_LOCAL = "local"
_AS_NOW = "as_now"


class RoadForm(ComparingForm):
    """One field for each origin, one for each body that is not a workplace's own, and one for all workplaces together.

    Built under the lock of the road where it is saved (`changes.hold`): each station is compared for itself.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = changes.today()
        self.bodies = changes.bodies_on_the_road()
        named = [(str(body.pk), body.name) for body in self.bodies if not body.is_local]
        councils = [body for body in Body.objects.filter(kind__in=body_kinds.OUTSIDE) if body.is_active]
        upwards = [*named, *((str(body.pk), body.name) for body in sorted(councils, key=lambda b: sort_key(b.name)))]
        for origin in Origin:
            entry = self.now.entries[origin]
            first = [(_LOCAL, _("The workplace: its LMU, or its leader"))] if origin == Origin.EMPLOYEE else []
            if origin != Origin.EMPLOYEE and entry is None:
                first = [("", _("Choose"))]
            choices = self._with(first + named, entry)
            self.fields[f"from_{origin}"] = forms.ChoiceField(
                label=_("Proposals from %(origin)s enter with") % {"origin": origin.label},
                choices=choices,
                initial=str(entry.pk) if entry else _LOCAL if origin == Origin.EMPLOYEE else "",
                required=origin == Origin.EMPLOYEE or entry is not None,
            )
        for body in self.bodies:
            if body.is_local:
                continue
            others = [choice for choice in upwards if choice[0] != str(body.pk)]
            self.fields[f"after_{body.pk}"] = forms.ChoiceField(
                label=_("%(body)s sends on to") % {"body": capfirst(body.name)},
                choices=self._with([("", _("Nobody: it decides finally")), *others], body.superior),
                initial=str(body.superior_id or ""),
                required=False,
            )
        local = [body for body in self.bodies if body.is_local]
        ways = {body.superior_id for body in local}
        if local:
            as_now = [(_AS_NOW, _("Each its own way, as now"))] if len(ways) > 1 else []
            only = local[0].superior
            self.fields["local"] = forms.ChoiceField(
                label=gettext_lazy("The workplaces send on to"),
                choices=[*as_now, *self._with(named, None if as_now else only)],
                initial=_AS_NOW if as_now else str(only.pk if only else ""),
            )

    @staticmethod
    def _with(choices: list[tuple[str, str]], chosen: Body | None) -> list[tuple[str, str]]:
        """Return the choices, with what is chosen today among them even where it is not at work any more: what is wrong
        must be seen to be mended."""
        if chosen is not None and str(chosen.pk) not in {value for value, _label in choices}:
            return [*choices, (str(chosen.pk), _("%(body)s (not at work)") % {"body": chosen.name})]
        return choices

    def plan(self) -> changes.Plan:
        """Return what was chosen, as a whole road."""
        data = self.cleaned_data
        known = {body.pk: body for body in Body.objects.all()}
        entries: dict[Origin, Body | None] = {}
        for origin in Origin:
            value = data[f"from_{origin}"]
            entries[origin] = known[int(value)] if value not in ("", _LOCAL) else None
        superiors = {
            body.pk: int(data[f"after_{body.pk}"]) if data[f"after_{body.pk}"] else None
            for body in self.bodies
            if not body.is_local
        }
        if "local" in self.fields and data["local"] != _AS_NOW:
            superiors |= {body.pk: int(data["local"]) for body in self.bodies if body.is_local}
        return changes.Plan(entries, superiors)

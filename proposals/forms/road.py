"""The whole road of proposals as one form: where each kind enters, and whom each body sends on to."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.enums import BodyKind
from forum.models import Body
from proposals import road_changes
from proposals.enums import Origin
from trepart.alphabet import sort_key

_LMU = "lmu"
_AS_NOW = "as_now"


class RoadForm(forms.Form):
    """One field for each origin, one for each body that is no LMU, and one for all LMUs together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = road_changes.today()
        self.bodies = road_changes.bodies_on_the_road()
        named = [(str(body.pk), body.name) for body in self.bodies if body.kind != BodyKind.LMU]
        councils = [body for body in Body.objects.filter(kind=BodyKind.COUNCIL) if body.is_active]
        upwards = [*named, *((str(body.pk), body.name) for body in sorted(councils, key=lambda b: sort_key(b.name)))]
        for origin in Origin:
            entry = self.now.entries[origin]
            first = [(_LMU, _("The LMU of the workplace"))] if origin == Origin.EMPLOYEE else []
            if origin != Origin.EMPLOYEE and entry is None:
                first = [("", _("Choose"))]
            choices = self._with(first + named, entry)
            self.fields[f"from_{origin}"] = forms.ChoiceField(
                label=_("Proposals from %(origin)s enter with") % {"origin": origin.label},
                choices=choices,
                initial=str(entry.pk) if entry else _LMU if origin == Origin.EMPLOYEE else "",
                required=origin == Origin.EMPLOYEE or entry is not None,
            )
        for body in self.bodies:
            if body.kind == BodyKind.LMU:
                continue
            others = [choice for choice in upwards if choice[0] != str(body.pk)]
            self.fields[f"after_{body.pk}"] = forms.ChoiceField(
                label=_("%(body)s sends on to") % {"body": capfirst(body.name)},
                choices=self._with([("", _("Nobody: it decides finally")), *others], body.superior),
                initial=str(body.superior_id or ""),
                required=False,
            )
        lmus = [body for body in self.bodies if body.kind == BodyKind.LMU]
        ways = {body.superior_id for body in lmus}
        if lmus:
            as_now = [(_AS_NOW, _("Each its own way, as now"))] if len(ways) > 1 else []
            only = lmus[0].superior
            self.fields["lmus"] = forms.ChoiceField(
                label=gettext_lazy("The LMUs send on to"),
                choices=[*as_now, *self._with(named, None if as_now else only)],
                initial=_AS_NOW if as_now else str(only.pk if only else ""),
            )

    @staticmethod
    def _with(choices: list[tuple[str, Any]], chosen: Body | None) -> list[tuple[str, Any]]:
        """Return the choices, with what is chosen today among them even where it is not at work any more: what is wrong must be seen to be mended."""
        if chosen is not None and str(chosen.pk) not in {value for value, _label in choices}:
            return [*choices, (str(chosen.pk), _("%(body)s (not at work)") % {"body": chosen.name})]
        return choices

    def plan(self) -> road_changes.Plan:
        """Return what was chosen, as a whole road."""
        data = self.cleaned_data
        known = {body.pk: body for body in Body.objects.all()}
        entries: dict[Origin, Body | None] = {}
        for origin in Origin:
            value = data[f"from_{origin}"]
            entries[origin] = known[int(value)] if value not in ("", _LMU) else None
        superiors = {
            body.pk: int(data[f"after_{body.pk}"]) if data[f"after_{body.pk}"] else None
            for body in self.bodies
            if body.kind != BodyKind.LMU
        }
        if "lmus" in self.fields and data["lmus"] != _AS_NOW:
            superiors |= {body.pk: int(data["lmus"]) for body in self.bodies if body.kind == BodyKind.LMU}
        return road_changes.Plan(entries, superiors)

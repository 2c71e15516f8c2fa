"""The administrator's pages about the municipality's facts, coat of arms and texts, and the history of everything."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.organisation import text_blocks
from forum.organisation.enums import TextPlace
from forum.organisation.forms import municipality as municipality_forms
from forum.organisation.models import TextBlock
from forum.organisation.queries import history
from forum.organisation.services import logos
from forum.organisation.services import municipality as services
from forum.organisation.views.administration.base import Cleaned, Crumbs, FormData, Office, OfficeForm
from trepart import municipality
from trepart.languages import OWN_NAMES
from trepart.uploads import door


class MunicipalityView(OfficeForm):
    """The facts about the municipality."""

    template_name = "organisation/administration/municipality_edit.html"

    def prepare(self) -> None:
        """Fetch the row, or what the settings say."""
        self.row = services.unsaved()

    # A model form is a form to the page.
    def form(self, data: FormData) -> forms.Form | forms.ModelForm[Any]:  # type: ignore[override]
        """Build the form, with what stands today."""
        return municipality_forms.MunicipalityForm(data, instance=self.row)

    def guarded(self, data: Cleaned) -> str:
        """Write the facts alone."""
        return super().guarded({name: data[name] for name in services.FACTS})

    def write(self, data: Cleaned) -> str:
        """Change the facts."""
        services.change_municipality(actor=self.person, **data)
        return _("The facts about the municipality are saved.")

    def thing(self) -> Model | None:
        """Return the row."""
        return self.row

    def back(self) -> str:
        """Stay on the page."""
        return reverse("forum:municipality")

    def page(self) -> dict[str, object]:
        """Say what it is, with the coat of arms and the texts beside it."""
        return {
            "heading": _("The municipality"),
            "lead": _(
                "Name, looks, languages and deadlines. Whatever is changed here holds from the next page anybody opens."
            ),
            "texts": [text_blocks.Text(place) for place in TextPlace],
            "crumbs": self.crumbs((_("The municipality"), None)),
        }


class OfMunicipality(OfficeForm):
    """A form about one thing of the municipality's."""

    def back(self) -> str:
        """Return to the municipality's page."""
        return reverse("forum:municipality")

    def crumbs(self, *further: tuple[object, str | None]) -> Crumbs:
        """Return the way here, by way of the municipality's page."""
        return super().crumbs((_("The municipality"), reverse("forum:municipality")), *further)


class LogoView(OfMunicipality):
    """Uploads another coat of arms, or takes it away."""

    template_name = "organisation/administration/logo_edit.html"

    def form(self, data: FormData) -> forms.Form:
        """Build the form; taking away needs no picture."""
        if self.request.POST.get("take_away"):
            return forms.Form(data)
        return municipality_forms.LogoForm(data, self.request.FILES or None)

    def write(self, data: Cleaned) -> str:
        """Keep the picture, once it has been looked through."""
        if self.request.POST.get("take_away"):
            services.change_logo(None, actor=self.person)
            return _("The coat of arms is taken away. Older ones are kept in the history.")
        try:
            services.change_logo(door.looked_at(data["logo"], logos.MOST_BYTES), actor=self.person)
        except ValidationError as error:
            raise ValidationError({"logo": error.messages}) from error
        return _("The coat of arms is changed.")

    def thing(self) -> Model | None:
        """Return the municipality, whose it is."""
        return services.unsaved()

    def page(self) -> dict[str, object]:
        """Say what is wanted."""
        return {
            "heading": _("The coat of arms"),
            "lead": _(
                "Stands at the top of every page. The picture is looked through and written anew, so that "
                "nothing else comes along with it."
            ),
            "has_logo": bool(municipality.current().logo),
            "label": _("Use this picture"),
            "crumbs": self.crumbs((_("The coat of arms"), None)),
        }


class TextView(OfMunicipality):
    """The municipality's own words in one place and one language: written, looked at, saved, or given back."""

    template_name = "organisation/administration/text_edit.html"
    preview = ""

    def prepare(self) -> None:
        """Fetch the text."""
        place, language = self.kwargs["place"], self.kwargs["language"]
        if place not in TextPlace or language not in dict(settings.LANGUAGES):
            raise Http404
        self.place, self.language = TextPlace(place), language
        self.block = TextBlock.objects.filter(place=place, language=language).first()

    def form(self, data: FormData) -> forms.Form:
        """Build the form, with what stands today."""
        return municipality_forms.TextForm(data, initial={"body": self.block.body if self.block else ""})

    def guarded(self, data: Cleaned) -> str:
        """Show it first, where that is what was pressed; nothing is saved then."""
        if self.request.POST.get("preview"):
            self.preview = data["body"]
            raise ValidationError([])
        return super().guarded({"body": ""} if self.request.POST.get("take_away") else data)

    def write(self, data: Cleaned) -> str:
        """Save the text."""
        services.change_text(self.place, self.language, data["body"], actor=self.person)
        return _("The text is saved.") if data["body"] else _("The portal's own text is shown again.")

    def thing(self) -> Model | None:
        """Return the text."""
        return self.block

    def page(self) -> dict[str, object]:
        """Say where it stands, what the portal says there, and how it would look."""
        name = capfirst(self.place.label)
        return {
            "heading": name,
            "meta": OWN_NAMES.get(self.language, self.language),
            "language": self.language,
            "default": text_blocks.default(self.place, self.language),
            "preview": self.preview,
            "own": bool(self.block and self.block.body),
            "crumbs": self.crumbs((name, None)),
        }


class HistoryView(Office):
    """Who changed what when."""

    def get(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """Show the history of one thing and of what belongs to it."""
        model = history.MODELS.get(kind)
        if model is None:
            raise Http404
        thing = get_object_or_404(model, pk=pk)
        context = {
            "thing": thing,
            "entries": history.of(thing),
            "crumbs": self.crumbs((str(thing), None), (_("History"), None)),
        }
        return render(request, "organisation/administration/history.html", context)

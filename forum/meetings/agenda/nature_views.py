"""Marking a case as one that no three-party body treats."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from forum.cases.matters import Nature
from forum.cases.models import Case
from forum.meetings.agenda import nature
from forum.meetings.core.web import status_of
from trepart.access import interrupted_forms, policy
from trepart.access.web import Access, permitted, reader_of
from trepart.forms import PlainTextField, RadioSelect
from trepart.outdated_pages import ComparingForm
from trepart.refusals import Refused

_capitalised = lazy(lambda label: capfirst(str(label)), str)
#: The kinds of case as choices, standing alone.
NATURES = [(value, _capitalised(label)) for value, label in Nature.choices]


class NatureForm(ComparingForm):
    """What kind of case it is, and why it is marked."""

    nature = forms.ChoiceField(label=gettext_lazy("What kind of case is it?"), choices=NATURES, widget=RadioSelect())
    reason = PlainTextField(label=gettext_lazy("Why?"), max_length=1000)


class NatureView(View):
    """The page on which those who prepare a case say what kind it is."""

    access: ClassVar[Access] = permitted(nature.WRITE)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the form."""
        case = policy.get_or_404(request.user, nature.WRITE, Case.objects.all(), pk=pk)
        given_back = interrupted_forms.give_back(request)
        return self.page(request, case, NatureForm(given_back, initial={"nature": case.nature}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Mark the case."""
        case = policy.get_or_404(request.user, nature.WRITE, Case.objects.all(), pk=pk)
        form = NatureForm(request.POST, initial={"nature": case.nature})
        if not form.is_valid():
            return self.page(request, case, form, status=422)
        chosen = Nature(form.cleaned_data["nature"])
        try:
            nature.mark(case, nature=chosen, reason=form.cleaned_data["reason"], actor=reader_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, case, form, status=status_of(refusal))
        why = nature.why_not(chosen)
        messages.success(
            request, str(why) if why is not None else _("The case is an ordinary one, and can be treated.")
        )
        return redirect("forum:case_nature", case.pk)

    @staticmethod
    def page(request: HttpRequest, case: Case, form: NatureForm, *, status: int = 200) -> HttpResponse:
        """Render the form."""
        context = {
            "form": form,
            "heading": _("What kind of case it is"),
            "meta": f"{case.reference} {case.title}",
            "lead": _(
                "What concerns one employee's appointment, dismissal or redundancy, and negotiations, is treated "
                "elsewhere. A case that is marked so cannot be put on an agenda."
            ),
            "label": _("Mark the case"),
            "cancel_url": reverse("forum:case_paper_write", args=[case.pk]),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": [(_("Meetings"), reverse("forum:meeting_list")), (_("What kind of case it is"), None)],
        }
        return render(request, "organisation/administration/form.html", context, status=status)

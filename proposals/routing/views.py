"""The administrator's page about the road of proposals: drawn, changed as a whole, looked at before it is saved."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from proposals.routing import changes
from proposals.routing.forms import RoadForm
from trepart.access import interrupted_forms, policy
from trepart.access.web import permitted, reader_of


class RoadView(View):
    """The road as it is, and as it would be."""

    access = permitted("forum.manage_organisation")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """To everybody else the page does not exist."""
        if not policy.can(request.user, "forum.manage_organisation"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the road as it is."""
        return self._show(request, RoadForm(interrupted_forms.give_back(request)), changes.look_at(), changes.state())

    @transaction.atomic
    def post(self, request: HttpRequest) -> HttpResponse:
        """Show how it would be, or save it: what another has changed of it meanwhile is compared station by station,
        under the lock of the road."""
        changes.hold()
        form = RoadForm(request.POST)
        # A page that carries the marks of its fields has compared itself; an older one is compared as a whole.
        seen = "" if request.POST.get("was") else request.POST.get("seen", "")
        if not form.is_valid():
            return self._show(request, form, changes.look_at(), seen, status=422)
        plan = form.plan()
        try:
            outlook = changes.look_at(plan)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._show(request, form, changes.look_at(), seen, status=422)
        if request.POST.get("preview"):
            for problem in outlook.problems:
                form.add_error(None, str(problem.message))
            return self._show(request, form, outlook, seen, preview=True, status=422 if outlook.problems else 200)
        try:
            # Taken back by itself where it is refused: the transaction of the page goes on.
            changes.change_road(plan, seen=seen, actor=reader_of(request))
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._show(request, form, outlook, changes.state(), preview=True, status=422)
        messages.success(request, _("The road is saved. New proposals go this way from now on."))
        return HttpResponseRedirect(reverse("proposals:road_admin"))

    def _show(
        self,
        request: HttpRequest,
        form: RoadForm,
        outlook: changes.Outlook,
        seen: str,
        *,
        preview: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "form": form,
            "outlook": outlook,
            "preview": preview,
            "seen": seen,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": [(_("Organisation"), reverse("forum:organisation")), (_("The road of proposals"), None)],
        }
        return render(request, "proposals/road_admin.html", context, status=status)

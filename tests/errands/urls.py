"""Addresses of the tests' own room, before the portal's own: one of every kind of access, and the page of a step."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tests.errands.models import Errand
from trepart.access.web import PUBLIC, SIGNED_IN, STAFF, declare, permitted
from trepart.views import TransitionView


def page(request: HttpRequest) -> HttpResponse:
    """Answer whoever gets this far."""
    return HttpResponse("here")


class StepView(TransitionView):
    """The page of a step of an errand."""

    view_permission = "forum.run_meeting"

    def queryset(self):  # type: ignore[no-untyped-def]  # tests are not annotated throughout
        return Errand.objects.all()


def _own(access):  # type: ignore[no-untyped-def]  # as above
    def view(request: HttpRequest) -> HttpResponse:
        return page(request)

    return declare(access)(view)


urlpatterns = [
    path("errand/public/", _own(PUBLIC)),
    path("errand/in/", _own(SIGNED_IN)),
    path("errand/staff/", _own(STAFF)),
    path("errand/may/", _own(permitted("forum.run_meeting"))),
    path("errand/typo/", _own(permitted("forum.fly"))),
    path("errand/silent/", page),
    path("errand/<int:pk>/<slug:name>/", StepView.as_view()),
    path("", include("trepart.urls")),
]

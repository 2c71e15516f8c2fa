"""The addresses of the forum: one name for all of them, whichever app a page belongs to."""

from django.urls import include, path

app_name = "forum"
urlpatterns = [
    path("", include("forum.organisation.urls")),
    path("", include("forum.cases.urls")),
    path("", include("forum.delegations.urls")),
    path("", include("forum.meetings.urls")),
    path("", include("forum.commissions.urls")),
    path("", include("forum.council.urls")),
    path("", include("forum.pages.urls")),
]

"""The addresses of the bare views."""

from django.urls import include, path

from bench import views

urlpatterns = [
    path("bench/plain/", views.plain),
    path("bench/rows/", views.rows),
    path("bench/write/", views.write),
    # So that a row can name the page of its proposal.
    path("forslag/", include("proposals.urls")),
]

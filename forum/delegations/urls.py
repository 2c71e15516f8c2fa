"""The addresses of delegations, included under the name of the forum."""

from django.urls import path

from forum.delegations import views

urlpatterns = [
    path("organer/<slug:slug>/myndighet/", views.delegation_list, name="delegations"),
    path("organer/<slug:slug>/myndighet/ny/", views.new, name="delegation_new"),
    path("organer/<slug:slug>/myndighet/<int:pk>/", views.document, name="delegation_document"),
    path("organer/<slug:slug>/myndighet/<int:pk>/avslutt/", views.end, name="delegation_end"),
]

"""The addresses of the room."""

from django.urls import path

from grendeutvalg import views

app_name = "grendeutvalg"
urlpatterns = [
    path("", views.council_list, name="list"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/arbeid/", views.work, name="work"),
    path("<slug:slug>/om/", views.about, name="about"),
    path("<slug:slug>/vis-meg/", views.show, name="show"),
]

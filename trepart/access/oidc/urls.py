"""Addresses of signing in through a service.

They are registered at the services: changing one means changing it there (docs/oidc.md).
"""

from django.urls import path

from trepart.access.oidc import channels, views

app_name = "oidc"
urlpatterns = [
    path("", views.WaysView.as_view(), name="ways"),
    path("ny/", views.NewView.as_view(), name="new"),
    path("nokler.json", channels.KeysView.as_view(), name="keys"),
    path("<slug:name>/inn/", views.StartView.as_view(), name="start"),
    path("<slug:name>/tilbake/", views.BackView.as_view(), name="back"),
    path("<slug:name>/knytt/", views.LinkView.as_view(), name="link"),
    path("<slug:name>/fjern/", views.UnlinkView.as_view(), name="unlink"),
    path("<slug:name>/ute/", views.OutView.as_view(), name="out"),
    path("<slug:name>/utlogging/", channels.BackChannelView.as_view(), name="back_channel"),
    path("<slug:name>/utlogging-i-ramme/", channels.FrontChannelView.as_view(), name="front_channel"),
]

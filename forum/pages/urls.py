"""The addresses of pages, included under the name of the forum."""

from django.urls import path

from forum.pages import administration_setup, bodies

urlpatterns = [
    path("organer/", bodies.body_list, name="body_list"),
    path("organer/<slug:slug>/", bodies.body_detail, name="body_detail"),
    path("organer/<slug:slug>/ko/", bodies.body_queue, name="body_queue"),
    path("organisasjon/uten-ansvarlig/", administration_setup.UnattendedView.as_view(), name="unattended"),
    path("organisasjon/ny-arbeidsplass/", administration_setup.NewUnitView.as_view(), name="workplace_new"),
    path("organisasjon/organer/<slug:slug>/ny-periode/", administration_setup.RenewView.as_view(), name="body_renew"),
    path(
        "organisasjon/organer/<slug:slug>/varamedlemmer/", administration_setup.DeputiesView.as_view(), name="deputies"
    ),
]

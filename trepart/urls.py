"""The addresses of the portal. With the settings, the one place that knows every room."""

from django.contrib import admin
from django.urls import include, path

from trepart.server import security

urlpatterns = [
    path("", include("portal.urls")),
    path("forslag/", include("proposals.urls")),
    path("lmu/", include("lmu.urls")),
    path("grendeutvalg/", include("grendeutvalg.urls")),
    path("", include("forum.urls")),
    path("konto/", include("trepart.access.sign_in.allauth_urls")),
    path("konto/", include("trepart.access.sign_in.urls")),
    path("konto/oidc/", include("trepart.access.oidc.urls")),
    path("sprak/", include("portal.language_urls")),
    path("teknisk/", admin.site.urls),
    path("csp-rapport/", security.csp_report, name="csp_report"),
]

handler400 = "trepart.views.bad_request"
handler403 = "trepart.views.forbidden"
handler404 = "trepart.views.not_found"
handler500 = "trepart.views.server_error"

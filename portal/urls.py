"""The addresses of the room."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from portal.search import views as search
from portal.views import about, front, mail, mine, press, site

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.front, name="front"),
    path("min-side/", mine.my_page, name="my_page"),
    path("min-side/opplysninger.json", mine.my_data, name="my_data"),
    path("min-side/varsler/", mine.notices, name="notices"),
    path("min-side/varsler/lest/", mine.read_all, name="notices_read_all"),
    path("min-side/varsler/<int:pk>/", mine.notice, name="notice"),
    path("min-side/varsler/<int:pk>/lest/", mine.read, name="notice_read"),
    path("min-side/e-post/", mail.choice, name="mail_choice"),
    path("organisasjon/post/", mail.trouble, name="mail_trouble"),
    path("organisasjon/post/igjen/", mail.again_all, name="mail_again_all"),
    path("organisasjon/post/<int:pk>/igjen/", mail.again, name="mail_again"),
    path("organisasjon/post/<int:pk>/feil-adresse/", mail.wrong, name="mail_wrong"),
    path("organisasjon/post/<int:pk>/rett-adresse/", mail.right, name="mail_right"),
    path("organisasjon/post/<int:pk>/legg-bort/", mail.aside, name="mail_aside"),
    path("presse/", press.press, name="press"),
    path("presse/vedtak.atom", press.feed, name="press_feed"),
    path("sok/", search.search, name="search"),
    path("hjelp/", about.help_index, name="help"),
    path("hjelp/<slug:slug>/", about.help_page, name="help_page"),
    path("skjema/<slug:name>.pdf", about.paper, name="paper"),
    path("tilgjengelighet/", about.accessibility, name="accessibility"),
    path("personvern/", about.privacy, name="privacy"),
    path("tema.css", site.theme_css, name="theme"),
    path("vapen/", site.logo, name="logo"),
    path("robots.txt", site.robots, name="robots"),
    path("favicon.ico", site.favicon, name="favicon"),
]

if apps.is_installed("portal.demo"):
    urlpatterns += [path("", include("portal.demo.urls"))]

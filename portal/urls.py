"""The addresses of the room."""

from django.urls import path

from portal.views import about, demo, front, mine, site

app_name = "portal"
urlpatterns = [
    path("", front.front, name="front"),
    path("min-side/", mine.my_page, name="my_page"),
    path("min-side/opplysninger.json", mine.my_data, name="my_data"),
    path("min-side/varsler/", mine.notices, name="notices"),
    path("min-side/varsler/lest/", mine.read_all, name="notices_read_all"),
    path("min-side/varsler/<int:pk>/", mine.notice, name="notice"),
    path("min-side/varsler/<int:pk>/lest/", mine.read, name="notice_read"),
    path("hjelp/", about.help_index, name="help"),
    path("hjelp/<slug:slug>/", about.help_page, name="help_page"),
    path("skjema/<slug:name>.pdf", about.paper, name="paper"),
    path("tilgjengelighet/", about.accessibility, name="accessibility"),
    path("personvern/", about.privacy, name="privacy"),
    path("demo/", demo.demo, name="demo"),
    path("tema.css", site.theme_css, name="theme"),
    path("vapen/", site.logo, name="logo"),
    path("robots.txt", site.robots, name="robots"),
    path("favicon.ico", site.favicon, name="favicon"),
]

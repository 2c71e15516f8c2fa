"""The addresses of the room."""

from django.urls import path

from lmu.views import guests, log, log_corrections, pages, users

app_name = "lmu"
urlpatterns = [
    path("", pages.lmu_list, name="list"),
    path("gjest/", guests.own, name="guest"),
    path("<slug:slug>/", pages.detail, name="detail"),
    path("<slug:slug>/logg/", log.LogView.as_view(), name="log"),
    path("<slug:slug>/logg/<int:pk>/ikke-til-stede/", log.not_there, name="not_there"),
    path("<slug:slug>/logg/<int:pk>/til-stede/", log.there, name="was_there"),
    path("<slug:slug>/logg/<int:pk>/rett/", log_corrections.CorrectLogView.as_view(), name="log_correct"),
    path("<slug:slug>/enighet/<int:pk>/", log.answer, name="answer"),
    path("<slug:slug>/brukere/ny/", users.add, name="user_add"),
    path("<slug:slug>/brukere/<int:pk>/saker/", users.cases, name="user_cases"),
    path("<slug:slug>/brukere/<int:pk>/brev/", guests.letter, name="guest_letter"),
    path("<slug:slug>/brukere/<int:pk>/brev/brev.pdf", guests.letter_pdf, name="guest_letter_pdf"),
    path("<slug:slug>/brukere/<int:pk>/avslutt/", users.end, name="user_end"),
]

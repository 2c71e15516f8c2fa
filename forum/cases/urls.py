"""The addresses of cases, included under the name of the forum."""

from django.urls import path

from forum.cases.views import opinions

urlpatterns = [
    path("organer/<slug:slug>/horing/", opinions.HearingView.as_view(), name="hearing"),
    path("organer/<slug:slug>/horing/<int:pk>/", opinions.HearingView.as_view(), name="hearing_rule"),
    path("uttalelser/be-om/<int:case>/", opinions.AskView.as_view(), name="opinion_ask"),
    path("uttalelser/be-om/<int:case>/<slug:slug>/", opinions.ask_at_once, name="opinion_ask_at_once"),
    path("uttalelser/<int:pk>/", opinions.detail, name="opinion_detail"),
    path("uttalelser/<int:pk>/vedlegg/<int:document>/", opinions.document, name="opinion_document"),
    path("uttalelser/<int:pk>/<slug:name>/", opinions.OpinionStepView.as_view(), name="opinion_step"),
]

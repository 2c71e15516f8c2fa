"""The addresses of the room."""

from django.urls import path

from forum.views import minutes

app_name = "forum"
urlpatterns = [
    # Minutes
    path("moter/<int:pk>/mobok/", minutes.MinutesView.as_view(), name="minutes_detail"),
    path("moter/<int:pk>/mobok/skriv/", minutes.MinutesEditView.as_view(), name="minutes_edit"),
    path("moter/<int:pk>/mobok.pdf", minutes.MinutesPdfView.as_view(), name="minutes_pdf"),
    path("moter/<int:pk>/mobok/<int:version>.pdf", minutes.MinutesPdfView.as_view(), name="minutes_version_pdf"),
    path("moter/<int:pk>/mobok/<slug:name>/", minutes.MinutesStepView.as_view(), name="minutes_step"),
]

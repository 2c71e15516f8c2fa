"""The address of the language switch. Below no room's name: pages of libraries and error pages have the switch too."""

from django.urls import path

from portal.views import language

urlpatterns = [
    path("", language.set_language, name="set_language"),
    path("med-teksten/", language.set_language_with_text, name="set_language_with_text"),
]

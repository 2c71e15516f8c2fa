"""The addresses of the demo, included under the portal's name where the demo is installed."""

from django.urls import path

from portal.demo import mailbox_views, views

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/post/", mailbox_views.mailbox, name="demo_mailbox"),
    path("demo/post/<int:pk>/", mailbox_views.letter, name="demo_letter"),
    path("demo/post/<int:pk>/html/", mailbox_views.html, name="demo_html"),
    path("demo/post/<int:pk>/vedlegg/<int:attachment>/", mailbox_views.enclosed, name="demo_enclosed"),
]

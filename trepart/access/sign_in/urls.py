"""The portal's own addresses about signing in."""

from django.urls import path

from trepart.access.sign_in import address_views, views

app_name = "access"
urlpatterns = [
    path("", views.SecurityView.as_view(), name="security"),
    path("navn/", views.NameView.as_view(), name="name"),
    path("okter/", views.SessionsView.as_view(), name="sessions"),
    path("okter/<int:pk>/avslutt/", views.EndSessionView.as_view(), name="session_end"),
    path("okt/", views.StandsView.as_view(), name="stands"),
    path("halvskrevet/", views.LeaveFormView.as_view(), name="leave_form"),
    path("halvskrevet/forkast/", views.DiscardFormView.as_view(), name="discard_form"),
    path("avslutt/", views.CloseAccountView.as_view(), name="close"),
    path("totrinn/", views.MustSetUpView.as_view(), name="must_set_up"),
    path("adresse/<str:key>/", address_views.AddressGivenView.as_view(), name="address_given"),
    path("adresse/<str:key>/stopp/", address_views.AddressStopView.as_view(), name="address_stop"),
    path("invitasjon/<str:secret>/", views.InvitationView.as_view(), name="invitation"),
]

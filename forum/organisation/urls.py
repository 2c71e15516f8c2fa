"""The addresses of organisation, included under the name of the forum."""

from django.urls import path

from forum.organisation.views import stand_ins
from forum.organisation.views.administration import base, bodies, body_functions, invitations, municipality, people

urlpatterns = [
    path("organisasjon/", base.OverviewView.as_view(), name="organisation"),
    path("organisasjon/kommunen/", municipality.MunicipalityView.as_view(), name="municipality"),
    path("organisasjon/kommunen/vapen/", municipality.LogoView.as_view(), name="municipality_logo"),
    path(
        "organisasjon/kommunen/tekster/<slug:place>/<slug:language>/",
        municipality.TextView.as_view(),
        name="municipality_text",
    ),
    path("organisasjon/historikk/<slug:kind>/<int:pk>/", municipality.HistoryView.as_view(), name="history"),
    path("stedfortredere/", stand_ins.StandInsView.as_view(), name="stand_ins"),
    path("stedfortredere/ny/<slug:kind>/<int:pk>/", stand_ins.NewStandInView.as_view(), name="stand_in_new"),
    path("stedfortredere/<int:pk>/", stand_ins.EndStandInView.as_view(), name="stand_in_end"),
    path("organisasjon/organer/ny/", bodies.NewBodyView.as_view(), name="body_new"),
    path("organisasjon/organer/<slug:slug>/", bodies.BodyFactsView.as_view(), name="body_facts"),
    path("organisasjon/organer/<slug:slug>/ta-i-bruk/", bodies.ActivateView.as_view(), name="body_activate"),
    path("organisasjon/organer/<slug:slug>/slett/", bodies.RemoveBodyView.as_view(), name="body_remove"),
    path("organisasjon/organer/<slug:slug>/legg-ned/", bodies.CloseBodyView.as_view(), name="body_close"),
    path("organisasjon/organer/<slug:slug>/medlemmer/ny/", bodies.NewMemberView.as_view(), name="member_new"),
    path("organisasjon/organer/<slug:slug>/medlemmer/<int:pk>/", bodies.EndMemberView.as_view(), name="member_end"),
    path("organisasjon/organer/<slug:slug>/funksjoner/", body_functions.FunctionsView.as_view(), name="functions"),
    path(
        "organisasjon/organer/<slug:slug>/funksjoner/<int:pk>/",
        body_functions.EndFunctionView.as_view(),
        name="function_end",
    ),
    path("organisasjon/enheter/ny/", base.UnitView.as_view(), name="unit_new"),
    path("organisasjon/enheter/<int:pk>/", base.UnitView.as_view(), name="unit_change"),
    path("organisasjon/partier/ny/", base.PartyView.as_view(), name="party_new"),
    path("organisasjon/folk/", people.PeopleView.as_view(), name="people"),
    path("organisasjon/folk/ny/", people.NewPersonView.as_view(), name="person_new"),
    path("organisasjon/folk/fil/", invitations.PeopleFileView.as_view(), name="people_file"),
    path("organisasjon/folk/fil/mal/", invitations.PeopleTemplateView.as_view(), name="people_template"),
    path("organisasjon/folk/invitasjoner/", invitations.WaitingView.as_view(), name="invitations"),
    path("organisasjon/folk/<int:pk>/inviter/", invitations.InviteView.as_view(), name="person_invite"),
    path(
        "organisasjon/folk/<int:pk>/trekk-invitasjon/",
        invitations.WithdrawView.as_view(),
        name="person_withdraw",
    ),
    path("organisasjon/folk/<int:pk>/adresse/", invitations.StopAddressView.as_view(), name="person_address_stop"),
    path("organisasjon/sikkerhet/", people.SecurityLogView.as_view(), name="security_log"),
    path(
        "organisasjon/folk/<int:pk>/totrinn/",
        invitations.ResetSecondStepView.as_view(),
        name="person_second_step",
    ),
    path("organisasjon/folk/<int:pk>/", people.PersonView.as_view(), name="person"),
    path("organisasjon/folk/<int:pk>/endre/", people.ChangePersonView.as_view(), name="person_change"),
    path("organisasjon/folk/<int:pk>/ansettelse/", people.NewEmploymentView.as_view(), name="employment_new"),
    path("organisasjon/folk/<int:pk>/verv/", people.NewAppointmentView.as_view(), name="appointment_new"),
    path("organisasjon/ansettelser/<int:pk>/", people.EndEmploymentView.as_view(), name="employment_end"),
    path("organisasjon/verv/<int:pk>/", people.EndAppointmentView.as_view(), name="appointment_end"),
]

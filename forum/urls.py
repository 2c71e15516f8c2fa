"""The addresses of the room."""

from django.urls import path

from forum.views import agenda, meetings, minutes, office, office_invitations, office_people, organisation, running

app_name = "forum"
urlpatterns = [
    # Bodies
    path("organer/", organisation.body_list, name="body_list"),
    path("organer/<slug:slug>/", organisation.body_detail, name="body_detail"),
    path("organer/<slug:slug>/ko/", organisation.body_queue, name="body_queue"),
    # The administrator's pages
    path("organisasjon/", office.OverviewView.as_view(), name="organisation"),
    path("organisasjon/organer/ny/", office.NewBodyView.as_view(), name="body_new"),
    path("organisasjon/organer/<slug:slug>/", office.BodyFactsView.as_view(), name="body_facts"),
    path("organisasjon/organer/<slug:slug>/ta-i-bruk/", office.ActivateView.as_view(), name="body_activate"),
    path("organisasjon/organer/<slug:slug>/legg-ned/", office.CloseBodyView.as_view(), name="body_close"),
    path("organisasjon/organer/<slug:slug>/medlemmer/ny/", office.NewMemberView.as_view(), name="member_new"),
    path("organisasjon/organer/<slug:slug>/medlemmer/<int:pk>/", office.EndMemberView.as_view(), name="member_end"),
    path("organisasjon/enheter/ny/", office.UnitView.as_view(), name="unit_new"),
    path("organisasjon/enheter/<int:pk>/", office.UnitView.as_view(), name="unit_change"),
    path("organisasjon/partier/ny/", office.PartyView.as_view(), name="party_new"),
    path("organisasjon/folk/", office_people.PeopleView.as_view(), name="people"),
    path("organisasjon/folk/ny/", office_people.NewPersonView.as_view(), name="person_new"),
    path("organisasjon/folk/fil/", office_invitations.PeopleFileView.as_view(), name="people_file"),
    path("organisasjon/folk/invitasjoner/", office_invitations.WaitingView.as_view(), name="invitations"),
    path("organisasjon/folk/<int:pk>/inviter/", office_invitations.InviteView.as_view(), name="person_invite"),
    path(
        "organisasjon/folk/<int:pk>/trekk-invitasjon/",
        office_invitations.WithdrawView.as_view(),
        name="person_withdraw",
    ),
    path(
        "organisasjon/folk/<int:pk>/totrinn/",
        office_invitations.ResetSecondStepView.as_view(),
        name="person_second_step",
    ),
    path("organisasjon/folk/<int:pk>/", office_people.PersonView.as_view(), name="person"),
    path("organisasjon/folk/<int:pk>/endre/", office_people.ChangePersonView.as_view(), name="person_change"),
    path("organisasjon/folk/<int:pk>/ansettelse/", office_people.NewEmploymentView.as_view(), name="employment_new"),
    path("organisasjon/folk/<int:pk>/verv/", office_people.NewAppointmentView.as_view(), name="appointment_new"),
    path("organisasjon/ansettelser/<int:pk>/", office_people.EndEmploymentView.as_view(), name="employment_end"),
    path("organisasjon/verv/<int:pk>/", office_people.EndAppointmentView.as_view(), name="appointment_end"),
    # Meetings
    path("moter/", meetings.MeetingListView.as_view(), name="meeting_list"),
    path("moter/ny/<slug:slug>/", meetings.MeetingPlanView.as_view(), name="meeting_plan"),
    path("moter/<int:pk>/", meetings.MeetingDetailView.as_view(), name="meeting_detail"),
    path("moter/<int:pk>/saksliste/", agenda.AgendaView.as_view(), name="meeting_agenda"),
    path("moter/<int:pk>/saksliste/<int:item>/", agenda.AgendaItemView.as_view(), name="meeting_agenda_item"),
    path("moter/<int:pk>/frammote/", agenda.AttendanceView.as_view(), name="meeting_attendance"),
    path("moter/<int:pk>/gjennomfor/", running.RunView.as_view(), name="meeting_run"),
    path("moter/<int:pk>/gjennomfor/<int:item>/", running.RunItemView.as_view(), name="meeting_run_item"),
    path("moter/<int:pk>/steg/<slug:name>/", meetings.MeetingStepView.as_view(), name="meeting_step"),
    path("moter/<int:pk>/iverksett/", meetings.MeetingSettleView.as_view(), name="meeting_settle"),
    # Minutes
    path("moter/<int:pk>/mobok/", minutes.MinutesView.as_view(), name="minutes_detail"),
    path("moter/<int:pk>/mobok/skriv/", minutes.MinutesEditView.as_view(), name="minutes_edit"),
    path("moter/<int:pk>/mobok.pdf", minutes.MinutesPdfView.as_view(), name="minutes_pdf"),
    path("moter/<int:pk>/mobok/<int:version>.pdf", minutes.MinutesPdfView.as_view(), name="minutes_version_pdf"),
    path("moter/<int:pk>/mobok/<slug:name>/", minutes.MinutesStepView.as_view(), name="minutes_step"),
]

"""The addresses of meetings, included under the name of the forum."""

from django.urls import path

from forum.meetings import meeting_page, views
from forum.meetings.agenda import late_views, preparation_views
from forum.meetings.agenda import views as agenda
from forum.meetings.agenda.nature_views import NatureView
from forum.meetings.allowances import views as allowance_views
from forum.meetings.attendance import reason_views, roll_call_views
from forum.meetings.attendance import views as attendance
from forum.meetings.case_papers import editing_views, item_views
from forum.meetings.case_papers import views as case_papers
from forum.meetings.follow_up import legality_views
from forum.meetings.follow_up import views as follow_up
from forum.meetings.minutes import views as minutes
from forum.meetings.minutes.approvals import views as approval_views
from forum.meetings.minutes.corrections import record_page
from forum.meetings.minutes.corrections import views as corrections
from forum.meetings.minutes.decision_lists import views as decision_list_views
from forum.meetings.minutes.extracts import views as extract_views
from forum.meetings.packets import views as packets
from forum.meetings.planning import feed_views, month_view
from forum.meetings.planning import views as planning
from forum.meetings.session import attendees_and_recordings_views
from forum.meetings.session.discussion import views as draft_views
from forum.meetings.session.item_page import action_views
from forum.meetings.session.item_page import views as session
from forum.meetings.session.live import views as live_views
from forum.meetings.session.votes import en_bloc_views
from forum.meetings.urgent import views as urgent

urlpatterns = [
    path("organer/<slug:slug>/frammote/", allowance_views.PeriodSheetView.as_view(), name="attendance_period"),
    path("organer/<slug:slug>/oppfolging/", follow_up.BoardView.as_view(), name="follow_up_board"),
    path("oppfolging/<int:pk>/", follow_up.FollowUpView.as_view(), name="follow_up"),
    path("organer/<slug:slug>/moteplan/", planning.YearPlanView.as_view(), name="body_year_plan"),
    path("organer/<slug:slug>/moteplan/<int:year>/", planning.YearPlanView.as_view(), name="year_plan"),
    path("organer/<slug:slug>/moteplan/lag/", planning.MakeYearPlanView.as_view(), name="year_plan_make"),
    path("organer/<slug:slug>/kalender.ics", feed_views.BodyFeedView.as_view(), name="body_feed"),
    path("organer/<slug:slug>/saksrekkefolge/", preparation_views.UsualOrderView.as_view(), name="standing_order"),
    path("organer/<slug:slug>/krav/", preparation_views.DemandsView.as_view(), name="demands"),
    path("organer/<slug:slug>/krav/<int:pk>/", preparation_views.DemandView.as_view(), name="demand"),
    path("moter/<int:pk>/forfall/", attendance.AbsenceView.as_view(), name="absence"),
    path("moter/<int:pk>/forfallsgrunner/", reason_views.ReasonsView.as_view(), name="absence_reasons"),
    path("moter/<int:pk>/vara/", attendance.DeputiesCalledView.as_view(), name="deputies_called"),
    path("moter/<int:pk>/vara/<int:call>/", attendance.DeputyCallView.as_view(), name="deputy_call"),
    path("moter/<int:pk>/saksliste/<int:item>/habilitet/", attendance.ConflictReportView.as_view(), name="partiality"),
    path("moter/<int:pk>/sak/<int:item>/", item_views.PaperView.as_view(), name="paper"),
    path(
        "moter/<int:pk>/saksliste/<int:item>/saksframlegg/", editing_views.BeginPaperView.as_view(), name="paper_begin"
    ),
    path("saker/<int:pk>/slag/", NatureView.as_view(), name="case_nature"),
    path("saker/<int:pk>/saksframlegg/", case_papers.CasePaperView.as_view(), name="case_paper"),
    path("saker/<int:pk>/saksframlegg/skriv/", editing_views.WritePaperView.as_view(), name="case_paper_write"),
    path("saker/<int:pk>/saksframlegg/vis/", editing_views.ShowPaperView.as_view(), name="case_paper_show"),
    path("saker/<int:pk>/saksframlegg/rens/", editing_views.CleanPasteView.as_view(), name="case_paper_clean"),
    path(
        "saker/<int:pk>/saksframlegg/versjoner/",
        case_papers.CasePaperVersionsView.as_view(),
        name="case_paper_versions",
    ),
    path("saker/<int:pk>/saksframlegg/<int:version>/", case_papers.CasePaperView.as_view(), name="case_paper_version"),
    path("saker/<int:pk>/saksframlegg.pdf", case_papers.CasePaperPdfView.as_view(), name="case_paper_pdf"),
    path(
        "saker/<int:pk>/saksframlegg/<int:version>.pdf",
        case_papers.CasePaperPdfView.as_view(),
        name="case_paper_version_pdf",
    ),
    path(
        "saker/<int:pk>/saksframlegg/vedlegg/<int:document>/",
        case_papers.CasePaperDocumentView.as_view(),
        name="case_paper_document",
    ),
    path("moter/<int:pk>/sporsmal/", preparation_views.AskView.as_view(), name="question_ask"),
    path("moter/<int:pk>/sporsmal/<int:question>/", preparation_views.QuestionView.as_view(), name="question"),
    path("kalender/", feed_views.CalendarsView.as_view(), name="calendars"),
    path("kalender/<slug:token>.ics", feed_views.OwnFeedView.as_view(), name="own_feed"),
    path("organisasjon/motefrie-dager/", planning.DaysOffView.as_view(), name="days_off"),
    path("moter/", views.MeetingListView.as_view(), name="meeting_list"),
    path("moter/maned/", month_view.month, name="meeting_month"),
    path("moter/maned/<int:year>/<int:number>/", month_view.month, name="meeting_month_of"),
    path("moter/ny/<slug:slug>/", views.MeetingPlanView.as_view(), name="meeting_plan"),
    path("moter/<int:pk>/", meeting_page.MeetingDetailView.as_view(), name="meeting_detail"),
    path("moter/hastesak/<slug:slug>/", urgent.BeginView.as_view(), name="urgent_begin"),
    path("moter/<int:pk>/svar/", urgent.AnswerView.as_view(), name="urgent_answer"),
    path("moter/<int:pk>/tell-opp/", urgent.ConcludeView.as_view(), name="urgent_conclude"),
    path("moter/<int:pk>/kalender.ics", feed_views.MeetingCalendarView.as_view(), name="meeting_calendar"),
    path("moter/<int:pk>/sakspapirer/", packets.PacketView.as_view(), name="packet"),
    path("moter/<int:pk>/sakspapirer/na/", packets.PacketPartView.as_view(), name="packet_part"),
    path("moter/<int:pk>/sakspapirer/lag/", packets.MakePacketView.as_view(), name="packet_make"),
    path("moter/<int:pk>/sakspapirer/les/", packets.PacketReadView.as_view(), name="packet_read"),
    path("moter/<int:pk>/sakspapirer.pdf", packets.PacketPdfView.as_view(), name="packet_pdf"),
    path("moter/<int:pk>/saksliste.pdf", packets.AgendaPdfView.as_view(), name="agenda_pdf"),
    path("moter/<int:pk>/saksliste/", agenda.AgendaView.as_view(), name="meeting_agenda"),
    path("moter/<int:pk>/saksliste/ny/", late_views.LateItemView.as_view(), name="meeting_late_item"),
    path("moter/<int:pk>/saksliste/<int:item>/", agenda.AgendaItemView.as_view(), name="meeting_agenda_item"),
    path("moter/<int:pk>/frammote/", roll_call_views.AttendanceView.as_view(), name="meeting_attendance"),
    path("moter/<int:pk>/gjennomfor/", session.RunView.as_view(), name="meeting_run"),
    path("moter/<int:pk>/gjennomfor/<int:item>/", session.RunItemView.as_view(), name="meeting_run_item"),
    path("moter/<int:pk>/gjennomfor/<int:item>/utkast/", draft_views.DraftView.as_view(), name="meeting_draft"),
    path("moter/<int:pk>/gjennomfor/<int:item>/<slug:act>/", action_views.ActView.as_view(), name="meeting_act"),
    path("moter/<int:pk>/motet/", attendees_and_recordings_views.WholeView.as_view(), name="meeting_whole"),
    path("moter/<int:pk>/folg/", live_views.FollowView.as_view(), name="meeting_follow"),
    path("moter/<int:pk>/folg/na/", live_views.FollowPartView.as_view(), name="meeting_follow_part"),
    path("moter/<int:pk>/under-ett/", en_bloc_views.TogetherView.as_view(), name="meeting_together"),
    path("moter/<int:pk>/frammote.xlsx", allowance_views.MeetingSheetView.as_view(), name="attendance_sheet"),
    path("moter/<int:pk>/steg/<slug:name>/", views.MeetingStepView.as_view(), name="meeting_step"),
    path("moter/<int:pk>/iverksett/", views.MeetingSettleView.as_view(), name="meeting_settle"),
    path("moter/<int:pk>/mobok/", minutes.MinutesView.as_view(), name="minutes_detail"),
    path("moter/<int:pk>/mobok/skriv/", minutes.MinutesEditView.as_view(), name="minutes_edit"),
    path("moter/<int:pk>/mobok.pdf", minutes.MinutesPdfView.as_view(), name="minutes_pdf"),
    path("moter/<int:pk>/mobok/<int:version>.pdf", minutes.MinutesPdfView.as_view(), name="minutes_version_pdf"),
    path("moter/<int:pk>/mobok/rett/", record_page.RecordView.as_view(), name="minutes_record"),
    path(
        "moter/<int:pk>/mobok/rett/frammote/",
        corrections.AttendanceCorrectionView.as_view(),
        name="minutes_record_attendance",
    ),
    path(
        "moter/<int:pk>/mobok/rett/votering/<int:key>/",
        corrections.VotesCorrectionView.as_view(),
        name="minutes_record_votes",
    ),
    path(
        "moter/<int:pk>/mobok/rett/valg/<int:key>/",
        corrections.ElectionCorrectionView.as_view(),
        name="minutes_record_election",
    ),
    path(
        "moter/<int:pk>/mobok/rett/inhabilitet/<int:key>/",
        corrections.RecusalCorrectionView.as_view(),
        name="minutes_record_recusal",
    ),
    path(
        "moter/<int:pk>/mobok/rett/bordet/<int:key>/",
        corrections.MovementCorrectionView.as_view(),
        name="minutes_record_movement",
    ),
    path(
        "moter/<int:pk>/mobok/rett/vedtak/<int:key>/",
        corrections.DecisionCorrectionView.as_view(),
        name="minutes_record_decision",
    ),
    path("moter/<int:pk>/mobok/merknad/svar/<int:remark>/", approval_views.ReplyView.as_view(), name="minutes_reply"),
    path("moter/<int:pk>/mobok/godkjennere/", approval_views.SignersView.as_view(), name="minutes_signers"),
    path("moter/<int:pk>/mobok/godkjenn/", approval_views.SignView.as_view(), name="minutes_sign"),
    path("moter/<int:pk>/mobok/merknad/", approval_views.RemarkView.as_view(), name="minutes_remark"),
    path("moter/<int:pk>/lovlighetskontroll/<int:item>/", legality_views.LegalityView.as_view(), name="legality"),
    path("moter/<int:pk>/voteringer/", extract_views.RollCallView.as_view(), name="roll_call"),
    path("moter/<int:pk>/saksprotokoll/<int:item>/", extract_views.ExtractView.as_view(), name="extract"),
    path("moter/<int:pk>/saksprotokoll/<int:item>.pdf", extract_views.ExtractPdfView.as_view(), name="extract_pdf"),
    path("moter/<int:pk>/vedtaksliste/", decision_list_views.DecisionListView.as_view(), name="decision_list"),
    path(
        "moter/<int:pk>/vedtaksliste.pdf", decision_list_views.DecisionListPdfView.as_view(), name="decision_list_pdf"
    ),
    path(
        "moter/<int:pk>/vedtaksliste/<int:version>.pdf",
        decision_list_views.DecisionListPdfView.as_view(),
        name="decision_list_version_pdf",
    ),
    path(
        "moter/<int:pk>/vedtaksliste/publiser/",
        decision_list_views.PublishListView.as_view(),
        name="decision_list_publish",
    ),
    path("moter/<int:pk>/mobok/<slug:name>/", minutes.MinutesStepView.as_view(), name="minutes_step"),
]

"""The addresses of proposals; ``pk`` is the case's, so that what stands in a mail leads to the proposal's page."""

from django.urls import path

from proposals.consent import views as consent
from proposals.drafts import views as kept
from proposals.heard import views as heard
from proposals.paper_intake import views as paper
from proposals.routing import views as road_admin
from proposals.views import authority, detail, lists, steps, submission

app_name = "proposals"
urlpatterns = [
    path("", lists.proposal_list, name="list"),
    path("ny/", submission.new, name="new"),
    path("ny/liknende/", submission.similar, name="similar"),
    path("utkast/", kept.kept_proposal, name="kept"),
    path("fra-papir/", paper.new, name="paper_new"),
    path("brev/", paper.letters, name="letters"),
    path("brev/<int:pk>/", paper.letter, name="letter"),
    path("brev/<int:pk>/brev.pdf", paper.letter_pdf, name="letter_pdf"),
    path("veien/", road_admin.RoadView.as_view(), name="road_admin"),
    path("oppfolging/", lists.follow_up, name="follow_up"),
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/kvittering/", submission.receipt, name="receipt"),
    path("<int:pk>/rett/", submission.correct, name="correct"),
    path("<int:pk>/ta-ut/", steps.RedactView.as_view(), name="redact"),
    path("<int:pk>/rettet-svar/", steps.CorrectedAnswerView.as_view(), name="correct_answer"),
    path("<int:pk>/innsyn/", steps.AccessAskedView.as_view(), name="access_asked"),
    path("<int:pk>/hor/", heard.AskView.as_view(), name="hear"),
    path("<int:pk>/ord/", heard.WordView.as_view(), name="word"),
    path("<int:pk>/vurder/", steps.AssessView.as_view(), name="assess"),
    path("<int:pk>/forelopig-svar/", steps.PreliminaryAnswerView.as_view(), name="preliminary_answer"),
    path("<int:pk>/vedlegg/", steps.DocumentsView.as_view(), name="documents"),
    path("<int:pk>/avsender/", paper.ContactView.as_view(), name="contact"),
    path("<int:pk>/avsender/slett/", paper.EraseContactView.as_view(), name="erase_contact"),
    path("<int:pk>/konto/", paper.AccountView.as_view(), name="account"),
    path("<int:pk>/konto/ta-bort/", paper.UntieView.as_view(), name="untie"),
    path("<int:pk>/rettet-avgjorelse/", authority.CorrectCouncilView.as_view(), name="correct_council"),
    path("<int:pk>/framdrift/", steps.ProgressView.as_view(), name="progress"),
    path("<int:pk>/vedlegg/<int:document>/", detail.document, name="document"),
    path("<int:pk>/konklusjon/<int:conclusion>/", consent.ConclusionView.as_view(), name="conclusion"),
    path(
        "<int:case>/konklusjon/<int:pk>/<slug:name>/",
        consent.ConclusionStepView.as_view(),
        name="conclusion_step",
    ),
    path("<int:pk>/<slug:name>/", steps.StepView.as_view(), name="step"),
]

"""The addresses of council, included under the name of the forum."""

from django.urls import path

from forum.council import sheet_views
from forum.council import views as council

urlpatterns = [
    path("organer/<slug:slug>/kommunestyret/", council.CouncilListsView.as_view(), name="council_lists"),
    path("moter/<int:pk>/kommunestyret/", council.TakeInView.as_view(), name="council_take_in"),
    path("kommunestyret/<int:pk>/", council.CouncilListView.as_view(), name="council_list"),
    path("kommunestyret/<int:pk>/uttalelser/", sheet_views.SheetView.as_view(), name="council_sheet"),
    path("kommunestyret/<int:pk>/uttalelser.pdf", sheet_views.SheetPdfView.as_view(), name="council_sheet_pdf"),
    path(
        "kommunestyret/<int:pk>/uttalelser/<int:version>.pdf",
        sheet_views.SheetPdfView.as_view(),
        name="council_sheet_version_pdf",
    ),
    path("kommunestyret/<int:pk>/uttalelser/send/", sheet_views.SendView.as_view(), name="council_sheet_send"),
    path("kommunestyret/sak/<int:pk>/<slug:name>/", council.CouncilCaseStepView.as_view(), name="council_case_step"),
]

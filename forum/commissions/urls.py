"""The addresses of commissions, included under the name of the forum."""

from django.urls import path

from forum.commissions import views as commissions

urlpatterns = [
    path("oppdrag/", commissions.commission_list, name="commission_list"),
    path("oppdrag/nytt/<slug:slug>/", commissions.GiveView.as_view(), name="commission_new"),
    path("oppdrag/<int:pk>/", commissions.detail, name="commission_detail"),
    path("oppdrag/<int:pk>/vedlegg/<int:document>/", commissions.document, name="commission_document"),
    path("oppdrag/<int:pk>/<slug:name>/", commissions.CommissionStepView.as_view(), name="commission_step"),
]

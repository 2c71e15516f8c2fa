"""The least a Django page can do: what the portal's pages are held against."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bench.models import Line
from proposals.models import Proposal


def plain(request: HttpRequest) -> HttpResponse:
    """Answer two letters."""
    return HttpResponse("ok")


def rows(request: HttpRequest) -> HttpResponse:
    """Who is signed in, 25 rows with what a line about them says, and a plain template."""
    found = Proposal.objects.select_related("case", "unit").order_by("-submitted_at", "-id")[:25]
    return render(request, "bench/list.html", {"proposals": found}, using="bare")


def write(request: HttpRequest) -> HttpResponse:
    """Who is signed in, one lock, one insert, a commit."""
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=request.POST["pk"])
        Line.objects.create(person_id=request.user.pk, subject=proposal.pk, text=request.POST["text"])
    return HttpResponseRedirect("/bench/rows/")

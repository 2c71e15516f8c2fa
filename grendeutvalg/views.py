"""The pages of village councils: the list, a council's own page, and the page where its members work."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.cases.models import HearingRule
from forum.cases.queries import opinions as opinion_queries
from forum.commissions import queries as commission_queries
from forum.organisation.models import Body
from grendeutvalg import queries, services
from grendeutvalg.forms import ProfileForm
from proposals.presenting import overview
from trepart import ui
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, declare, permitted, reader_of
from trepart.db.locking import lock


def _line(membership: Any) -> ui.PersonLine:
    return ui.PersonLine(name=membership.person.name, role=capfirst(membership.get_role_display()))


def _council(slug: str) -> Body:
    return get_object_or_404(queries.councils(), slug=slug)


@declare(PUBLIC)
@require_safe
def council_list(request: HttpRequest) -> HttpResponse:
    """Show the village councils, by name."""
    return render(request, "grendeutvalg/council_list.html", {"councils": queries.listed(request.user)})


@declare(PUBLIC)
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a council: its area, who has agreed to be named, what it has raised and said, and what came of it."""
    body = _council(slug)
    person = request.user
    profile = queries.profile_of(body)
    story = queries.story(body, person)
    context = {
        "body": body,
        "profile": profile,
        "facts": [
            ui.Fact(_("E-mail address"), profile.email, f"mailto:{profile.email}" if profile.email else None),
            ui.Fact(_("Telephone"), profile.phone),
            ui.Fact(_("Where it meets"), profile.meeting_place),
        ],
        "people": [_line(m) for m in queries.shown_members(body)],
        "proposals": [(proposal, overview.status(proposal)) for proposal in story.proposals],
        "opinions": story.opinions,
        "commissions": [(commission, *commission_queries.standing(commission)) for commission in story.commissions],
        "works": policy.can(person, "grendeutvalg.work", body),
        "manages": policy.can(person, "grendeutvalg.manage", body),
        "rules": policy.can(person, "forum.manage_organisation"),
        "crumbs": [(_("Village councils"), reverse("grendeutvalg:list")), (body.name, None)],
    }
    return render(request, "grendeutvalg/council_detail.html", context)


@declare(permitted("grendeutvalg.work"))
@require_safe
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the members what the council is asked, what it has taken on, what is due, and their own
    say about being named."""
    person = reader_of(request)
    body = policy.get_or_404(person, "grendeutvalg.work", queries.councils(), slug=slug)
    opinions, commissions = queries.waiting(body)
    story = queries.story(body, person)
    own = list(queries.own_membership(body, person))
    context = {
        "body": body,
        "opinions": [(opinion, *opinion_queries.standing(opinion)) for opinion in opinions],
        "commissions": [(commission, *commission_queries.standing(commission)) for commission in commissions],
        "proposals": [(proposal, overview.status(proposal)) for proposal in story.proposals],
        "answers": any(policy.can(person, "forum.answer_opinion", opinion) for opinion in opinions[:1]),
        "manages": policy.can(person, "grendeutvalg.manage", body),
        "own": [(m, hasattr(m, "shown_publicly")) for m in own],
        "heard": list(HearingRule.objects.filter(asked=body, always=True).select_related("asker")),
        "crumbs": [
            (_("Village councils"), reverse("grendeutvalg:list")),
            (body.name, reverse("grendeutvalg:detail", args=[body.slug])),
            (_("The council's work"), None),
        ],
    }
    return render(request, "grendeutvalg/council_work.html", context)


@declare(permitted("grendeutvalg.manage"))
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def about(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Let the council write what it says about itself."""
    person = reader_of(request)
    body = policy.get_or_404(person, "grendeutvalg.manage", queries.councils(), slug=slug)
    own = reverse("grendeutvalg:detail", args=[body.slug])
    if request.method == "POST":
        lock(body)
    sent = request.POST if request.method == "POST" else interrupted_forms.give_back(request)
    form = ProfileForm(sent, profile=queries.profile_of(body))
    if request.method == "POST" and form.is_valid():
        services.change_profile(body, words=form.cleaned_data, actor=person)
        messages.success(request, _("The council's page is changed."))
        return redirect(own)
    context = {
        "body": body,
        "form": form,
        "form_owner": interrupted_forms.owner_token(request),
        "cancel_url": own,
        "crumbs": [
            (_("Village councils"), reverse("grendeutvalg:list")),
            (body.name, own),
            (_("What we say about ourselves"), None),
        ],
    }
    return render(request, "grendeutvalg/council_about.html", context, status=422 if request.method == "POST" else 200)


@declare(permitted("grendeutvalg.work"))
@require_POST
def show(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Let the reader say yes or no to being named on the council's page; nobody says it for another."""
    person = reader_of(request)
    body = policy.get_or_404(person, "grendeutvalg.work", queries.councils(), slug=slug)
    shown = request.POST.get("shown") == "yes"
    for membership in queries.own_membership(body, person):
        services.show_member(membership, shown=shown, actor=person)
    said = _("You are now named on the council's page.") if shown else _("You are not named on the council's page.")
    messages.success(request, said)
    return redirect("grendeutvalg:work", slug)

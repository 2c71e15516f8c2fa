"""Every step and every errand on a proposal as a page: GET asks, POST does."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from proposals import screening, services
from proposals.consent import services as consent
from proposals.consent import who_answers
from proposals.consent.enums import ConclusionStatus
from proposals.consent.impartiality import queries as partiality
from proposals.consent.impartiality import services as impartiality
from proposals.consent.impartiality.forms import PartialityForm
from proposals.consent.models import Conclusion
from proposals.consent.queries import CONCLUDING
from proposals.consent.rules import working_days_after
from proposals.forms import follow_up, handling
from proposals.forms.fields import StepForm
from proposals.forms.submission import RedactForm
from proposals.heard import who_is_heard
from proposals.models import Proposal
from proposals.presenting import already_written, disagreements, errands, overview
from proposals.presenting.display_names import opened_to, proposer_name
from proposals.presenting.yes_words import named
from proposals.queries.lists import with_road
from proposals.queries.page import positions_for
from proposals.queries.under_lock import documents, of_case
from proposals.views.shared import find, refused_status, seen_of
from trepart import clock, municipality
from trepart.access import interrupted_forms, policy
from trepart.access.models import User
from trepart.access.web import SIGNED_IN, Access, permitted, reader_of
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, Refused
from trepart.views import TransitionView, denied
from trepart.workflow import Transition, available

#: The steps before which whoever has sent the proposal in says whether they are partial (fvl § 6).
_ASKS = CONCLUDING | {"stop"}


def crumbs(proposal: Proposal, last: object) -> list[tuple[object, str | None]]:
    """Return the way to a page below a proposal."""
    here = (proposal.case.reference, proposal.get_absolute_url())
    return [(_("Proposals"), reverse("proposals:list")), here, (last, None)]


def beside(proposal: Proposal, reader: User) -> dict[str, object]:
    """Return what stands beside the form: what the step is about, so that nobody has to remember it."""
    referral = proposal.referral
    positions = positions_for(proposal, reader)
    return {
        "proposal": proposal,
        "proposer": proposer_name(proposal, reader),
        "referral": referral,
        "standing": overview.status(proposal),
        "positions": positions,
        "disagreements": disagreements.of_positions(positions),
        "heard": who_is_heard.lines_for(proposal, reader, asked=False),
        "no_answer": overview.no_answer(proposal) if overview.nobody_to_answer(proposal) else [],
        # Whoever screens sees the files, and not their names alone.
        "attached": opened_to(documents(proposal), proposal, reader),
    }


class StepView(TransitionView):
    """One step in the life of a proposal."""

    access: ClassVar[Access] = SIGNED_IN.showing("proposals.view")
    view_permission = "proposals.view"
    template_name = "proposals/proposal_step.html"
    #: What was written instead of the step, where the body must agree to it first.
    conclusion: Conclusion | None = None
    #: What is asked of whoever has sent it in themselves, and whether they have stepped aside (fvl § 6).
    question: PartialityForm | None = None
    stepped_aside = False

    def queryset(self) -> QuerySet[Any]:
        """Return proposals with what their pages read."""
        return with_road(Proposal.objects.all())

    def subject(self) -> Proposal:
        """Fetch the proposal by its case, or answer 404 to who may not read it."""
        return policy.get_or_404(self.request.user, self.view_permission, self.queryset(), case=self.kwargs["pk"])

    def to_act_on(self) -> tuple[Proposal, str | None]:
        """Fetch just enough of the proposal to be found; the executor asks whether the reader may know of it,
        once, under its locks."""
        found = of_case(self.kwargs["pk"])
        if found is None:
            raise Http404
        return found, self.view_permission

    def crumbs(self, subject: Proposal, transition: Transition) -> list[tuple[object, str | None]]:
        """Return the way to this page."""
        return crumbs(subject, transition.label)

    def transition(self, subject: Any) -> Transition:
        """Return the step by the name it has in the body that has the proposal."""
        return named(super().transition(subject), subject)

    def context(self, subject: Proposal, transition: Transition) -> Mapping[str, object]:
        """Return what stands beside the form."""
        own = municipality.current()
        reader = reader_of(self.request)
        by_consent, stay = consent.is_concluded_by_consent(subject, transition.name), subject.referral
        if self.question is None and transition.name in _ASKS and partiality.is_asked(subject, reader):
            self.question = PartialityForm()
        return {
            "question": self.question,
            **beside(subject, reader),
            "by_consent": by_consent,
            "environment": bool(self.request.POST.get("environment")),
            "own_yes": bool(by_consent and stay and who_answers.seats_of(reader, stay.body_id)),
            "object_by_on": working_days_after(clock.today(), own.objection_days) if by_consent else None,
        }

    def offered(self, subject: Proposal, transition: Transition) -> Mapping[str, object]:
        """Return what the form opens with: what another page has offered, else what the group has written down already,
        whoever of them takes the step."""
        return super().offered(subject, transition) or already_written.of_step(subject, transition.name)

    def take(self, subject: Proposal, transition: Transition, *, seen: int | None, visible: str | None) -> Proposal:
        """Take the step; where it is a conclusion the body must agree to, write the provisional conclusion (R24).
        Whoever has sent it in themselves is asked first whether they are partial (R12)."""
        reader = reader_of(self.request)
        if transition.name in _ASKS and partiality.is_asked(subject, reader):
            # Whoever has no say is refused as everybody is, and asked nothing.
            if transition.permission is None or not policy.can(reader, transition.permission, subject):
                raise NotPermitted
            self.question = PartialityForm(self.request.POST)
            if not self.question.is_valid():
                raise GuardRefused(
                    _("You have sent this in yourself: answer first whether you are partial in the case.")
                )
            impartiality.answer(subject, partial=self.question.is_partial, actor=reader)
            if self.question.is_partial:
                self.stepped_aside = True
                return subject
            self.question = None
        if not consent.is_concluded_by_consent(subject, transition.name):
            taken: Proposal = super().take(subject, transition, seen=seen, visible=visible)
            return taken
        self.conclusion = consent.conclude(
            subject,
            transition.name,
            actor=reader_of(self.request),
            data=self.request.POST,
            files=self.request.FILES,
            environment=bool(self.request.POST.get("environment")),
            seen=seen,
            visible=visible,
        )
        self.conclusion.refresh_from_db(fields=["status"])
        return subject

    def done(self, subject: Proposal, transition: Transition) -> str:
        """Say what was done; of a conclusion, that it is provisional."""
        if self.stepped_aside:
            return _("It is written down that you are partial. Others deal with the case.")
        if self.conclusion is None or self.conclusion.status == ConclusionStatus.STANDS:
            return super().done(subject, transition)
        return _("The conclusion is written down as provisional. Everybody with a seat has been asked to answer.")

    def afterwards(self, subject: Proposal, transition: Transition) -> str:
        """Go to the conclusion where it waits for answers."""
        if self.stepped_aside:
            return subject.get_absolute_url()
        if transition.name == "begin" and (written := self._written(subject)):
            return written
        if self.conclusion is None or self.conclusion.status == ConclusionStatus.STANDS:
            return self.back(subject, transition)
        return self.conclusion.get_absolute_url()

    def _written(self, subject: Proposal) -> str:
        """Return where what the group wrote before anybody had begun is sent; empty where there is none to send."""
        fresh = Proposal.objects.select_related("case").get(pk=subject.pk)
        step = already_written.waiting_step(fresh)
        if not step or step not in {a.transition.name for a in available(fresh, self.request.user) if a.open}:
            return ""
        messages.info(self.request, _("You had written this in the log before you began. Look through it and send it."))
        return reverse("proposals:step", args=[fresh.case_id, step])


class ErrandView(View, ABC):
    """A write that is no step: the same page, the same answers to what is old, missing or not one's own."""

    access: ClassVar[Access]
    errand: ClassVar[errands.Errand]
    form_class: ClassVar[type[StepForm]]
    #: Whether what is said when it is done says that the proposer has been told.
    tells_proposer: ClassVar[bool] = False

    @abstractmethod
    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Do it, through a service."""

    @abstractmethod
    def said(self) -> str:
        """Return what is said when it is done."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the form, or say that it is not open."""
        proposal = find(request, pk)
        if not errands.errand_open(self.errand, proposal, request.user):
            messages.warning(request, _("That step is not open to you here. The page shows where things stand now."))
            return redirect(proposal.get_absolute_url())
        given_back = interrupted_forms.give_back(request)
        return self.page(proposal, self.form_class(given_back, subject=proposal, actor=reader_of(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Check what was written, and do it."""
        proposal = find(request, pk)
        if not policy.can(request.user, self.errand.permission, proposal):
            return self.denied(proposal, NotPermitted())
        form = self.form_class(request.POST, request.FILES, subject=proposal, actor=reader_of(request))
        if not form.is_valid():
            return self.page(proposal, form, status=422)
        try:
            self.write(proposal, form, seen_of(request))
        except InvalidInput as refusal:
            return self.page(proposal, refusal.form, status=422)
        except NotPermitted as refusal:
            return self.denied(proposal, refusal)
        except Refused as refusal:
            return self.page(proposal, form, refusal=refusal, status=refused_status(refusal))
        if self.tells_proposer and overview.nobody_to_answer(proposal):
            messages.warning(
                request,
                _("It is written down. Nobody can be told: the one who sent it in has closed the account."),
            )
        else:
            messages.success(request, self.said())
        return redirect(proposal.get_absolute_url())

    def denied(self, proposal: Proposal, refusal: Refused) -> HttpResponse:
        """Answer who may not."""
        return denied(
            self.request,
            refusal,
            form_class=self.form_class,
            heading=self.errand.label,
            back=proposal.get_absolute_url(),
            crumbs=crumbs(proposal, self.errand.label),
        )

    def page(
        self, proposal: Proposal, form: BaseForm, *, refusal: Refused | None = None, status: int = 200
    ) -> HttpResponse:
        """Render the page."""
        context = {
            "subject": proposal,
            "transition": self.errand,
            "form": form,
            "refusal": refusal.message if refusal else "",
            "stale": status == 409,
            "seen": proposal.status_event_id,
            "form_owner": interrupted_forms.owner_token(self.request),
            "cancel_url": proposal.get_absolute_url(),
            "crumbs": crumbs(proposal, self.errand.label),
            **beside(proposal, reader_of(self.request)),
        }
        return render(self.request, "proposals/proposal_step.html", context, status=status)


_ERRANDS = {errand.name: errand for errand in errands.ERRANDS}


class AssessView(ErrandView):
    """The body's own view of what the proposal takes."""

    access = permitted("proposals.handle")
    errand = _ERRANDS["assess"]
    form_class = handling.AssessForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Record the assessment."""
        services.assess(proposal, **form.cleaned_data, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("The assessment is recorded.")


class PreliminaryAnswerView(ErrandView):
    """An answer on the way."""

    access = permitted("proposals.answer")
    errand = _ERRANDS["preliminary_answer"]
    tells_proposer = True
    form_class = handling.PreliminaryAnswerForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Give the answer."""
        words = form.cleaned_data
        services.give_preliminary_answer(
            proposal, text=words["answer"], expected_on=words["expected_on"], actor=form.actor, seen=seen
        )

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("The preliminary answer is sent.")


class RedactView(ErrandView):
    """What must not stand there taken out."""

    access = permitted("proposals.handle")
    errand = _ERRANDS["redact"]
    tells_proposer = True
    form_class = RedactForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Take it out."""
        screening.redact(proposal, data=form.data, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("It is taken out, and the proposer is told.")


class AccessAskedView(ErrandView):
    """Somebody has asked for a name that is not shown."""

    access = permitted("proposals.see_proposer")
    errand = _ERRANDS["access_asked"]
    tells_proposer = True
    form_class = handling.AccessAskedForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Tell the proposer."""
        words = form.cleaned_data
        screening.tell_access_asked(
            proposal, outcome=words["outcome"], reason=words["reason"], actor=form.actor, seen=seen
        )

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("The proposer is told.")


class CorrectedAnswerView(ErrandView):
    """An answer put right, when the decision it told of has been."""

    access = permitted("proposals.correct_answer")
    errand = _ERRANDS["correct_answer"]
    tells_proposer = True
    form_class = follow_up.CorrectedAnswerForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Send it."""
        about = form.cleaned_data.get("about") or 0
        services.send_corrected_answer(
            proposal, text=form.cleaned_data["answer"], about=about, actor=form.actor, seen=seen
        )

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("The corrected answer is sent.")


class DocumentsView(ErrandView):
    """Which attachments may be read."""

    access = permitted("proposals.handle")
    errand = _ERRANDS["documents"]
    form_class = handling.DocumentsForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Close and open them."""
        screening.exempt_documents(proposal, data=form.data, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("It is done. The page shows what can be read.")


class ProgressView(ErrandView):
    """How the carrying out goes."""

    access = permitted("proposals.follow_up")
    errand = _ERRANDS["progress"]
    tells_proposer = True
    form_class = follow_up.ProgressForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Report."""
        services.report_progress(proposal, **form.cleaned_data, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("The proposer is told how it goes.")

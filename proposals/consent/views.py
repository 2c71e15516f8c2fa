"""The page of a provisional conclusion: what is concluded, what each has said, and one press to answer."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import DateField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from forum.cases import own_cases
from proposals.consent import queries, services, who_answers
from proposals.consent.enums import ConclusionStatus
from proposals.consent.forms import StanceForm
from proposals.consent.impartiality import queries as partiality
from proposals.consent.impartiality import services as impartiality
from proposals.consent.impartiality.forms import PartialityForm
from proposals.consent.models import Conclusion
from proposals.consent.notifications import label
from proposals.consent.rules import Verdict
from proposals.models import Proposal
from proposals.queries.page import guests_for
from proposals.workflow.table import PROPOSAL_WORKFLOW
from trepart import municipality
from trepart.access import interrupted_forms, policy
from trepart.access.web import SIGNED_IN, Access, permitted, reader_of
from trepart.refusals import NotPermitted, Refused, WrongState
from trepart.text.dates import date_text
from trepart.ui import Fact
from trepart.views import TransitionView
from trepart.workflow import Transition, available

VIEW = "proposals.view_conclusion"


def crumbs(conclusion: Conclusion, last: object) -> list[tuple[object, str | None]]:
    """Return the way to a page about a conclusion."""
    case = conclusion.referral.case
    return [
        (_("Proposals"), reverse("proposals:list")),
        (case.reference, reverse("proposals:detail", args=[case.pk])),
        (last, None),
    ]


class ConclusionView(View):
    """One conclusion: read by those who have a seat and those who help them, answered by those with a seat."""

    access: ClassVar[Access] = permitted(VIEW)

    def conclusion(self) -> Conclusion:
        """Fetch the conclusion, or answer 404 to who may not know of it."""
        found: Conclusion = policy.get_or_404(
            self.request.user,
            VIEW,
            queries.conclusions(),
            pk=self.kwargs["conclusion"],
            referral__case=self.kwargs["pk"],
        )
        return found

    def get(self, request: HttpRequest, pk: int, conclusion: int) -> HttpResponseBase:
        """Show it, with what was written when the session ran out."""
        given_back = interrupted_forms.give_back(request)
        form = StanceForm()
        if given_back is not None:
            form.initial = {"text": given_back.get("text", "")}
        return self.page(self.conclusion(), form)

    def post(self, request: HttpRequest, pk: int, conclusion: int) -> HttpResponseBase:
        """Say yes or no for one's seat."""
        found = self.conclusion()
        hidden = own_cases.names_hidden(found.referral.case, reader_of(request))
        form = StanceForm(request.POST, hidden=hidden)
        if not policy.can(request.user, "proposals.take_position", found):
            return self.page(found, form, refusal=NotPermitted(), status=403)
        question = self.question(found, request.POST)
        if question is not None and question.is_valid() and question.is_partial:
            return self.step_aside(found)
        if not form.is_valid() or (question is not None and not question.is_valid()):
            return self.page(found, form, question=question, status=422)
        try:
            if question is not None:
                impartiality.answer(found.referral.case.proposal, partial=False, actor=reader_of(request))
            after = services.take_position(
                found, agrees=form.agrees, text=form.cleaned_data["text"], actor=reader_of(request)
            )
        except Refused as refusal:
            status = 403 if isinstance(refusal, NotPermitted) else 409 if isinstance(refusal, WrongState) else 422
            return self.page(self.conclusion(), form, refusal=refusal, status=status)
        messages.success(request, _said(after, agrees=form.agrees))
        return redirect(after.get_absolute_url())

    def question(self, conclusion: Conclusion, data: Any = None) -> PartialityForm | None:
        """Return what is asked of whoever has sent the proposal in themselves; None of everybody else (fvl § 6)."""
        reader = reader_of(self.request)
        if conclusion.status != ConclusionStatus.PROVISIONAL:
            return None
        asked = partiality.is_asked(conclusion.referral.case.proposal, reader)
        return PartialityForm(data) if asked and who_answers.seats_of(reader, conclusion.referral.body_id) else None

    def step_aside(self, conclusion: Conclusion) -> HttpResponse:
        """Write down that the reader is partial; what then has all it needs stands without that seat."""
        try:
            impartiality.answer(conclusion.referral.case.proposal, partial=True, actor=reader_of(self.request))
        except Refused as refusal:
            return self.page(self.conclusion(), StanceForm(), refusal=refusal, status=403)
        services.settle(self.conclusion())
        messages.success(self.request, _("It is written down. The others conclude without you."))
        return redirect(conclusion.get_absolute_url())

    def page(
        self,
        conclusion: Conclusion,
        form: StanceForm,
        *,
        question: PartialityForm | None = None,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the page."""
        reader = reader_of(self.request)
        filled = who_answers.seats(conclusion.referral.body_id)
        found = queries.verdict(conclusion, filled)
        waits = conclusion.status == ConclusionStatus.PROVISIONAL
        own = who_answers.seats_of(reader, conclusion.referral.body_id) if waits else {}
        if reader.pk in partiality.stepped_aside(conclusion.referral):
            own = {}
        lines = queries.lines(conclusion, filled)
        context = {
            "conclusion": conclusion,
            "label": label(conclusion),
            "facts": _facts(conclusion),
            "lines": lines,
            "state": state(conclusion, found),
            "disputed": waits and found.disputed,
            "stopped": services.what_stops(conclusion) if waits and found.stands else "",
            "waits": waits,
            "answers": bool(own),
            # Their own answer: what another said for the seat is no answer of theirs.
            "answered": any(line.stance is not None and line.stance.said_by_id == reader.pk for line in lines),
            "form": form,
            "guests": guests_for(conclusion.referral.case.proposal, reader),
            "proposal": conclusion.referral.case.proposal,
            "question": question or self.question(conclusion),
            "refusal": refusal.message if refusal else "",
            "steps": [step for step in available(conclusion, reader) if step.open],
            "form_owner": interrupted_forms.owner_token(self.request),
            "crumbs": crumbs(conclusion, _("Provisional conclusion")),
        }
        return render(self.request, "proposals/consent/conclusion.html", context, status=status)


class ConclusionStepView(TransitionView):
    """Sending a disagreement up, and taking a conclusion back."""

    access: ClassVar[Access] = SIGNED_IN.showing(VIEW)
    view_permission = VIEW

    def queryset(self) -> QuerySet[Any]:
        """Return conclusions with what their pages read."""
        return queries.conclusions().filter(referral__case=self.kwargs["case"])

    def crumbs(self, subject: Conclusion, transition: Transition) -> list[tuple[object, str | None]]:
        """Return the way to this page."""
        return crumbs(subject, transition.label)

    def context(self, subject: Conclusion, transition: Transition) -> dict[str, object]:
        """Return what the page is headed with: the case, and never what the portal calls the step."""
        return {"subject": subject.referral.case.title}

    def afterwards(self, subject: Conclusion, transition: Transition) -> str:
        """Go to the proposal, where it is now."""
        return reverse("proposals:detail", args=[subject.referral.case_id])


def state(conclusion: Conclusion, found: Verdict) -> list[str]:
    """Return where the conclusion stands, sentence by sentence."""
    own = municipality.current()
    if conclusion.status == ConclusionStatus.STANDS:
        return [_("It stands, and has been carried out.")]
    if conclusion.status == ConclusionStatus.SENT_UP:
        return [_("You did not agree. It was sent up with what each of you had written.")]
    if conclusion.status == ConclusionStatus.DROPPED:
        return [_("It no longer applies: %(reason)s") % {"reason": conclusion.reason}]
    said = [_("It is provisional. The proposer has not been answered, and the deadline runs.")]
    if found.objections:
        said.append(_("Somebody does not agree. Any one of you may send it up, with what each of you has written."))
    if not found.leader:
        said.append(_("The leader has not said yes."))
    if not found.employees:
        said.append(_("Nobody who answers for the employees has said yes."))
    if found.disputed and not found.objections and found.nobody_left:
        said.append(
            _(
                "Somebody is partial in the case, and nobody else can say a yes that must be there. Any one of you may "
                "send it up."
            )
        )
    elif found.disputed and not found.objections:
        said.append(
            _("A yes that must be there has not come in %(days)s days. Any one of you may send it up.")
            % {"days": own.disagreement_days}
        )
    if found.consented and found.silent and not found.objections and found.lapses_on is not None:
        said.append(
            _("It stands when everybody has said yes, or after %(day)s where nobody has objected by then.")
            % {"day": date_text(found.lapses_on)}
        )
    return said


def _said(conclusion: Conclusion, *, agrees: bool) -> str:
    if conclusion.status == ConclusionStatus.STANDS:
        return _("The conclusion stands, and the proposer is answered.")
    if agrees:
        return _("Your yes is recorded.")
    return _("Your no is recorded, and the others are told why.")


def _facts(conclusion: Conclusion) -> list[Fact]:
    """Return what was filled in besides the answer, as the step's own form says it."""
    step = PROPOSAL_WORKFLOW[conclusion.step]
    form_class: Any = step.form
    proposal: Proposal = conclusion.referral.case.proposal
    found = [
        Fact(_("Conclusion"), str(label(conclusion))),
        Fact(_("Written by"), conclusion.concluded_by.name),
        Fact(_("Concerns the working environment"), _("yes") if conclusion.environment else ""),
        Fact(_("Who took part?"), ", ".join(queries.who_met(conclusion))),
    ]
    if form_class is None:
        return found
    form = form_class(subject=proposal, actor=conclusion.concluded_by)
    for name, value in conclusion.filled_in.items():
        field = form.fields.get(name)
        if field is None or name in ("answer", "participants", "stand_ins") or value in ("", [], None):
            continue
        found.append(Fact(capfirst(str(field.label)), _shown(field, value)))
    return found


def _shown(field: Any, value: object) -> str:
    """Return one thing that was filled in as people read it: the label of what was chosen, else the words."""
    choices = getattr(field, "choices", None)
    if choices is None:
        day = parse_date(value) if isinstance(field, DateField) and isinstance(value, str) else None
        if day is not None:
            return date_text(day, year=True)
        return _("yes") if value is True or value == "on" else str(value)
    chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
    return ", ".join(str(text) for key, text in choices if str(getattr(key, "value", key)) in chosen)

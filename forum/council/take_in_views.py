"""Taking the municipal council's list in: chosen, looked over, put on the agenda."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from forum.council import list_import, queries, services
from forum.council.enums import CouncilCaseStatus
from forum.council.forms import CaseForm, ListForm, RawForm, TakeInForm
from forum.council.list_import import Reading
from forum.council.models import CouncilCase
from forum.council.views import OPEN_FOR_LISTS, PLAN
from forum.meetings.core.queries import day_of
from forum.meetings.core.web import crumbs_of, fetch, status_of, title_of
from forum.meetings.enums import MeetingStatus
from forum.organisation.models import Body
from forum.organisation.services import body_functions
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import Refused
from trepart.text.numbers import number


class TakeInView(View):
    """Kommunestyrets saksliste: pasted or uploaded, looked over case by case, and taken in."""

    access: ClassVar[Access] = permitted(PLAN)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Fetch the meeting; 404 to who may not plan it, and once it has begun."""
        self.meeting = fetch(request, kwargs["pk"], PLAN)
        if self.meeting.status not in OPEN_FOR_LISTS:
            raise Http404
        self.councils = services.councils()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the list."""
        return self.ask(ListForm(interrupted_forms.give_back(request), councils=self.councils))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Read the list, read it again, or take it in."""
        if request.POST.get("do") == "take":
            return self.take_in()
        if request.POST.get("do") == "again":
            return self.again()
        form = ListForm(request.POST, request.FILES, councils=self.councils)
        if not form.is_valid():
            return self.ask(form, status=422)
        council = form.cleaned_data["council"]
        return self.look_over(form.cleaned_data["reading"], form.cleaned_data["raw"], council)

    def ask(self, form: ListForm, status: int = 200) -> HttpResponse:
        """Render the first page."""
        context = {
            "form": form,
            "meeting": self.meeting,
            "title": title_of(self.meeting),
            "councils": self.councils,
            "called": self.meeting.status == MeetingStatus.CALLED,
            "form_owner": interrupted_forms.owner_token(self.request),
            "cancel_url": reverse("forum:meeting_agenda", args=[self.meeting.pk]),
            "crumbs": crumbs_of(self.meeting, (_("The municipal council's case list"), None)),
        }
        return render(self.request, "council/case_list_take_in.html", context, status=status)

    def again(self) -> HttpResponse:
        """Read the text anew, as it has been mended."""
        raw = RawForm(self.request.POST)
        council = next((c for c in self.councils if str(c.pk) == self.request.POST.get("council")), None)
        council = council or (self.councils[0] if self.councils else None)
        if not raw.is_valid() or council is None:
            raise Http404
        data = {"text": raw.cleaned_data["raw"], "council": council.pk}
        form = ListForm(data, councils=self.councils)
        if not form.is_valid():
            return self.ask(form, status=422)
        return self.look_over(form.cleaned_data["reading"], form.cleaned_data["raw"], council)

    def look_over(self, reading: Reading, raw: str, council: Body) -> HttpResponse:
        """Show what was understood, before anything is written."""
        day = reading.day if reading.day is not None and reading.day >= day_of(self.meeting) else None
        whole = self.whole(initial={"held_on": day, "council": council.pk})
        here = queries.here_already(self.meeting.body, council, day)
        rows, seen = [], dict[str, int]()
        for at, found in enumerate(reading.cases):
            known = here.get(found.key)
            same = known is not None and known.title == found.title
            form = CaseForm(at=at, found=found, take=not same and found.key not in seen)
            form.note = _note(found.key, found.title, known, seen)
            seen.setdefault(found.key, at + 1)
            rows.append(form)
        gone = [one for key, one in here.items() if key not in seen and one.status == CouncilCaseStatus.RECEIVED]
        return self.preview(whole, rows, reading, raw, gone=gone)

    def whole(
        self, data: Mapping[str, object] | None = None, *, initial: dict[str, object] | None = None
    ) -> TakeInForm:
        """Return the form for what holds for all the cases."""
        hats = body_functions.of_day(self.meeting.body, day_of(self.meeting))
        return TakeInForm(data, meeting=self.meeting, councils=self.councils, functions=hats, initial=initial)

    def take_in(self) -> HttpResponseBase:
        """Take in what is ticked; what is wrong is said beside the field, with everything as it was written."""
        data = self.request.POST
        whole, raw = self.whole(data), RawForm(data)
        if not raw.is_valid():
            return self.ask(ListForm(councils=self.councils), status=422)
        try:
            reading = list_import.read(raw.cleaned_data["raw"])
        except ValidationError:
            reading = Reading("text")
        count = min(number(data.get("count"), digits=4) or 0, list_import.MOST_CASES)
        rows = [
            CaseForm(data, at=at, found=reading.cases[at] if at < len(reading.cases) else None) for at in range(count)
        ]
        judged = [form.is_valid() for form in rows]
        if not whole.is_valid() or not all(judged):
            return self.preview(whole, rows, reading, raw.cleaned_data["raw"], status=422)
        chosen = whole.cleaned_data
        try:
            taken = services.take_in(
                self.meeting,
                council=chosen["council"],
                held_on=chosen["held_on"],
                rows=[_row(form) for form in rows if form.cleaned_data["take"]],
                raw=raw.cleaned_data["raw"],
                source=reading.source,
                recommendation=chosen["recommendation"],
                function=chosen.get("function"),
                actor=reader_of(self.request),
            )
        except Refused as refusal:
            whole.add_error(None, str(refusal.message))
            return self.preview(whole, rows, reading, raw.cleaned_data["raw"], status=status_of(refusal))
        messages.success(self.request, _said(taken))
        return redirect(taken.case_list)

    def preview(
        self,
        whole: TakeInForm,
        rows: list[CaseForm],
        reading: Reading,
        raw: str,
        *,
        gone: list[CouncilCase] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render what was understood and what was not."""
        context = {
            "form": whole,
            "rows": rows,
            "every": SimpleNamespace(forms=[whole, *rows]),
            "reading": reading,
            "others": reading.others,
            "gone": gone or [],
            "raw": RawForm(initial={"raw": raw}),
            "meeting": self.meeting,
            "called": self.meeting.status == MeetingStatus.CALLED,
            "cancel_url": reverse("forum:council_take_in", args=[self.meeting.pk]),
            "crumbs": crumbs_of(
                self.meeting,
                (_("The municipal council's case list"), reverse("forum:council_take_in", args=[self.meeting.pk])),
                (_("Look it over"), None),
            ),
        }
        return render(self.request, "council/case_list_preview.html", context, status=status)


def _note(key: str, title: str, known: CouncilCase | None, seen: dict[str, int]) -> str:
    if key in seen:
        return _("The same number as case %(n)s on this list.") % {"n": seen[key]}
    if known is None:
        return ""
    if known.title == title:
        return _("Here already. Nothing changes.")
    return _("Here already, under another title: “%(title)s”. Ticked, it gets the new one.") % {"title": known.title}


def _row(form: CaseForm) -> services.Row:
    said = form.cleaned_data
    return services.Row(said["number"], said["key"], said["title"], said["archive"], said["url"], said["exempt"])


def _said(taken: services.Taken) -> str:
    words = []
    if taken.added:
        n = len(taken.added)
        words.append(ngettext("%(n)s case is on the agenda.", "%(n)s cases are on the agenda.", n) % {"n": n})
    if taken.renamed:
        n = len(taken.renamed)
        words.append(ngettext("%(n)s case got a new title.", "%(n)s cases got new titles.", n) % {"n": n})
    if taken.already:
        n = len(taken.already)
        words.append(ngettext("%(n)s was here already.", "%(n)s were here already.", n) % {"n": n})
    return " ".join(words)

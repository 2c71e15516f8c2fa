"""The forms on the page of an item: which one was sent, bound to what was typed."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, QueryDict

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.decisions.forms import DecisionForm, ReasonForm
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.elections.forms import RoundBackForm, RoundForm
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.votes.forms import CorrectForm, MotionForm, VoteForm
from trepart.access import interrupted_forms
from trepart.outdated_pages import mark_of
from trepart.text.numbers import number

if TYPE_CHECKING:
    from trepart.access.rules import Person

PageForm = MotionForm | VoteForm | CorrectForm | RoundForm | RoundBackForm | DiscussionForm | ReasonForm | DecisionForm


def form_of(table: Table, wanted: str, data: QueryDict, reader: "Person") -> PageForm | None:
    """Return the form that was sent, bound; None for a button without one. Answers 404 to
    what is not on the page."""
    item = table.item
    if wanted == "motion":
        return MotionForm(data, voters=table.voters, movers=table.movers, item=item, reader=reader)
    if wanted == "vote":
        return vote_form(table, data)
    if wanted == "correct":
        ballot = next((b for b in table.ballots if b.pk == number(data.get("ballot"))), None)
        if ballot is None:
            raise Http404
        return CorrectForm(data, ballot=ballot)
    if wanted in ("round", "round_back"):
        election = next((e for e in item.elections.all() if e.pk == number(data.get("election"))), None)
        if election is None:
            raise Http404
        if wanted == "round_back":
            return RoundBackForm(data, election=election)
        return RoundForm(data, election=election, voters=table.voters)
    if wanted == "discussion":
        return DiscussionForm(data, item=item, reader=reader)
    if wanted == "again":
        return ReasonForm(data, prefix="again")
    if wanted == "decide":
        said = data.get("resolution", "")
        if said not in Resolution.values:
            raise Http404
        resolution = Resolution(said)
        words = table.words(resolution)
        return DecisionForm(data, item=item, resolution=resolution, text=words, reader=reader)
    return None


def vote_form(table: Table, data: QueryDict) -> VoteForm:
    """Return the votes over one motion as they were sent, or answer 404 for a motion that is not there."""
    motion = next((m for m in table.item.motions.all() if m.pk == number(data.get("motion"))), None)
    if motion is None:
        raise Http404
    return VoteForm(data, motion=motion, voters=table.voters, presiding=table.meeting.presiding_id)


def keyed(table: Table, request: HttpRequest) -> VoteForm:
    """Return the table of votes with one party's, or one part's, votes keyed in one press;
    nothing is recorded yet."""
    motion = next((m for m in table.motions if m.pk == number(request.POST.get("motion"))), None)
    if motion is None:
        raise Http404
    presiding = table.meeting.presiding_id
    group, _colon, choice = request.POST["set"].partition(":")
    data = request.POST.copy()
    for name, value in VoteForm(motion=motion, voters=table.voters, presiding=presiding).keyed(group, choice).items():
        data[name] = value
    return VoteForm(data, motion=motion, voters=table.voters, presiding=presiding)


def typed_before(request: HttpRequest, table: Table) -> list[PageForm]:
    """Return the forms that had been written on this page before, each with its text: one that is interrupted or left
    is no reason that another's text is lost."""
    forms: list[PageForm] = []
    for given in interrupted_forms.give_back_all(request):
        try:
            own = form_of(table, given.get("do", ""), given, request.user)
        except Http404:
            own = None  # what it was about is not there any more
            interrupted_forms.forget(request, request.path, given)
        forms += [one for one in (own, treatment_of(given, table.item)) if one is not None]
    return forms[::-1]  # the newest first: it is the one that is shown where there are two of a kind


def treatment_of(data: QueryDict, item: AgendaItem) -> DiscussionForm | None:
    """Return the form for what was said with the text that came along with another button (`treatment`); None where
    nothing was written there: then what is stored stands in the field, also what another has stored since."""
    text = data.get("treatment")
    if text is None or text == item.discussion or data.get("treatment_began") == mark_of(text):
        return None
    names = {"text": "treatment", "page": "treatment_page", "began": "treatment_began"}
    return DiscussionForm({f"discussion-{name}": data.get(sent, "") for name, sent in names.items()}, item=item)

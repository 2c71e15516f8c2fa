"""What somebody can do with a proposal, as its page offers it: steps and errands, the one most likely first."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from forum.cases.enums import LetterFrom
from proposals.consent.queries import pending
from proposals.enums import OPEN_TO_TREATMENT
from proposals.enums import ProposalStatus as S
from proposals.heard import who_is_heard
from proposals.models import Proposal
from proposals.presenting.yes_words import named
from proposals.queries import bodies_back, corrected
from proposals.workflow import preparing
from trepart.access import policy
from trepart.workflow import Words, available

#: What comes last, whoever asks: taking back, giving up.
_LAST = (
    "pass_on",
    "hand_over",
    "elsewhere",
    "merge",
    "redact",
    "documents",
    "access_asked",
    "stop",
    "withdraw",
    "withdraw_for",
)
_TREATED = frozenset({S.RECEIVED, *OPEN_TO_TREATMENT})


@dataclass(frozen=True)
class Action:
    """One thing to do from the page: where it leads, and what stands in its way (None where nothing does)."""

    name: str
    label: Words
    url: str
    help: Words = ""
    why: Words | None = None
    primary: bool = False


@dataclass(frozen=True)
class Errand:
    """A write that is no step in the lifecycle but has a page of its own."""

    name: str
    route: str
    label: Words
    permission: str
    states: frozenset[S]
    help: Words = ""


ERRANDS = (
    Errand(
        "correct",
        "proposals:correct",
        gettext_lazy("Correct the proposal"),
        "proposals.correct",
        frozenset({S.RECEIVED}),
        gettext_lazy("You can, until somebody has begun on it."),
    ),
    Errand(
        "correct_paper",
        "proposals:correct",
        gettext_lazy("Put right what was entered"),
        "proposals.send_letters",
        frozenset({S.RECEIVED}),
        gettext_lazy("Until somebody has begun on it. It is to say what the sheet says."),
    ),
    Errand(
        "redact",
        "proposals:redact",
        gettext_lazy("Take something out of the text"),
        "proposals.handle",
        _TREATED,
        gettext_lazy("Personal matters about others, secrets and insults. What stood there is kept out of sight."),
    ),
    Errand(
        "documents",
        "proposals:documents",
        gettext_lazy("Keep attachments out of sight"),
        "proposals.handle",
        _TREATED,
        gettext_lazy("Attachments with personal matters, secrets or what others own, each on its legal basis (R25)."),
    ),
    Errand(
        "access_asked",
        "proposals:access_asked",
        gettext_lazy("Somebody has asked who sent it in"),
        "proposals.see_proposer",
        frozenset(S),
        gettext_lazy("The proposer was promised to be told when somebody asks for the name."),
    ),
    Errand(
        "correct_answer",
        "proposals:correct_answer",
        gettext_lazy("Send a corrected answer"),
        "proposals.correct_answer",
        frozenset(S),
        gettext_lazy(
            "The decision that the proposer was told of is corrected. Say what was decided, and what was wrong."
        ),
    ),
    Errand(
        "correct_council",
        "proposals:correct_council",
        gettext_lazy("Correct what was answered"),
        "proposals.record_council",
        frozenset({S.ADOPTED, S.IMPLEMENTED, S.DECLINED}),
        gettext_lazy("The day or the words of whoever has the authority were written down wrongly. Say why."),
    ),
    Errand(
        "hear",
        "proposals:hear",
        gettext_lazy("Ask the representatives"),
        "proposals.handle",
        OPEN_TO_TREATMENT,
        gettext_lazy("Union and safety representative are heard before an employee's proposal ends with one leader."),
    ),
    Errand(
        "word",
        "proposals:word",
        gettext_lazy("Say what you think"),
        "proposals.say_word",
        _TREATED,
        gettext_lazy("You are asked because you speak for the employees."),
    ),
    Errand(
        "assess",
        "proposals:assess",
        gettext_lazy("Assess what it takes"),
        "proposals.handle",
        _TREATED,
        gettext_lazy("Does it concern several workplaces, does it need a grant? Your answer decides where it goes."),
    ),
    Errand(
        "preliminary_answer",
        "proposals:preliminary_answer",
        gettext_lazy("Give a preliminary answer"),
        "proposals.answer",
        frozenset({S.RECEIVED, S.IN_TREATMENT}),
        gettext_lazy("When the answer takes longer than promised: why, and when it comes."),
    ),
    Errand(
        "progress",
        "proposals:progress",
        gettext_lazy("Tell how it goes"),
        "proposals.follow_up",
        frozenset({S.ADOPTED}),
        gettext_lazy("The proposer is told, and so is everybody who reads this page."),
    ),
)


#: What is most likely wanted, first: the one primary button of the page.
_FIRST = (
    "correct_answer",
    "begin",
    "carry_out",
    "forward",
    "adopt",
    "recommend",
    "complete",
    "council_adopted",
    "resume",
)


def errand_open(errand: Errand, proposal: Proposal, person: Any) -> bool:
    """Say whether ``person`` may do ``errand`` to the proposal as it stands."""
    if proposal.status not in errand.states or not policy.can(person, errand.permission, proposal):
        return False
    if errand.permission in preparing.RIGHTS and preparing.why_not(proposal, person):
        return False
    if errand.name in ("correct", "correct_paper"):
        # Nor while a conclusion on it waits: those words are what was said yes to (R24).
        return not proposal.screened and pending(proposal.referral) is None
    if errand.name == "hear":
        return bool(who_is_heard.unasked(proposal))
    if errand.name == "word":
        word = who_is_heard.word_of(proposal, person)
        return word is not None and who_is_heard.can_say(proposal, word)
    if errand.name == "correct_council":
        return proposal.council_decided_on is not None
    if errand.name == "access_asked":
        return not proposal.show_name
    if errand.name == "correct_answer":
        return bool(corrected.waiting_with(proposal, person))
    return (
        errand.name != "documents" or proposal.case.documents.received().exclude(letter_from=LetterFrom.GUEST).exists()
    )


def actions(proposal: Proposal, person: Any) -> list[Action]:
    """Return what ``person`` can do from here, the most likely first; what is shut comes with the reason. Exactly
    one is primary, or none."""
    found: list[Action] = []
    for step in available(proposal, person):
        if step.transition.name == "send_back" and not bodies_back(proposal).exists():
            continue
        url = reverse("proposals:step", args=[proposal.case_id, step.transition.name])
        label = named(step.transition, proposal).label
        found.append(Action(step.transition.name, label, url, step.transition.help, step.why))
    found += [
        Action(errand.name, errand.label, reverse(errand.route, args=[proposal.case_id]), errand.help)
        for errand in ERRANDS
        if errand_open(errand, proposal, person)
    ]
    # What is shut for the same reason stands together, so that the page gives each reason once.
    found.sort(
        key=lambda action: (action.why is not None, str(action.why or ""), action.name in _LAST, _rank(action.name))
    )
    first = next((n for n, action in enumerate(found) if action.why is None and action.name in _FIRST), None)
    if first is None:
        return found
    chosen = found.pop(first)
    return [Action(chosen.name, chosen.label, chosen.url, chosen.help, None, primary=True), *found]


def _rank(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)

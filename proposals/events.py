"""What the trail can say about proposals.

The proposer is never named in a sentence: the name may not be meant to be shown.
"""

from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess
from forum.delegations.enums import Authority
from forum.organisation.enums import Role
from proposals.enums import AccessAnswer, SentHow
from trepart.audit import Action, register

register(
    Action(name="proposals.submitted", sentence=_("The proposal was received. The proposer got a receipt."), key=True),
    Action(
        name="proposals.entered_from_paper",
        sentence=_("{actor} entered it for the proposer, from paper that came {received_on}. From: {proposer}."),
        key=True,
    ),
    Action(name="proposals.paper_corrected", sentence=_("{actor} put right what was entered from paper.")),
    Action(name="proposals.letter_written", sentence=_("A letter to the proposer was written."), quiet=True),
    Action(
        name="proposals.letter_sent",
        sentence=_("{actor} sent the letter to the proposer: {how}, {sent_on}."),
        labels={"how": SentHow},
    ),
    Action(name="proposals.contact_changed", sentence=_("{actor} changed how the proposer is reached."), quiet=True),
    Action(name="proposals.account_linked", sentence=_("{actor} tied the proposal to the proposer's account.")),
    Action(
        name="proposals.account_unlinked",
        sentence=_("{actor} took it away from an account that was not the proposer's."),
    ),
    Action(
        name="proposals.contact_erased",
        sentence=_("The proposer's address and telephone number were erased."),
        quiet=True,
    ),
    Action(name="proposals.letters_reminded", sentence=_("A reminder of letters that wait."), quiet=True),
    Action(
        name="proposals.draft_reminded",
        sentence=_("A reminder of a proposal that was written and not sent."),
        quiet=True,
    ),
    Action(name="proposals.corrected", sentence=_("The proposer corrected the proposal.")),
    Action(
        name="proposals.access_asked",
        sentence=_("{acting} told the proposer that somebody has asked who sent it in: {outcome}."),
        labels={"outcome": AccessAnswer},
        quiet=True,
    ),
    Action(name="proposals.answer_corrected", sentence=_("{body} sent the proposer a corrected answer ({label}).")),
    Action(name="proposals.redacted", sentence=_("{actor} took something out of the text.")),
    Action(
        name="proposals.begun",
        sentence=_("{body} began on the proposal. Who can read it now: {access}."),
        labels={"access": CaseAccess},
    ),
    Action(name="proposals.passed_on", sentence=_("{body} passed it on to the right workplace: {to}.")),
    Action(name="proposals.handed_over", sentence=_("{body} handed it over to {to}, where it belongs.")),
    Action(
        name="proposals.stepped_aside",
        sentence=_("The leader of {body} is partial in the case. It went to {to} ({partiality_act})."),
    ),
    Action(
        name="proposals.brought_up",
        sentence=_("{body} had it. It went to {to}, whose members demand it (Local Government Act § 11-3)."),
        key=True,
    ),
    # Only in the trail: what one answers may tell others who sent it in.
    Action(
        name="proposals.is_impartial",
        sentence=_("{actor} answered not to be partial in the case ({partiality_act})."),
        quiet=True,
    ),
    Action(
        name="proposals.is_partial",
        sentence=_("{actor} answered to be partial in the case ({partiality_act})."),
        quiet=True,
    ),
    Action(name="proposals.elsewhere", sentence=_("{body} answered that it belongs with {to}."), key=True),
    Action(
        name="proposals.attachments_screened",
        sentence=_("{actor} looked through which attachments may be read."),
        quiet=True,
    ),
    Action(
        name="proposals.heard_asked",
        sentence=_("{body} asked the union and safety representatives what they think. They can answer until {by}."),
    ),
    # Only in the trail: the page shows names and words to those who may read them.
    Action(name="proposals.heard", sentence=_("{actor} said what they think of it."), quiet=True),
    Action(
        name="proposals.heard_silent",
        sentence=_("{name}, {role}, was asked and has not answered."),
        labels={"role": Role},
        quiet=True,
    ),
    Action(
        name="proposals.heard_nobody",
        sentence=_("Nobody was {role} at the workplace or above it, so nobody could be heard as that."),
        labels={"role": Role},
    ),
    Action(name="proposals.assessed", sentence=_("{body} assessed what the proposal takes.")),
    Action(name="proposals.preliminary_answer", sentence=_("{body} gave a preliminary answer.")),
    Action(name="proposals.forwarded", sentence=_("{body} agreed to send it on to {to}."), key=True),
    Action(name="proposals.disagreed", sentence=_("{body} did not agree. The positions went to {to}."), key=True),
    Action(name="proposals.recommended", sentence=_("{body} sent it to {to} with a recommendation."), key=True),
    Action(name="proposals.sent_back", sentence=_("{body} sent it back to {to}."), key=True),
    Action(name="proposals.adopted", sentence=_("{body} {did}."), key=True),
    Action(name="proposals.agreed", sentence=_("{body} agreed to do it."), key=True),
    Action(name="proposals.considered", sentence=_("{body} considers it further."), key=True),
    Action(name="proposals.declined", sentence=_("{body} declined the proposal."), key=True),
    Action(name="proposals.done_already", sentence=_("{body} agreed, and it is carried out already."), key=True),
    Action(name="proposals.postponed", sentence=_("{body} postponed the case to a later meeting.")),
    Action(
        name="proposals.to_council",
        sentence=_("{body} sent it with its recommendation to {authority}."),
        key=True,
        labels={"authority": Authority},
    ),
    Action(
        name="proposals.council_asked_again",
        sentence=_("There is no answer from {authority} yet."),
        labels={"authority": Authority},
    ),
    Action(
        name="proposals.council_corrected",
        sentence=_("What {authority} answered was put right by {actor}."),
        labels={"authority": Authority},
    ),
    Action(
        name="proposals.council_adopted",
        sentence=_("The proposal was adopted by {authority}."),
        key=True,
        labels={"authority": Authority},
    ),
    Action(
        name="proposals.council_declined",
        sentence=_("The proposal was declined by {authority}."),
        key=True,
        labels={"authority": Authority},
    ),
    Action(name="proposals.resumed", sentence=_("{body} took it up again.")),
    Action(name="proposals.withdrawn", sentence=_("The proposer withdrew the proposal."), key=True),
    Action(
        name="proposals.withdrawn_for", sentence=_("{actor} withdrew it for the proposer, who asked for it."), key=True
    ),
    Action(name="proposals.merged", sentence=_("It was merged with {into}, which asks for the same."), key=True),
    Action(name="proposals.progress", sentence=_("{actor} told how the carrying out goes.")),
    Action(
        name="proposals.measure_handed_over",
        sentence=_("Somebody else sees to the measure, since whoever did is not here any more."),
    ),
    Action(name="proposals.completed", sentence=_("The measure is carried out."), key=True),
    Action(name="proposals.stopped", sentence=_("The measure could not be carried out after all."), key=True),
    Action(name="proposals.reminded", sentence=_("A reminder went to {body}: the answer is overdue."), quiet=True),
    Action(name="proposals.measure_reminded", sentence=_("A reminder went to the one responsible."), quiet=True),
    Action(name="proposals.council_reminded", sentence=_("A reminder to ask whoever has the authority."), quiet=True),
    # Between those who have a seat, so none of it stands in the story that the proposer and the public read.
    Action(name="proposals.concluded", sentence=_("{actor} wrote a provisional conclusion for {body}."), quiet=True),
    Action(
        name="proposals.consent_asked",
        sentence=_("Those who have got a seat in {body} were asked about the provisional conclusion."),
        quiet=True,
    ),
    Action(name="proposals.position_taken", sentence=_("{actor} answered the provisional conclusion."), quiet=True),
    Action(
        name="proposals.consent_late",
        sentence=_("A yes that must be there did not come within the days. {body} was told."),
        quiet=True,
    ),
    Action(name="proposals.conclusion_stands", sentence=_("The conclusion of {body} stands."), quiet=True),
    Action(name="proposals.conclusion_sent_up", sentence=_("{actor} sent the disagreement in {body} up."), quiet=True),
    Action(name="proposals.conclusion_dropped", sentence=_("The conclusion of {body} was taken back."), quiet=True),
    Action(name="proposals.intake_set", sentence=_("{actor} decided where proposals come in.")),
)

"""What the trail can say about cases, referrals and opinions."""

from django.utils.translation import gettext_lazy as _

from forum.cases.matters import Nature
from trepart.audit import Action, register

register(
    Action(name="forum.case_opened", sentence=_("The case was given the number {reference}."), quiet=True),
    Action(name="forum.document_exempted", sentence=_("An attachment was exempted from public access.")),
    Action(name="forum.document_opened", sentence=_("An attachment can be read again.")),
    Action(name="forum.case_access_set", sentence=_("{actor} changed who may read the case."), quiet=True),
    Action(
        name="forum.case_nature_set",
        sentence=_("{acting} said what kind of case it is: {nature}."),
        labels={"nature": Nature},
    ),
    Action(name="forum.document_added", sentence=_("{actor} attached the document {subject}.")),
    Action(name="forum.case_archived_as", sentence=_("{acting} wrote down the archive's case number: {number}.")),
    Action(
        name="forum.referral_opened", sentence=_("The case came to {body}, with an answer due {due_on}."), quiet=True
    ),
    Action(name="forum.referral_rested", sentence=_("{body} lets the case rest until {resumes_on}."), quiet=True),
    Action(name="forum.referral_reopened", sentence=_("{body} took the case up again."), quiet=True),
    Action(name="forum.referral_closed", sentence=_("The stay with {body} ended."), quiet=True),
)
register(
    Action(name="forum.opinion_asked", sentence=_("{asker} asked {of} for an opinion, by {due_on}."), key=True),
    Action(name="forum.opinion_given", sentence=_("{of} gave its opinion."), key=True),
    Action(name="forum.opinion_declined", sentence=_("{of} did not wish to give an opinion.")),
    Action(name="forum.opinion_lapsed", sentence=_("The case was decided before an opinion came from {of}.")),
    Action(name="forum.opinion_withdrawn", sentence=_("{asker} no longer asks {of} for an opinion.")),
    Action(name="forum.opinion_reminded", sentence=_("A reminder of the opinion went to {of}."), quiet=True),
    Action(name="forum.hearing_rule_set", sentence=_("{actor} decided when {subject} is heard.")),
    Action(name="forum.hearing_rule_removed", sentence=_("{actor} took away the rule {subject}.")),
)  # fmt: skip

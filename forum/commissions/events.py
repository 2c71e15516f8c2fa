"""What the trail can say about commissions."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(
        name="forum.commission_given",
        sentence=_("{by} gave a commission to {to}, with a report by {due_on}."),
        key=True,
    ),
    Action(name="forum.commission_accepted", sentence=_("{to} took the commission on."), key=True),
    Action(
        name="forum.commission_passed_on", sentence=_("{before} passed the commission on to {to}, where it belongs.")
    ),
    Action(name="forum.commission_sent_back", sentence=_("{to} sent the commission back."), key=True),
    Action(
        name="forum.commission_given_anew",
        sentence=_("{by} gave the commission anew, to {to}, with a report by {due_on}."),
    ),
    Action(name="forum.commission_reported", sentence=_("{to} reported. {hears} hears it."), key=True),
    Action(
        name="forum.commission_concluded",
        sentence=_("{hears} heard the report. The commission is concluded."),
        key=True,
    ),
    Action(
        name="forum.commission_goes_on", sentence=_("{hears} heard the report and wants more by {due_on}."), key=True
    ),
    Action(name="forum.commission_called_back", sentence=_("{by} called the commission back."), key=True),
    Action(name="forum.commission_postponed", sentence=_("{hears} postponed the report to a later meeting.")),
    Action(name="forum.commission_reminded", sentence=_("A reminder of the commission went to {to}."), quiet=True),
)

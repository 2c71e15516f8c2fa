"""What the trail can say about this room. Each owner appends below a header of its own."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

# Cases and referrals --------------------------------------------------------------------------------------------------
register(
    Action(name="forum.case_opened", sentence=_("The case was given the number {reference}."), quiet=True),
    Action(name="forum.case_access_set", sentence=_("{actor} changed who may read the case.")),
    Action(name="forum.document_added", sentence=_("{actor} attached the document {subject}.")),
    Action(
        name="forum.referral_opened", sentence=_("The case came to {body}, with an answer due {due_on}."), quiet=True
    ),
    Action(name="forum.referral_rested", sentence=_("{body} lets the case rest until {resumes_on}."), quiet=True),
    Action(name="forum.referral_reopened", sentence=_("{body} took the case up again."), quiet=True),
    Action(name="forum.referral_closed", sentence=_("The stay with {body} ended."), quiet=True),
)

# Organisation ---------------------------------------------------------------------------------------------------------
register(
    Action(name="forum.unit_added", sentence=_("{actor} added the unit {subject}.")),
    Action(name="forum.unit_changed", sentence=_("{actor} changed the unit {subject}.")),
    Action(name="forum.party_added", sentence=_("{actor} added the political party {subject}.")),
    Action(name="forum.person_added", sentence=_("{actor} entered {subject} in the portal.")),
    Action(name="forum.person_changed", sentence=_("{actor} changed what is registered about {subject}.")),
    Action(name="forum.body_added", sentence=_("{actor} set up {subject}.")),
    Action(name="forum.body_changed", sentence=_("{actor} changed the facts about {subject}.")),
    Action(name="forum.body_activated", sentence=_("{actor} put {subject} to work."), key=True),
    Action(name="forum.body_closed", sentence=_("{actor} closed {subject} from {closed_on}."), key=True),
    Action(name="forum.membership_started", sentence=_("{actor} entered {subject} from {valid_from}.")),
    Action(name="forum.membership_ended", sentence=_("{actor} ended {subject}; the last day is {valid_to}.")),
    Action(name="forum.employment_started", sentence=_("{actor} registered {subject} as employed from {valid_from}.")),
    Action(
        name="forum.employment_ended", sentence=_("{actor} ended the employment {subject}; the last day is {valid_to}.")
    ),
    Action(name="forum.appointment_started", sentence=_("{actor} appointed {subject} from {valid_from}.")),
    Action(
        name="forum.appointment_ended",
        sentence=_("{actor} ended the appointment {subject}; the last day is {valid_to}."),
    ),
)

# Minutes --------------------------------------------------------------------------------------------------------------
register(
    Action(name="forum.minutes_begun", sentence=_("The minutes were begun."), quiet=True),
    Action(name="forum.minutes_edited", sentence=_("{actor} wrote in the draft of the minutes."), quiet=True),
    Action(name="forum.minutes_published", sentence=_("{acting} published the minutes, version {version}."), key=True),
    Action(name="forum.minutes_corrected", sentence=_("{acting} corrected the minutes, version {version}."), key=True),
    Action(name="forum.minutes_approved", sentence=_("{acting} approved the minutes."), key=True),
)

"""What the trail can say about the organisation."""

from django.utils.translation import gettext_lazy as _

from trepart.audit import Action, register

register(
    Action(name="forum.unit_added", sentence=_("{actor} added the unit {subject}.")),
    Action(name="forum.unit_changed", sentence=_("{actor} changed the unit {subject}.")),
    Action(name="forum.party_added", sentence=_("{actor} added the political party {subject}.")),
    Action(name="forum.person_added", sentence=_("{actor} entered {subject} in the portal.")),
    Action(name="forum.person_changed", sentence=_("{actor} changed what is registered about {subject}.")),
    Action(name="forum.body_added", sentence=_("{actor} set up {subject}.")),
    Action(name="forum.body_changed", sentence=_("{actor} changed the facts about {subject}.")),
    Action(name="forum.body_activated", sentence=_("{actor} put {subject} to work."), key=True),
    Action(
        name="forum.body_removed", sentence=_("{actor} deleted {name}, which had never been put to work."), key=True
    ),
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
    Action(name="forum.deputies_reordered", sentence=_("{actor} changed the order of the deputies.")),
    Action(name="forum.function_added", sentence=_("{actor} gave {body} the function {name}.")),
    Action(
        name="forum.function_ended", sentence=_("{actor} ended the function {name} of {body}; the last day is {on}.")
    ),
    Action(name="forum.body_renewed", sentence=_("{actor} entered a new period for {subject}, from {valid_from}.")),
    Action(
        name="forum.stand_in_started",
        sentence=_("{actor} let {subject} stand in from {valid_from} to {valid_to}."),
    ),
    Action(name="forum.stand_in_ended", sentence=_("{actor} ended the standing in of {subject} on {valid_to}.")),
    Action(name="forum.stand_in_begins", sentence=_("It was told that {subject} stands in from {on}."), quiet=True),
    Action(name="forum.stand_in_ends", sentence=_("It was told that {subject} stands in until {on}."), quiet=True),
    Action(
        name="forum.stand_in_withdrawn",
        sentence=_("{actor} took back a stand-in before it began, or on its first day."),
    ),
    Action(
        name="forum.tasks_handed_over", sentence=_("What {subject} was responsible for went to others."), quiet=True
    ),
    Action(name="forum.municipality_changed", sentence=_("{actor} changed the facts about the municipality.")),
    Action(name="forum.logo_changed", sentence=_("{actor} changed the coat of arms.")),
    Action(name="forum.text_changed", sentence=_("{actor} changed the text {subject}.")),
)

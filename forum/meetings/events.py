"""What the trail can say about meetings."""

from django.utils.translation import gettext_lazy as _

from forum.delegations.enums import Authority, AuthorityAnswer
from forum.meetings.enums import CallAnswer, Capacity, Choice, DemandKind, MotionPurpose, Placed
from forum.organisation.enums import Part
from trepart.audit import Action, register

#: Whether somebody came or went before a case was voted on, or during it.
PLACED = {"when": Placed}

# Case papers ----------------------------------------------------------------------------------------------------------
register(
    Action(name="forum.paper_begun", sentence=_("{acting} began on the case paper."), quiet=True),
    Action(name="forum.paper_finished", sentence=_("{acting} finished the case paper, version {version}."), key=True),
    # These are told in the story of the paper, and name no document: its title may be exempt.
    Action(name="forum.paper_document_added", sentence=_("{acting} put an attachment in the case paper."), quiet=True),
    Action(
        name="forum.paper_document_redacted",
        sentence=_("{acting} put in a redacted copy of an attachment."),
        quiet=True,
    ),
    Action(name="forum.item_given_case", sentence=_("{label} was given the case number {case}."), quiet=True),
)

# Minutes --------------------------------------------------------------------------------------------------------------
register(
    Action(name="forum.minutes_begun", sentence=_("The minutes were begun."), quiet=True),
    Action(name="forum.minutes_edited", sentence=_("{actor} wrote in the draft of the minutes."), quiet=True),
    Action(name="forum.minutes_published", sentence=_("{acting} published the minutes, version {version}."), key=True),
    Action(name="forum.minutes_corrected", sentence=_("{acting} corrected the minutes, version {version}."), key=True),
    Action(name="forum.minutes_approved", sentence=_("The minutes were approved."), key=True),
    Action(name="forum.signers_named", sentence=_("{acting} wrote down who approves the minutes: {names}.")),
    Action(name="forum.minutes_signed", sentence=_("{name} approved the minutes, version {version}.")),
    Action(
        name="forum.minutes_remarked", sentence=_("{name} answered version {version} of the minutes with a remark.")
    ),
    Action(name="forum.remark_answered", sentence=_("{actor} answered the remark of {name} to version {version}.")),
    Action(
        name="forum.minutes_reminded", sentence=_("Those who have not approved the minutes were reminded."), quiet=True
    ),
    Action(
        name="forum.decision_list_published",
        sentence=_("{acting} published the decision list, version {version}."),
        key=True,
    ),
)

# Meetings -------------------------------------------------------------------------------------------------------------
register(
    Action(name="forum.meeting_planned", sentence=_("{acting} planned a meeting {starts_at}.")),
    Action(name="forum.meeting_moved", sentence=_("{acting} moved the meeting to {starts_at}.")),
    Action(name="forum.meeting_called", sentence=_("{acting} called the meeting, {days} days ahead."), key=True),
    Action(
        name="forum.meeting_rearranged", sentence=_("{acting} changed place or hour: {starts_at}, {place}."), key=True
    ),
    Action(name="forum.meeting_postponed", sentence=_("{acting} postponed the meeting to {starts_at}."), key=True),
    Action(name="forum.meeting_cancelled", sentence=_("{acting} cancelled the meeting."), key=True),
    Action(name="forum.packet_asked", sentence=_("{acting} let the meeting papers be made anew."), quiet=True),
    Action(
        name="forum.packet_made",
        sentence=_("The meeting papers were put together in one file of {pages} pages."),
        quiet=True,
    ),
    Action(
        name="forum.meeting_opened", sentence=_("The meeting was opened with {present} of {seats} present."), key=True
    ),
    Action(name="forum.meeting_ended", sentence=_("The meeting ended."), key=True),
    Action(name="forum.meeting_logged", sentence=_("{acting} wrote down a meeting held {held_on}."), key=True),
    Action(
        name="forum.log_completed",
        sentence=_("{acting} wrote what has been concluded into the minutes of the meeting held {held_on}."),
    ),
    Action(
        name="forum.log_presence_corrected",
        sentence=_("{actor} was not there, and took themselves out of those who met."),
    ),
    Action(name="forum.item_added", sentence=_("{actor} put a case on the agenda. {label}")),
    Action(name="forum.item_function", sentence=_("{actor} said as what {label} is treated: {function}"), quiet=True),
    Action(name="forum.item_changed", sentence=_("{actor} changed a case on the agenda. {label}")),
    Action(name="forum.item_removed", sentence=_("{actor} took a case off the agenda before it had a number.")),
    Action(
        name="forum.item_withdrawn",
        sentence=_("{actor} withdrew {label} from the agenda. The number is not used again."),
    ),
    Action(name="forum.items_reordered", sentence=_("{actor} changed the order of the agenda."), quiet=True),
    Action(
        name="forum.closing_proposed",
        sentence=_("{actor} proposed to treat {label} behind closed doors, under {basis}."),
    ),
    Action(
        name="forum.closing_taken_back",
        sentence=_("{actor} took back the proposal to treat {label} behind closed doors."),
    ),
    Action(
        name="forum.paper_shown_ahead",
        sentence=_("{actor} let version {version} of the case paper be read before the notice."),
    ),
    Action(name="forum.doors_kept_open", sentence=_("The body kept the doors open for {label}.")),
    Action(name="forum.doors_closed", sentence=_("{actor} closed the doors for {label}, under {basis}.")),
    Action(name="forum.doors_opened", sentence=_("{actor} opened the doors for {label}.")),
    Action(name="forum.attendance_set", sentence=_("{actor} recorded who meets: {present} of {seats}.")),
    Action(name="forum.presiding_set", sentence=_("{name} presides.")),
    Action(name="forum.left_the_table", sentence=_("{name} left {when} {label}."), labels=PLACED, wordless=True),
    Action(name="forum.left_for_one_case", sentence=_("{name} left for {label} only."), wordless=True),
    Action(name="forum.came_to_the_table", sentence=_("{name} came {when} {label}."), labels=PLACED),
    Action(name="forum.deputy_sat_in", sentence=_("{name} took the seat of {member} {when} {label}."), labels=PLACED),
    Action(
        name="forum.deputy_stepped_down",
        sentence=_("{name} stepped down when {member} came, {when} {label}."),
        labels=PLACED,
    ),
    Action(
        name="forum.movement_taken_back",
        sentence=_("{actor} took back what was recorded of {name} coming or going in {label}."),
    ),
    Action(name="forum.objected", sentence=_("{names} objected to deciding {label} at this meeting.")),
    Action(name="forum.objection_taken_back", sentence=_("The objection to deciding {label} was taken back.")),
    Action(name="forum.papers_late", sentence=_("{actor} recorded that the documents of {label} came late.")),
    Action(name="forum.papers_in_time", sentence=_("{actor} recorded that the documents of {label} came in time.")),
    Action(name="forum.minutes_added_to", sentence=_("{name} had an addition put into the minutes of {label}.")),
    Action(name="forum.addition_taken_out", sentence=_("{actor} took the addition from {name} out of {label}.")),
    Action(name="forum.attends", sentence=_("{name} attends ({capacity})."), labels={"capacity": Capacity}),
    Action(name="forum.informs", sentence=_("{name} informed in {label}.")),
    Action(name="forum.attendee_removed", sentence=_("{actor} recorded that {name} does not attend after all.")),
    Action(name="forum.recording_allowed", sentence=_("{by} asked to record ({what}), and was allowed.")),
    Action(name="forum.recording_refused", sentence=_("{by} asked to record ({what}), and was refused.")),
    Action(name="forum.candidates_proposed", sentence=_("Candidates for {place} in {label}: {names}.")),
    Action(
        name="forum.election_round", sentence=_("Round {number} of the election of {place} in {label} was counted.")
    ),
    Action(name="forum.elected", sentence=_("{name} was elected: {place} ({label})."), key=True),
    Action(name="forum.lot_drawn", sentence=_("The lot fell on {name}: {place} ({label})."), key=True),
    Action(name="forum.urgent_writing_begun", sentence=_("{acting} sent the case out to be answered in writing.")),
    Action(name="forum.urgent_meeting_begun", sentence=_("{acting} chose an urgent remote meeting.")),
    Action(name="forum.answered_yes_in_writing", sentence=_("{name} answered yes in writing in {label}.")),
    Action(name="forum.answered_no_in_writing", sentence=_("{name} answered no in writing in {label}.")),
    Action(
        name="forum.postponement_demanded", sentence=_("{name} demanded that the case waits for an ordinary meeting.")
    ),
    Action(name="forum.recused", sentence=_("{name} does not take part in {label}, under {basis}.")),
    Action(name="forum.recusal_lifted", sentence=_("{actor} recorded that {name} takes part in {label} after all.")),
    Action(name="forum.motion_added", sentence=_("{name} moved a motion in {label}.")),
    Action(name="forum.motion_changed", sentence=_("{name} changed the words of a motion in {label}.")),
    Action(name="forum.motion_withdrawn", sentence=_("{name} withdrew a motion in {label}.")),
    Action(name="forum.ballot_held", sentence=_("The vote in {label}: {for_} for, {against} against."), key=True),
    Action(
        name="forum.procedural_vote",
        sentence=_("The vote in {label} on {purpose}: {for_} for, {against} against."),
        labels={"purpose": MotionPurpose},
    ),
    Action(
        name="forum.vote_corrected",
        sentence=_("{actor} corrected the vote of {name} in {label}, from {before} to {after}."),
        labels={"before": Choice, "after": Choice},
    ),
    Action(
        name="forum.vote_taken_out",
        sentence=_("{actor} took the vote of {name} out of {label}: {before}."),
        labels={"before": Choice},
    ),
    Action(
        name="forum.vote_put_in",
        sentence=_("{actor} put the vote of {name} into {label}: {after}."),
        labels={"after": Choice},
    ),
    Action(
        name="forum.voice_corrected",
        sentence=_(
            "{actor} corrected the vote of {name} in round {number} of the election of {place} in {label}, from "
            "{before} to {after}."
        ),
    ),
    Action(
        name="forum.voice_taken_out",
        sentence=_(
            "{actor} took the vote of {name} out of round {number} of the election of {place} in {label}: {before}."
        ),
    ),
    Action(
        name="forum.voice_put_in",
        sentence=_(
            "{actor} put the vote of {name} into round {number} of the election of {place} in {label}: {after}."
        ),
    ),
    Action(
        name="forum.count_corrected",
        sentence=_(
            "{actor} corrected what was counted in round {number} of the election of {place} in {label}, from "
            "{before} to {after}."
        ),
    ),
    Action(name="forum.decision_corrected", sentence=_("{actor} corrected the decision in {label} after the meeting.")),
    Action(name="forum.met_after_all", sentence=_("{actor} corrected after the meeting: {name} met.")),
    Action(name="forum.did_not_meet_after_all", sentence=_("{actor} corrected after the meeting: {name} was absent.")),
    Action(name="forum.discussion_saved", sentence=_("{actor} wrote down the treatment of {label}."), quiet=True),
    Action(name="forum.item_decided", sentence=_("{label} was decided."), key=True),
    Action(name="forum.decision_reopened", sentence=_("{actor} took the decision in {label} up again.")),
    Action(
        name="forum.decision_turned",
        sentence=_("A corrected vote turned the result in {label}. The decision was taken up again."),
    ),
    Action(
        name="forum.legality_requested",
        sentence=_(
            "{count} members of the municipal council asked for a review of the legality of {label}, {asked_on}."
        ),
        key=True,
    ),
    Action(name="forum.follow_up_begun", sentence=_("The decision in {label} is followed up from now on."), quiet=True),
    Action(name="forum.follow_up_assigned", sentence=_("{name} sees to the decision in {label}, by {due_on}.")),
    Action(name="forum.follow_up_noted", sentence=_("{actor} told how it goes with the decision in {label}.")),
    Action(name="forum.follow_up_done", sentence=_("The decision in {label} is carried out."), key=True),
    Action(
        name="forum.follow_up_lapsed",
        sentence=_("The decision in {label} was corrected after the meeting, and is not to be carried out."),
        key=True,
    ),
    Action(
        name="forum.recommendation_answered",
        sentence=_("The recommendation in {label} was answered by {authority} on {answered_on}: {answered}."),
        key=True,
        labels={"authority": Authority, "answered": AuthorityAnswer},
    ),
    Action(name="forum.follow_up_reminded", sentence=_("A reminder of the decision in {label} was sent."), quiet=True),
    Action(name="forum.item_settled", sentence=_("The decision in {label} was carried into its case."), quiet=True),
    Action(name="forum.item_not_settled", sentence=_("The decision in {label} could not be carried into its case.")),
    # These are told in the story of the case.
    Action(
        name="forum.case_on_agenda",
        sentence=_("The case stands on the agenda of {body}, {starts_at}, as {label}."),
        key=True,
    ),
    Action(
        name="forum.case_off_agenda", sentence=_("The case was taken off the agenda of {body}, where it was {label}.")
    ),
    Action(
        name="forum.case_postponed",
        sentence=_("{body} postponed the case ({label}). It waits for a new meeting."),
        key=True,
    ),
    Action(name="forum.case_minuted", sentence=_("The minutes of {body} tell of the case, as {label}.")),
    Action(name="forum.case_noted", sentence=_("{body} took note of the case ({label})."), key=True),
    Action(
        name="forum.case_decision_corrected",
        sentence=_("{body} corrected what was recorded as decided in the case ({label})."),
        key=True,
    ),
)

# Before the meeting ---------------------------------------------------------------------------------------------------
register(
    Action(
        name="forum.year_plan_published",
        sentence=_("{acting} published the meeting plan for {year}; {added} meetings were planned."),
        key=True,
    ),
    Action(name="forum.day_off_added", sentence=_("{actor} entered {subject} as days without meetings.")),
    Action(name="forum.day_off_removed", sentence=_("{actor} removed the days without meetings {name}.")),
    Action(name="forum.standing_order_set", sentence=_("{actor} changed the order in which cases are treated.")),
    Action(name="forum.question_asked", sentence=_("{name} asked the leader a question.")),
    Action(name="forum.question_put_on", sentence=_("{actor} put the question from {name} on the agenda."), quiet=True),
    Action(name="forum.question_answered", sentence=_("{actor} wrote down the answer to a question from {name}.")),
    Action(name="forum.demand_raised", sentence=_("{name} demanded {kind}."), labels={"kind": DemandKind}),
    Action(name="forum.demand_supported", sentence=_("{name} stood behind the demand: {count} of {needed}.")),
    Action(name="forum.demand_support_withdrawn", sentence=_("{name} no longer stands behind the demand.")),
    Action(
        name="forum.demand_binding", sentence=_("Enough members stand behind the demand: it must be met."), key=True
    ),
    Action(
        name="forum.demand_binding_for_part",
        sentence=_("A whole part stands behind the demand: {part}."),
        labels={"part": Part},
        key=True,
    ),
    Action(name="forum.demand_met", sentence=_("{actor} met the demand."), key=True),
    Action(
        name="forum.absence_reported",
        sentence=_("{name} cannot come to the meeting."),
    ),
    Action(
        name="forum.absence_reasons_changed",
        sentence=_("{actor} changed what is written about why people were absent."),
    ),
    Action(name="forum.absence_lapsed", sentence=_("The absence of {name} lapsed: the seat has ended.")),
    Action(name="forum.member_invited", sentence=_("{names} got a place after the notice, and was invited.")),
    Action(
        name="forum.invitations_withdrawn",
        sentence=_("{names} has no place on the day of the meeting any more, and is no longer invited."),
    ),
    Action(
        name="forum.places_settled",
        sentence=_("Places in the body changed, and what hung on them at this meeting was settled."),
    ),
    Action(name="forum.absence_withdrawn", sentence=_("{name} can come to the meeting after all.")),
    Action(
        name="forum.deputy_called",
        sentence=_("{deputy}, number {number} on the list of {group}, was called for {name}."),
    ),
    Action(
        name="forum.deputy_skipped",
        sentence=_("{deputy}, number {number} on the list of {group}, was passed over."),
        wordless=True,
    ),
    Action(
        name="forum.deputy_answered", sentence=_("{deputy} answered the call: {answer}."), labels={"answer": CallAnswer}
    ),
    Action(name="forum.deputy_late", sentence=_("{deputy} did not answer in time.")),
    Action(name="forum.deputy_released", sentence=_("{deputy} is not needed after all.")),
    Action(name="forum.deputies_exhausted", sentence=_("Nobody is left to call on the list of {group}, for {name}.")),
    Action(
        name="forum.conflict_reported", sentence=_("{name} reported that they may be partial in {label}."), quiet=True
    ),
    Action(
        name="forum.conflict_report_withdrawn",
        sentence=_("{name} took back the report of possible partiality in {label}."),
        quiet=True,
    ),
    Action(
        name="forum.feed_made", sentence=_("{actor} got an address for the own meetings in a calendar."), quiet=True
    ),
    Action(name="forum.feed_renewed", sentence=_("{actor} changed the address of the own calendar."), quiet=True),
    Action(name="forum.feed_revoked", sentence=_("{actor} closed the address of the own calendar."), quiet=True),
)

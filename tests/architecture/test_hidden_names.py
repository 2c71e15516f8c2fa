"""No form whose words about a case reach others lets a hidden name out without asking (R25)."""

from django import forms

from forum.cases.forms.hidden_names import AsksBeforeNaming
from tests.architecture.test_normal import _all_forms
from trepart.forms import LineField, PlainTextField, RichTextField

#: Where words about cases are written.
ROOMS = ("forum.cases.", "forum.commissions.", "forum.council.", "forum.meetings.", "lmu.", "proposals.")
_WORDS = (PlainTextField, RichTextField, LineField)
_INSIDE = "read by those who run or prepare the meeting alone"
_NO_CASE = "about a meeting, a day or a person, and no case"
_NEW = "the case is new: nobody has sent it in"
_OUTSIDE = "the council's own case, which nobody has proposed"
_NOT_WORDS = "a name, a number or a provision of one who takes part, and no telling of the case"
_REASON = "why something is taken back or recorded otherwise; kept in the trail"
#: Those that do not ask, and why.
DO_NOT_ASK = {
    "forum.cases.forms.opinions.HearingForm": "names of places that are heard",
    "forum.council.forms.CaseForm": _OUTSIDE,
    "forum.council.forms.DecidedForm": _OUTSIDE,
    "forum.council.forms.ListForm": _OUTSIDE,
    "forum.council.forms.RawForm": _OUTSIDE,
    "forum.council.forms.SendForm": _OUTSIDE,
    "forum.council.forms.TakeInForm": _OUTSIDE,
    "forum.council.forms.TakenOffForm": _OUTSIDE,
    "forum.meetings.agenda.forms.DoorsForm": "a title that keeps the case: written to tell nothing of it",
    "forum.meetings.agenda.forms.ItemForm": _NEW,
    "forum.meetings.agenda.forms.LateItemForm": _NEW,
    "forum.meetings.agenda.forms.ReadersForm": "a title that keeps the case: written to tell nothing of it",
    "forum.meetings.agenda.forms.WithdrawForm": "why a case is taken off the agenda: the secretary's own step",
    "forum.meetings.agenda.nature_views.NatureForm": _INSIDE,
    "forum.meetings.agenda.preparation_forms.AnswerForm": "an answer to a member's question, of no case",
    "forum.meetings.agenda.preparation_forms.DemandForm": "a member's demand, in the member's own words, of a new case",
    "forum.meetings.agenda.preparation_forms.LateForm": "who wanted a case late, and why",
    "forum.meetings.agenda.preparation_forms.QuestionForm": "a member's question, of no case",
    "forum.meetings.attendance.absence_forms.AbsenceForForm": _INSIDE,
    "forum.meetings.attendance.absence_forms.AbsenceForm": _INSIDE,
    "forum.meetings.attendance.absence_forms.AnswerCallForm": _INSIDE,
    "forum.meetings.attendance.absence_forms.ByHandForm": _INSIDE,
    "forum.meetings.attendance.absence_forms.ConflictReportForm": _INSIDE,
    "forum.meetings.case_papers.forms.ArchiveForm": "a number in another system",
    "forum.meetings.case_papers.forms.AttachmentForm": "the paper's form asks of what is finished with it",
    "forum.meetings.case_papers.forms.NoteForm": "one's own note, read by nobody else",
    "forum.meetings.follow_up.legality_forms.LegalityForm": "what members of the council wrote in their own request",
    "forum.meetings.forms.CancelForm": _NO_CASE,
    "forum.meetings.forms.MeetingTimeForm": _NO_CASE,
    "forum.meetings.forms.PostponeForm": _NO_CASE,
    "forum.meetings.forms.RearrangeForm": _NO_CASE,
    "forum.meetings.minutes.corrections.forms.AttendanceCorrectionForm": _REASON,
    "forum.meetings.minutes.corrections.forms.CountsCorrectionForm": _REASON,
    "forum.meetings.minutes.corrections.forms.MovementCorrectionForm": _REASON,
    "forum.meetings.minutes.corrections.forms.RecusalCorrectionForm": _REASON,
    "forum.meetings.minutes.corrections.forms.VoicesCorrectionForm": _REASON,
    "forum.meetings.minutes.corrections.forms.VotesCorrectionForm": _REASON,
    "forum.meetings.minutes.corrections.forms._ByMember": _REASON,
    "forum.meetings.minutes.corrections.forms._Correction": _REASON,
    "forum.meetings.minutes.forms.ListReasonForm": _NO_CASE,
    "forum.meetings.minutes.forms.RemarkForm": "an approver's remark, read by those who keep the minutes",
    "forum.meetings.minutes.forms.ReplyForm": "the answer to an approver, read by those who keep the minutes",
    "forum.meetings.planning.forms.DayOffForm": _NO_CASE,
    "forum.meetings.planning.forms.LineForm": _NO_CASE,
    "forum.meetings.planning.forms.PatternForm": _NO_CASE,
    "forum.meetings.session.closed_doors.forms.CloseDoorsForm": "a title that keeps the case: written to tell nothing",
    "forum.meetings.session.decisions.forms.ReasonForm": _REASON,
    "forum.meetings.session.elections.forms.ElectionForm": _NOT_WORDS,
    "forum.meetings.session.elections.forms.RoundBackForm": _REASON,
    "forum.meetings.session.minute_additions.forms.RecordingForm": _NO_CASE,
    "forum.meetings.session.participation.forms.AttendeeForm": _NOT_WORDS,
    "forum.meetings.session.participation.forms.ComeForm": _NOT_WORDS,
    "forum.meetings.session.participation.forms.InformForm": _NOT_WORDS,
    "forum.meetings.session.participation.forms.LeaveForm": _NOT_WORDS,
    "forum.meetings.session.participation.forms.RecuseForm": _NOT_WORDS,
    "forum.meetings.session.votes.forms.CorrectForm": _REASON,
    "forum.meetings.urgent.forms.UrgentForm": _NEW,
    "lmu.forms.UserRepresentativeForm": _NOT_WORDS,
    "lmu.guests.forms.SayForm": "a guest's own view, written by the guest, who knows no hidden name",
    "proposals.consent.forms.TakeBackForm": "why a conclusion is taken back, read by the group that knows the case",
}  # fmt: skip


def _writes(form: type[forms.BaseForm]) -> bool:
    fields = getattr(form, "base_fields", {}).values()
    return any(isinstance(one, _WORDS) or isinstance(one.widget, forms.Textarea) for one in fields)


def test_every_form_of_words_about_a_case_asks_or_is_listed_with_a_reason() -> None:
    found = {
        f"{form.__module__}.{form.__qualname__}": issubclass(form, AsksBeforeNaming)
        for form in _all_forms()
        if form.__module__.startswith(ROOMS) and _writes(form)
    }
    silent = {name for name, asks in found.items() if not asks}
    assert silent == set(DO_NOT_ASK)

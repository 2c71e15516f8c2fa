"""Everything that is kept about one person, for that person, table by table (R31; GDPR art. 15 and 20)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.queries.kept_words import ABOUT, cases_kept_from, items_kept_from
from portal.queries.readable_notices import readable
from trepart import clock
from trepart.notices.models import Notice

if TYPE_CHECKING:
    from trepart.access.models import User


@dataclass(frozen=True)
class Share:
    """One kind of rows about a person: what to call them, how to find them, and which of their
    fields are about the person.

    ``find`` is a lookup that leads from the row to the person. ``fields`` may follow relations with ``__``; a
    choice is given with its label.
    """

    title: Promise
    model: str
    find: str
    fields: tuple[str, ...]


_TOLD = ("subject", "body", "created_at", "read_at")
SHARES: tuple[Share, ...] = (
    Share(
        _("Memberships"), "organisation.Membership", "person",
        ("body__name", "role", "part", "side", "valid_from", "valid_to"),
    ),
    Share(_("Employments"), "organisation.Employment", "person", ("unit__name", "title", "valid_from", "valid_to")),
    Share(_("Offices"), "organisation.Appointment", "person", ("office", "valid_from", "valid_to")),
    Share(
        _("My proposals"), "proposals.Proposal", "proposer",
        (
            "case__year", "case__number", "title", "what", "why", "expected_effect", "show_name", "status",
            "submitted_at",
        ),
    ),
    Share(
        _("What I sent in on paper"), "proposals.PaperSender", "proposal__proposer",
        ("name", "address", "telephone", "received_on"),
    ),
    Share(
        _("Proposals I have entered from paper"), "proposals.PaperSender", "entered_by",
        ("proposal__title", "entered_at"),
    ),
    Share(
        _("Conclusions I have written"), "proposals.Conclusion", "concluded_by",
        ("referral__case__year", "referral__case__number", "answer", "status", "concluded_at"),
    ),
    Share(
        _("What I have answered to conclusions"), "proposals.Stance", "said_by",
        ("conclusion__referral__case__year", "conclusion__referral__case__number", "agrees", "text", "said_at"),
    ),
    Share(
        _("What I have answered about being partial"), "proposals.PartialityAnswer", "person",
        ("referral__case__year", "referral__case__number", "partial", "answered_at"),
    ),
    Share(
        _("What I have said of proposals one leader decides on"), "proposals.HeardWord", "said_by",
        ("proposal__case__year", "proposal__case__number", "asked_on", "text", "said_at"),
    ),
    Share(
        _("What I have said as a guest in cases"), "cases.CaseGuest", "membership__person",
        ("referral__case__year", "referral__case__number", "since", "view", "said_at"),
    ),
    Share(
        _("Where letters to me as a guest go"), "lmu.GuestLetter", "membership__person", ("address", "sent_on"),
    ),
    Share(_("Letters to guests that I have sent"), "lmu.GuestLetter", "sent_by", ("sent_on",)),
    Share(_("Letters I have sent"), "proposals.Letter", "sent_by", ("subject", "sent_on", "how")),
    Share(
        _("Measures I am responsible for"), "proposals.Proposal", "responsible",
        ("case__year", "case__number", "title", "due_on", "status"),
    ),
    Share(
        _("Answers I have written"), "proposals.Feedback", "given_by",
        ("proposal__title", "outcome", "text", "given_at"),
    ),
    Share(
        _("Reports I have written"), "proposals.ProgressReport", "reported_by",
        ("proposal__title", "text", "reported_at"),
    ),
    Share(
        _("Attendance"), "meetings.Attendance", "membership__person",
        ("meeting__body__name", "meeting__starts_at", "present"),
    ),
    Share(
        _("Absences I have reported"), "meetings.Absence", "membership__person",
        ("meeting__body__name", "meeting__starts_at", "reason", "reported_at", "withdrawn_at"),
    ),
    Share(
        _("Calls as deputy"), "meetings.DeputyCall", "deputy__person",
        ("absence__meeting__body__name", "absence__meeting__starts_at", "called_at", "answer", "answered_at", "reason"),
    ),
    Share(
        _("Where I have said that I may be partial"), "meetings.ConflictReport", "membership__person",
        ("item__title", "why", "reported_at"),
    ),
    Share(_("Questions I have asked"), "meetings.Question", "asked_by__person", ("title", "text", "asked_at")),
    Share(_("Demands I have raised"), "meetings.Demand", "raised_by__person", ("title", "why", "raised_at")),
    Share(
        _("Demands I stand behind"), "meetings.DemandSupport", "membership__person", ("demand__title", "supported_at"),
    ),
    Share(
        _("Meetings where I stood in for another"), "meetings.Attendance", "stand_in__person",
        ("meeting__body__name", "meeting__starts_at"),
    ),
    Share(
        _("Votes"), "meetings.Vote", "membership__person",
        ("ballot__item__meeting__body__name", "ballot__item__meeting__starts_at", "choice"),
    ),
    Share(
        _("When I left and came in meetings"), "meetings.Movement", "membership__person",
        ("item__meeting__body__name", "kind", "at", "reason"),
    ),
    Share(
        _("Votes in elections"), "meetings.Voice", "membership__person", ("round__election__place", "candidate__name"),
    ),
    Share(
        _("My additions to minutes"), "meetings.Addition", "membership__person",
        ("item__meeting__body__name", "text", "at"),
    ),
    Share(
        _("My answers in urgent cases"), "meetings.WrittenAnswer", "membership__person",
        ("item__meeting__body__name", "accepts_proposal", "accepts_procedure", "answered_at"),
    ),
    Share(_("What I am writing of a case"), "meetings.DiscussionDraft", "author", ("text", "saved_at")),
    Share(
        _("Case papers I have written"), "meetings.CasePaperVersion", "written_by",
        ("paper__case__year", "paper__case__number", "number", "finished_at"),
    ),
    Share(_("Case papers I have begun"), "meetings.CasePaper", "begun_by", ("case__year", "case__number", "begun_at")),
    Share(
        _("Case papers I am writing"), "meetings.CasePaperDraft", "saved_by",
        ("paper__case__year", "paper__case__number", "saved_at"),
    ),
    Share(
        _("Meeting papers I have asked for"), "meetings.Packet", "asked_by",
        ("meeting__body__name", "meeting__starts_at", "asked_at"),
    ),
    Share(
        _("The municipal council's case lists I have taken in"), "council.CouncilList", "taken_in_by",
        ("body__name", "held_on", "taken_in_at"),
    ),
    Share(
        _("Views I have sent to the municipal council"), "council.CouncilSheet", "sent_by",
        ("case_list__held_on", "number", "created_at"),
    ),
    Share(
        _("Decisions I am to follow up"), "meetings.Decision", "responsible", ("item__meeting__body__name", "due_on"),
    ),
    Share(
        _("Measures from meetings that I see to"), "meetings.FollowUp", "responsible", ("due_on", "done_on", "lapsed"),
    ),
    Share(_("What I have written of how it goes"), "meetings.FollowUpNote", "written_by", ("text", "at")),
    Share(
        _("Minutes I have signed or remarked on"), "meetings.MinutesSignature", "person",
        ("version__minutes__meeting__body__name", "kind", "remark", "at"),
    ),
    Share(
        _("What I have corrected after meetings"), "meetings.RecordCorrection", "made_by",
        ("meeting__body__name", "kind", "reason", "at"),
    ),
    Share(_("What I have answered to remarks on minutes"), "meetings.RemarkReply", "written_by", ("text", "at")),
    Share(
        _("Requests for review of lawfulness I have recorded"), "meetings.LegalityRequest", "recorded_by",
        ("asked_on", "recorded_at"),
    ),
    Share(_("Documents I have added"), "cases.Document", "added_by", ("case__year", "case__number", "title")),
    Share(_("Meetings I have logged"), "lmu.LogSheet", "written_by", ("meeting__body__name", "meeting__starts_at")),
    Share(_("Notices"), "notices.Notice", "person", _TOLD),
    Share(_("Mail sent to me"), "notices.Mail", "person", ("to", "subject", "created_at", "sent_at", "state")),
    Share(_("How often I want mail"), "notices.MailChoice", "person", ("cadence",)),
    Share(_("What I have done"), "audit.Event", "actor", ("action", "acting_label", "at")),
    Share(_("Protected pages I have opened"), "audit.ViewLog", "person", ("at",)),
    Share(_("Invitations"), "access.Invitation", "person", ("sent_at", "expires_at", "accepted_at")),
    Share(_("Proposals I have not sent"), "proposals.ProposalDraft", "person", ("words", "created_at")),
    Share(_("Opinions I have closed"), "cases.Opinion", "closed_by", ("question", "answer", "closed_at")),
    Share(
        _("Commissions I have reported on"), "commissions.Commission", "reported_by",
        ("wanted", "report", "reported_at"),
    ),
    Share(_("Where I stand in for others"), "organisation.StandIn", "person", ("valid_from", "valid_to")),
    Share(_("The address of my calendar"), "meetings.CalendarFeed", "person", ("made_at",)),
    Share(
        _("My private notes on meeting papers"), "meetings.PaperNote", "person",
        ("item__meeting__body__name", "item__meeting__starts_at", "quote", "text", "created_at"),
    ),
    Share(_("Services I sign in through"), "oidc.Identity", "person", ("issuer", "linked_at")),
    Share(_("Sessions through a service"), "oidc.ServiceSession", "person", ("issuer", "begun_at")),
    Share(_("E-mail addresses"), "account.EmailAddress", "user", ("email", "verified", "primary")),
    Share(_("Locks on the account"), "mfa.Authenticator", "user", ("type", "created_at", "last_used_at")),
    Share(_("Sessions"), "usersessions.UserSession", "user", ("created_at", "last_seen_at", "ip", "user_agent")),
)  # fmt: skip

#: Rows that point at a person and are not given, with the reason.
LEFT_OUT: Mapping[str, str] = {
    "admin.LogEntry.user": "what was done in the technical administration stands among the events",
    "guardian.UserObjectPermission.user": "never used: rights are granted to roles",
}


def own_data(person: "User") -> dict[str, object]:
    """Return all that is kept about ``person``, ready for JSON; headings and choices in the active language.

    Costs one query for each kind of rows. What the rows say of others is left out: only the fields that are
    about the person are read.
    """
    found: dict[str, object] = {
        str(_("Taken out")): timezone.localtime(clock.now()).isoformat(timespec="seconds"),
        str(_("Account")): {
            str(_("Name")): person.name,
            str(_("E-mail address")): person.email,
            str(_("Since")): timezone.localtime(person.date_joined).date().isoformat(),
        },
    }
    notices = list(Notice.objects.filter(person=person).order_by("pk"))
    before = [notice.subject for notice in notices]
    told = readable(notices, person)
    # What a notice says no more, the mail about it says no more either.
    subjects = {old: new.subject for old, new in zip(before, told, strict=True) if old != new.subject}
    rows = {share: _rows(share, person) for share in SHARES if share.model != _NOTICES}
    items, cases = _kept_from(person, rows)
    for share in SHARES:
        if share.model == _NOTICES:
            found[str(share.title)] = _told(told)
            continue
        about = ABOUT.get(f"{share.model}.{share.find}")
        kept = (items if about.item else cases) if about is not None else set()
        for row in rows[share]:
            if about is not None and row[about.path] in kept:
                row.update(dict.fromkeys(about.fields, str(_("Kept back: closed, or exempt from public access"))))
            if share.model == "notices.Mail":
                row["subject"] = subjects.get(row["subject"], row["subject"])
        found[str(share.title)] = _as_read(share, rows[share])
    return found


_NOTICES = "notices.Notice"


def _told(rows: "Iterable[Notice]") -> list[dict[str, object]]:
    """Return the notices as the person may read them today (`portal.queries.readable_notices`)."""
    says = {name: (_heading(Notice, name), _reader(Notice, name)) for name in _TOLD}
    return [{heading: read(getattr(row, name)) for name, (heading, read) in says.items()} for row in rows]


def _rows(share: Share, person: "User") -> list[dict[str, Any]]:
    about = ABOUT.get(f"{share.model}.{share.find}")
    more = {about.path} - set(share.fields) if about is not None else set()
    rows = apps.get_model(share.model)._base_manager.filter(**{share.find: person}).order_by("pk")
    return [dict(row) for row in rows.values(*share.fields, *more)]


def _kept_from(person: "User", rows: Mapping[Share, list[dict[str, Any]]]) -> tuple[set[int], set[int]]:
    """Return the agenda items and the cases among what ``rows`` are about that the person may not read (any more)."""
    items: set[int] = set()
    cases: set[int] = set()
    for share, found in rows.items():
        about = ABOUT.get(f"{share.model}.{share.find}")
        if about is not None:
            (items if about.item else cases).update(row[about.path] for row in found if row[about.path])
    return items_kept_from(person, items), cases_kept_from(person, cases)


def _as_read(share: Share, rows: list[dict[str, Any]]) -> list[dict[str, object]]:
    model = apps.get_model(share.model)
    says = {name: (_heading(model, name), _reader(model, name)) for name in share.fields}
    return [{says[name][0]: says[name][1](row[name]) for name in share.fields} for row in rows]


def _field(model: type[Model], path: str) -> Any:
    name, _sep, rest = path.partition("__")
    field = model._meta.get_field(name)
    # The path leads over relations.
    return _field(field.related_model, rest) if rest else field  # type: ignore[arg-type]


def _heading(model: type[Model], path: str) -> str:
    first = path.split("__", 1)[0]
    own = str(_field(model, path).verbose_name)
    # As above.
    return own if first == path else f"{model._meta.get_field(first).verbose_name}: {own}"  # type: ignore[union-attr]


def _reader(model: type[Model], path: str) -> Callable[[object], object]:
    labels = {value: str(label) for value, label in _field(model, path).flatchoices}

    def read(value: Any) -> Any:
        if isinstance(value, datetime):
            return timezone.localtime(value).isoformat(timespec="seconds")
        if isinstance(value, date):
            return value.isoformat()
        return labels.get(value, value)

    return read

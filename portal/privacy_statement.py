"""What the portal keeps about people, as the privacy page tells it (R31; GDPR art. 13)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kept:
    """One kind of information about people."""

    what: Promise
    why: Promise
    readers: Promise
    until: Promise


def what_is_kept() -> tuple[Kept, ...]:
    """Return every kind of information about people that the portal keeps."""
    return _KEPT


_KEPT: tuple[Kept, ...] = (
    Kept(
        _("Your name, your e-mail address and your language"),
        _("So that we know who proposed, and the answer finds you."),
        _("You, those who treat your proposal, and the administrator of the portal."),
        _("Until you close your account. Your proposals are kept as part of the case."),
    ),
    Kept(
        _("What you propose, and the answers you get"),
        _("To treat the matter. It is a case in the municipality's archive (Archives Act)."),
        _(
            "First only the group that receives it; then whoever the case is open to. Your name is shown only "
            "if you said it may be."
        ),
        _("For ever, when the committee has treated the case; otherwise as the municipality's archive plan says."),
    ),
    Kept(
        _("A proposal you have begun on without signing in"),
        _("So that you do not lose your text while you make an account."),
        _("You alone."),
        _("A few days; then it is deleted by itself."),
    ),
    Kept(
        _("Your address and telephone number, if you sent a proposal on paper"),
        _("So that the answers reach you by post."),
        _("Those who send the letters. It is written down each time somebody looks."),
        _(
            "Until three months after the last letter, or until you have an account; then they are deleted by "
            "themselves. The scanned sheet belongs to the case."
        ),
    ),
    Kept(
        _("Where you work, and the bodies you sit in"),
        _("Your rights in the portal follow from it."),
        _(
            "Members of elected bodies are public. Other places are known to those you work with there, and to "
            "the administrator."
        ),
        _("As long as the body's history is kept (Local Government Act, Archives Act)."),
    ),
    Kept(
        _("What you do in meetings: whether you meet, how you vote, and that you may be partial"),
        _("The minutes must tell it (Local Government Act § 11-4)."),
        _("Whoever may read the minutes. What you say ahead of why you may be partial: those who run the meeting."),
        _("As long as the minutes are kept."),
    ),
    Kept(
        _("Your private notes and highlights in meeting papers"),
        _("So that you find them again."),
        _("You alone."),
        _("Until you delete them or close your account."),
    ),
    Kept(
        _("Who did what, and when"),
        _("Every step must be provable afterwards (Archives Act § 5)."),
        _("The administrator, the chief executive and the archive."),
        _("As long as the case. Personal words in it can be erased without breaking the proof."),
    ),
    Kept(
        _("Mail we have sent you"),
        _("To see that it arrived. What it said also stands on your page."),
        _("You. The administrator sees that a mail failed, not what it said."),
        _("The text of a sent mail is deleted by itself after some weeks."),
    ),
    Kept(
        _("When and from what kind of device you are signed in"),
        _("So that you can see and end your own sessions, and so that guessing of passwords is stopped."),
        _("You alone."),
        _("Until the session ends."),
    ),
)

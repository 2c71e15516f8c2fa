"""Handing a mail to the mail server: claimed by one worker, sent, and what became of it written down.

Before the mail server is spoken to, the claim is committed; after it, the result is. A worker that dies between
the two leaves a claim, and nobody can know whether the mail went out. It is then sent once more (`release`), with
the same Message-ID, by which most receiving systems show it once: a mail twice is better than a notice of meeting
never (docs/decisions/0018).
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta

from django.core.mail import BadHeaderError
from django.db import transaction

from trepart import clock
from trepart.notices import blanking
from trepart.notices.letter import message
from trepart.notices.models import Mail, MailState, Reason, WrongAddress

log = logging.getLogger(__name__)

#: Minutes until each further attempt; the last is used again and again.
PAUSES = (1, 3, 5, 10, 15, 30, 60)
#: How long a mail is tried before it is given up and shown as one that did not arrive (RFC 5321, 4.5.4.1,
#: asks for four to five days).
PATIENCE = timedelta(days=5)
#: After this a claim belongs to a worker that is gone: far longer than any conversation with a mail server
#: (EMAIL_TIMEOUT at each step).
CLAIM = timedelta(minutes=15)


@dataclass(frozen=True)
class Verdict:
    """What a failure means: whether trying again may help, why in words, and the mail server's code."""

    again: bool
    reason: Reason
    code: str = ""


def claim(mail_id: int) -> Mail | None:
    """Take the mail, so that nobody else sends it; None where it is not to be sent now, or somebody else has it."""
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=mail_id, state=MailState.QUEUED, next_try_at__lte=clock.now())
            .first()
        )
        if mail is None:
            return None
        if mail.person is not None and not mail.person.is_active:
            # Closed since it was written: what was told stays on "my page", nothing more is sent.
            mail.state = MailState.DROPPED
            blanking.blank([mail])
            return None
        if WrongAddress.objects.filter(address=WrongAddress.folded(mail.to)).exists():
            mail.state, mail.troubled_at = MailState.HELD, mail.troubled_at or clock.now()
            mail.save(update_fields=["state", "troubled_at"])
            return None
        mail.state, mail.claimed_at, mail.attempts = MailState.SENDING, clock.now(), mail.attempts + 1
        mail.save(update_fields=["state", "claimed_at", "attempts"])
        return mail


def send(mail: Mail) -> Verdict | None:
    """Hand a claimed mail to the mail server and write down what became of it. Returns None when it was taken, else
    what the failure means."""
    verdict = None
    try:
        message(mail).send()
    except (OSError, smtplib.SMTPException) as error:  # SMTPException is an OSError; named because it is what we mean
        verdict = judge(error)
    except (BadHeaderError, ValueError, TypeError, LookupError):
        log.exception("Mail %s cannot be written", mail.pk)
        verdict = Verdict(False, Reason.CANNOT_BE_WRITTEN)
    _settle(mail, verdict)
    return verdict


def judge(error: Exception) -> Verdict:
    """Say what a failure means. A refusal of the recipient or the content with 5xx is for good (RFC 5321, 4.2.1); what
    ails our own server, or the road, is not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (450, b""))
        return from_code(code, _text(words))
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError):
        return Verdict(True, Reason.OWN_SERVER, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPConnectError):
        return Verdict(True, Reason.SERVER_AWAY, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Verdict(True, Reason.OWN_SERVER)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return from_code(error.smtp_code, _text(error.smtp_error))
    return Verdict(True, Reason.SERVER_AWAY)


def from_code(code: int, words: str) -> Verdict:
    """Say what a mail server's answer means: ``code`` as 550, ``words`` beginning with the longer code (RFC 3463)
    where the server gives one."""
    long = words.split()[0] if words.split() else ""
    long = long if long.count(".") == 2 and long.replace(".", "").isdigit() else ""
    shown = f"{code} {long}".strip()[:20]
    detail = long.partition(".")[2]
    if detail == "2.2" or code in (452, 552):
        return Verdict(code < 500, Reason.MAILBOX_FULL, shown)
    if code < 500:
        return Verdict(True, Reason.BUSY, shown)
    if detail.startswith("1.") or detail == "2.1" or (not long and code in (550, 551, 553)):
        return Verdict(False, Reason.NO_SUCH_ADDRESS, shown)
    return Verdict(False, Reason.NOT_ACCEPTED, shown)


def _text(words: object) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _settle(mail: Mail, verdict: Verdict | None) -> None:
    from trepart.notices.tasks import deliver  # the tasks import this module

    now = clock.now()
    with transaction.atomic():
        # Only while the claim is still ours: a bounce may have been taken in, or the claim taken back, meanwhile.
        ours = Mail.objects.select_for_update(of=("self",)).filter(
            pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts
        )
        if ours.first() is None:
            return
        if verdict is None:
            mail.state, mail.sent_at, mail.troubled_at, mail.reason, mail.code = MailState.SENT, now, None, "", ""
        else:
            mail.troubled_at, mail.reason, mail.code = mail.troubled_at or now, verdict.reason, verdict.code
            again = verdict.again and now - mail.troubled_at < PATIENCE
            mail.state = MailState.QUEUED if again else MailState.FAILED
            mail.next_try_at = now + timedelta(minutes=PAUSES[min(mail.attempts, len(PAUSES)) - 1])
            log.warning(
                "Mail %s was not taken (%s %s), attempt %s", mail.pk, verdict.reason, verdict.code, mail.attempts
            )
        mail.claimed_at = None
        mail.save(update_fields=["state", "sent_at", "troubled_at", "reason", "code", "next_try_at", "claimed_at"])
        if mail.state == MailState.QUEUED:
            deliver.configure(schedule_at=mail.next_try_at).defer(mail_id=mail.pk)
        elif mail.secret:
            blanking.blank([mail])


def release() -> int:
    """Give back what a worker that is gone had claimed, and return how many mails that were. They are
    sent once more: see above."""
    gone = Mail.objects.filter(state=MailState.SENDING, claimed_at__lt=clock.now() - CLAIM)
    return gone.update(state=MailState.QUEUED, claimed_at=None, next_try_at=clock.now())

"""Mail that does not arrive, for whoever sees to it: what failed, to whom and why.

It is sent once more, or its address marked as wrong. What it says is never shown.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from trepart import audit, clock
from trepart.access.models import User
from trepart.notices import blanking
from trepart.notices.models import Mail, MailState, WrongAddress


@dataclass(frozen=True)
class Trouble:
    """One address that mail does not reach: the newest such mail, how many there are, since when; ``lost`` of them have
    no words left to send."""

    mail: Mail
    count: int
    since: datetime
    lost: int

    @property
    def held(self) -> bool:
        """Whether the address is marked as wrong."""
        return self.mail.state == MailState.HELD

    @property
    def can_be_sent(self) -> bool:
        """Whether anything is left to send once more."""
        return self.count > self.lost


def stopped() -> "QuerySet[Mail]":
    """Return the mails that somebody must see to: given up, refused, come back, or held for a wrong address."""
    return Mail.objects.filter(state__in=[MailState.FAILED, MailState.HELD])


def under_way() -> "QuerySet[Mail]":
    """Return the mails that have been in trouble, and are still tried by themselves."""
    return Mail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING], troubled_at__isnull=False)


def by_address(mails: "QuerySet[Mail]") -> "QuerySet[Mail, Any]":
    """Return ``mails`` gathered by address, those in trouble longest first; to be paged, and made
    into rows by :func:`rows`."""
    return (
        mails.order_by()
        .values("to")
        .annotate(
            count=Count("pk"),
            since=Min("troubled_at"),
            newest=Max("pk"),
            lost=Count("pk", filter=Q(blanked_at__isnull=False)),
        )
        .order_by("since", "newest")
    )


def rows(gathered: list[dict[str, Any]]) -> list[Trouble]:
    """Return the rows of one page of :func:`by_address`."""
    newest = Mail.objects.select_related("person").in_bulk([row["newest"] for row in gathered])
    return [Trouble(newest[row["newest"]], row["count"], row["since"], row["lost"]) for row in gathered]


def try_again(address: str, *, actor: User) -> int:
    """Send what failed to ``address`` once more, to the address its reader has now; return how many mails."""
    return _again(stopped().filter(to=address, state=MailState.FAILED), actor=actor)


def try_all_again(*, actor: User) -> int:
    """Send everything that failed once more; return how many mails."""
    return _again(stopped().filter(state=MailState.FAILED), actor=actor)


def _again(failed: "QuerySet[Mail]", *, actor: User) -> int:
    from trepart.notices.tasks import queue  # the tasks import this module's neighbours

    with transaction.atomic():
        mails = list(
            failed.filter(blanked_at__isnull=True)
            .select_for_update(of=("self",))
            .select_related("person")
            .order_by("pk")
        )
        for mail in mails:
            mail.to = mail.person.email if mail.person else mail.to
            mail.state, mail.next_try_at, mail.attempts = MailState.QUEUED, clock.now(), 0
            mail.troubled_at, mail.reason, mail.code = None, "", ""
        Mail.objects.bulk_update(
            mails, ["to", "state", "next_try_at", "attempts", "troubled_at", "reason", "code"], 500
        )
        if mails:
            audit.write("notices.mail_tried_again", actor=actor, subject=actor, data={"count": len(mails)})
            queue(mail.pk for mail in mails)
    return len(mails)


def mark_wrong(mail: Mail, *, actor: User) -> None:
    """Mark the address of ``mail`` as wrong: what has not arrived there waits, and whoever has
    it is told on "my page"."""
    with transaction.atomic():
        _made, new = WrongAddress.objects.get_or_create(address=WrongAddress.folded(mail.to))
        if not new:
            return
        audit.write("notices.address_marked_wrong", actor=actor, subject=_whose(mail))
        Mail.objects.filter(
            to__iexact=mail.to, state__in=[MailState.FAILED, MailState.QUEUED], blanked_at__isnull=True
        ).update(state=MailState.HELD, troubled_at=Coalesce("troubled_at", Value(clock.now())))


def mark_right(mail: Mail, *, actor: User) -> None:
    """Take the mark off the address of ``mail``, and send what has waited."""
    from trepart.notices.tasks import readdress  # the tasks import this module's neighbours

    with transaction.atomic():
        gone, _each = WrongAddress.objects.filter(address=WrongAddress.folded(mail.to)).delete()
        if gone:
            audit.write("notices.address_marked_right", actor=actor, subject=_whose(mail))
            readdress()


def set_aside(address: str) -> int:
    """Take what failed to ``address`` off the list for good, and return how many mails. What was told stands on
    "my page" all the same."""
    with transaction.atomic():
        mails = list(stopped().filter(to=address, state=MailState.FAILED).select_for_update(of=("self",)))
        for mail in mails:
            mail.state = MailState.DROPPED
            blanking.blank([mail])
    return len(mails)


def is_marked(person: User) -> bool:
    """Say whether the address of ``person`` is marked as wrong."""
    return WrongAddress.objects.filter(address=WrongAddress.folded(person.email)).exists()


def _whose(mail: Mail) -> User | Mail:
    return mail.person or User.objects.filter(email__iexact=mail.to).first() or mail

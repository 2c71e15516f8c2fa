"""Queues a mail to an address, in the running transaction.

What is rolled back is never sent, and what is committed is never lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation

from trepart import municipality
from trepart.notices import writing
from trepart.notices.models import Attachment, Mail, MailState, WrongAddress


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A file to go with a mail: ``content`` in bytes; ``method`` (REQUEST, CANCEL) where it is an invitation
    that calendars act on."""

    name: str
    content_type: str
    content: bytes
    method: str = ""


def queue_mail(
    *,
    to: str,
    language: str,
    template: str,
    context: Mapping[str, object],
    secret: bool = False,
    attachments: Sequence[Enclosed] = (),
) -> Mail:
    """Queue a mail to the address ``to`` in ``language``, in the running transaction, and return it.

    ``template`` is a path below ``templates/`` without ending, see :func:`trepart.notices.writing.write` (a line that
    is nothing but an address of the portal becomes a button in the HTML, which is made of the same text). To
    ``context`` are added ``municipality``, ``email`` and ``site_url``. ``secret``: it carries a link that opens an
    account; the words are blanked once it is sent.
    """
    with translation.override(language):
        words = writing.write(
            template,
            {**context, "email": to, "municipality": municipality.current(), "site_url": settings.SITE_URL},
        )
    mail = Mail(to=to, language=language, kind=template, subject=words.subject, text=words.text, label=words.label)
    mail.secret = secret
    post([(mail, tuple(attachments))])
    return mail


def post(mails: Sequence[tuple[Mail, Sequence[Enclosed]]]) -> None:
    """Write ``mails`` and hand them to the worker, in the running transaction. One to an address that is marked as
    wrong waits for a right one."""
    from trepart.notices.tasks import queue  # the tasks import this module's neighbours

    if not mails:
        return
    folded = {WrongAddress.folded(mail.to) for mail, _files in mails}
    wrong = set(WrongAddress.objects.filter(address__in=folded).values_list("address", flat=True))
    for mail, _files in mails:
        if WrongAddress.folded(mail.to) in wrong:
            mail.state, mail.troubled_at = MailState.HELD, mail.created_at
    with transaction.atomic():
        Mail.objects.bulk_create([mail for mail, _files in mails])
        Attachment.objects.bulk_create(
            Attachment(
                mail=mail, name=file.name, content_type=file.content_type, method=file.method, content=file.content
            )
            for mail, files in mails
            for file in files
        )
        queue(mail.pk for mail, _files in mails if mail.state == MailState.QUEUED)
